"""What a newer version of an order says about money: paid meanwhile, or paid in another way."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.money import format_vnd
from orders.models import Order
from orders.services.drafting import Kind
from orders.services.new_order import NewOrder
from orders.services.problems import open_problem
from orders.services.states import Change, lock_orders, save_changes, set_derived_status
from orders.states import PAYMENT_FLOW

EVENT = "order.payment_updated"
Payment, Cod, Fulfillment = Order.Payment, Order.Cod, Order.Fulfillment


def follow_payment(told: Mapping[int, NewOrder], *, actor: Actor) -> None:
    """Bring payment and way of payment of these orders to what their source says now.

    An older version, a repeat and a cancelled order change nothing. What was paid only grows: money
    that goes back is a refund with papers of its own. The statements do not grow with the orders,
    but for those of which a person must know.
    """
    changes, double = [], []
    for order in lock_orders(told):
        new = told[order.pk]
        change = Change(order, EVENT, {})
        if order.status == Order.Status.CANCELLED or new.remote_version < order.remote_version:
            continue
        _take_way(order, new)
        paid = _take_payment(change, new)
        set_derived_status(order)
        changes.append(change)
        if paid and order.cod_status == Cod.TO_COLLECT:
            double.append(order.pk)
    save_changes(changes, actor=actor)
    for order_id in double:
        open_problem(
            order_id,
            Kind.CHANGED_REMOTELY,
            _("Nguồn đơn báo đã thanh toán nhưng vận đơn vẫn thu hộ: hãy sửa tiền thu hộ."),
            actor=actor,
        )


def _take_way(order: Order, new: NewOrder) -> None:
    """Cash on delivery or not: only while no parcel carries the old amount."""
    still_ours = order.fulfillment_status in {Fulfillment.UNALLOCATED, Fulfillment.ALLOCATED}
    if new.is_cod == order.is_cod or not still_ours or order.carrier_code or order.tracking_number:
        return
    if new.is_cod and order.cod_status == Cod.NONE and not order.paid_vnd:
        cod_vnd = order.total_vnd if new.cod_vnd is None else new.cod_vnd
        order.is_cod, order.cod_vnd, order.cod_status = True, cod_vnd, Cod.TO_COLLECT
    elif not new.is_cod and order.cod_status == Cod.TO_COLLECT:
        order.is_cod, order.cod_vnd, order.cod_status = False, 0, Cod.NONE


def _take_payment(change: Change, new: NewOrder) -> bool:
    order = change.order
    paid_vnd = min(new.paid_vnd, order.total_vnd)
    more_vnd = paid_vnd - order.paid_vnd
    state = Payment.PAID if paid_vnd == order.total_vnd else Payment.PARTIALLY_PAID
    if more_vnd <= 0 or not PAYMENT_FLOW.allows(order.payment_status, state):
        return False
    order.paid_vnd, order.payment_status = paid_vnd, state
    change.data |= {
        "text": format_vnd(more_vnd),
        "paid_at": new.paid_at.isoformat() if new.paid_at else None,
    }
    return True
