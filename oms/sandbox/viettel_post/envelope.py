"""Viettel Post's answers: refusals come with HTTP 200, `error` tells them apart."""

from typing import Any

from oms.sandbox.core import Fields, Refusal, Reply, Request, json_reply

BUSINESS, TOKEN = 201, 401


def ok(data: Any, *, message: str = "OK") -> Reply:
    return json_reply({"status": 200, "error": False, "message": message, "data": data})


def error_reply(message: str, *, status: int = BUSINESS, http: int = 200) -> Reply:
    return json_reply({"status": status, "error": True, "message": message, "data": None}, http)


def refusal(message: str) -> Refusal:
    return Refusal(error_reply(message))


def bad_token() -> Reply:
    return error_reply("Token invalid", status=TOKEN)


def body_of(request: Request) -> Fields:
    try:
        data = request.json()
    except ValueError:
        raise refusal("Json không hợp lệ")
    if not isinstance(data, dict):
        raise refusal("Json không hợp lệ")
    return Fields(data, refusal)
