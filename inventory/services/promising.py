"""Promises of stock: made whole or not at all, and given back.

Every verb takes a whole batch and costs the same few statements. Balances are locked in the order
of their ids and never skipped. A repeat of the same call changes nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from inventory.allocation.promise import Claim, Pick, Plan, Shelf
from inventory.models import Allocation, Variant
from inventory.services import stock_sql
from inventory.services.stock_news import SYSTEM, announce
from inventory.services.stock_refusals import InsufficientStock, Shortage
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.sql import retry_deadlock, run


@dataclass(frozen=True, slots=True)
class Demand:
    """Units wanted by a holder. Demands of one `group` (an order) are served together or not.

    `per_set` units make one of the holder's sets, which stay together; 0 for units on their own.
    """

    holder_id: int
    variant_id: int
    quantity: int
    group: int = 0
    per_set: int = 0


class Locked(NamedTuple):
    """A balance that sells, locked."""

    id: int
    variant_id: int
    warehouse_id: int
    on_hand: int
    reserved: int
    safety_stock: int
    expired: int

    @property
    def free(self) -> int:
        """What may be promised; below zero when promised pieces have expired."""
        return self.on_hand - self.reserved - self.safety_stock - self.expired


@dataclass(slots=True)
class Outcome:
    """What became of each group: its picks, or its shortages."""

    picks: dict[int, list[Pick]]
    short: dict[int, list[Shortage]]


@retry_deadlock
@transaction.atomic
def reserve(
    demands: Sequence[Demand],
    *,
    holder_kind: str = "order_line",
    warehouse_ids: Collection[int] | None = None,
    actor: Actor = SYSTEM,
) -> QuerySet[Allocation]:
    """Promise everything or raise InsufficientStock. Returns the holders' open allocations."""
    outcome = promise_groups(
        demands,
        holder_kind=holder_kind,
        allowed={d.group: warehouse_ids for d in demands} if warehouse_ids is not None else None,
        actor=actor,
        all_or_nothing=True,
    )
    if outcome.short:
        raise InsufficientStock([row for rows in outcome.short.values() for row in rows])
    holders = {d.holder_id for d in demands}
    return Allocation.objects.filter(
        holder_kind=holder_kind, holder_id__in=holders, status=Allocation.Status.OPEN
    ).order_by("id")


@transaction.atomic
def promise_groups(
    demands: Sequence[Demand],
    *,
    holder_kind: str = "order_line",
    allowed: dict[int, Collection[int] | None] | None = None,
    actor: Actor = SYSTEM,
    all_or_nothing: bool = False,
) -> Outcome:
    """Promise each group that can be served whole, in the order given; the others get nothing.

    `allowed` limits a group to some warehouses. What a holder already holds is not asked again.
    """
    _check_quantities(demands)
    if not demands:
        return Outcome({}, {})
    levels = lock_levels({d.variant_id for d in demands})
    demands = _still_wanted(demands, holder_kind)
    shelf = Shelf(
        {(row.variant_id, row.warehouse_id): row.free for row in levels},
        [row[0] for row in run(stock_sql.WAREHOUSE_ORDER)],
    )
    plans = _plan(demands, shelf, allowed or {})
    short = {
        group: _explain(plan, [d for d in demands if d.group == group], levels)
        for group, plan in plans.items()
        if plan.short
    }
    if short and all_or_nothing:
        return Outcome({}, short)
    picks = {group: plan.picks for group, plan in plans.items() if not plan.short}
    hold([pick for group in picks.values() for pick in group], holder_kind=holder_kind, actor=actor)
    return Outcome(picks, short)


def lock_levels(variant_ids: Collection[int]) -> list[Locked]:
    """Lock these variants' balances at once, so that a release and a promise after it do not meet
    another transaction in between; inside the caller's transaction. Returns those that sell."""
    rows = run(stock_sql.LOCK_LEVELS, {"ids": _ids(variant_ids), "now": now()})
    return [Locked(*row) for row in rows]


def hold(picks: Sequence[Pick], *, holder_kind: str, actor: Actor) -> None:
    """Write promises whose places are chosen; the caller has locked the balances."""
    if not picks:
        return
    [(_held, raised, asked)] = run(
        stock_sql.RESERVE,
        {
            "kind": holder_kind,
            "holders": [p.holder_id for p in picks],
            "variants": [p.variant_id for p in picks],
            "warehouses": [p.warehouse_id for p in picks],
            "quantities": [p.quantity for p in picks],
            "now": now(),
        },
    )
    if raised != asked:
        raise InsufficientStock([])
    announce({p.variant_id for p in picks}, actor=actor)


@retry_deadlock
@transaction.atomic
def release(
    holder_kind: str, holder_ids: Collection[int], *, actor: Actor = SYSTEM
) -> dict[tuple[int, int], int]:
    """Give back what the holders hold. Returns units by (variant, warehouse); a repeat none."""
    rows = run(
        stock_sql.RELEASE,
        {"kind": holder_kind, "holders": list(holder_ids), "status": "released", "now": now()},
    )
    announce({row[0] for row in rows}, actor=actor, freed=True)
    return {(row[0], row[1]): row[2] for row in rows}


def _check_quantities(demands: Sequence[Demand]) -> None:
    if any(d.quantity <= 0 for d in demands):
        raise DomainError(_("Số lượng phải lớn hơn 0."), code="stock.quantity", field="quantity")


def _still_wanted(demands: Sequence[Demand], holder_kind: str) -> list[Demand]:
    """Read after the balances are locked: a concurrent call for the same holder is done by then."""
    rows = run(
        stock_sql.OPEN_OF_HOLDERS,
        {"kind": holder_kind, "holders": _ids(d.holder_id for d in demands)},
    )
    held: dict[tuple[int, int], int] = defaultdict(int)
    held.update({(row[0], row[1]): row[2] for row in rows})
    wanted = []
    for demand in demands:
        key = demand.holder_id, demand.variant_id
        has = min(held[key], demand.quantity)
        held[key] -= has
        if demand.quantity > has:
            wanted.append(replace(demand, quantity=demand.quantity - has))
    return wanted


def _plan(
    demands: Sequence[Demand], shelf: Shelf, allowed: dict[int, Collection[int] | None]
) -> dict[int, Plan]:
    groups: dict[int, dict[tuple[int, int, int], int]] = {}
    for d in demands:
        claims = groups.setdefault(d.group, {})
        key = d.holder_id, d.variant_id, d.per_set
        claims[key] = claims.get(key, 0) + d.quantity
    return {
        group: shelf.plan(
            [
                Claim(holder, variant, units, per_set)
                for (holder, variant, per_set), units in claims.items()
            ],
            allowed.get(group),
        )
        for group, claims in groups.items()
    }


def _explain(plan: Plan, demands: Sequence[Demand], levels: Sequence[Locked]) -> list[Shortage]:
    skus = dict(Variant.objects.filter(pk__in=plan.short).values_list("pk", "sku"))
    return [
        Shortage(
            variant_id=variant,
            sku=skus.get(variant, str(variant)),
            wanted=sum(d.quantity for d in demands if d.variant_id == variant),
            on_hand=sum(row.on_hand for row in levels if row.variant_id == variant),
            reserved=sum(row.reserved for row in levels if row.variant_id == variant),
            safety_stock=sum(row.safety_stock for row in levels if row.variant_id == variant),
            expired=sum(row.expired for row in levels if row.variant_id == variant),
            available=available,
        )
        for variant, available in plan.short.items()
    ]


def _ids(values: Iterable[int]) -> list[int]:
    return sorted(set(values))
