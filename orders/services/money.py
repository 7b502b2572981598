"""What follows from a new total: the sum, what the carrier collects, how far it is paid."""

from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError
from orders.models import Order
from orders.states import COD_FLOW, PAYMENT_FLOW

Payment, Cod = Order.Payment, Order.Cod


def follow_total(order: Order) -> None:
    """Set total, COD and payment state of a locked order from its goods; the caller saves it.

    A collection that was agreed apart from the total stays, as far as something is owed.
    """
    agreed = order.is_cod and order.cod_vnd != order.balance_vnd
    order.total_vnd = order.goods_vnd - order.discount_vnd + order.shipping_fee_buyer_vnd
    if order.total_vnd < 0:
        raise DomainError(
            _("Giảm giá lớn hơn tiền hàng và phí ship."), code="order.amount", field="discount_vnd"
        )
    if order.is_cod:
        _set_cod(order, min(order.cod_vnd, order.balance_vnd) if agreed else order.balance_vnd)
    _set_payment(order)


def settle_states(order: Order) -> None:
    """COD and payment state of a locked order from its amounts; the caller saves it."""
    _set_cod(order, order.cod_vnd)
    _set_payment(order)


def _set_cod(order: Order, cod_vnd: int) -> None:
    wanted = Cod.TO_COLLECT if cod_vnd else Cod.NONE
    if COD_FLOW.allows(order.cod_status, wanted):
        order.cod_vnd, order.cod_status = cod_vnd, wanted


def _set_payment(order: Order) -> None:
    """More than the total is paid as well: the rest is due back to the buyer."""
    if not order.paid_vnd and order.total_vnd:
        wanted = Payment.PENDING if order.payment_status == Payment.PENDING else Payment.UNPAID
    elif order.paid_vnd >= order.total_vnd:
        wanted = Payment.PAID
    else:
        wanted = Payment.PARTIALLY_PAID
    if PAYMENT_FLOW.allows(order.payment_status, wanted):
        order.payment_status = wanted
