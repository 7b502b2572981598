"""An adjustment typed by hand: written once for each form, however often it is sent."""

from uuid import UUID

from django.db import transaction

from inventory.models import StockLevel, StockMovement
from inventory.services import stock
from oms.kernel.actors import Actor
from oms.kernel.sql import retry_deadlock

CAUSE = "adjustment"


@retry_deadlock
@transaction.atomic
def adjust_stock(
    variant_id: int, warehouse_id: int, quantity: int, *, note: str, key: UUID, actor: Actor
) -> None:
    """Pieces more or fewer, with the reason; the same key again changes nothing.

    Raises DomainError when the balance would fall below zero or below its promises.
    """
    cause = (CAUSE, key.int >> 65)  # as many bits of the key as the ledger's column holds
    stock.open_levels([variant_id], warehouse_id)
    levels = StockLevel.objects.select_for_update(no_key=True)
    levels.get(variant=variant_id, warehouse=warehouse_id)
    if StockMovement.objects.filter(cause_kind=cause[0], cause_id=cause[1]).exists():
        return
    kind = StockMovement.Kind.ADJUSTMENT
    row = stock.Posting(variant_id, warehouse_id, quantity, kind, note, cause)
    stock.post([row], actor=actor)
