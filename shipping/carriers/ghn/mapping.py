"""Our parcel in GHN's fields and back (create, preview, detail of public API v2). No I/O."""

from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from oms.kernel.addresses import find_province
from shipping.ports import Booking, Parcel, Party, Quote, TrackingUpdate

from .status import meaning_of

LIGHT, HEAVY = "2", "5"
SERVICE_NAMES = {LIGHT: gettext_noop("Hàng nhẹ"), HEAVY: gettext_noop("Hàng nặng")}
REQUIRED_NOTE = {
    "try": "CHOTHUHANG",
    "look": "CHOXEMHANGKHONGTHU",
    "closed": "KHONGCHOXEMHANG",
}
PAYMENT_TYPE = {"shop": 1, "receiver": 2}
ADDRESS_CODES = {
    "WARD_IS_INVALID",
    "TO_ADDRESS_CONVERT_FAIL",
    "TO_ADDRESS_CONFLICT",
}


class MalformedAnswer(ValueError):
    """A success whose data is not what the vendor describes."""


def address_forms(receiver: Party) -> list[dict[str, Any]]:
    """The receiver's place by names, best form first, the other form second if it can be told.

    With a district the address is the three-level one; without, the one after July 2025.
    """
    province = find_province(receiver.province)
    new = {
        "to_ward_name": receiver.ward,
        "to_province_name": province.name if province else receiver.province,
        "is_new_to_address": True,
    }
    if not receiver.district:
        return [new]
    old = {
        "to_ward_name": receiver.ward,
        "to_district_name": receiver.district,
        "to_province_name": receiver.province,
        "is_new_to_address": False,
    }
    return [old, new]


def parcel_request(parcel: Parcel, address: dict[str, Any], *, service_code: str) -> dict[str, Any]:
    """The body that create and preview share."""
    body: dict[str, Any] = {
        "payment_type_id": PAYMENT_TYPE[parcel.fee_payer],
        "required_note": REQUIRED_NOTE[parcel.inspection_note],
        "service_type_id": int(service_code),
        "to_name": parcel.receiver.name,
        "to_phone": parcel.receiver.phone,
        "to_address": parcel.receiver.street,
        **address,
        "weight": parcel.weight_g,
        "length": parcel.length_cm,
        "width": parcel.width_cm,
        "height": parcel.height_cm,
        "cod_amount": parcel.cod_vnd,
        "insurance_value": parcel.declared_vnd,
        "content": ", ".join(item.name for item in parcel.items)[:2000],
        "items": [
            {
                "name": item.name,
                "code": item.sku,
                "quantity": item.quantity,
                "price": item.price_vnd,
                "weight": item.weight_g,
                "length": item.length_cm,
                "width": item.width_cm,
                "height": item.height_cm,
            }
            for item in parcel.items
        ],
    }
    if parcel.note:
        body["note"] = parcel.note
    return body


def booking_request(parcel: Parcel, address: dict[str, Any]) -> dict[str, Any]:
    """Create: our key makes a repeat find the same parcel."""
    body = parcel_request(parcel, address, service_code=parcel.service_code)
    return {**body, "client_order_code": parcel.reference}


def quote_of(data: Any, service_code: str) -> Quote:
    shape = _object(data)
    return Quote(
        service_code=service_code,
        service_name=_(SERVICE_NAMES[service_code]),
        fee_vnd=_vnd(shape.get("total_fee")),
        expected_at=parse_time(shape.get("expected_delivery_time")),
    )


def booking_of(data: Any) -> Booking:
    """The answer of create, or of a detail found by our key."""
    shape = _object(data)
    tracking_number = shape.get("order_code")
    if not isinstance(tracking_number, str) or not tracking_number:
        raise MalformedAnswer("order_code is missing")
    fee = shape.get("total_fee")
    return Booking(
        tracking_number=tracking_number,
        sort_code=str(shape.get("sort_code") or ""),
        fee_vnd=None if fee in (None, "") else _vnd(fee),
        expected_at=parse_time(shape.get("expected_delivery_time") or shape.get("leadtime")),
        raw_status=str(shape.get("status") or ""),
    )


def updates_of(data: Any) -> list[TrackingUpdate]:
    """The log of a detail, then its present state, oldest first."""
    shape = _object(data)
    entries = [entry for entry in shape.get("log") or [] if isinstance(entry, dict)]
    rows = [(str(e.get("status") or ""), parse_time(e.get("updated_date")), e) for e in entries]
    seen = [(status, at, entry) for status, at, entry in rows if status and at is not None]
    current = str(shape.get("status") or "")
    changed = parse_time(shape.get("updated_date")) or (seen[-1][1] if seen else None)
    if current and changed and (not seen or max(seen, key=lambda row: row[1])[0] != current):
        seen.append((current, changed, {}))
    seen.sort(key=lambda row: row[1])
    return [_log_update(shape, status, at, entry) for status, at, entry in seen]


def _log_update(
    shape: dict[str, Any], status: str, at: datetime, entry: dict[str, Any]
) -> TrackingUpdate:
    meaning = meaning_of(status)
    return TrackingUpdate(
        tracking_number=str(shape.get("order_code") or ""),
        reference=str(shape.get("client_order_code") or ""),
        kind="switch_status",
        raw_status=status,
        occurred_at=at,
        status=meaning.status if meaning else "",
        known=meaning is not None,
        problem=meaning.problem if meaning else "",
        reason=str(entry.get("reason") or ""),
        reason_code=str(entry.get("reason_code") or ""),
        cod_transferred_at=parse_time(shape.get("cod_transfer_date")),
    )


def parse_time(value: Any) -> datetime | None:
    """ISO-8601 as GHN writes it; without a zone it is UTC. None when it cannot be read."""
    if not isinstance(value, str) or not value:
        return None
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _object(data: Any) -> dict[str, Any]:
    """An object; older answers wrap it in a list of one."""
    if isinstance(data, list) and len(data) == 1:
        data = data[0]
    if not isinstance(data, dict):
        raise MalformedAnswer("data is not an object")
    return data


def _vnd(value: Any) -> int:
    """GHN writes money as a number or as digits in a string."""
    try:
        return int(str(value))
    except ValueError:
        raise MalformedAnswer("a fee is not a whole number") from None
