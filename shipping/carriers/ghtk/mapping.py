"""Our parcel in GHTK's fields and back. Places are names, weights are told in grams. No I/O."""

import re
from datetime import datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from oms.kernel.clock import COMPANY_ZONE
from shipping.answers import MalformedAnswer, iso_time, object_of, vnd_of
from shipping.ports import Booking, Parcel, Party, PickupSlot, Quote, TrackingUpdate, told
from shipping.wishes import note_of, sender_of

from .status import SETTLED, meaning_of

ROAD, FLY = "road", "fly"
SERVICE_NAMES = {ROAD: gettext_noop("Đường bộ"), FLY: gettext_noop("Đường bay")}
LONGEST_NOTE = 120
NO_HAMLET = "Khác"
MAY_BE_INSPECTED = 10
TRY_WORDS = "Cho thử hàng."
DROP_OFF = "post"
SHIFT_NAMES = {
    "Sáng": gettext_noop("Sáng"),
    "Chiều": gettext_noop("Chiều"),
    "Tối": gettext_noop("Tối"),
}
SHIFT_ENDS = {"Sáng": time(12), "Chiều": time(18), "Tối": time(21)}


def place(party: Party, prefix: str = "") -> dict[str, str]:
    """One end of the way by names; the district is left out where there is none."""
    names = {
        f"{prefix}address": party.street,
        f"{prefix}province": party.province,
        f"{prefix}district": party.district,
        f"{prefix}ward": party.ward,
    }
    return {name: value for name, value in names.items() if value}


def fee_request(parcel: Parcel, transport: str) -> dict[str, Any]:
    """Weight is in grams here."""
    return {
        **place(sender_of(parcel), "pick_"),
        **place(parcel.receiver),
        "weight": parcel.weight_g,
        "value": parcel.declared_vnd,
        "transport": transport,
    }


def booking_request(parcel: Parcel) -> dict[str, Any]:
    """Create: `weight_option` says that weights are grams; without it they are kilograms."""
    sender = sender_of(parcel)
    words = TRY_WORDS if parcel.inspection_note == "try" else ""
    order: dict[str, Any] = {
        "id": parcel.reference,
        "pick_name": sender.name,
        "pick_tel": sender.phone,
        **place(sender, "pick_"),
        "pick_money": parcel.cod_vnd,
        "name": parcel.receiver.name,
        "tel": parcel.receiver.phone,
        **place(parcel.receiver),
        "hamlet": NO_HAMLET,
        "is_freeship": 0 if parcel.fee_payer == "receiver" else 1,
        "weight_option": "gram",
        "total_weight": parcel.weight_g,
        "value": parcel.declared_vnd,
        "transport": parcel.service_code,
        **pick_up(parcel.pickup_code),
        "note": note_of(parcel, words, carrier="GHTK", most=LONGEST_NOTE, unit=_("ký tự")),
    }
    if parcel.inspection_note != "closed":
        order["tags"] = [MAY_BE_INSPECTED]
    return {"products": [_product(item) for item in parcel.items], "order": order}


def pick_up(code: str) -> dict[str, Any]:
    """The courier comes, on a day and shift that were asked for, or the shop brings it."""
    if code == DROP_OFF:
        return {"pick_option": "post"}
    day, mark, shift = code.partition("/")
    asked = {"pick_date": day, "pick_work_shift": int(shift)} if mark else {}
    return {"pick_option": "cod", **asked}


def pickup_slots(moment: datetime) -> list[PickupSlot]:
    """The shifts of today that are not over and tomorrow's, then bringing it to a post office."""
    here = moment.astimezone(COMPANY_ZONE)
    slots = [
        PickupSlot(f"{day:%Y-%m-%d}/{number}", f"{_(SHIFT_NAMES[name])} {day:%d/%m}")
        for day in (here.date(), here.date() + timedelta(days=1))
        for number, (name, end) in enumerate(SHIFT_ENDS.items(), start=1)
        if day > here.date() or here.time() < end
    ]
    return [*slots, PickupSlot(DROP_OFF, _("Mang ra bưu cục"))]


def quote_of(answer: dict[str, Any], transport: str) -> Quote | None:
    """`fee` is all in, insurance included; None where the route is not served so."""
    fee = object_of(answer.get("fee"))
    if fee.get("delivery") is False:
        return None
    return Quote(
        service_code=transport,
        service_name=_(SERVICE_NAMES[transport]),
        fee_vnd=vnd_of(fee.get("fee")),
        expected_at=None,
    )


def booking_of(answer: dict[str, Any]) -> Booking:
    """The answer of a create."""
    order = object_of(answer.get("order"))
    return Booking(
        tracking_number=_label(order.get("label")),
        sort_code=str(order.get("sorting_code") or ""),
        fee_vnd=None if order.get("fee") in (None, "") else vnd_of(order["fee"]),
        expected_at=shift_time(order.get("estimated_deliver_time")),
        raw_status=str(order.get("status_id") or ""),
    )


def found_booking(answer: dict[str, Any]) -> Booking:
    """The answer of a status call, as the booking that it tells of."""
    order = object_of(answer.get("order"))
    fee = order.get("ship_money")
    return Booking(
        tracking_number=_label(order.get("label_id")),
        fee_vnd=None if fee in (None, "") else vnd_of(fee),
        expected_at=shift_time(order.get("deliver_date")),
        raw_status=str(order.get("status") or ""),
    )


def adopted(payload: Any) -> Booking | None:
    """The first parcel under an id, out of the refusal of a second one."""
    error = payload.get("error") if isinstance(payload, dict) else None
    label = error.get("ghtk_label") if isinstance(error, dict) else None
    if not isinstance(error, dict) or not label:
        return None
    return Booking(tracking_number=str(label), raw_status=str(error.get("status") or ""))


def updates_of(answer: dict[str, Any]) -> list[TrackingUpdate]:
    """GHTK tells the present state only."""
    order = object_of(answer.get("order"))
    raw_status = str(order.get("status", "")).strip()
    at = vietnam_time(order.get("modified")) or vietnam_time(order.get("created"))
    if not raw_status or at is None:
        raise MalformedAnswer("the order has no status or time")
    return [
        TrackingUpdate(
            tracking_number=_label(order.get("label_id")),
            reference=str(order.get("partner_id") or ""),
            kind="status",
            occurred_at=at,
            **told(raw_status, meaning_of(raw_status)),
            reason=str(order.get("message") or ""),
            cod_transferred_at=at if raw_status == SETTLED else None,
            expected_at=shift_time(order.get("deliver_date")),
        )
    ]


def vietnam_time(value: Any) -> datetime | None:
    """ISO-8601 or "yyyy-MM-dd HH:mm:ss"; without a zone it is Vietnam's."""
    return iso_time(value, zone=COMPANY_ZONE)


def shift_time(value: Any) -> datetime | None:
    """“Chiều 2026-10-09”, or a date alone: the end of that part of the day."""
    found = re.search(r"(\d{4})-(\d{2})-(\d{2})", str(value or ""))
    if found is None:
        return None
    ends = next((end for name, end in SHIFT_ENDS.items() if str(value).startswith(name)), time(21))
    year, month, day = map(int, found.groups())
    try:
        return datetime(year, month, day, ends.hour, tzinfo=COMPANY_ZONE)
    except ValueError:
        return None


def _product(item: Any) -> dict[str, Any]:
    return {
        "name": item.name,
        "weight": item.weight_g,
        "quantity": item.quantity,
        "price": item.price_vnd,
        "product_code": item.sku,
    }


def _label(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise MalformedAnswer("there is no label")
    return value
