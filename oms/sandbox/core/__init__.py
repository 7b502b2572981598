"""The frame partners are built in: HTTP server, memory, faults, webhooks, control API."""

from oms.sandbox.core.carriers import CarrierPartner
from oms.sandbox.core.clock import Clock
from oms.sandbox.core.control import asked
from oms.sandbox.core.fields import Fields, is_phone
from oms.sandbox.core.journeys import Journey
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
from oms.sandbox.core.parcels import ParcelBook, ParcelSteering
from oms.sandbox.core.partner import Action, Partner, Place
from oms.sandbox.core.state import Store
from oms.sandbox.core.webhooks import WebhookRules, Webhooks, spoilt_headers, wrong_secret

__all__ = [
    "Action",
    "CarrierPartner",
    "Clock",
    "ControlError",
    "Fields",
    "Journey",
    "ParcelBook",
    "ParcelSteering",
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
    "is_phone",
    "json_reply",
    "spoilt_headers",
    "wrong_secret",
]
