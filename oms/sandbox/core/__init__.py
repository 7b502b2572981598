"""The frame partners are built in: HTTP server, memory, faults, webhooks, control API."""

from oms.sandbox.core.clock import Clock
from oms.sandbox.core.control import asked
from oms.sandbox.core.messages import (
    ControlError,
    Refusal,
    Reply,
    Request,
    Route,
    Upload,
    bytes_reply,
    html_reply,
    json_reply,
)
from oms.sandbox.core.partner import Action, Partner, Place
from oms.sandbox.core.state import Store
from oms.sandbox.core.webhooks import WebhookRules, Webhooks, spoilt_headers

__all__ = [
    "Action",
    "Clock",
    "ControlError",
    "Partner",
    "Place",
    "Refusal",
    "Reply",
    "Request",
    "Route",
    "Store",
    "Upload",
    "WebhookRules",
    "Webhooks",
    "asked",
    "bytes_reply",
    "html_reply",
    "json_reply",
    "spoilt_headers",
]
