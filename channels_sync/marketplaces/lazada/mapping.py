"""Lazada's JSON to our words; no input or output.

An order is its head (list or /order/get) and one row for each piece (units). Amounts are text
with two decimals, dong too; times are local text with an offset.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from channels_sync.marketplaces.lazada.lines import lines_of, parcels_of
from channels_sync.marketplaces.lazada.status import CANCELED, order_state, statuses_text
from channels_sync.ports import Grant, Recipient, RemoteState, Sale, Tokens, UnreadableSale
from channels_sync.ports.reading import Unreadable, plain, told_vnd
from oms.kernel.errors import ServiceRefused

Json = Mapping[str, Any]
COUNTRY = "vn"
# Above this a moment is told in milliseconds.
LARGEST_SECONDS = 10**11


# Access


def tokens(body: Json, *, now: datetime) -> Tokens:
    """Lives differ by the kind of app: only the answer tells them. 0 means it cannot be renewed."""
    expires = now + timedelta(seconds=int(body["expires_in"]))
    renewable = int(body.get("refresh_expires_in") or 0)
    return Tokens(
        access_token=str(body["access_token"]),
        refresh_token=str(body.get("refresh_token") or "") if renewable else "",
        expires_at=expires,
        authorised_until=max(expires, now + timedelta(seconds=renewable)),
    )


def grant(body: Json, *, now: datetime) -> Grant:
    """The sellers of this market that one consent covers; a cross-border one has several."""
    rows = body.get("country_user_info") or body.get("country_user_info_list") or []
    sellers = [str(row["seller_id"]) for row in rows if row.get("country") == COUNTRY]
    if not sellers:
        raise ServiceRefused(_("Tài khoản này không có gian hàng Lazada Việt Nam"), code="no_shop")
    return Grant(tuple(dict.fromkeys(sellers)), tokens(body, now=now))


# Values


def moment(text: Any) -> datetime | None:
    """`2025-12-01 09:15:00 +0700`, ISO 8601, or seconds or milliseconds since the epoch."""
    given = str(text or "").strip()
    return None if not given or given == "0" else _moment(given)


@lru_cache(maxsize=8192)
def _moment(given: str) -> datetime:
    """Kept, for a head and its units tell the same moments."""
    if given.isascii() and given.isdigit():
        number = int(given)
        seconds = number / 1000 if number > LARGEST_SECONDS else number
        return datetime.fromtimestamp(seconds, UTC)
    read = datetime.fromisoformat(given.replace(" +", "+").replace(" -", "-"))
    if read.tzinfo is None:
        raise ValueError(f"no offset: {given}")
    return read.astimezone(UTC)


def needed_moment(text: Any) -> datetime:
    read = moment(text)
    if read is None:
        raise ValueError("no time")
    return read


# Orders

# The list and the single order tell the same head with other types and some other keys: only what
# both have is kept, so that reading an order another way is no news.
HEAD_FIELDS = (
    *("order_id", "order_number", "payment_method", "price", "shipping_fee", "voucher"),
    *("created_at", "updated_at", "buyer_note", "remarks", "gift_message", "tax_code"),
    *("branch_number", "warehouse_code", "items_count", "promised_shipping_times"),
    *("customer_first_name", "customer_last_name"),
)
ADDRESS_FIELDS = (
    *("first_name", "last_name", "phone", "phone2", "city", "post_code", "country"),
    *("address1", "address2", "address3", "address4", "address5"),
)


def kept_payload(head: Json, units: Sequence[Json]) -> dict[str, Any]:
    """What is kept of an order as it was told."""
    told = head.get("address_shipping") or {}
    address = {name: str(told[name]) for name in ADDRESS_FIELDS if told.get(name)}
    kept = {name: str(head[name]) for name in HEAD_FIELDS if head.get(name) not in (None, "")}
    return {**kept, "address_shipping": address, "order_items": plain(list(units))}


def sale(head: Json, units: Sequence[Json]) -> Sale | UnreadableSale:
    """One order in our words, or why it cannot be read."""
    remote_id = str(head.get("order_id") or "")
    payload = kept_payload(head, units)
    try:
        return _sale(remote_id, head, units, payload)
    except Unreadable as why:
        return UnreadableSale(remote_id, str(why), payload)
    except (KeyError, TypeError, ValueError, ArithmeticError) as why:
        reason = _("Dữ liệu đơn của sàn không đọc được: %(why)s") % {"why": repr(why)[:200]}
        return UnreadableSale(remote_id, reason, payload)


def _sale(remote_id: str, head: Json, units: Sequence[Json], payload: dict[str, Any]) -> Sale:
    if not units:
        raise Unreadable(_("Đơn không có sản phẩm"))
    _check_currency(units)
    ours = [unit for unit in units if not _is_elsewhere(unit)]
    counted = ours or list(units)
    # What was cancelled is no longer bought, unless everything was.
    bought = [unit for unit in counted if unit["status"] != CANCELED] or counted
    goods = sum(told_vnd(unit["item_price"]) for unit in bought)
    mine, theirs = _vouchers(bought)
    shipping = _shipping(head, units, bought)
    updated = max(needed_moment(row["updated_at"]) for row in (head, *units))
    state = _state(head, units, ours)
    return Sale(
        remote_id=remote_id,
        remote_status=statuses_text(str(unit["status"]) for unit in units),
        state=state,
        version=int(updated.timestamp()),
        placed_at=needed_moment(head["created_at"]),
        updated_at=updated,
        currency="VND",
        is_cod=str(head.get("payment_method") or "").upper() == "COD",
        recipient=recipient(head),
        lines=tuple(lines_of(counted, bought)),
        goods_vnd=goods,
        discount_vnd=mine + theirs,
        shipping_fee_buyer_vnd=shipping,
        total_vnd=goods - mine - theirs + shipping,
        paid_at=_paid_at(bought),
        ship_by_at=_earliest(bought, "sla_time_stamp"),
        carrier_name=next((str(u["shipment_provider"]) for u in bought if _named(u)), ""),
        buyer_note=str(head.get("buyer_note") or head.get("remarks") or ""),
        cancel_by=next((str(u.get("cancel_return_initiator") or "") for u in counted), ""),
        cancel_reason=_cancel_reason(counted),
        is_split=len({str(u.get("package_id") or "") for u in bought}) > 1,
        parcels=tuple(parcels_of(counted)),
        payload=payload,
        seller_voucher_vnd=mine,
        platform_voucher_vnd=theirs,
        answer_until=_earliest(_asking(units), "cancel_trigger_time"),
    )


def _check_currency(units: Sequence[Json]) -> None:
    currency = str(units[0].get("currency") or "VND")
    if currency != "VND":
        raise Unreadable(
            _("Đơn dùng tiền %(currency)s, gian hàng Việt Nam dùng VND") % {"currency": currency}
        )


def _state(head: Json, units: Sequence[Json], ours: Sequence[Json]) -> RemoteState:
    if not ours:
        return RemoteState.ELSEWHERE
    state = order_state(str(unit["status"]) for unit in ours)
    before_shipping = state in (RemoteState.UNPAID, RemoteState.TO_SHIP, RemoteState.ARRANGED)
    if before_shipping and (_is_true(head.get("need_cancel_confirm")) or _asking(units)):
        return RemoteState.CANCEL_REQUESTED
    return state


def _asking(units: Sequence[Json]) -> list[Json]:
    """Units that a buyer wants cancelled and for which the seller must answer."""
    return [unit for unit in units if _is_true(unit.get("need_cancel_confirm"))]


def _is_elsewhere(unit: Json) -> bool:
    """Shipped by the marketplace from its own warehouse, or nothing to ship."""
    return _is_true(unit.get("is_fbl")) or _is_true(unit.get("is_digital"))


def _is_true(value: Any) -> bool:
    return str(value).lower() in ("1", "true")


def _vouchers(units: Sequence[Json]) -> tuple[int, int]:
    """What the seller and what the marketplace pays of the discount.

    The whole is `voucher_amount`; where the parts are larger (Lazada bonus is told apart), they
    are the whole.
    """
    mine = sum(
        told_vnd(u.get("voucher_seller")) + told_vnd(u.get("voucher_seller_lpi")) for u in units
    )
    theirs = sum(
        told_vnd(u.get("voucher_platform")) + told_vnd(u.get("voucher_platform_lpi")) for u in units
    )
    whole = sum(told_vnd(u.get("voucher_amount")) for u in units)
    return mine, max(whole - mine, theirs)


def _shipping(head: Json, units: Sequence[Json], bought: Sequence[Json]) -> int:
    """What the buyer pays for delivery: of the order, or of what is left of it."""
    told = told_vnd(head.get("shipping_fee"))
    shares = sum(told_vnd(unit.get("shipping_amount")) for unit in units)
    if len(bought) == len(units) or shares != told:
        return told
    return sum(told_vnd(unit.get("shipping_amount")) for unit in bought)


def _paid_at(units: Sequence[Json]) -> datetime | None:
    return _earliest(units, "payment_time")


def _earliest(units: Sequence[Json], name: str) -> datetime | None:
    found = [read for unit in units if (read := moment(unit.get(name))) is not None]
    return min(found, default=None)


def _named(unit: Json) -> bool:
    return bool(unit.get("shipment_provider"))


def _cancel_reason(units: Sequence[Json]) -> str:
    for unit in units:
        words = [str(unit.get(name) or "") for name in ("reason", "reason_detail")]
        if any(words):
            return " – ".join(word for word in words if word)
    return ""


def recipient(head: Json) -> Recipient:
    """In Vietnam address3 is the province, address4 the district and address5 the ward."""
    told = head.get("address_shipping") or {}

    def text(name: str) -> str:
        return str(told.get(name) or "").strip()

    # The key of the district is misspelt in the list.
    district = text("address4") or text("addressDistrict") or text("addressDsitrict")
    street = " ".join(filter(None, (text("address1"), text("address2"))))
    parts = (street, text("address5"), district, text("address3"))
    return Recipient(
        name=" ".join(filter(None, (text("first_name"), text("last_name")))),
        phone=text("phone") or text("phone2"),
        street=street,
        ward=text("address5"),
        district=district,
        province=text("address3"),
        full_address=", ".join(part for part in parts if part),
    )
