"""Our parcel in Viettel Post's fields and back. Addresses go out in one line. No I/O."""

from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from oms.kernel.errors import ServiceRefused
from shipping.answers import MalformedAnswer, object_of, vnd_of
from shipping.ports import Booking, Parcel, Party, Quote
from shipping.wishes import note_of, sender_of

MOST_BYTES = 150
SERVICE_NAMES = {
    "VCN": gettext_noop("Chuyển phát nhanh"),
    "VTK": gettext_noop("Chuyển phát tiết kiệm"),
}
USUAL_SERVICE = "VCN"
# The buyer reads these words at the door; the codes of such services differ by contract.
INSPECTION_WORDS = {
    "try": "Cho thử hàng.",
    "look": "Cho xem hàng, không thử.",
    "closed": "Không cho xem hàng.",
}
NOTHING, GOODS_AND_FEE, GOODS, FEE = 1, 2, 3, 4


def payment_kind(parcel: Parcel) -> int:
    """What the courier takes at the door. Our amount never holds the carrier's fee."""
    if parcel.fee_payer == "receiver":
        return GOODS_AND_FEE if parcel.cod_vnd else FEE
    return GOODS if parcel.cod_vnd else NOTHING


def one_line(party: Party) -> str:
    return ", ".join(filter(None, (party.street, party.ward, party.district, party.province)))


def price_request(parcel: Parcel) -> dict[str, Any]:
    """The fields that all price calls share."""
    return {
        "SENDER_ADDRESS": _address(sender_of(parcel), "warehouse"),
        "RECEIVER_ADDRESS": _address(parcel.receiver, "street"),
        "PRODUCT_TYPE": "HH",
        "PRODUCT_WEIGHT": parcel.weight_g,
        "PRODUCT_PRICE": parcel.declared_vnd,
        "MONEY_COLLECTION": parcel.cod_vnd,
        "PRODUCT_LENGTH": parcel.length_cm,
        "PRODUCT_WIDTH": parcel.width_cm,
        "PRODUCT_HEIGHT": parcel.height_cm,
    }


def booking_request(parcel: Parcel, *, order_number: str, is_new: bool = True) -> dict[str, Any]:
    """Create under our code, or edit under the waybill."""
    sender = sender_of(parcel)
    body = {
        "ORDER_NUMBER": order_number,
        **price_request(parcel),
        "SENDER_FULLNAME": sender.name,
        "SENDER_PHONE": sender.phone,
        "RECEIVER_FULLNAME": parcel.receiver.name,
        "RECEIVER_PHONE": parcel.receiver.phone,
        "PRODUCT_NAME": _goods(parcel),
        "PRODUCT_DESCRIPTION": _goods(parcel),
        "PRODUCT_QUANTITY": sum(item.quantity for item in parcel.items) or 1,
        "ORDER_PAYMENT": payment_kind(parcel),
        "ORDER_SERVICE": parcel.service_code,
        "ORDER_SERVICE_ADD": "",
        "ORDER_NOTE": note_of(
            parcel,
            INSPECTION_WORDS[parcel.inspection_note],
            carrier="Viettel Post",
            most=MOST_BYTES,
            unit="byte",
        ),
        "LIST_ITEM": [
            {
                "PRODUCT_NAME": item.name,
                "PRODUCT_PRICE": item.price_vnd,
                "PRODUCT_WEIGHT": item.weight_g,
                "PRODUCT_QUANTITY": item.quantity,
            }
            for item in parcel.items
        ],
    }
    # Without it a repeat would make a second parcel.
    return body | {"CHECK_UNIQUE": True} if is_new else body


def services_of(answer: Any) -> dict[str, str]:
    """Code and name of each service on this route; the text calls wrap the list."""
    rows = answer.get("RESULT") if isinstance(answer, dict) else answer
    if not isinstance(rows, list):
        raise MalformedAnswer("the services are not a list")
    named = [row for row in rows if isinstance(row, dict) and row.get("MA_DV_CHINH")]
    return {str(row["MA_DV_CHINH"]): str(row.get("TEN_DICHVU") or "") for row in named}


def quote_of(answer: Any, code: str, name: str, *, now: datetime) -> Quote:
    """MONEY_TOTAL is all in, with VAT."""
    data = object_of(answer.get("data") if isinstance(answer, dict) else answer)
    known = SERVICE_NAMES.get(code)
    return Quote(
        service_code=code,
        service_name=_(known) if known else name or code,
        fee_vnd=vnd_of(data.get("MONEY_TOTAL")),
        expected_at=_after_hours(data.get("KPI_HT"), now),
    )


def booking_of(answer: Any, *, reference: str, now: datetime) -> Booking:
    """The answer's ORDER_NUMBER is the waybill; our own code in its place is no waybill."""
    data = object_of(answer.get("data") if isinstance(answer, dict) else answer)
    waybill = str(data.get("ORDER_NUMBER") or "")
    if not waybill or waybill == reference:
        raise MalformedAnswer("ORDER_NUMBER is not a waybill")
    fee = data.get("MONEY_TOTAL")
    return Booking(
        tracking_number=waybill,
        fee_vnd=None if fee in (None, "") else vnd_of(fee),
        expected_at=_after_hours(data.get("KPI_HT"), now),
    )


def _address(party: Party, field: str) -> str:
    line = one_line(party)
    if len(line.encode()) > MOST_BYTES:
        raise ServiceRefused(
            _("Địa chỉ quá dài cho Viettel Post (tối đa 150 byte); hãy viết gọn lại."),
            "address.too_long",
            field=field,
        )
    return line


def _goods(parcel: Parcel) -> str:
    """What is inside, in as many letters as fit; the list has the rest."""
    text = ", ".join(item.name for item in parcel.items) or _("Hàng hóa")
    return text.encode()[:MOST_BYTES].decode(errors="ignore")


def _after_hours(hours: Any, now: datetime) -> datetime | None:
    try:
        minutes = int(Decimal(str(hours)) * 60)
    except (InvalidOperation, ValueError):
        return None
    return now + timedelta(minutes=minutes) if minutes > 0 else None
