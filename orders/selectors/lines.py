"""Lines of orders as pages show them; the number of queries does not grow with the rows."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from inventory.models import Allocation, StockLevel
from inventory.ports import Cause
from inventory.selectors.expired import with_available
from inventory.selectors.places import warehouses_visible_to
from orders.models import Order, OrderLine, OrderLineComponent
from orders.selectors.lists import orders_visible_to

HOLDER = "order_line"
LINES_SHOWN = 2


def add_first_lines(orders: Sequence[Order]) -> None:
    """Give each order of a list page `first_lines` and `more_lines`."""
    lines: dict[int, list[OrderLine]] = defaultdict(list)
    rows = OrderLine.objects.filter(order__in=[order.pk for order in orders])
    for line in rows.only("order_id", "variant_id", "sku", "name", "quantity", "position").order_by(
        "position"
    ):
        lines[line.order_id].append(line)
    for order in orders:
        own = lines[order.pk]
        order.first_lines = own[:LINES_SHOWN]  # type: ignore[attr-defined]
        order.more_lines = max(0, len(own) - LINES_SHOWN)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class StockRow:
    """What one warehouse has of a line's goods, and how much of it this line holds.

    `url` is the page that tells who holds the rest.
    """

    warehouse: str
    available: int
    held: int
    url: str


def lines_with_stock(order: Order, user: Any) -> list[OrderLine]:
    """The order's lines with `stock_rows` per warehouse that the user may see.

    A line that sells a bundle has `parts` in its place, each with rows of its own.
    """
    lines = list(order.lines.select_related("variant__product").order_by("position"))
    parts: dict[int, list[OrderLineComponent]] = defaultdict(list)
    frozen = OrderLineComponent.objects.filter(line__order=order)
    for part in frozen.select_related("variant__product").order_by("id"):
        parts[part.line_id].append(part)
    goods = {line.variant_id for line in lines if line.variant_id}
    variants = goods | {part.variant_id for rows in parts.values() for part in rows}
    levels = StockLevel.objects.filter(
        variant__in=variants, warehouse__in=warehouses_visible_to(user)
    ).select_related("warehouse")
    held = {
        (row.holder_id, row.variant_id, row.warehouse_id): row.quantity
        for row in Allocation.objects.filter(
            holder_kind=HOLDER, holder_id__in=[line.pk for line in lines], status="open"
        )
    }
    by_variant: dict[int, list[StockLevel]] = defaultdict(list)
    for level in with_available(levels).order_by("warehouse__priority", "warehouse_id"):
        by_variant[level.variant_id].append(level)

    def rows_of(line: OrderLine, variant_id: int | None) -> list[StockRow]:
        return [
            StockRow(
                level.warehouse.name,
                level.available,
                held.get((line.pk, level.variant_id, level.warehouse_id), 0),
                reverse("inventory:stock_explain", args=[level.variant_id, level.warehouse_id]),
            )
            for level in by_variant.get(variant_id or 0, [])
        ]

    for line in lines:
        line.stock_rows = rows_of(line, line.variant_id)  # type: ignore[attr-defined]
        line.parts = parts[line.pk]  # type: ignore[attr-defined]
        for part in line.parts:  # type: ignore[attr-defined]
            part.pieces = part.quantity * line.quantity  # type: ignore[attr-defined]
            part.stock_rows = rows_of(line, part.variant_id)  # type: ignore[attr-defined]
    return lines


def names_of_lines(line_ids: Sequence[int], user: Any = None) -> dict[int, tuple[str, str]]:
    """(label, page) of the orders behind lines, for who holds stock.

    With a user: only of the orders that he may see.
    """
    lines = OrderLine.objects.filter(pk__in=line_ids)
    if user is not None:
        lines = lines.filter(order__in=orders_visible_to(user))
    rows = lines.values_list("pk", "order_id", "order__number", "order__recipient_name")
    return {
        pk: (f"{number} {name}".strip(), reverse("orders:detail", args=[order_id]))
        for pk, order_id, number, name in rows
    }


def orders_as_causes(order_ids: Sequence[int]) -> dict[int, Cause]:
    """Orders as what a stock movement was for: the number, the buyer and his page."""
    rows = Order.objects.filter(pk__in=order_ids)
    return {
        pk: Cause(number, name, phone, reverse("orders:detail", args=[pk]))
        for pk, number, name, phone in rows.values_list(
            "pk", "number", "recipient_name", "recipient_phone"
        )
    }
