"""The ledger and its balances: movements are posted, promises are handed over.

Every verb takes a whole batch and costs the same few statements. Balances are locked in the order
of their ids and never skipped.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from inventory.models import StockMovement, Valuation
from inventory.services import layers, lots, stock_sql
from inventory.services.lots import LotPart
from inventory.services.stock_news import announce
from inventory.services.stock_refusals import refused_posting
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.sql import retry_deadlock, run

POSTED_KINDS = set(StockMovement.Kind.values) - {StockMovement.Kind.REVALUATION}


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
        raise refused_posting(error) from error


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


def _actor_columns(actor: Actor) -> dict[str, str | int | None]:
    return {"actor_kind": actor.kind, "actor_id": actor.id, "actor_label": actor.label}
