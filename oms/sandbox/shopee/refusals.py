"""What the platform says when it does not do what it was asked."""

from typing import Any

from oms.sandbox.core.messages import Refusal as CoreRefusal
from oms.sandbox.core.messages import Reply, json_reply
from oms.sandbox.shopee.envelope import request_id


class Refusal(CoreRefusal):
    """A call that fails: the name in `error`, its text, and the HTTP status around them.

    Business refusals travel with status 200; only the gateway answers with 4xx. A batch in which
    every row failed still carries its rows in `response`.
    """

    def __init__(
        self, error: str, message: str, status: int = 200, response: dict[str, Any] | None = None
    ) -> None:
        super().__init__(self._reply(error, message, status, response))
        self.error, self.message = error, message

    @staticmethod
    def _reply(error: str, message: str, status: int, response: dict[str, Any] | None) -> Reply:
        document: dict[str, Any] = {
            "error": error,
            "message": message,
            "request_id": request_id(),
        }
        if response is not None:
            document["response"] = response
        return json_reply(document, status)


def gateway(error: str, message: str, status: int = 403) -> Refusal:
    """A refusal by the gateway, before any business code ran."""
    return Refusal(error, message, status)


def bad_parameter(message: str) -> Refusal:
    """A business parameter that is absent, of the wrong type or out of range."""
    return Refusal("error_param", message)
