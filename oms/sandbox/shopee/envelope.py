"""The frame every answer has: an empty `error`, a `message`, a `request_id`."""

import secrets
from typing import Any

from oms.sandbox.core.messages import Reply, json_reply


def request_id() -> str:
    """A fresh identifier of one call, as support asks for it."""
    return secrets.token_hex(16)


def flat(**fields: Any) -> Reply:
    """Success with the fields at the top level: the token and authorisation calls."""
    return json_reply({"error": "", "message": "", "request_id": request_id(), **fields})


def wrapped(response: Any, warning: Any = None) -> Reply:
    """Success with the fields under `response`."""
    fields: dict[str, Any] = {"response": response}
    if warning is not None:
        fields["warning"] = warning
    return flat(**fields)
