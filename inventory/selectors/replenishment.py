"""Reads of proposals, of one variant's forecast, and of what sells best."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from inventory.models import (
    DemandForecast,
    ReplenishmentProposal,
    Supplier,
    SupplierBuying,
    Variant,
)
from inventory.replenishment.methods import WEEK
from inventory.selectors.demand import demand_of
from inventory.selectors.places import warehouses_visible_to
from oms.kernel.clock import day_bounds, today
from oms.kernel.pages import Page, keyset_page
from oms.kernel.sql import run

WEEKS_SHOWN, WEEKS_AHEAD = 12, 4
BEST_DAYS, BEST_SHOWN = 28, 50

_BEST = """
SELECT v.id, v.sku, s.units, s.before, f.next_week, coalesce(f.method, '')
FROM (
    SELECT variant_id,
        -sum(quantity) FILTER (WHERE created_at >= %(middle)s::timestamptz) AS units,
        coalesce(-sum(quantity) FILTER (WHERE created_at < %(middle)s::timestamptz), 0) AS before
    FROM inventory_stockmovement
    WHERE kind = 'shipment' AND created_at >= %(since)s::timestamptz
        AND (%(places)s::bigint[] IS NULL OR warehouse_id = ANY(%(places)s::bigint[]))
    GROUP BY variant_id
) AS s
JOIN inventory_variant v ON v.id = s.variant_id
LEFT JOIN inventory_demandforecast f ON f.variant_id = v.id
WHERE s.units > 0 ORDER BY s.units DESC, v.id LIMIT %(most)s
"""
_WEEKDAYS = """
SELECT extract(isodow FROM created_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::int, -sum(quantity)::int
FROM inventory_stockmovement
WHERE kind = 'shipment' AND created_at >= %(since)s::timestamptz
    AND (%(places)s::bigint[] IS NULL OR warehouse_id = ANY(%(places)s::bigint[]))
GROUP BY 1 ORDER BY 1
"""


def proposals_visible_to(user: Any) -> QuerySet[ReplenishmentProposal]:
    return ReplenishmentProposal.objects.filter(warehouse__in=warehouses_visible_to(user))


def proposal_list(
    user: Any, *, status: str = "open", supplier: str = "", after: str = "", before: str = ""
) -> Page[ReplenishmentProposal]:
    """Proposals newest first with what their row shows."""
    rows = proposals_visible_to(user).filter(status=status)
    if supplier == "none":
        rows = rows.filter(supplier=None)
    elif supplier.isdecimal():
        rows = rows.filter(supplier_id=int(supplier))
    rows = rows.select_related("variant__product", "warehouse", "supplier", "purchase_order")
    return keyset_page(rows, keys=("-id",), after=after, before=before)


def suppliers_of_open(user: Any) -> QuerySet[Supplier]:
    """Suppliers of whom something should be bought now."""
    ids = proposals_visible_to(user).filter(status="open").values("supplier")
    return Supplier.objects.filter(pk__in=ids).order_by("name", "pk")


def buying_terms() -> list[SupplierBuying]:
    """How each active supplier's goods are bought; those without a row have the usual terms."""
    suppliers = Supplier.objects.filter(is_active=True).select_related("buying").order_by("name")
    return [
        getattr(supplier, "buying", None) or SupplierBuying(supplier=supplier)
        for supplier in suppliers
    ]


@dataclass(frozen=True, slots=True)
class WeekRow:
    """One week: what was sold, or what is expected; days without stock in it."""

    first: date
    units: int
    days_out: int
    is_ahead: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """A variant's past weeks and the weeks ahead."""

    forecast: DemandForecast | None
    weeks: Sequence[WeekRow]
    proposals: Sequence[ReplenishmentProposal]

    @property
    def past(self) -> list[WeekRow]:
        return [row for row in self.weeks if not row.is_ahead]


def outlook(user: Any, variant: Variant) -> Outlook:
    """The last twelve weeks of demand, the forecast, and the proposals with their arithmetic."""
    present = today()
    length = WEEKS_SHOWN * WEEK
    demand = demand_of([variant.pk], day=present, history=length)[variant.pk]
    days = [None] * (length - len(demand.days)) + list(demand.days)
    first = present - timedelta(days=length)
    weeks = [
        WeekRow(
            first + timedelta(days=start),
            sum(day or 0 for day in days[start : start + WEEK]),
            sum(day is None for day in days[start : start + WEEK]),
            is_ahead=False,
        )
        for start in range(0, length, WEEK)
    ]
    forecast = DemandForecast.objects.filter(variant=variant).first()
    if forecast:
        weeks += [
            WeekRow(
                present + timedelta(days=start),
                round(sum(forecast.days[start : start + WEEK])),
                0,
                is_ahead=True,
            )
            for start in range(0, WEEKS_AHEAD * WEEK, WEEK)
        ]
    proposals = (
        proposals_visible_to(user)
        .filter(variant=variant)
        .select_related("warehouse", "supplier", "purchase_order")
        .order_by("-id")[:10]
    )
    return Outlook(forecast, weeks, list(proposals))


@dataclass(frozen=True, slots=True)
class BestSeller:
    """Pieces shipped in the last four weeks and in the four before them."""

    variant_id: int
    sku: str
    units: int
    before: int
    next_week: int | None
    method: str

    @property
    def change(self) -> int | None:
        """Percent against the four weeks before."""
        return round(100 * (self.units - self.before) / self.before) if self.before else None


def best_sellers(user: Any) -> list[BestSeller]:
    present = today()
    rows = run(
        _BEST,
        {
            "middle": day_bounds(present - timedelta(days=BEST_DAYS))[0],
            "since": day_bounds(present - timedelta(days=2 * BEST_DAYS))[0],
            "places": _places(user),
            "most": BEST_SHOWN,
        },
    )
    return [BestSeller(*row) for row in rows]


def weekday_units(user: Any) -> dict[int, int]:
    """Pieces shipped by weekday (1 = Monday) in the last quarter."""
    since = day_bounds(today() - timedelta(days=13 * WEEK))[0]
    found = dict(run(_WEEKDAYS, {"since": since, "places": _places(user)}))
    return {day: found.get(day, 0) for day in range(1, 8)}


def _places(user: Any) -> list[int] | None:
    scope = user.warehouse_scope()
    return None if scope is None else sorted(scope)
