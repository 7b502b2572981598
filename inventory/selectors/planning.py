"""From the ledger to decisions: what each shelf needs, with the numbers behind it. Reads only."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db.models import F, Sum

from inventory.models import (
    PurchaseLine,
    PurchaseOrder,
    StockLevel,
    SupplierBuying,
    SupplierPrice,
    Warehouse,
)
from inventory.replenishment.choose import Forecast, forecast
from inventory.replenishment.reorder import Reorder, Stock, Terms, decide
from inventory.selectors.demand import demand_of, shipped_by_place
from inventory.selectors.expired import Expired
from inventory.selectors.incoming import incoming_by_place
from inventory.selectors.suppliers import best_supplier, current_prices

HORIZON = 28
# How goods are bought whose supplier says nothing else.
LEAD_DAYS, REVIEW_DAYS, SERVICE_PERCENT = 7, 7, 95
Place = tuple[int, int]  # variant id, warehouse id


@dataclass(frozen=True, slots=True)
class Decision:
    """One shelf: what was decided, from what, and from whom it would be bought."""

    variant_id: int
    warehouse_id: int
    reorder: Reorder
    price: SupplierPrice | None
    inputs: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    forecasts: dict[int, tuple[Forecast, int]]  # with the days of history
    decisions: list[Decision]


def plan(variant_ids: Sequence[int], *, day: date | None = None) -> Plan:
    """Forecasts and decisions for these variants, in a fixed number of statements."""
    demand = demand_of(variant_ids, day=day)
    forecasts = {
        variant: (forecast(rows.days, horizon=HORIZON), len(rows.days))
        for variant, rows in demand.items()
    }
    sold = [pk for pk, (found, _days) in forecasts.items() if found.method != "none"]
    shelves = _shelves(sold)
    shares = _shares(shelves, shipped_by_place(sold, day=day))
    week = {pk: max(round(forecasts[pk][0].demand(HORIZON)), 1) for pk in sold}
    prices = best_supplier(current_prices(sold, day=day), week)
    buying = SupplierBuying.objects.in_bulk({row.supplier_id for row in prices.values()})
    decisions = [
        _decide(place, stock, least, forecasts[place[0]], shares[place], prices, buying)
        for place, (stock, least) in shelves.items()
    ]
    return Plan(forecasts, decisions)


def _shelves(variant_ids: Collection[int]) -> dict[Place, tuple[Stock, int]]:
    """Stock and the units never sold, by shelf of a place that sells; the first place in front."""
    on_way = incoming_by_place(variant_ids)
    drafts = (
        PurchaseLine.objects.filter(
            variant__in=list(variant_ids), order__status=PurchaseOrder.Status.DRAFT
        )
        .order_by()
        .values_list("variant_id", "order__warehouse_id")
        .annotate(n=Sum("quantity"))
    )
    drafted = {(variant, place): n for variant, place, n in drafts}
    levels = (
        StockLevel.objects.filter(variant__in=list(variant_ids), warehouse__is_active=True)
        .exclude(warehouse__kind=Warehouse.Kind.QUARANTINE)
        .order_by("warehouse__priority", "warehouse_id", F("variant_id"))
        .values_list("variant_id", "warehouse_id", "on_hand", "reserved", "safety_stock", Expired())
    )
    return {
        (variant, place): (
            Stock(
                on_hand,
                reserved,
                on_way.get((variant, place), 0),
                drafted.get((variant, place), 0),
                expired,
            ),
            least,
        )
        for variant, place, on_hand, reserved, least, expired in levels
    }


def _shares(shelves: Collection[Place], shipped: dict[Place, int]) -> dict[Place, tuple[int, int]]:
    """(its sales, all sales): which part of a variant's demand a shelf serves.

    Without sales in the quarter the first place that sells is asked for all of it.
    """
    totals: dict[int, int] = defaultdict(int)
    first: dict[int, int] = {}
    for variant, place in shelves:
        totals[variant] += max(shipped.get((variant, place), 0), 0)
        first.setdefault(variant, place)
    return {
        (variant, place): (
            (max(shipped.get((variant, place), 0), 0), totals[variant])
            if totals[variant]
            else (int(first[variant] == place), 1)
        )
        for variant, place in shelves
    }


def _decide(
    place: Place,
    stock: Stock,
    least: int,
    known: tuple[Forecast, int],
    share: tuple[int, int],
    prices: dict[int, SupplierPrice],
    buying: dict[int, SupplierBuying],
) -> Decision:
    found, history = known
    price = prices.get(place[0])
    terms = _terms(price, buying.get(price.supplier_id) if price else None)
    part = share[0] / share[1]
    reorder = decide(
        found.demand(terms.lead_days) * part,
        found.demand(terms.lead_days + terms.review_days) * part,
        found.sigma * part**0.5,
        stock,
        terms,
        least_safety=least,
    )
    if not reorder.is_due:
        return Decision(*place, reorder, price, {})
    inputs = asdict(stock) | asdict(terms) | asdict(reorder)
    inputs |= {
        "projected": stock.projected,
        "method": found.method,
        "history_days": history,
        "week": round(found.demand(7) * part, 1),
        "sigma": round(found.sigma * part**0.5, 2),
        "share_percent": round(100 * part),
        "error": None if found.error is None else round(found.error, 1),
        "naive_error": None if found.naive_error is None else round(found.naive_error, 1),
        "least_safety": least,
    }
    return Decision(*place, reorder, price, inputs)


def _terms(price: SupplierPrice | None, buying: SupplierBuying | None) -> Terms:
    return Terms(
        lead_days=price.supplier.lead_time_days if price else LEAD_DAYS,
        review_days=buying.review_days if buying else REVIEW_DAYS,
        service_percent=buying.service_percent if buying else SERVICE_PERCENT,
        pack_size=price.pack_size if price else 1,
        min_packs=price.min_quantity if price else 1,
    )
