"""GHTK's answers: `success` tells, the payload's key differs by call, refusals have HTTP 200."""

from typing import Any

from oms.sandbox.core import Refusal, Reply, json_reply


def ok(message: str = "", **payload: Any) -> Reply:
    return json_reply({"success": True, "message": message, **payload})


def error_reply(
    message: str, *, http: int = 200, code: str = "", more: dict[str, Any] | None = None
) -> Reply:
    body: dict[str, Any] = {"success": False, "message": message, "log_id": "sandbox"}
    if code:
        body["error"] = {"code": code, **(more or {})}
    return json_reply(body, http)


def refusal(message: str, code: str = "", **more: Any) -> Refusal:
    return Refusal(error_reply(message, code=code, more=more))


def bad_token() -> Reply:
    return error_reply("Token không hợp lệ", http=401)
