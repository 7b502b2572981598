"""Landed costs: what bringing goods here cost becomes part of what they are worth."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from inventory.models import GoodsReceipt, LandedCost, LandedShare, ReceiptLine
from inventory.services.costing import add_late_cost
from inventory.services.purchasing import lock_purchase
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.money import allocate
from oms.kernel.sql import retry_deadlock
from oms.kernel.text import clean_line

Basis = LandedCost.Basis
Measures = tuple[int, int, int]  # đồng, grams a piece, pieces


@dataclass(frozen=True, slots=True)
class NewCost:
    """`key` names the form it was typed into: sent twice it is booked once."""

    kind: str
    basis: str
    amount_vnd: int
    note: str = ""
    key: str = field(default_factory=lambda: uuid4().hex)


def spread(costs: Sequence[NewCost], lines: Sequence[Measures]) -> list[list[int]]:
    """The shares of each cost, line by line; without weights or prices all pieces bear alike."""
    return [allocate(cost.amount_vnd, _weights(cost.basis, lines)) for cost in costs]


def _weights(basis: str, lines: Sequence[Measures]) -> list[int]:
    pieces = [units for _price, _weight, units in lines]
    weights = pieces
    if basis == Basis.VALUE:
        weights = [price for price, _weight, _units in lines]
    elif basis == Basis.WEIGHT:
        weights = [weight * units for _price, weight, units in lines]
    return weights if any(weights) else pieces


def keep(
    receipt: GoodsReceipt,
    costs: Sequence[NewCost],
    shares: Sequence[Sequence[int]],
    line_ids: Sequence[int],
) -> None:
    """Write costs that came with the goods: all of them went into stock with the pieces."""
    for cost, parts in zip(costs, shares, strict=True):
        _write(receipt, cost, dict(zip(line_ids, parts, strict=True)))


@retry_deadlock
def add_landed_cost(receipt_id: int, cost: NewCost, *, actor: Actor) -> LandedCost:
    """Book a cost that became known after the receipt; the same key again changes nothing.

    Pieces still here are worth more; for those that left, their cost is corrected.
    """
    found = LandedCost.objects.filter(key=cost.key).first()
    try:
        return found or _add(receipt_id, cost, actor)
    except IntegrityError as error:
        twin = LandedCost.objects.filter(key=cost.key).first()
        if twin is None:
            raise DomainError(_("Chi phí không hợp lệ."), code="landed.invalid") from error
        return twin


@transaction.atomic
def _add(receipt_id: int, cost: NewCost, actor: Actor) -> LandedCost:
    receipt = GoodsReceipt.objects.get(pk=receipt_id)
    order = lock_purchase(receipt.order_id)
    if receipt.status != GoodsReceipt.Status.POSTED:
        raise DomainError(_("Phiếu nhập chưa ghi vào kho."), code="landed.not_posted")
    lines = list(receipt.lines.filter(quantity__gt=0).select_related("variant").order_by("id"))
    [parts] = spread([cost], [(r.price_vnd, r.variant.weight_g, r.quantity) for r in lines])
    made = _write(receipt, cost, {r.pk: p for r, p in zip(lines, parts, strict=True)})
    here, left = add_late_cost(
        {row.movement_id: part for row, part in zip(lines, parts, strict=True) if row.movement_id},
        cause=("landedcost", made.pk),
        actor=actor,
        note=f"{receipt.number} {LandedCost.Kind(cost.kind).label}",
    )
    made.on_hand_vnd, made.left_vnd = here, left
    made.save(update_fields=["on_hand_vnd", "left_vnd"])
    for row, part in zip(lines, parts, strict=True):
        row.value_vnd = F("value_vnd") + part
    ReceiptLine.objects.bulk_update(lines, ["value_vnd"])
    data = {"number": receipt.number, "amount_vnd": cost.amount_vnd, "kind": cost.kind}
    record_event("landed_cost.added", made, about=order, actor=actor, data=data)
    return made


def _write(receipt: GoodsReceipt, cost: NewCost, shares: dict[int, int]) -> LandedCost:
    if cost.amount_vnd <= 0:
        raise DomainError(_("Số tiền phải lớn hơn 0."), code="landed.amount", field="amount_vnd")
    made = LandedCost.objects.create(
        receipt=receipt,
        key=cost.key,
        kind=cost.kind,
        basis=cost.basis,
        amount_vnd=cost.amount_vnd,
        on_hand_vnd=cost.amount_vnd,
        note=clean_line(cost.note, 255, field="note"),
        created_at=now(),
    )
    LandedShare.objects.bulk_create(
        LandedShare(cost=made, line_id=line, amount_vnd=part) for line, part in shares.items()
    )
    return made
