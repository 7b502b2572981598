"""What to do next with an order: the same steps on its page and in the side panel."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from orders import ports
from orders.models import Order
from orders.ports import NextAction
from orders.services.shortages import is_waiting


def next_actions(user: Any, order: Order) -> list[NextAction]:
    """What to do next, the most fitting first; the first is the page's only filled button."""
    own = [
        (
            Order.Status.PENDING_CONFIRMATION,
            NextAction(
                label=_("Xác nhận đơn"),
                url=reverse("orders:confirm", args=[order.pk]),
                method="post",
                permission="orders.confirm_order",
                icon="check",
                key="c",
            ),
        ),
        (
            Order.Status.ON_HOLD,
            NextAction(
                label=_("Bỏ tạm giữ"),
                url=reverse("orders:release", args=[order.pk]),
                method="post",
                permission="orders.hold_order",
                icon="play",
            ),
        ),
    ]
    actions = [action for status, action in own if order.status == status]
    if is_waiting(order):
        actions.append(
            NextAction(
                label=_("Đề xuất mua hàng"),
                url=reverse("orders:propose_purchase", args=[order.pk]),
                method="post",
                permission="inventory.propose_purchase",
                icon="package-plus",
            )
        )
    actions += ports.next_actions(user, order)
    return [action for action in actions if user.has_perm(action.permission)]
