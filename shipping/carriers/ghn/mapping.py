"""Our parcel in GHN's fields and back (create, preview, detail of public API v2). No I/O."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from oms.kernel.addresses import find_province
from shipping.answers import MalformedAnswer, iso_time, object_of, vnd_of
from shipping.ports import Booking, Parcel, Party, PickupSlot, Quote, TrackingUpdate, told

from .status import meaning_of

LIGHT, HEAVY = "2", "5"
HEAVY_FROM_G = 20_000
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


def usual_service(weight_g: int) -> str:
    return HEAVY if weight_g >= HEAVY_FROM_G else LIGHT


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


def sender_fields(sender: Party | None) -> dict[str, Any]:
    """The pick-up point by names; without one GHN takes the address of the ShopId."""
    if sender is None:
        return {}
    province = find_province(sender.province)
    place: dict[str, Any] = {
        "from_province_name": province.name if province else sender.province,
        "is_new_from_address": True,
    }
    if sender.district:
        place = {
            "from_district_name": sender.district,
            "from_province_name": sender.province,
            "is_new_from_address": False,
        }
    return {
        "from_name": sender.name,
        "from_phone": sender.phone,
        "from_address": sender.street,
        "from_ward_name": sender.ward,
        **place,
    }


def parcel_request(parcel: Parcel, address: dict[str, Any], *, service_code: str) -> dict[str, Any]:
    """The body that create and preview share."""
    body: dict[str, Any] = {
        "payment_type_id": PAYMENT_TYPE[parcel.fee_payer],
        "required_note": REQUIRED_NOTE[parcel.inspection_note],
        "service_type_id": int(service_code),
        **receiver_fields(parcel.receiver),
        **address,
        **sender_fields(parcel.sender),
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


def receiver_fields(receiver: Party) -> dict[str, Any]:
    """The receiver without the ward."""
    return {
        "to_name": receiver.name,
        "to_phone": receiver.phone,
        "to_address": receiver.street,
    }


def booking_request(parcel: Parcel, address: dict[str, Any]) -> dict[str, Any]:
    """Create: our key makes a repeat find the same parcel."""
    body = parcel_request(parcel, address, service_code=parcel.service_code)
    if parcel.pickup_code:
        body["pick_shift"] = [int(parcel.pickup_code)]
    return {**body, "client_order_code": parcel.reference}


def slots_of(data: Any) -> list[PickupSlot]:
    """GHN's pick-up shifts under its own titles."""
    if not isinstance(data, list):
        raise MalformedAnswer("shifts are a list")
    return [PickupSlot(str(int(row["id"])), str(row["title"])) for row in data]


def quote_of(data: Any, service_code: str) -> Quote:
    shape = object_of(data)
    return Quote(
        service_code=service_code,
        service_name=_(SERVICE_NAMES[service_code]),
        fee_vnd=vnd_of(shape.get("total_fee")),
        expected_at=iso_time(shape.get("expected_delivery_time")),
    )


def booking_of(data: Any) -> Booking:
    """The answer of create, or of a detail found by our key."""
    shape = object_of(data)
    tracking_number = shape.get("order_code")
    if not isinstance(tracking_number, str) or not tracking_number:
        raise MalformedAnswer("order_code is missing")
    fee = shape.get("total_fee")
    return Booking(
        tracking_number=tracking_number,
        sort_code=str(shape.get("sort_code") or ""),
        fee_vnd=None if fee in (None, "") else vnd_of(fee),
        expected_at=iso_time(shape.get("expected_delivery_time") or shape.get("leadtime")),
        raw_status=str(shape.get("status") or ""),
    )


def updates_of(data: Any) -> list[TrackingUpdate]:
    """The log of a detail, then its present state, oldest first."""
    shape = object_of(data)
    entries = [entry for entry in shape.get("log") or [] if isinstance(entry, dict)]
    rows = [(str(e.get("status") or ""), iso_time(e.get("updated_date")), e) for e in entries]
    seen = [(status, at, entry) for status, at, entry in rows if status and at is not None]
    current = str(shape.get("status") or "")
    changed = iso_time(shape.get("updated_date")) or (seen[-1][1] if seen else None)
    if current and changed and (not seen or max(seen, key=lambda row: row[1])[0] != current):
        seen.append((current, changed, {}))
    seen.sort(key=lambda row: row[1])
    return [_log_update(shape, status, at, entry) for status, at, entry in seen]


def _log_update(
    shape: dict[str, Any], status: str, at: datetime, entry: dict[str, Any]
) -> TrackingUpdate:
    return TrackingUpdate(
        tracking_number=str(shape.get("order_code") or ""),
        reference=str(shape.get("client_order_code") or ""),
        kind="switch_status",
        occurred_at=at,
        **told(status, meaning_of(status)),
        reason=str(entry.get("reason") or ""),
        reason_code=str(entry.get("reason_code") or ""),
        cod_transferred_at=iso_time(shape.get("cod_transfer_date")),
    )
