"""Viettel Post's message: DATA about a parcel and the secret as TOKEN. Times are Vietnam's."""

import hashlib
import json
from datetime import datetime
from typing import Any

from oms.kernel.clock import COMPANY_ZONE
from shipping.answers import whole_or_none
from shipping.ports import Callback, TrackingUpdate, told

from .status import meaning_of


def secret(call: Callback) -> str:
    """TOKEN of the body; one source sees it in the Authorization header."""
    try:
        said = _load(call.body).get("TOKEN")
    except ValueError:
        said = ""
    header = call.headers.get("authorization", "").removeprefix("Bearer ")
    return str(said or header)


def kept(body: bytes) -> bytes:
    """DATA alone: the secret is not stored with what it proves."""
    return json.dumps({"DATA": _load(body).get("DATA")}, ensure_ascii=False).encode()


def key(body: bytes) -> str:
    """What a repeat shares; a corrected fee or weight under one state is another message."""
    try:
        data = _data(body)
        names = (
            "ORDER_NUMBER",
            "ORDER_STATUS",
            "ORDER_STATUSDATE",
            "MONEY_TOTAL",
            "PRODUCT_WEIGHT",
            "MONEY_COLLECTION",
        )
        return ":".join(str(data.get(name, "")) for name in names)[:200]
    except ValueError:
        return "sha256:" + hashlib.sha256(body).hexdigest()


def parse(body: bytes) -> TrackingUpdate:
    """The fact in a message. Raises ValueError when it names no parcel or no time."""
    data = _data(body)
    occurred_at = local_time(data.get("ORDER_STATUSDATE"))
    tracking_number = str(data.get("ORDER_NUMBER") or "")
    if occurred_at is None or not tracking_number:
        raise ValueError("a Viettel Post message needs ORDER_NUMBER and ORDER_STATUSDATE")
    raw_status = str(data.get("ORDER_STATUS", "")).strip()
    return TrackingUpdate(
        tracking_number=tracking_number,
        reference=str(data.get("ORDER_REFERENCE") or ""),
        kind="status",
        occurred_at=occurred_at,
        **told(raw_status, meaning_of(raw_status)),
        reason=str(data.get("NOTE") or ""),
        reason_code=str(data.get("REASON_CODE") or ""),
        place=str(data.get("LOCALION_CURRENTLY") or data.get("LOCATION_CURRENTLY") or ""),
        fee_vnd=whole_or_none(data.get("MONEY_TOTAL")),
        weight_g=whole_or_none(data.get("PRODUCT_WEIGHT")),
        cod_vnd=whole_or_none(data.get("MONEY_COLLECTION")),
        expected_at=local_time(data.get("EXPECTED_DELIVERY_DATE")),
    )


def local_time(value: Any) -> datetime | None:
    """dd/MM/yyyy HH:mm:ss without a zone."""
    try:
        read = datetime.strptime(str(value), "%d/%m/%Y %H:%M:%S").replace(tzinfo=COMPANY_ZONE)
    except ValueError:
        return None
    return read


def _data(body: bytes) -> dict[str, Any]:
    data = _load(body).get("DATA")
    if not isinstance(data, dict):
        raise ValueError("a Viettel Post message has DATA")
    return data


def _load(body: bytes) -> dict[str, Any]:
    message = json.loads(body)
    if not isinstance(message, dict):
        raise ValueError("a Viettel Post message is a JSON object")
    return message
