"""Sales over the counter, and orders fetched in the shop: no parcel, cash at once."""

import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.services import stock
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.sql import retry_deadlock
from orders import ports
from orders.models import Order
from orders.selectors.demands import line_demands
from orders.services.intake import place_and_confirm
from orders.services.lifecycle import complete_at_counter, confirm_order
from orders.services.new_order import NewOrder, Placed
from orders.services.states import lock_order

_HERE = {Order.Fulfillment.ALLOCATED, Order.Fulfillment.PICKED, Order.Fulfillment.PACKED}


@retry_deadlock
@transaction.atomic
def sell_at_counter(new: NewOrder, *, actor: Actor) -> Placed:
    """Place, confirm, take the cash and hand the goods over, all or nothing.

    The same `request_key` again finds the sale of the first time. Raises DomainError when the shop
    has not the goods: nothing is kept then.
    """
    placed = place_and_confirm(new, actor=actor)
    if placed.created and placed.order_id is not None:
        confirm_order(placed.order_id, actor=actor)
        _hand_over(placed.order_id, key=f"sale:{placed.order_id}", actor=actor)
    return placed


@retry_deadlock
@transaction.atomic
def hand_over_pickup(order_id: int, code: str, *, actor: Actor) -> Order:
    """Give a fetched order to the buyer who knows its code; what is still owed is paid in cash.

    A repeat after it was handed over changes nothing. Raises DomainError for a wrong code.
    """
    order = lock_order(order_id)
    if not order.pickup_code:
        raise DomainError(_("Đơn này không phải đơn nhận tại cửa hàng."), code="pickup.none")
    if not secrets.compare_digest(order.pickup_code.encode(), code.strip().encode()):
        raise DomainError(_("Mã nhận hàng không đúng."), code="pickup.code", field="code")
    if order.fulfillment_status == Order.Fulfillment.DELIVERED:
        return order
    if order.status == Order.Status.PENDING_CONFIRMATION:
        confirm_order(order_id, actor=actor)
    return _hand_over(order_id, key=f"pickup:{order_id}", actor=actor)


def new_pickup_code() -> str:
    """Six digits: enough to tell buyers apart who stand in the shop."""
    return f"{secrets.randbelow(1_000_000):06d}"


def _hand_over(order_id: int, *, key: str, actor: Actor) -> Order:
    order = lock_order(order_id)
    if order.fulfillment_status not in _HERE:
        _refuse_short(order)
        raise DomainError(_("Cửa hàng chưa đủ hàng cho đơn này."), code="counter.no_stock")
    if order.balance_vnd:
        ports.take_cash(order_id, order.balance_vnd, key, actor)
    return complete_at_counter(order_id, actor=actor)


def _refuse_short(order: Order) -> None:
    """Raise InsufficientStock with what is not here; the caller's transaction ends with it."""
    if order.fulfillment_status == Order.Fulfillment.UNALLOCATED:
        stock.reserve(
            [
                stock.Demand(row.line_id, row.variant_id, row.quantity, order.pk, row.per_set)
                for row in line_demands([order.pk])
                if row.variant_id
            ]
        )
