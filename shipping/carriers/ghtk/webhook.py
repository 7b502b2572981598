"""GHTK's message: a form (JSON in one variant); its secret is `hash` in the address's query."""

import hashlib
import json
from typing import Any
from urllib.parse import parse_qsl

from shipping.answers import whole_or_none
from shipping.ports import Callback, TrackingUpdate, told

from .mapping import vietnam_time
from .status import SETTLED, meaning_of


def secret(call: Callback) -> str:
    return call.query.get("hash", "")


def kept(body: bytes) -> bytes:
    return body


def key(body: bytes) -> str:
    """What a repeat shares: parcel, state and time."""
    try:
        data = _load(body)
        return ":".join(data[name] for name in ("label_id", "status_id", "action_time"))[:200]
    except (ValueError, KeyError):
        return "sha256:" + hashlib.sha256(body).hexdigest()


def parse(body: bytes) -> TrackingUpdate:
    """The fact in a message. Raises ValueError when it names no parcel or no time."""
    data = _load(body)
    occurred_at = vietnam_time(data.get("action_time"))
    tracking_number = data.get("label_id", "")
    if occurred_at is None or not tracking_number:
        raise ValueError("a GHTK message needs label_id and action_time")
    raw_status = data.get("status_id", "").strip()
    return TrackingUpdate(
        tracking_number=tracking_number,
        reference=data.get("partner_id", ""),
        kind="status",
        occurred_at=occurred_at,
        **told(raw_status, meaning_of(raw_status)),
        reason=data.get("reason", ""),
        reason_code=data.get("reason_code", ""),
        fee_vnd=whole_or_none(data.get("fee")),
        weight_g=_grams(data.get("weight", "")),
        cod_vnd=whole_or_none(data.get("pick_money")),
        cod_transferred_at=occurred_at if raw_status == SETTLED else None,
        facts={"partial_return": data.get("return_part_package") == "1"},
    )


def _load(body: bytes) -> dict[str, str]:
    """The fields as text, from either variant."""
    text = body.decode()
    if text.lstrip().startswith("{"):
        data: Any = json.loads(text)
        return {str(name): "" if value is None else str(value) for name, value in data.items()}
    fields = dict(parse_qsl(text, keep_blank_values=True))
    if not fields:
        raise ValueError("a GHTK message is a form")
    return fields


def _grams(text: str) -> int | None:
    """Kilograms with a fraction, as whole grams; no float in between."""
    whole, _, part = text.partition(".")
    if not whole.isdecimal() or (part and not part.isdecimal()):
        return None
    return int(whole) * 1000 + int((part + "000")[:3])
