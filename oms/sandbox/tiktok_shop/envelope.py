"""The frame every answer has: `code` 0, a message, `data` and a `request_id`."""

import secrets
from typing import Any

from oms.sandbox.core import Refusal as CoreRefusal
from oms.sandbox.core import Reply, json_reply
from oms.sandbox.tiktok_shop.model import BAD_REQUEST, OK


def data(value: Any = None) -> Reply:
    """Success."""
    return _framed(OK, "Success", {} if value is None else value, 200)


def refused(code: int, message: str, status: int = 200) -> Reply:
    """The failure envelope; the platform gives some codes an HTTP status of their own."""
    return _framed(code, message, None, status)


class Refusal(CoreRefusal):
    """A call that fails as a whole."""

    def __init__(self, code: int, message: str, status: int = 200) -> None:
        super().__init__(refused(code, message, status))
        self.code, self.message = code, message


def bad_request(message: str) -> Refusal:
    """One code for many faults of a request: only the text tells them apart."""
    return Refusal(BAD_REQUEST, message, 400)


def _framed(code: int, message: str, value: Any, status: int) -> Reply:
    document = {
        "code": code,
        "message": message,
        "request_id": secrets.token_hex(16).upper(),
        "data": value,
    }
    return json_reply(document, status)
