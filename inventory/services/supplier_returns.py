"""Goods of a receipt that go back to the supplier, at what they were worth when they came."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.models import (
    GoodsReceipt,
    ReceiptLine,
    StockMovement,
    SupplierReturn,
    SupplierReturnLine,
)
from inventory.services import stock
from inventory.services.purchasing import lock_purchase
from inventory.states import SUPPLIER_RETURN_FLOW
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.numbering import next_code
from oms.kernel.sql import retry_deadlock
from oms.kernel.text import clean_line

Status = SupplierReturn.Status


@retry_deadlock
@transaction.atomic
def return_goods(
    receipt_id: int,
    pieces: Mapping[int, int],
    *,
    reason: str,
    key: str,
    actor: Actor,
    warehouse_id: int | None = None,
) -> SupplierReturn:
    """Send back pieces by line of the receipt; the same key again changes nothing.

    They leave the warehouse that received them, or the one where they lie by now, at their worth
    when received, landed costs included, as far as the stock is worth that much. The supplier
    owes their price. Raises DomainError for more than came in.
    """
    receipt = GoodsReceipt.objects.get(pk=receipt_id)
    order = lock_purchase(receipt.order_id)
    found = SupplierReturn.objects.filter(key=key).first()
    if found:
        return found
    wanted = {line: units for line, units in pieces.items() if units}
    rows = list(receipt.lines.filter(pk__in=wanted, movement__isnull=False).order_by("id"))
    if not rows or len(rows) != len(wanted):
        raise DomainError(_("Chọn ít nhất một mặt hàng để trả."), code="supplier_return.empty")
    if any(not 0 < wanted[row.pk] <= row.quantity - row.returned for row in rows):
        raise DomainError(_("Không thể trả nhiều hơn số đã nhận."), code="supplier_return.too_many")
    made = SupplierReturn.objects.create(
        number=f"TN{next_code('supplier_return')}",
        key=key,
        receipt=receipt,
        supplier_id=order.supplier_id,
        reason=clean_line(reason, 255, field="reason"),
        refund_vnd=sum(_part(row, row.price_vnd, wanted[row.pk]) for row in rows),
        created_at=now(),
    )
    _send(made, rows, wanted, warehouse_id or receipt.warehouse_id, actor)
    data = {"number": made.number, "pieces": sum(wanted.values())}
    record_event("supplier_return.sent", made, about=order, actor=actor, data=data)
    return made


def _send(
    made: SupplierReturn,
    rows: list[ReceiptLine],
    wanted: Mapping[int, int],
    warehouse_id: int,
    actor: Actor,
) -> None:
    movements = stock.post(
        [
            stock.Posting(
                row.variant_id,
                warehouse_id,
                -wanted[row.pk],
                StockMovement.Kind.TO_SUPPLIER,
                note=made.reason,
                cause=("supplierreturn", made.pk),
                value_vnd=_part(row, row.value_vnd, wanted[row.pk]),
            )
            for row in rows
        ],
        actor=actor,
    )
    SupplierReturnLine.objects.bulk_create(
        SupplierReturnLine(
            supplier_return=made,
            line=row,
            quantity=wanted[row.pk],
            refund_vnd=_part(row, row.price_vnd, wanted[row.pk]),
            movement_id=movement,
        )
        for row, movement in zip(rows, movements, strict=True)
    )
    for row in rows:
        row.returned += wanted[row.pk]
    ReceiptLine.objects.bulk_update(rows, ["returned"])


@transaction.atomic
def mark_credited(return_id: int, *, actor: Actor) -> SupplierReturn:
    """The supplier has paid or set off what he owed. A repeat changes nothing."""
    row = SupplierReturn.objects.select_for_update().get(pk=return_id)
    if row.status == Status.CREDITED:
        return row
    SUPPLIER_RETURN_FLOW.check(row.status, Status.CREDITED)
    row.status, row.credited_at = Status.CREDITED, now()
    row.save(update_fields=["status", "credited_at"])
    data = {"number": row.number, "refund_vnd": row.refund_vnd}
    about = ("purchaseorder", row.receipt.order_id)
    record_event("supplier_return.credited", row, about=about, actor=actor, data=data)
    return row


def _part(row: ReceiptLine, amount_vnd: int, units: int) -> int:
    """The part of a line's amount for the next pieces, by running sums: all of them are all."""

    def until(pieces: int) -> int:
        return (2 * amount_vnd * pieces + row.quantity) // (2 * row.quantity)

    return until(row.returned + units) - until(row.returned)
