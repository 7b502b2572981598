"""S-Invoice's answers and its two ways of saying no."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from oms.sandbox.core import Refusal, Reply, Request, Route, json_reply
from oms.sandbox.core.faults import Faults

ROOT = "/services/einvoiceapplication/api/InvoiceAPI"
WS, UTILS = f"{ROOT}/InvoiceWS", f"{ROOT}/InvoiceUtilsWS"

Call = Callable[[Request], dict[str, Any]]


class Wrong(Exception):
    """A business error: a code and a sentence for the user."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(code)
        self.code, self.text = code, text


def as_400(error: Wrong) -> Reply:
    return json_reply({"code": 400, "message": error.code, "data": error.text}, 400)


def as_200(error: Wrong) -> Reply:
    return json_reply({"errorCode": error.code, "description": error.text})


def general() -> Reply:
    """What a bad or expired token gets, and anything nobody thought of."""
    return json_reply({"code": 500, "message": "GENERAL", "error": "Internal Server Error"}, 500)


def ok(**more: Any) -> dict[str, Any]:
    return {"errorCode": None, "description": None, **more}


def route(methods: str, path: str, call: Call, faults: Faults) -> Route:
    """InvoiceWS says no with HTTP 400, InvoiceUtilsWS with HTTP 200; the fault swaps to 200."""

    def handler(request: Request) -> Reply:
        try:
            return json_reply(call(request))
        except Wrong as error:
            quiet = path.startswith(UTILS) or faults.take(request.path, "error_as_200")
            raise Refusal(as_200(error) if quiet else as_400(error))

    return Route(methods, path, handler)


def read_json(request: Request) -> dict[str, Any]:
    """The body with exact decimals."""
    if request.content_type != "application/json":
        raise Wrong("BAD_REQUEST_CONTENT_TYPE", "Content-Type phải là application/json")
    try:
        data = json.loads(request.body.decode("utf-8"), parse_float=Decimal)
    except ValueError:
        raise Wrong("BAD_REQUEST_BODY", "Dữ liệu gửi lên không phải JSON")
    if not isinstance(data, dict):
        raise Wrong("BAD_REQUEST_BODY", "Dữ liệu gửi lên phải là một đối tượng")
    return data


def read_form(request: Request, *required: str) -> dict[str, str]:
    """The fields of a form-encoded call; JSON is not taken for one."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise Wrong("BAD_REQUEST_CONTENT_TYPE", "Phải gửi application/x-www-form-urlencoded")
    fields = request.form()
    for name in required:
        if not fields.get(name, "").strip():
            raise missing(name)
    return fields


def missing(name: str) -> Wrong:
    return Wrong(f"BAD_REQUEST_{name.split('.')[-1].upper()}_REQUIRED", f"Thiếu {name}")


def invalid(name: str, why: str = "không hợp lệ") -> Wrong:
    return Wrong(f"BAD_REQUEST_{name.split('.')[-1].upper()}_INVALID", f"{name} {why}")
