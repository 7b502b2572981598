"""GHN's callback: PascalCase JSON without a signature; the secret is in the URL."""

import hashlib
import json
from typing import Any

from shipping.answers import iso_time, whole_or_none
from shipping.ports import Callback, TrackingUpdate

from .status import meaning_of


def secret(call: Callback) -> str:
    """GHN signs nothing: the secret is part of the address."""
    return call.path_secret


def kept(body: bytes) -> bytes:
    return body


def key(body: bytes) -> str:
    """What a repeat of the same callback shares; its bytes when it cannot be read."""
    try:
        data = _load(body)
        parts = (str(data["OrderCode"]), str(data["Type"]).lower(), str(data["Time"]))
    except (ValueError, KeyError):
        return "sha256:" + hashlib.sha256(body).hexdigest()
    # A state may change twice within the clock's step, so the state is part of the key.
    return ":".join((*parts, str(data.get("Status") or "")))[:200]


def parse(body: bytes) -> TrackingUpdate:
    """The fact in a callback. Raises ValueError when it names no parcel or no time."""
    data = _load(body)
    occurred_at = iso_time(data.get("Time"))
    tracking_number = str(data.get("OrderCode") or "")
    if occurred_at is None or not tracking_number:
        raise ValueError("a GHN callback needs OrderCode and Time")
    kind = str(data.get("Type") or "").lower()
    raw_status = str(data.get("Status") or "")
    meaning = meaning_of(raw_status) if raw_status else None
    moves = kind in ("create", "switch_status")
    return TrackingUpdate(
        tracking_number=tracking_number,
        reference=str(data.get("ClientOrderCode") or ""),
        kind=kind,
        raw_status=raw_status,
        occurred_at=occurred_at,
        status=meaning.status if meaning and moves else "",
        known=meaning is not None or not raw_status,
        problem=meaning.problem if meaning and moves else "",
        reason=str(data.get("Reason") or ""),
        reason_code=str(data.get("ReasonCode") or ""),
        place=str(data.get("Warehouse") or ""),
        fee_vnd=whole_or_none(data.get("TotalFee")) if kind == "update_fee" else None,
        weight_g=_charged_g(data) if kind == "update_weight" else None,
        cod_vnd=whole_or_none(data.get("CODAmount")) if kind == "update_cod" else None,
        cod_transferred_at=iso_time(data.get("CODTransferDate")),
        facts={"partial_return": bool(data.get("IsPartialReturn"))},
    )


def _charged_g(data: dict[str, Any]) -> int | None:
    """The weight that is paid for: what it weighs or what its size counts as, whichever is more."""
    told = (whole_or_none(data.get(name)) for name in ("Weight", "ConvertedWeight"))
    return max((grams for grams in told if grams is not None), default=None)


def _load(body: bytes) -> dict[str, Any]:
    data = json.loads(body)
    if not isinstance(data, dict):
        raise ValueError("a GHN callback is a JSON object")
    return data
