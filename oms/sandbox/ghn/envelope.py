"""GHN's answers: one envelope for success, one for refusal."""

from typing import Any

from oms.sandbox.core import Refusal, Reply, json_reply

COMMON = "USER_ERR_COMMON"


def ok(data: Any, *, display: str = "") -> Reply:
    body = {"code": 200, "message": "Success", "data": data}
    if display:
        body["message_display"] = display
    return json_reply(body)


def error_reply(
    message: str, *, status: int = 400, code_message: str = COMMON, shown: str = ""
) -> Reply:
    body: dict[str, Any] = {"code": status, "message": message, "data": None}
    if code_message:
        body |= {
            "code_message": code_message,
            "code_message_value": shown or message,
            "message_display": shown or message,
        }
    return json_reply(body, status)


def refusal(message: str, code_message: str = COMMON, shown: str = "") -> Refusal:
    return Refusal(error_reply(message, code_message=code_message, shown=shown))


def bad_token() -> Reply:
    return error_reply("Token is not valid!", status=401, code_message="")


def order_not_found() -> Refusal:
    return refusal("order not found", "ORDER_NOT_FOUND", "Không tìm thấy đơn hàng")
