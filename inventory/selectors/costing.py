"""What pieces cost: those that left, those that are here, and all of them on a past day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from inventory.models import (
    CostCorrection,
    StockLevel,
    StockMovement,
    Valuation,
    Variant,
)
from inventory.selectors.places import warehouses_visible_to
from oms.kernel.clock import day_bounds
from oms.kernel.pages import Page, keyset_page
from oms.kernel.sql import run
from oms.kernel.text import fold


def method() -> str:
    row = Valuation.objects.first()
    return row.method if row else Valuation.Method.AVERAGE.value


def may_choose_method() -> bool:
    """Until goods move beyond their opening stock."""
    return not StockMovement.objects.exclude(kind=StockMovement.Kind.OPENING).exists()


def shipment_costs(cause_kind: str, cause_ids: Collection[int]) -> dict[int, int]:
    """Đồng by cause: what the pieces that left for it were worth, corrections included."""
    ids = list(cause_ids)
    left = StockMovement.objects.filter(
        cause_kind=cause_kind, cause_id__in=ids, kind=StockMovement.Kind.SHIPMENT
    )
    costs = dict.fromkeys(ids, 0)
    for cause_id, worth in left.order_by().values_list("cause_id").annotate(v=Sum("value_vnd")):
        costs[cause_id] -= worth
    late = CostCorrection.objects.filter(movement__in=left).order_by()
    for cause_id, worth in late.values_list("movement__cause_id").annotate(v=Sum("value_vnd")):
        costs[cause_id] += worth
    return costs


def movement_values(movement_ids: Collection[int]) -> dict[int, int]:
    """Đồng by movement, with the sign of its quantity, as it was written."""
    rows = StockMovement.objects.filter(pk__in=list(movement_ids))
    return dict(rows.values_list("pk", "value_vnd"))


def unit_costs(variant_ids: Collection[int]) -> dict[int, int]:
    """Đồng a piece: the average over all warehouses, or the variant's own cost without stock."""
    ids = list(variant_ids)
    costs = dict(Variant.objects.filter(pk__in=ids).values_list("pk", "cost_vnd"))
    here = StockLevel.objects.filter(variant__in=ids, on_hand__gt=0).order_by()
    rows = here.values_list("variant_id").annotate(units=Sum("on_hand"), worth=Sum("value_vnd"))
    for variant, units, worth in rows:
        costs[variant] = (2 * worth + units) // (2 * units)
    return costs


@dataclass(frozen=True, slots=True)
class ValueRow:
    """Pieces and their worth at the end of a day, of one category in one warehouse."""

    warehouse: str
    category: str
    units: int
    value_vnd: int


# The balances of now, less what moved after that day: a recent day reads little.
_VALUE_AT = """
SELECT w.name, coalesce(c.path, ''), sum(b.units)::bigint, sum(b.worth)::bigint
FROM (
    SELECT variant_id, warehouse_id, on_hand AS units, value_vnd AS worth
    FROM inventory_stocklevel WHERE on_hand > 0
    UNION ALL
    SELECT variant_id, warehouse_id, -quantity, -value_vnd
    FROM inventory_stockmovement WHERE created_at >= %(end)s::timestamptz
) AS b
JOIN inventory_warehouse w ON w.id = b.warehouse_id
JOIN inventory_variant v ON v.id = b.variant_id
JOIN inventory_product p ON p.id = v.product_id
LEFT JOIN inventory_category c ON c.id = p.category_id
WHERE b.warehouse_id = ANY(%(warehouses)s::bigint[])
GROUP BY w.priority, w.id, w.name, c.path
HAVING sum(b.units) <> 0 OR sum(b.worth) <> 0
ORDER BY w.priority, w.id, coalesce(c.path, '')
"""


def stock_value(user: Any, *, day: date, warehouse_id: int | None = None) -> list[ValueRow]:
    """What the stock in the user's warehouses was worth at the end of `day`."""
    places = warehouses_visible_to(user)
    if warehouse_id is not None:
        places = places.filter(pk=warehouse_id)
    rows = run(
        _VALUE_AT,
        {"end": day_bounds(day)[1], "warehouses": list(places.values_list("pk", flat=True))},
    )
    return [ValueRow(*row) for row in rows]


def value_list(
    user: Any,
    *,
    day: date,
    warehouse_id: int | None = None,
    q: str = "",
    after: str = "",
    before: str = "",
    size: int = 50,
) -> Page[StockLevel]:
    """Balances of one page, as they stood at the end of `day`."""
    then = value_rows(user, day=day, warehouse_id=warehouse_id, q=q)
    keys = ("variant_id", "warehouse_id", "id")
    return keyset_page(then, keys=keys, after=after, before=before, size=size)


def value_rows(
    user: Any, *, day: date, warehouse_id: int | None = None, q: str = ""
) -> QuerySet[Any]:
    """Balances with `units_then` and `value_then`, as they stood at the end of `day`."""
    rows = StockLevel.objects.select_related("variant__product", "warehouse").filter(
        warehouse__in=warehouses_visible_to(user)
    )
    if warehouse_id is not None:
        rows = rows.filter(warehouse_id=warehouse_id)
    for word in fold(q).split():
        rows = rows.filter(variant__search_folded__contains=word)
    return standing_at(rows, day_bounds(day)[1]).filter(Q(units_then__gt=0))


def standing_at(rows: QuerySet[StockLevel], moment: datetime) -> QuerySet[Any]:
    """Balances with `units_then` and `value_then`: as they stood just before `moment`."""
    since = (
        StockMovement.objects.filter(
            variant=OuterRef("variant"), warehouse=OuterRef("warehouse"), created_at__gte=moment
        )
        .order_by()
        .values("variant", "warehouse")
    )
    moved = Subquery(since.annotate(n=Sum("quantity")).values("n"), output_field=IntegerField())
    worth = Subquery(since.annotate(n=Sum("value_vnd")).values("n"))
    return rows.annotate(
        units_then=F("on_hand") - Coalesce(moved, 0),
        value_then=F("value_vnd") - Coalesce(worth, 0),
    )


def totals(rows: Sequence[ValueRow]) -> tuple[int, int]:
    """(pieces, đồng) of all rows."""
    return sum(row.units for row in rows), sum(row.value_vnd for row in rows)
