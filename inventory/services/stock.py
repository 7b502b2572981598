"""The only writer of stock: promise, give back, hand over, post.

Every verb takes a whole batch and costs the same few statements. Balances are locked in the order
of their ids and never skipped. A repeat of the same call changes nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from inventory.allocation.promise import Claim, Pick, Plan, Shelf
from inventory.models import Allocation, StockMovement, Valuation, Variant
from inventory.services import layers, lots, stock_sql
from inventory.services.lots import LotPart
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.sql import retry_deadlock, run

SYSTEM = Actor.system("stock")
POSTED_KINDS = set(StockMovement.Kind.values) - {StockMovement.Kind.REVALUATION}


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


@dataclass(frozen=True, slots=True)
class Shortage:
    """Why a promise was refused, with the arithmetic behind it."""

    variant_id: int
    sku: str
    wanted: int
    on_hand: int
    reserved: int
    safety_stock: int
    available: int
    expired: int = 0

    def __str__(self) -> str:
        text = _(
            "%(sku)s cần %(wanted)d, còn bán được %(available)d "
            "(tồn %(on_hand)d, đang giữ %(reserved)d, an toàn %(safety)d)"
        )
        if self.expired:
            text = _(
                "%(sku)s cần %(wanted)d, còn bán được %(available)d "
                "(tồn %(on_hand)d, đang giữ %(reserved)d, an toàn %(safety)d, "
                "hết hạn %(expired)d)"
            )
        return text % {
            "sku": self.sku,
            "wanted": self.wanted,
            "available": self.available,
            "on_hand": self.on_hand,
            "reserved": self.reserved,
            "safety": self.safety_stock,
            "expired": self.expired,
        }


class InsufficientStock(DomainError):
    """Nothing was promised; `shortages` says what is missing."""

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        self.shortages = list(shortages)
        text = "; ".join(str(row) for row in self.shortages)
        super().__init__(_("Không đủ hàng: %(text)s.") % {"text": text}, code="stock.short")


@dataclass(frozen=True, slots=True)
class Posting:
    """One movement to write: `quantity` is signed and changes what is on hand.

    `value_vnd` is what the pieces are worth, without sign. None for what enters: as much as the
    balance's pieces on average, or else its variant's cost. None for what leaves: by the costing
    method. What leaves takes at most what the balance is worth, and under FIFO its oldest layers.
    `lots` of tracked goods may be said; else what enters is unnamed, and first expiry leaves first.
    """

    variant_id: int
    warehouse_id: int
    quantity: int
    kind: str
    note: str = ""
    cause: tuple[str, int] | None = None
    value_vnd: int | None = None
    lots: tuple[LotPart, ...] = ()


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


@retry_deadlock
@transaction.atomic
def consume(
    holder_kind: str,
    holder_ids: Collection[int],
    *,
    cause: tuple[str, int],
    actor: Actor,
) -> dict[tuple[int, int], int]:
    """Hand over what the holders hold: on hand and reserved fall together, one movement each.

    It uses up their own promise, so what others may still buy plays no part. The movement keeps
    what its pieces were worth. A repeat does nothing.
    """
    params = {
        "kind": holder_kind,
        "holders": list(holder_ids),
        "status": "consumed",
        "now": now(),
        "cause_kind": cause[0],
        "cause_id": cause[1],
        **_actor_columns(actor),
    }
    rows = run(stock_sql.CONSUME, params)
    if not rows and layers.is_fifo():
        rows = layers.consume_layers(params)
    if rows and rows[0][3]:
        variants = {row[0] for row in rows}
        lots.follow_consumed(holder_kind, holder_ids, variants, cause=cause, actor=actor)
    announce({row[0] for row in rows}, actor=actor)
    return {(row[0], row[1]): row[2] for row in rows}


@retry_deadlock
def post(rows: Iterable[Posting], *, actor: Actor, at: datetime | None = None) -> list[int]:
    """Write movements and the balances they change; returns the movements' ids in order.

    In one batch pieces enter before others leave. `at` dates a history that is carried over, day
    after day. Raises DomainError when a balance would fall below zero or below what is promised.
    """
    batch = [row for row in rows if row.quantity]
    if not batch:
        return []
    unknown = {row.kind for row in batch} - POSTED_KINDS
    if unknown:
        raise ValueError(f"unknown kinds of movement: {sorted(unknown)}")
    if any(row.value_vnd is not None and row.value_vnd < 0 for row in batch):
        raise ValueError("the worth of pieces has no sign")
    try:
        return _post(batch, actor, at or now())
    except IntegrityError as error:
        raise _refused_posting(error) from error


@transaction.atomic
def _post(batch: Sequence[Posting], actor: Actor, moment: datetime) -> list[int]:
    places = {
        "variants": [row.variant_id for row in batch],
        "warehouses": [row.warehouse_id for row in batch],
    }
    params = {
        **places,
        "quantities": [row.quantity for row in batch],
        "kinds": [row.kind for row in batch],
        "cause_kinds": [row.cause[0] if row.cause else "" for row in batch],
        "cause_ids": [row.cause[1] if row.cause else None for row in batch],
        "notes": [row.note for row in batch],
        "worths": [row.value_vnd for row in batch],
        "now": moment,
        **_actor_columns(actor),
    }
    [(method, any_tracked)] = run(stock_sql.OPEN_LEVELS, places)
    if method == Valuation.Method.FIFO:
        ids = layers.post_layers(params)
    else:
        ids = [row[0] for row in run(stock_sql.POST, params)]
    if any_tracked:
        lots.follow_postings(ids, [row.lots for row in batch], actor)
    freed = any(row.quantity > 0 for row in batch)
    announce({row.variant_id for row in batch}, actor=actor, freed=freed)
    return ids


def open_levels(variant_ids: Collection[int], warehouse_id: int) -> None:
    """Empty balances of goods that are expected somewhere, so that the stock list shows them."""
    places = {"variants": list(variant_ids), "warehouses": [warehouse_id] * len(variant_ids)}
    run(stock_sql.OPEN_LEVELS, places)


def announce(variant_ids: Collection[int], *, actor: Actor, freed: bool = False) -> None:
    """Tell the house that availability changed; `freed` when there may be more than before."""
    if variant_ids:
        ids = sorted(variant_ids)
        data = {"variant_ids": ids, "freed": freed}
        record_event("stock.changed", ("variant", ids[0]), actor=actor, data=data)


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


def _refused_posting(error: IntegrityError) -> DomainError:
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", "")
    if name == "level_on_hand_not_negative":
        return DomainError(_("Tồn kho không thể âm."), code="stock.negative", field="quantity")
    if name == "level_reserved_within_on_hand":
        return DomainError(
            _("Không thể giảm dưới số đang giữ cho đơn hàng."),
            code="stock.promised",
            field="quantity",
        )
    if name == "level_not_of_bundle":
        return DomainError(
            _("Combo không có tồn của riêng mình; hãy nhập các thành phần."), code="stock.bundle"
        )
    raise error


def _actor_columns(actor: Actor) -> dict[str, str | int | None]:
    return {"actor_kind": actor.kind, "actor_id": actor.id, "actor_label": actor.label}


def _ids(values: Iterable[int]) -> list[int]:
    return sorted(set(values))
