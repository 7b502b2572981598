"""What channels do with orders, one or many; wiring calls `register` once."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_sync.selectors.orders import arrangeable
from channels_sync.services.arranging import arrange_shipment
from orders.bulk.own import one_by_one
from orders.bulk.registry import Action, Refused, Wish, register_action
from orders.models import Order
from shipping.services.preflight import may_ship_ourselves


def register() -> None:
    register_action(ARRANGE)


def why_not_arrange(orders: Sequence[Order], user: Any) -> dict[int, str]:
    causes = {}
    for order in orders:
        if order.shop_ref is None:
            causes[order.pk] = _("Đơn không thuộc gian hàng trên sàn")
        elif order.fulfillment_status != Order.Fulfillment.ALLOCATED or order.confirmed_at is None:
            causes[order.pk] = _("Đơn chưa xác nhận hoặc chưa giữ hàng")
    left = [order.pk for order in orders if order.pk not in causes]
    ready = arrangeable(left) if left else set()
    causes |= dict.fromkeys((pk for pk in left if pk not in ready), _("Sàn chưa cho sắp xếp giao"))
    return causes


def arrange(wish: Wish) -> Refused:
    return one_by_one(lambda pk: arrange_shipment(pk, actor=wish.actor), wish)


ARRANGE = Action(
    code="arrange",
    label=gettext_lazy("Sắp xếp giao với sàn"),
    done=gettext_lazy("Đang sắp xếp giao hàng với sàn."),
    permission="shipping.create_shipment",
    position=45,
    icon="store",
    key="s",
    causes=why_not_arrange,
    run=arrange,
    # Where our own carrier may have the order, shipping offers that; the panel keeps this way.
    is_next=lambda order: not may_ship_ourselves(order),
    is_outside=True,
    step=1,
)
