"""What a revision would do, found out by doing it and taking it back."""

from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.db.models import Sum

from inventory.models import Allocation
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.revisions import RevisionConflict
from orders.edit_ports import Obstacle, obstacles_of, tax_of
from orders.models import Order
from orders.selectors.lines import HOLDER
from orders.services.edit_values import NOTES, Edit, merge
from orders.services.editing import edit_order, editable_values
from orders.services.states import lock_order

# The numbers that a preview compares, in the order in which they are read.
COMPARED = (
    *("goods_vnd", "discount_vnd", "shipping_fee_buyer_vnd", "total_vnd", "tax_vnd"),
    *("paid_vnd", "cod_vnd", "refund_due_vnd", "fulfillment_status", "warehouse"),
)


@dataclass(frozen=True, slots=True)
class Effect:
    """One number before and after; `held:<sku>` are the pieces that are promised to the order."""

    name: str
    before: Any
    after: Any


@dataclass(slots=True)
class Preview:
    """Effects of a revision; `refusal` says why it cannot be saved as it stands."""

    effects: list[Effect] = field(default_factory=list)
    obstacles: list[Obstacle] = field(default_factory=list)
    refusal: str = ""


def preview_edit(order_id: int, edit: Edit, *, actor: Actor, accept_terms: bool = False) -> Preview:
    """Stock, price, COD, tax and carrier effects; nothing is kept. Raises RevisionConflict.

    What stands in the way and can be lifted is: the effects are those of the whole.
    """
    preview = Preview()
    with transaction.atomic():
        order = lock_order(order_id)
        wanted = merge(edit, editable_values(order, list(order.lines.all())))
        touched = wanted.fields | ({"line.quantity"} if edit.added else set())
        told = frozenset(touched - set(NOTES))
        preview.obstacles = obstacles_of(order, told) if told else []
        before = _picture(order)
        lifted = [row.lift(order_id, actor) for row in preview.obstacles if row.lift]
        if lifted and edit.added and order.version != edit.version:
            raise RevisionConflict([])
        if lifted:
            version = Order.objects.values_list("version", flat=True).get(pk=order_id)
            edit = replace(edit, version=version)
        try:
            after = _picture(edit_order(order_id, edit, actor=actor, accept_terms=accept_terms))
        except RevisionConflict:
            raise
        except DomainError as refusal:
            preview.refusal = refusal.message
        else:
            preview.effects = [
                Effect(name, was, becomes)
                for name in [*COMPARED, *sorted((before.keys() | after.keys()) - {*COMPARED})]
                if (was := before.get(name, 0)) != (becomes := after.get(name, 0))
                and not (lifted and name == "fulfillment_status")
            ]
        transaction.set_rollback(True)
    return preview


def _picture(order: Order) -> dict[str, Any]:
    values = {name: getattr(order, name) for name in COMPARED if hasattr(order, name)}
    values["warehouse"] = order.warehouse.name if order.warehouse else ""
    values["tax_vnd"] = tax_of(order)
    return values | _promised(order)


def _promised(order: Order) -> dict[str, int]:
    """Pieces that the order holds in stock, by `held:<sku>`."""
    lines = [line.pk for line in order.lines.all()]
    rows = Allocation.objects.filter(
        holder_kind=HOLDER, holder_id__in=lines, status=Allocation.Status.OPEN
    )
    sums = rows.values_list("variant__sku").annotate(Sum("quantity")).order_by("variant__sku")
    return {f"held:{sku}": pieces for sku, pieces in sums}
