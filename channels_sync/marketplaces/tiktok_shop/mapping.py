"""TikTok Shop's JSON to our words; no input or output.

The list and the detail tell the same order: a head, and one line item for each piece. Amounts are
decimal text, times are seconds, ids are text.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from channels_sync.marketplaces.tiktok_shop.lines import lines_of, parcels_of
from channels_sync.marketplaces.tiktok_shop.status import (
    BEFORE_SHIPPING,
    BY_SELLER,
    CANCELLED,
    ORDER_STATES,
)
from channels_sync.ports import Grant, Recipient, RemoteState, Sale, Tokens, UnreadableSale
from channels_sync.ports.reading import Unreadable, plain, told_vnd, vnd
from oms.kernel.errors import ServiceRefused

Json = Mapping[str, Any]
REGION, CURRENCY = "VN", "VND"


# Access


def moment(seconds: Any) -> datetime | None:
    return datetime.fromtimestamp(int(seconds), UTC) if seconds and int(seconds) > 0 else None


def needed_moment(seconds: Any) -> datetime:
    read = moment(seconds)
    if read is None:
        raise ValueError("no time")
    return read


def tokens(body: Json) -> Tokens:
    """Both ends are moments, although their names say "in"."""
    expires = needed_moment(body["access_token_expire_in"])
    renewable = needed_moment(body["refresh_token_expire_in"])
    return Tokens(
        access_token=str(body["access_token"]),
        refresh_token=str(body["refresh_token"]),
        expires_at=expires,
        authorised_until=max(expires, renewable),
    )


def grant(body: Json, shops: Sequence[Json]) -> Grant:
    """The account's shops in this market, each with its cipher."""
    ours = {str(shop["id"]): str(shop["cipher"]) for shop in shops if shop.get("region") == REGION}
    if not ours:
        raise ServiceRefused(
            _("Tài khoản này không có gian hàng TikTok Shop Việt Nam"), code="no_shop"
        )
    return Grant(tuple(ours), tokens(body), shop_keys=ours, account=str(body.get("open_id") or ""))


# Orders

# Only these are kept: reading an order at another version of the call is no news.
HEAD_FIELDS = (
    *("id", "status", "create_time", "update_time", "paid_time", "is_cod", "payment_method_name"),
    *("shipping_type", "fulfillment_type", "delivery_option_id", "delivery_option_name"),
    *("warehouse_id", "buyer_message", "seller_note", "rts_sla_time", "tts_sla_time"),
    *("shipping_due_time", "collection_due_time", "cancel_order_sla_time", "split_or_combine_tag"),
    *("is_on_hold_order", "is_buyer_request_cancel", "is_sample_order", "is_replacement_order"),
    *("is_exchange_order", "cancel_reason", "cancellation_initiator", "cancel_time"),
    *("request_cancel_time", "payment", "recipient_address"),
)
LINE_FIELDS = (
    *("id", "product_id", "product_name", "sku_id", "sku_name", "seller_sku", "original_price"),
    *("sale_price", "seller_discount", "platform_discount", "currency", "display_status"),
    *("package_id", "package_status", "tracking_number", "shipping_provider_id"),
    *("shipping_provider_name", "cancel_user", "cancel_reason", "is_gift"),
)


def kept_payload(order: Json) -> dict[str, Any]:
    """What is kept of an order as it was told."""
    rows = order.get("line_items") or []
    return {
        **_some(order, HEAD_FIELDS),
        "line_items": [_some(row, LINE_FIELDS) for row in rows],
    }


def _some(row: Json, names: Sequence[str]) -> dict[str, Any]:
    return {name: plain(row[name]) for name in names if row.get(name) not in (None, "")}


def sale(order: Json) -> Sale | UnreadableSale:
    """One order in our words, or why it cannot be read."""
    remote_id, payload = str(order.get("id") or ""), kept_payload(order)
    try:
        return _sale(remote_id, order, payload)
    except Unreadable as why:
        return UnreadableSale(remote_id, str(why), payload)
    except (KeyError, TypeError, ValueError, ArithmeticError) as why:
        reason = _("Dữ liệu đơn của sàn không đọc được: %(why)s") % {"why": repr(why)[:200]}
        return UnreadableSale(remote_id, reason, payload)


def _sale(remote_id: str, order: Json, payload: dict[str, Any]) -> Sale:
    units = order.get("line_items") or []
    if not units:
        raise Unreadable(_("Đơn không có sản phẩm"))
    payment = order["payment"]
    _check_currency(payment)
    # What was cancelled is no longer bought, unless everything was.
    bought = [unit for unit in units if unit.get("display_status") != CANCELLED] or units
    goods = sum(vnd(unit["original_price"]) for unit in bought)
    mine, theirs = _discounts(payment, goods, bought, is_whole=len(bought) == len(units))
    shipping = vnd(payment["total_amount"]) - vnd(payment["sub_total"])
    updated = needed_moment(order["update_time"])
    return Sale(
        remote_id=remote_id,
        remote_status=str(order["status"]),
        state=_state(order),
        version=int(updated.timestamp()),
        placed_at=needed_moment(order["create_time"]),
        updated_at=updated,
        currency=CURRENCY,
        is_cod=bool(order.get("is_cod")),
        recipient=recipient(order.get("recipient_address") or {}),
        lines=tuple(lines_of(units, bought)),
        goods_vnd=goods,
        discount_vnd=mine + theirs,
        shipping_fee_buyer_vnd=shipping,
        total_vnd=goods - mine - theirs + shipping,
        paid_at=moment(order.get("paid_time")),
        ship_by_at=moment(order.get("rts_sla_time")) or moment(order.get("shipping_due_time")),
        carrier_name=_carrier(order, bought),
        buyer_note=str(order.get("buyer_message") or ""),
        cancel_by=str(order.get("cancellation_initiator") or ""),
        cancel_reason=_cancel_reason(order, units),
        is_split=len({str(unit.get("package_id") or "") for unit in bought}) > 1,
        parcels=tuple(parcels_of(bought)),
        payload=payload,
        seller_voucher_vnd=mine,
        platform_voucher_vnd=theirs,
    )


def _check_currency(payment: Json) -> None:
    currency = str(payment.get("currency") or "")
    if currency != CURRENCY:
        raise Unreadable(
            _("Đơn dùng tiền %(currency)s, gian hàng Việt Nam dùng VND") % {"currency": currency}
        )


def _state(order: Json) -> RemoteState:
    if order.get("fulfillment_type") not in (None, "", BY_SELLER):
        return RemoteState.ELSEWHERE
    state = ORDER_STATES.get(str(order["status"]), RemoteState.UNKNOWN)
    if state is RemoteState.TO_SHIP and order.get("is_on_hold_order"):
        return RemoteState.HELD
    if state in BEFORE_SHIPPING and order.get("is_buyer_request_cancel"):
        return RemoteState.CANCEL_REQUESTED
    return state


def _discounts(
    payment: Json, goods: int, bought: Sequence[Json], *, is_whole: bool
) -> tuple[int, int]:
    """What the seller and what the marketplace pays of the discount.

    The order's own sums count; what the seller does not pay of the difference to what the buyer
    pays for the goods, the marketplace does. Of what is left of an order the units tell.
    """
    if not is_whole:
        return _sum(bought, "seller_discount"), _sum(bought, "platform_discount")
    mine = told_vnd(payment.get("seller_discount"))
    theirs = goods - mine - vnd(payment["sub_total"])
    if theirs < 0:
        raise Unreadable(_("Tiền hàng, giảm giá và tổng tiền của sàn không khớp nhau"))
    return mine, theirs


def _sum(units: Sequence[Json], name: str) -> int:
    return sum(told_vnd(unit.get(name)) for unit in units)


def _carrier(order: Json, units: Sequence[Json]) -> str:
    told = [unit.get("shipping_provider_name") for unit in units]
    return str(next(filter(None, told), "") or order.get("shipping_provider") or "")


def _cancel_reason(order: Json, units: Sequence[Json]) -> str:
    told = [order.get("cancel_reason"), *(unit.get("cancel_reason") for unit in units)]
    return str(next(filter(None, told), ""))


def recipient(told: Json) -> Recipient:
    """Levels of the address: L1 province, L2 district, L3 ward; since 2025 some have no district.

    A ward in the second level is known by the level's own name.
    """
    levels = {str(row.get("address_level")): row for row in told.get("district_info") or []}

    def named(level: str) -> str:
        return str((levels.get(level) or {}).get("address_name") or "").strip()

    second = str((levels.get("L2") or {}).get("address_level_name") or "").lower()
    district, ward = named("L2"), named("L3")
    if not ward and second in ("ward", "commune"):
        district, ward = "", district
    lines = [str(told.get(f"address_line{at}") or "").strip() for at in range(1, 5)]
    street = str(told.get("address_detail") or "").strip() or " ".join(filter(None, lines))
    return Recipient(
        name=str(told.get("name") or "").strip(),
        phone=str(told.get("phone_number") or "").strip(),
        street=street,
        ward=ward,
        district=district,
        province=named("L1"),
        full_address=str(told.get("full_address") or "").strip(),
    )
