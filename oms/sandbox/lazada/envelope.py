"""The frame every answer has: `code` "0" and a `request_id`, whatever the HTTP status."""

import secrets
from typing import Any

from oms.sandbox.core import Refusal as CoreRefusal
from oms.sandbox.core import Reply, json_reply

ISV, ISP, SYSTEM = "ISV", "ISP", "SYSTEM"


def request_id() -> str:
    """A fresh identifier of one call, as support asks for it."""
    return secrets.token_hex(12)


def flat(**fields: Any) -> Reply:
    """Success with the fields at the top level: the token calls."""
    return json_reply({**fields, "code": "0", "request_id": request_id()})


def data(value: Any) -> Reply:
    """Success with what was asked for under `data`."""
    return flat(data=value)


def result(value: Any) -> Reply:
    """Success of the fulfilment calls: a second envelope inside the first."""
    return flat(result={"success": True, "error_code": "0", "error_msg": "", "data": value})


def result_refused(code: str, message: str) -> CoreRefusal:
    """A fulfilment call that failed as a whole: the outer envelope still says success."""
    inner = {"success": False, "error_code": code, "error_msg": message, "data": None}
    return CoreRefusal(flat(result=inner))


class Refusal(CoreRefusal):
    """A call that fails. The status stays 200; `detail` names the rows that are to blame."""

    def __init__(
        self, code: str, message: str, kind: str = ISP, detail: list[dict[str, Any]] | None = None
    ) -> None:
        super().__init__(refused(code, message, kind, detail))
        self.code, self.message = code, message


def refused(
    code: str,
    message: str,
    kind: str = ISP,
    detail: list[dict[str, Any]] | None = None,
    status: int = 200,
) -> Reply:
    """The failure envelope."""
    document: dict[str, Any] = {
        "code": code,
        "type": kind,
        "message": message,
        "request_id": request_id(),
    }
    if detail is not None:
        document["detail"] = detail
    return json_reply(document, status)
