"""Goods receipts: count while the truck is unloaded, post once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.models import (
    GoodsReceipt,
    PurchaseOrder,
    ReceiptLot,
    ReceiptScan,
    StockMovement,
)
from inventory.selectors.catalogue import variant_of_code
from inventory.services import landed, receipt_lots, receiving_sql, stock
from inventory.services.landed import NewCost
from inventory.services.lot_naming import Named
from inventory.services.purchasing import lock_purchase
from inventory.services.receiving_sql import CountedRow
from inventory.states import PURCHASE_FLOW
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError, TransitionRefused
from oms.kernel.events import record_event
from oms.kernel.numbering import next_code
from oms.kernel.sql import retry_deadlock, run
from oms.kernel.text import clean_line

Status = GoodsReceipt.Status
RECEIVABLE = {PurchaseOrder.Status.CONFIRMED, PurchaseOrder.Status.PARTLY_RECEIVED}


class OverReceipt(DomainError):
    """More was counted than ordered; `over` has the pieces too many by SKU."""

    def __init__(self, over: Mapping[str, int]) -> None:
        self.over = dict(over)
        text = ", ".join(f"{sku} +{units}" for sku, units in self.over.items())
        super().__init__(
            _("Nhận thừa so với đơn nhập: %(text)s. Hãy kiểm lại, hoặc xác nhận nhận thừa.")
            % {"text": text},
            code="receipt.over",
            field="accept_over",
        )


@dataclass(frozen=True, slots=True)
class Counted:
    """One scan: what it was, and how many of it are counted of how many still to come."""

    sku: str
    name: str
    counted: int
    expected: int
    line_id: int
    tracking: str

    @property
    def is_over(self) -> bool:
        return self.counted > self.expected


@transaction.atomic
def start_receipt(order_id: int, *, actor: Actor) -> GoodsReceipt:
    """The open receipt of an order, made when there is none: all who unload count on the same."""
    order = lock_purchase(order_id)
    found = order.receipts.filter(status=Status.OPEN).first()
    if found:
        return found
    if order.status not in RECEIVABLE:
        raise TransitionRefused(
            _("Chỉ nhận được hàng của đơn đã đặt và chưa nhận đủ."), code="receipt.not_expected"
        )
    receipt = GoodsReceipt.objects.create(
        number=f"PN{next_code('receipt')}",
        order=order,
        warehouse_id=order.warehouse_id,
        created_at=now(),
    )
    run(receiving_sql.OPEN_LINES, {"receipt": receipt.pk, "order": order.pk})
    data = {"number": receipt.number}
    record_event("receipt.started", receipt, about=order, actor=actor, data=data)
    return receipt


@transaction.atomic
def count_scan(receipt_id: int, code: str, *, times: int = 1, key: UUID | None = None) -> Counted:
    """Count pieces of what was scanned. Raises DomainError when it is not on the order.

    The same key again counts nothing and tells how many there are by now.
    """
    lock_open(receipt_id)
    variant = variant_of_code(code)
    if key is not None:
        _scan, is_new = ReceiptScan.objects.get_or_create(
            key=key, defaults={"receipt_id": receipt_id, "scanned_at": now()}
        )
        times = times if is_new else 0
    rows = run(
        receiving_sql.COUNT_MORE,
        {"receipt": receipt_id, "variant": variant.pk, "times": times},
    )
    if not rows:
        raise DomainError(
            _("%(name)s (%(sku)s) không có trong đơn nhập này.")
            % {"name": variant.full_name, "sku": variant.sku},
            code="receipt.not_ordered",
            field="code",
        )
    [(counted, expected, line_id)] = rows
    tracking = variant.product.tracking
    return Counted(variant.sku, variant.full_name, counted, expected, line_id, tracking)


@transaction.atomic
def set_counts(receipt_id: int, counts: Mapping[int, int]) -> None:
    """Pieces by line of the receipt, as typed; they replace what was counted."""
    lock_open(receipt_id)
    if any(not 0 <= units <= 1_000_000 for units in counts.values()):
        raise DomainError(_("Số lượng không hợp lệ."), code="receipt.count", field="quantity")
    run(
        receiving_sql.SET_COUNTS,
        {
            "receipt": receipt_id,
            "lines": list(counts),
            "units": list(counts.values()),
        },
    )


@transaction.atomic
def say_lots(receipt_id: int, line_id: int, parts: Sequence[Named]) -> None:
    """Say which lots or serials counted pieces are; see `receipt_lots`."""
    receipt_lots.say_lots(lock_open(receipt_id), line_id, parts)


@transaction.atomic
def forget_lot(receipt_id: int, lot_id: int) -> None:
    """Take back what was said of a lot; a repeat changes nothing. The count stays."""
    ReceiptLot.objects.filter(line__receipt=lock_open(receipt_id), pk=lot_id).delete()


@transaction.atomic
def count_rest(receipt_id: int) -> None:
    """Everything that is still to come has come."""
    lock_open(receipt_id)
    run(receiving_sql.COUNT_REST, {"receipt": receipt_id})


@transaction.atomic
def cancel_receipt(receipt_id: int, *, actor: Actor) -> GoodsReceipt:
    """Throw away a count that was not posted. A repeat changes nothing."""
    receipt = _lock_receipt(receipt_id)
    if receipt.status == Status.OPEN:
        receipt.status = Status.CANCELLED
        receipt.save(update_fields=["status"])
        data = {"number": receipt.number}
        record_event("receipt.cancelled", receipt, about=receipt.order, actor=actor, data=data)
    return receipt


@retry_deadlock
@transaction.atomic
def post_receipt(
    receipt_id: int,
    *,
    actor: Actor,
    accept_over: bool = False,
    over_reason: str = "",
    costs: Sequence[NewCost] = (),
) -> GoodsReceipt:
    """Put what was counted into stock, worth its price and its share of the costs known by now.

    A repeat changes nothing. Raises OverReceipt for more than was ordered, unless that is
    accepted with a reason.
    """
    receipt = _lock_receipt(receipt_id)
    if receipt.status == Status.POSTED:
        return receipt
    order = receipt.order
    if receipt.status != Status.OPEN or order.status not in RECEIVABLE:
        raise TransitionRefused(_("Phiếu nhập này không còn mở."), code="receipt.closed")
    rows = [CountedRow(*row) for row in run(receiving_sql.COUNTED, {"id": receipt_id})]
    if not rows:
        raise DomainError(_("Chưa đếm được mặt hàng nào."), code="receipt.empty")
    over = {row.sku: row.over for row in rows if row.over}
    if over and not (accept_over and over_reason.strip()):
        raise OverReceipt(over)
    still_open = _put_away(receipt, rows, costs, actor)
    receipt.status, receipt.posted_at = Status.POSTED, now()
    receipt.over_reason = clean_line(over_reason, 255, field="over_reason") if over else ""
    receipt.save(update_fields=["status", "posted_at", "over_reason"])
    _move_on(order, is_complete=not still_open)
    data = {"number": receipt.number, "pieces": sum(row.units for row in rows), "over": over}
    record_event("receipt.posted", receipt, about=order, actor=actor, data=data)
    return receipt


def _put_away(
    receipt: GoodsReceipt, rows: Sequence[CountedRow], costs: Sequence[NewCost], actor: Actor
) -> bool:
    """Movements, and what they say of lines and costs; True while more is to come."""
    prices = [row.price_vnd for row in rows]
    measures = [(p, row.weight_g, row.units) for p, row in zip(prices, rows, strict=True)]
    shares = landed.spread(costs, measures)
    worths = [sum(parts) for parts in zip(prices, *shares, strict=True)]
    note, cause = f"{receipt.order.number} {receipt.number}", ("goodsreceipt", receipt.pk)
    kind, place = StockMovement.Kind.RECEIPT.value, receipt.warehouse_id
    lots = receipt_lots.lots_said(receipt.pk, rows)
    movements = stock.post(
        [
            stock.Posting(
                row.variant_id, place, row.units, kind, note, cause, worth, lots.get(row.id, ())
            )
            for row, worth in zip(rows, worths, strict=True)
        ],
        actor=actor,
    )
    [(still_open,)] = run(
        receiving_sql.BOOK,
        {
            "order": receipt.order_id,
            "ids": [row.id for row in rows],
            "lines": [row.line_id for row in rows],
            "units": [row.units for row in rows],
            "prices": prices,
            "worths": worths,
            "movements": movements,
        },
    )
    landed.keep(receipt, costs, shares, [row.id for row in rows])
    return bool(still_open)


def _move_on(order: PurchaseOrder, *, is_complete: bool) -> None:
    after = PurchaseOrder.Status.RECEIVED if is_complete else PurchaseOrder.Status.PARTLY_RECEIVED
    PURCHASE_FLOW.check(order.status, after)
    order.status = after
    order.closed_at = now() if is_complete else None
    order.save(update_fields=["status", "closed_at"])


def lock_open(receipt_id: int) -> GoodsReceipt:
    """An open receipt, locked for counting: the order is left alone, its other work goes on."""
    receipt = GoodsReceipt.objects.select_for_update(no_key=True).get(pk=receipt_id)
    if receipt.status != Status.OPEN:
        raise TransitionRefused(_("Phiếu nhập này không còn mở."), code="receipt.closed")
    return receipt


def _lock_receipt(receipt_id: int) -> GoodsReceipt:
    """Order first, then receipt, as everywhere."""
    order_id = GoodsReceipt.objects.values_list("order_id", flat=True).get(pk=receipt_id)
    order = lock_purchase(order_id)
    receipt = GoodsReceipt.objects.select_for_update(no_key=True).get(pk=receipt_id)
    receipt.order = order
    return receipt
