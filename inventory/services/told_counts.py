"""A count that another program took becomes a count of ours that a person approves."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from inventory.models import CountLine, StockCount, StockLevel, Variant
from inventory.services.counting import create_count, start_count, submit_count
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.sql import retry_deadlock


@dataclass(frozen=True, slots=True)
class ToldCount:
    """The count, how many of its lines differ, and codes of which that warehouse keeps nothing."""

    count: StockCount
    differences: int
    unknown: list[str]


@retry_deadlock
@transaction.atomic
def take_count(
    warehouse_id: int, reference: str, pieces: Mapping[str, int], *, actor: Actor
) -> ToldCount:
    """Pieces by SKU on the shelves of a warehouse; the same reference again changes nothing.

    Goods that it does not name are left alone. The books move when a person approves. Raises
    DomainError while another count of these goods is open. Statements do not grow with the goods.
    """
    key = uuid5(NAMESPACE_URL, f"told-count:{warehouse_id}:{reference}")
    count = create_count(
        warehouse_id, StockCount.Scope.FULL, key=key, note=reference[:255], actor=actor
    )
    skus = dict(Variant.objects.filter(sku__in=pieces).values_list("pk", "sku"))
    if count.status == StockCount.Status.DRAFT:
        count = start_count(count.pk, actor=actor)
        _enter(count, {pk: pieces[sku] for pk, sku in skus.items()}, actor)
        while submit_count(count.pk, actor=actor):  # what differs much is taken as it is told
            _enter(count, {pk: pieces[sku] for pk, sku in skus.items()}, actor)
        count.refresh_from_db()
    counted = list(count.lines.filter(counted__isnull=False))
    known = {skus[line.variant_id] for line in counted if line.variant_id in skus}
    differences = sum(1 for line in counted if line.variance)
    return ToldCount(count, differences, sorted(set(pieces) - known))


def _enter(count: StockCount, pieces: Mapping[int, int], actor: Actor) -> None:
    lines = count.lines.select_for_update().filter(variant__in=pieces, counted__isnull=True)
    rows = list(lines.order_by("variant_id"))
    levels = StockLevel.objects.select_for_update().filter(
        warehouse=count.warehouse_id, variant__in=[line.variant_id for line in rows]
    )
    books = dict(levels.order_by("pk").values_list("variant_id", "on_hand"))
    moment = now()
    for line in rows:
        line.counted, line.book = pieces[line.variant_id], books[line.variant_id]
        line.first_book, line.counted_at, line.counted_by = line.book, moment, actor.label
    fields = ["counted", "book", "first_book", "counted_at", "counted_by"]
    CountLine.objects.bulk_update(rows, fields, batch_size=1000)
