"""Lines of orders as pages show them; the number of queries does not grow with the rows."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from django.db.models import F, FilteredRelation, Q

from inventory.models import Allocation, StockLevel
from inventory.ports import Cause
from inventory.selectors.expired import sellable
from inventory.selectors.places import warehouses_visible_to
from oms.kernel.links import link
from orders.models import Order, OrderLine, OrderLineComponent
from orders.selectors.lists import orders_visible_to

HOLDER = "order_line"
LINES_SHOWN = 2
PART_FIELDS = (
    *("line_id", "quantity", "variant__sku", "variant__title"),
    *("variant__product__name",),
)


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


class StockRow(NamedTuple):
    """What one warehouse has of a line's goods, and how much of it this line holds.

    `url` is the page that tells who holds the rest.
    """

    warehouse: str
    available: int
    held: int
    url: str


def lines_with_stock(order: Order, user: Any) -> list[OrderLine]:
    """The order's lines with `stock_rows` per warehouse that the user may see, and their `url`.

    A line that sells a bundle has `parts` in its place, each with rows of its own.
    """
    rows = order.lines.annotate(
        product_id=F("variant__product_id"),
        promise=FilteredRelation("promises", condition=Q(promises__ended_at=None)),
        promised_on=F("promise__promised_on"),
        promise_reason=F("promise__reason"),
    )
    lines: list[OrderLine] = [*rows.order_by("position")]
    parts: dict[int, list[OrderLineComponent]] = defaultdict(list)
    frozen = OrderLineComponent.objects.filter(line__order=order)
    named = frozen.select_related("variant__product").only(*PART_FIELDS)
    for part in named.order_by("id"):
        parts[part.line_id].append(part)
    goods = {line.variant_id for line in lines if line.variant_id}
    variants = goods | {part.variant_id for rows in parts.values() for part in rows}
    held = _held_by([line.pk for line in lines])
    places = _places_of(variants, user)

    def rows_of(line: OrderLine, variant_id: int | None) -> list[StockRow]:
        return [
            StockRow(place.name, place.available, held.get((line.pk, *place.key), 0), place.url)
            for place in places.get(variant_id or 0, [])
        ]

    for line in lines:
        line.stock_rows = rows_of(line, line.variant_id)  # type: ignore[attr-defined]
        known = line.product_id is not None  # type: ignore[attr-defined]
        line.url = link("inventory:product_detail", line.product_id) if known else ""  # type: ignore[attr-defined]
        line.parts = parts[line.pk]  # type: ignore[attr-defined]
        for part in line.parts:  # type: ignore[attr-defined]
            part.pieces = part.quantity * line.quantity  # type: ignore[attr-defined]
            part.stock_rows = rows_of(line, part.variant_id)  # type: ignore[attr-defined]
    return lines


class Place(NamedTuple):
    """What one warehouse has of one variant; `key` is (variant id, warehouse id)."""

    key: tuple[int, int]
    name: str
    available: int
    url: str


def _places_of(variants: Collection[int], user: Any) -> dict[int, list[Place]]:
    """By variant: the warehouses that the user may see, in their order."""
    levels = StockLevel.objects.filter(
        variant__in=variants, warehouse__in=warehouses_visible_to(user)
    )
    found: dict[int, list[Place]] = defaultdict(list)
    rows = levels.order_by("warehouse__priority", "warehouse_id")
    for variant_id, place_id, name, available in rows.values_list(
        "variant_id", "warehouse_id", "warehouse__name", sellable()
    ):
        url = link("inventory:stock_explain", variant_id, place_id)
        found[variant_id].append(Place((variant_id, place_id), name, available, url))
    return found


def _held_by(line_ids: Sequence[int]) -> dict[tuple[int, int, int], int]:
    """Pieces by (line, variant, warehouse)."""
    rows = Allocation.objects.filter(holder_kind=HOLDER, holder_id__in=line_ids, status="open")
    return {
        (line, variant, warehouse): pieces
        for line, variant, warehouse, pieces in rows.values_list(
            "holder_id", "variant_id", "warehouse_id", "quantity"
        )
    }


def names_of_lines(line_ids: Sequence[int], user: Any = None) -> dict[int, tuple[str, str]]:
    """(label, page) of the orders behind lines, for who holds stock.

    With a user: only of the orders that he may see.
    """
    lines = OrderLine.objects.filter(pk__in=line_ids)
    if user is not None:
        lines = lines.filter(order__in=orders_visible_to(user))
    rows = lines.values_list("pk", "order_id", "order__number", "order__recipient_name")
    return {
        pk: (f"{number} {name}".strip(), link("orders:detail", order_id))
        for pk, order_id, number, name in rows
    }


def orders_as_causes(order_ids: Sequence[int]) -> dict[int, Cause]:
    """Orders as what a stock movement was for: the number, the buyer and his page."""
    rows = Order.objects.filter(pk__in=order_ids)
    return {
        pk: Cause(number, name, phone, link("orders:detail", pk))
        for pk, number, name, phone in rows.values_list(
            "pk", "number", "recipient_name", "recipient_phone"
        )
    }
