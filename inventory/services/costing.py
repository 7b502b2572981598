"""The costing method, and costs that become known after the goods are here."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from inventory.models import CostCorrection, CostLayer, Valuation
from inventory.services import costing_sql, layers, layers_sql, stock_sql
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.money import allocate, round_half_up
from oms.kernel.sql import retry_deadlock, run


@transaction.atomic
def choose_method(method: str, *, actor: Actor) -> Valuation:
    """Set the costing method of the installation. The same again changes nothing.

    Raises DomainError once goods have moved beyond their opening stock.
    """
    with connection.cursor() as cursor:  # no goods move while the layers are made
        cursor.execute("LOCK TABLE inventory_stocklevel IN EXCLUSIVE MODE")
    row = Valuation.objects.first() or Valuation(method=Valuation.Method.AVERAGE)
    if row.method == method:
        return row
    row.method, row.chosen_at = Valuation.Method(method), now()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise DomainError(
            _("Phương pháp giá vốn chỉ chọn được khi kho mới có tồn đầu kỳ."),
            code="costing.chosen",
            field="method",
        ) from error
    CostLayer.objects.all().delete()
    if row.method == Valuation.Method.FIFO:
        run(layers_sql.OPEN_LAYERS)
    record_event("costing.chosen", row, actor=actor, data={"method": row.method})
    return row


@retry_deadlock
@transaction.atomic
def add_late_cost(
    shares: Mapping[int, int], *, cause: tuple[str, int], actor: Actor, note: str = ""
) -> tuple[int, int]:
    """Add `shares` (đồng by receiving movement) to goods that came in before.

    What is still on hand is worth more from now on; for what has left, a correction stands beside
    the movement that took it. Both together are the shares. Returns (on hand, left) in đồng.
    """
    shares = {movement: amount for movement, amount in shares.items() if amount}
    if not shares:
        return 0, 0
    run(costing_sql.LOCK_LEVELS_OF, {"movements": list(shares)})
    gone = _left_of_layers(shares) if layers.is_fifo() else _left_of_pools(shares)
    here = {key: amount - sum(gone[key].values()) for key, amount in shares.items()}
    _revalue({key: worth for key, worth in here.items() if worth}, cause, actor, note)
    moment = now()
    CostCorrection.objects.bulk_create(
        CostCorrection(
            movement_id=movement,
            value_vnd=amount,
            cause_kind=cause[0],
            cause_id=cause[1],
            created_at=moment,
        )
        for parts in gone.values()
        for movement, amount in parts.items()
        if amount
    )
    return sum(here.values()), sum(sum(parts.values()) for parts in gone.values())


def _left_of_layers(shares: Mapping[int, int]) -> dict[int, dict[int, int]]:
    """FIFO knows which movement took how many pieces of each receipt."""
    parts: dict[int, dict[int, int]] = {}
    found = CostLayer.objects.filter(movement__in=shares).prefetch_related("uses")
    for layer in found.order_by("id"):
        uses = sorted(layer.uses.all(), key=lambda use: use.pk)
        pieces = [*(use.quantity for use in uses), layer.remaining]
        amounts = allocate(shares[layer.movement_id], pieces)
        parts[layer.movement_id] = {
            use.movement_id: amount for use, amount in zip(uses, amounts, strict=False)
        }
    return parts


def _left_of_pools(shares: Mapping[int, int]) -> dict[int, dict[int, int]]:
    """The average: each movement took the part of the balance that it took of the pieces.

    The outcome is what the books would say, had the cost been known when the goods came in.
    """
    open_vnd, parts = dict(shares), defaultdict[int, dict[int, int]](dict)
    for receipt, movement, units, before in run(
        costing_sql.LEFT_SINCE, {"movements": list(shares)}
    ):
        worth = open_vnd[receipt]
        part = worth if units >= before else round_half_up(Decimal(worth) * units / before)
        parts[receipt][movement] = part
        open_vnd[receipt] -= part
    return parts


def _revalue(
    worths: Mapping[int, int], cause: tuple[str, int], actor: Actor, note: str
) -> list[tuple[Any, ...]]:
    if not worths:
        return []
    params = {
        "movements": list(worths),
        "worths": list(worths.values()),
        "cause_kind": cause[0],
        "cause_id": cause[1],
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "actor_label": actor.label,
        "note": note,
        "now": now(),
    }
    try:
        return run(stock_sql.REVALUE, params)
    except IntegrityError as error:
        raise DomainError(
            _("Giá trị tồn không thể âm."), code="costing.negative", field="amount_vnd"
        ) from error
