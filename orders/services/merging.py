"""Orders of one buyer to one address become one order, and so one parcel."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from inventory.services import stock
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.sql import retry_deadlock
from oms.kernel.text import fold
from orders.edit_ports import move_paid, obstacles_of
from orders.models import Order, OrderLine
from orders.selectors.demands import line_demands
from orders.services.drafting import HOME_CURRENCY, search_text
from orders.services.edit_values import RECIPIENT
from orders.services.editing import ON_PAPER
from orders.services.lifecycle import promise_stock
from orders.services.money import settle_states
from orders.services.splitting import DIVISIBLE, UNTOUCHED
from orders.services.states import Change, lock_orders, save_changes

Fulfillment = Order.Fulfillment
# Orders placed within so many hours of each other are proposed.
NEAR = timedelta(hours=48)
MOST_PROPOSED = 5
SUMS = (
    *("goods_vnd", "discount_vnd", "shipping_fee_buyer_vnd"),
    *("total_vnd", "paid_vnd", "cod_vnd"),
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Another order of the same phone; `refusal` says why they cannot become one."""

    order: Order
    refusal: str


def merge_candidates(order: Order, *, among: QuerySet[Order]) -> list[Candidate]:
    """Open orders of the same phone placed within hours, newest first; two statements and ports.

    A phone that a marketplace masks is that of many buyers and says nothing.
    """
    if not order.recipient_phone or "*" in order.recipient_phone or not _is_open(order):
        return []
    others = among.filter(
        phone_reversed=order.phone_reversed,
        recipient_phone=order.recipient_phone,
        status__in=DIVISIBLE,
        fulfillment_status__in=UNTOUCHED,
        placed_at__range=(order.placed_at - NEAR, order.placed_at + NEAR),
    ).exclude(pk=order.pk)
    newest = others.order_by("-placed_at", "-id").values_list("pk", flat=True)[:MOST_PROPOSED]
    ids = list(newest)
    rows = among.in_bulk(ids) if ids else {}  # most orders have none
    return [Candidate(rows[pk], merge_refusal(order, rows[pk])) for pk in ids if pk in rows]


def merge_refusal(order: Order, other: Order) -> str:
    """Why these two cannot become one order, in words; empty when they can."""
    for row in (order, other):
        if not _is_open(row):
            return _("Đơn %(number)s đã tạo vận đơn, đã nhặt hoặc đã kết thúc.") % {
                "number": row.number
            }
        if row.shop_ref is not None:
            return _("Đơn %(number)s là đơn của sàn: mỗi đơn phải đi bằng vận đơn của sàn.") % {
                "number": row.number
            }
        if row.invoice_status in ON_PAPER:
            return _("Đơn %(number)s đã gửi phát hành hóa đơn.") % {"number": row.number}
        if row.currency != HOME_CURRENCY:
            return _("Đơn %(number)s là đơn ngoại tệ.") % {"number": row.number}
        if row.refund_due_vnd:
            return _("Đơn %(number)s còn tiền phải hoàn khách.") % {"number": row.number}
        if obstacles_of(row, frozenset(RECIPIENT)):
            return _("Đơn %(number)s đã có vận đơn.") % {"number": row.number}
    if order.recipient_phone != other.recipient_phone:
        return _("Hai đơn khác số điện thoại.")
    if _address(order) != _address(other):
        return _("Hai đơn khác địa chỉ nhận.")
    if order.status != other.status:
        return _("Hai đơn khác trạng thái: hãy xác nhận, hoặc bỏ giữ, cả hai trước.")
    return ""


@retry_deadlock
@transaction.atomic
def merge_orders(order_id: int, other_id: int, *, actor: Actor) -> Order:
    """Put the goods, the money and the promises of another order into this one.

    The other stays under its number, cancelled and pointing here, so that whoever looks for it
    finds the goods. A repeat changes nothing. Raises DomainError with the reason against it.
    """
    found = {row.pk: row for row in lock_orders([order_id, other_id])}
    order, other = found[order_id], found[other_id]
    if other.merged_into_id == order.pk:
        return order
    refusal = _("Một đơn không gộp vào chính nó.") if order == other else ""
    refusal = refusal or merge_refusal(order, other)
    if refusal:
        raise DomainError(refusal, code="merge.refused")
    here = Change(order, "order.merged", {"text": other.number})
    gone = Change(other, "order.cancelled", {"reason": _("Gộp vào %s") % order.number})
    one_place = order.warehouse_id is not None and order.warehouse_id == other.warehouse_id
    if not one_place:
        _release_both(order, other, actor)
    _move_lines(other, order)
    if other.paid_vnd:
        move_paid(other.pk, {order.pk: other.paid_vnd})
    _move_money(here, other)
    _close(gone, order)
    if order.fulfillment_status == Fulfillment.UNALLOCATED and order.status in {
        Order.Status.PENDING_CONFIRMATION,
        Order.Status.CONFIRMED,
    }:
        promise_stock([here], actor=actor)
    save_changes([here, gone], actor=actor, always=True)
    return order


def _is_open(order: Order) -> bool:
    return order.status in DIVISIBLE and order.fulfillment_status in UNTOUCHED


def _address(order: Order) -> str:
    return " ".join(fold(part) for part in (order.street, order.ward, order.province))


def _release_both(order: Order, other: Order, actor: Actor) -> None:
    """Promises from several places are made anew, for all of it at once."""
    demands = line_demands([order.pk, other.pk])
    stock.lock_levels({row.variant_id for row in demands if row.variant_id})
    stock.release("order_line", {row.line_id for row in demands}, actor=actor)
    order.fulfillment_status, order.warehouse_id = Fulfillment.UNALLOCATED, None


def _move_lines(other: Order, order: Order) -> None:
    """Lines keep their ids, and with them their promises and components."""
    last = max(order.lines.values_list("position", flat=True), default=0)
    lines = list(other.lines.order_by("position"))
    for position, line in enumerate(lines, last + 1):
        line.order, line.position = order, position
    OrderLine.objects.bulk_update(lines, ["order", "position"])
    order.refresh_from_db(fields=["pieces", "sku_count"])  # a trigger has counted them
    skus = order.lines.order_by("position").values_list("sku", flat=True)
    order.search_folded = search_text(fold(order.recipient_name), [{"sku": sku} for sku in skus])


def _move_money(here: Change, other: Order) -> None:
    order = here.order
    before = {name: getattr(order, name) for name in SUMS}
    for name in SUMS:
        setattr(order, name, before[name] + getattr(other, name))
        setattr(other, name, 0)
    order.is_cod = order.is_cod or other.is_cod
    if order.due_on is None and not order.is_cod:  # what was sold on terms stays owed
        order.payment_days, order.due_on = other.payment_days, other.due_on
    settle_states(order)
    here.data["changes"] = {
        name: [before[name], getattr(order, name)]
        for name in SUMS
        if before[name] != getattr(order, name)
    }


def _close(gone: Change, order: Order) -> None:
    other = gone.order
    other.merged_into = order
    other.cancel_reason = gone.data["reason"]
    other.status, other.fulfillment_status = Order.Status.CANCELLED, Fulfillment.CANCELLED
    other.cod_status, other.warehouse_id = Order.Cod.NONE, None
    other.payment_status = Order.Payment.VOIDED
    other.pieces = other.sku_count = 0
