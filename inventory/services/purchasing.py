"""Purchase orders: draft, fill, confirm, call off, close."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from inventory.models import (
    GoodsReceipt,
    Product,
    PurchaseLine,
    PurchaseNeed,
    PurchaseOrder,
    Supplier,
    Variant,
)
from inventory.selectors.suppliers import current_prices, fitting_price
from inventory.services import stock
from inventory.states import PURCHASE_FLOW
from oms.kernel.actors import Actor
from oms.kernel.clock import now, today
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.numbering import next_code
from oms.kernel.text import clean_line

Status = PurchaseOrder.Status


@dataclass(frozen=True, slots=True)
class NewLine:
    """So many packs of a variant; what is None comes from the supplier's prices."""

    variant_id: int
    packs: int
    unit_price_vnd: int | None = None
    pack_size: int | None = None
    discount_vnd: int = 0
    vat_rate: int | None = None


@transaction.atomic
def draft_purchase(
    supplier_id: int,
    warehouse_id: int,
    lines: Iterable[NewLine] = (),
    *,
    actor: Actor,
    origin: str = PurchaseOrder.Origin.MANUAL,
    expected_on: date | None = None,
    note: str = "",
) -> PurchaseOrder:
    """A new draft. A proposal's origin allows one draft per supplier and warehouse."""
    order = PurchaseOrder.objects.create(
        number=f"NH{next_code('purchase')}",
        supplier_id=supplier_id,
        warehouse_id=warehouse_id,
        origin=origin,
        expected_on=expected_on,
        note=clean_line(note, 500, field="note"),
        created_at=now(),
    )
    record_event("purchase.drafted", order, actor=actor, data={"number": order.number})
    _write_lines(order, list(lines))
    return order


@transaction.atomic
def set_lines(order_id: int, lines: Sequence[NewLine], *, actor: Actor) -> PurchaseOrder:
    """Add lines to a draft, or replace those of the same variant; no packs removes the line."""
    order = lock_draft(order_id)
    _write_lines(order, lines)
    record_event("purchase.changed", order, actor=actor, data={"lines": len(lines)})
    return order


@transaction.atomic
def change_header(
    order_id: int, *, expected_on: date | None, note: str, actor: Actor
) -> PurchaseOrder:
    """The day that is expected, and the note; both may change until the order is closed."""
    order = lock_purchase(order_id)
    if order.status in {Status.RECEIVED, Status.CANCELLED}:
        raise DomainError(_("Đơn nhập đã đóng."), code="purchase.closed")
    order.expected_on, order.note = expected_on, clean_line(note, 500, field="note")
    order.save(update_fields=["expected_on", "note"])
    record_event("purchase.changed", order, actor=actor, data={"expected_on": str(expected_on)})
    return order


@transaction.atomic
def confirm_purchase(
    order_id: int, *, actor: Actor, accept_below_minimum: bool = False
) -> PurchaseOrder:
    """Order the goods: they are incoming from now on. A repeat changes nothing.

    Raises DomainError below the supplier's minimum unless that is accepted.
    """
    order = lock_purchase(order_id)
    if order.status == Status.CONFIRMED:
        return order
    PURCHASE_FLOW.check(order.status, Status.CONFIRMED)
    pieces = order.lines.aggregate(n=Sum("quantity"))["n"]
    if not pieces:
        raise DomainError(_("Đơn nhập chưa có mặt hàng nào."), code="purchase.empty")
    if not accept_below_minimum:
        _check_minimum(order, pieces)
    order.status, order.confirmed_at = Status.CONFIRMED, now()
    if order.expected_on is None:
        order.expected_on = today() + timedelta(days=order.supplier.lead_time_days)
    order.save(update_fields=["status", "confirmed_at", "expected_on"])
    stock.open_levels(order.lines.values_list("variant_id", flat=True), order.warehouse_id)
    record_event("purchase.confirmed", order, actor=actor, data={"pieces": pieces})
    return order


@transaction.atomic
def cancel_purchase(order_id: int, *, actor: Actor, reason: str) -> PurchaseOrder:
    """Call off an order of which nothing has come. A repeat changes nothing."""
    order = lock_purchase(order_id)
    if order.status == Status.CANCELLED:
        return order
    PURCHASE_FLOW.check(order.status, Status.CANCELLED)
    order.status, order.closed_at = Status.CANCELLED, now()
    order.cancel_reason = clean_line(reason, 255, field="reason")
    order.save(update_fields=["status", "closed_at", "cancel_reason"])
    _drop_open_receipts(order)
    PurchaseNeed.objects.filter(line__order=order).delete()
    record_event("purchase.cancelled", order, actor=actor, data={"reason": order.cancel_reason})
    return order


@transaction.atomic
def close_purchase(order_id: int, *, actor: Actor, reason: str) -> PurchaseOrder:
    """Expect no more of an order that came in part. A repeat changes nothing."""
    order = lock_purchase(order_id)
    if order.status == Status.RECEIVED:
        return order
    if order.status != Status.PARTLY_RECEIVED:
        raise DomainError(
            _("Chỉ đóng được đơn đã nhận một phần; đơn chưa nhận gì thì hủy."),
            code="purchase.nothing_received",
        )
    order.status, order.closed_at = Status.RECEIVED, now()
    order.cancel_reason = clean_line(reason, 255, field="reason")
    order.save(update_fields=["status", "closed_at", "cancel_reason"])
    _drop_open_receipts(order)
    record_event("purchase.closed", order, actor=actor, data={"reason": order.cancel_reason})
    return order


def lock_purchase(order_id: int) -> PurchaseOrder:
    """The order, locked; everything that changes one or receives it starts here."""
    rows = PurchaseOrder.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("supplier").get(pk=order_id)


def lock_draft(order_id: int) -> PurchaseOrder:
    order = lock_purchase(order_id)
    if order.status != Status.DRAFT:
        raise DomainError(_("Chỉ sửa được đơn nhập nháp."), code="purchase.not_draft")
    return order


def _drop_open_receipts(order: PurchaseOrder) -> None:
    """What was counted and never posted is no receipt any more."""
    order.receipts.filter(status=GoodsReceipt.Status.OPEN).update(
        status=GoodsReceipt.Status.CANCELLED
    )


def _check_minimum(order: PurchaseOrder, pieces: int) -> None:
    supplier: Supplier = order.supplier
    if order.goods_vnd < supplier.min_order_vnd or pieces < supplier.min_order_quantity:
        raise DomainError(
            _("Đơn chưa đạt mức đặt tối thiểu của nhà cung cấp."), code="purchase.below_minimum"
        )


def _write_lines(order: PurchaseOrder, lines: Sequence[NewLine]) -> None:
    """The same few statements for one line or for thousands."""
    wanted = {line.variant_id: line for line in lines}
    kept = {row.variant_id: row for row in order.lines.filter(variant__in=wanted)}
    removed = [kept[key].pk for key, line in wanted.items() if not line.packs and key in kept]
    PurchaseLine.objects.filter(pk__in=removed).delete()
    filled = [line for line in wanted.values() if line.packs]
    rates = dict(
        Variant.objects.filter(pk__in=[line.variant_id for line in filled])
        .exclude(product__kind=Product.Kind.BUNDLE)
        .values_list("pk", "product__vat_rate")
    )
    if len(rates) != len(filled):
        raise DomainError(
            _("Chỉ nhập được hàng có tồn riêng; combo thì nhập các thành phần."),
            code="purchase.unknown_variant",
            field="variant",
        )
    prices = current_prices(rates, supplier_id=order.supplier_id)
    position = order.lines.order_by("-position").values_list("position", flat=True).first() or 0
    new, changed = [], []
    for line in filled:
        row = kept.get(line.variant_id)
        if row is None:
            position += 1
            row = PurchaseLine(order=order, variant_id=line.variant_id, position=position)
            new.append(row)
        else:
            changed.append(row)
        _fill(row, line, prices.get(line.variant_id, []), rates[line.variant_id])
    PurchaseLine.objects.bulk_create(new)
    if changed:
        PurchaseLine.objects.bulk_update(
            changed,
            [
                *("packs", "pack_size", "quantity", "unit_price_vnd"),
                *("discount_vnd", "vat_rate", "net_vnd", "tax_vnd"),
            ],
        )
    _sum_up(order)


def _fill(row: PurchaseLine, line: NewLine, prices: list, rate: int) -> None:
    price = fitting_price(prices, line.packs * (line.pack_size or 1))
    if price and line.pack_size is None:
        price = fitting_price(prices, line.packs * price.pack_size)
    row.packs = line.packs
    row.pack_size = line.pack_size or (price.pack_size if price else 1)
    row.quantity = row.packs * row.pack_size
    known = price.price_vnd if price else 0
    row.unit_price_vnd = known if line.unit_price_vnd is None else line.unit_price_vnd
    row.discount_vnd = line.discount_vnd
    row.vat_rate = rate if line.vat_rate is None else line.vat_rate
    row.net_vnd = row.packs * row.unit_price_vnd - row.discount_vnd
    if min(row.packs, row.unit_price_vnd, row.discount_vnd, row.net_vnd) < 0:
        raise DomainError(
            _("Số lượng, đơn giá và chiết khấu không được âm; chiết khấu không quá tiền hàng."),
            code="purchase.line",
        )
    # a rate below zero says that no tax is charged
    row.tax_vnd = (row.net_vnd * max(row.vat_rate, 0) + 50) // 100


def _sum_up(order: PurchaseOrder) -> None:
    sums = order.lines.aggregate(net=Sum("net_vnd"), tax=Sum("tax_vnd"))
    order.goods_vnd, order.tax_vnd = sums["net"] or 0, sums["tax"] or 0
    order.total_vnd = order.goods_vnd + order.tax_vnd
    order.save(update_fields=["goods_vnd", "tax_vnd", "total_vnd"])
