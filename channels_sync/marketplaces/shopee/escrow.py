"""Prices that the order does not tell: Shopee shows 0 for bundle deals, escrow has the amounts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from channels_sync.marketplaces.shopee import mapping
from channels_sync.ports import Sale, SaleLine, UnreadableSale
from oms.kernel.money import round_half_up

Json = Mapping[str, Any]


def lacks_price(order: Json) -> bool:
    """Whether a line has the 0 that Shopee puts in place of a bundle deal's price."""
    return any(
        not item.get("model_discounted_price") and item.get("model_original_price")
        for item in order.get("item_list") or []
    )


def with_escrow_prices(order: Json, income: Json) -> Sale | UnreadableSale:
    """The order with line totals taken from the escrow detail.

    The field text does not say whether `discounted_price` is per piece or per line: the reading
    that gives the order's own discounted total is taken, and neither means that nobody knows.
    """
    read = mapping.sale(order)
    if isinstance(read, UnreadableSale):
        return read
    totals = _escrow_totals(order, income)
    if totals is None:
        return UnreadableSale(
            read.remote_id,
            _("Sàn báo giá 0 cho hàng combo và quyết toán không cho biết giá từng dòng"),
            mapping.plain(order),
        )
    lines: list[SaleLine] = []
    for line, total in zip(read.lines, totals, strict=True):
        lines.extend(_priced(line, total))
    goods = sum(line.quantity * line.unit_price_vnd for line in lines)
    total = mapping.vnd(order["total_amount"]) if order.get("total_amount") is not None else goods
    return replace(
        read,
        lines=tuple(lines),
        goods_vnd=goods,
        total_vnd=total,
        discount_vnd=max(goods - total, 0),
        shipping_fee_buyer_vnd=max(total - goods, 0),
    )


def _escrow_totals(order: Json, income: Json) -> list[int] | None:
    items = list(order.get("item_list") or [])
    found = [_escrow_row(item, income.get("items") or []) for item in items]
    if any(row is None or row.get("discounted_price") is None for row in found):
        return None
    quantities = [int(item["model_quantity_purchased"]) for item in items]
    prices = [Decimal(str(row["discounted_price"])) for row in found if row is not None]
    per_line = [round_half_up(price) for price in prices]
    per_piece = [round_half_up(p * n) for p, n in zip(prices, quantities, strict=True)]
    if per_line == per_piece:
        return per_line if all(per_line) else None
    for key in ("order_discounted_price", "cost_of_goods_sold", "order_selling_price"):
        if not income.get(key):
            continue
        known = mapping.vnd(income[key])
        if sum(per_line) == known:
            return per_line
        if sum(per_piece) == known:
            return per_piece
    return None


def _escrow_row(item: Json, rows: Sequence[Json]) -> Json | None:
    for row in rows:
        if item.get("line_item_id") and row.get("line_item_id") == item["line_item_id"]:
            return row
    same = [row for row in rows if mapping.listing_ref(row) == mapping.listing_ref(item)]
    return same[0] if len(same) == 1 else None


def _priced(line: SaleLine, total: int) -> list[SaleLine]:
    """A line total in whole dong per piece; the odd dong go to a second line of one piece."""
    unit, rest = divmod(total, line.quantity)
    if not rest:
        return [replace(line, unit_price_vnd=unit)]
    last = replace(
        line,
        remote_line_id=f"{line.remote_line_id}#rest",
        quantity=1,
        unit_price_vnd=unit + rest,
    )
    return [replace(line, quantity=line.quantity - 1, unit_price_vnd=unit), last]
