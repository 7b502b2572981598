"""Why an order cannot be confirmed, held, released or cancelled: asked for many at once."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from inventory.models import Variant
from inventory.selectors.availability import available
from oms.kernel.errors import DomainError
from orders.models import Order, OrderLine, OrderProblem
from orders.selectors.demands import line_demands
from orders.services.hold_ends import may_keep_longer
from orders.services.lifecycle import (
    is_held,
    needs_cancelling,
    needs_confirming,
    needs_holding,
)
from orders.services.shortages import is_waiting

Status = Order.Status


def by_state(wanted: Callable[[Order], bool], orders: Sequence[Order]) -> dict[int, str]:
    """The causes that the order's own state gives; what is done already is one of them."""
    causes = {}
    for order in orders:
        try:
            may = wanted(order)
        except DomainError:
            may = False
        if not may:
            state = Status(order.status).label
            causes[order.pk] = _("Đơn đang ở trạng thái “%(state)s”") % {"state": state}
    return causes


def of_confirming(orders: Sequence[Order], user: Any) -> dict[int, str]:
    causes = by_state(needs_confirming, orders)
    left = [order for order in orders if order.pk not in causes]
    unlinked = OrderLine.objects.filter(order__in=[o.pk for o in left], variant=None)
    for order_id in unlinked.values_list("order_id", flat=True).distinct():
        causes[order_id] = _("Có hàng chưa liên kết với kho")
    bare = Order.Fulfillment.UNALLOCATED
    waiting = [o for o in left if o.pk not in causes and o.fulfillment_status == bare]
    return causes | dict.fromkeys(_short(waiting), _("Hết hàng và hàng không cho đặt trước"))


def _short(orders: Sequence[Order]) -> set[int]:
    """Orders whose goods are not there and may not be ordered beyond the stock, in this order."""
    demands: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in line_demands([order.pk for order in orders]):
        if row.variant_id is not None:
            demands[row.order_id].append((row.variant_id, row.quantity))
    wanted = {variant for rows in demands.values() for variant, _units in rows}
    if not wanted:
        return set()
    firm = set(
        Variant.objects.filter(pk__in=wanted, allow_backorder=False).values_list("pk", flat=True)
    )
    free = available(wanted)
    short = set()
    for order in orders:
        rows = demands[order.pk]
        if all(free[variant] >= units for variant, units in rows):
            for variant, units in rows:
                free[variant] -= units
        elif any(variant in firm and free[variant] < units for variant, units in rows):
            short.add(order.pk)
    return short


def of_holding(orders: Sequence[Order], user: Any) -> dict[int, str]:
    return by_state(needs_holding, orders)


def of_releasing(orders: Sequence[Order], user: Any) -> dict[int, str]:
    return dict.fromkeys((o.pk for o in orders if not is_held(o)), _("Đơn không bị tạm giữ"))


def of_keeping(orders: Sequence[Order], user: Any) -> dict[int, str]:
    causes = {}
    for order in orders:
        try:
            may_keep_longer(order)
        except DomainError as refusal:
            causes[order.pk] = refusal.message
    return causes


def of_cancelling(orders: Sequence[Order], user: Any) -> dict[int, str]:
    return by_state(needs_cancelling, orders)


def of_proposing(orders: Sequence[Order], user: Any) -> dict[int, str]:
    told = dict.fromkeys((o.pk for o in orders if not is_waiting(o)), _("Đơn không chờ hàng"))
    troubled = [o.pk for o in orders if o.needs_attention and o.pk not in told]
    if not troubled:
        return told
    unknown = OrderProblem.objects.filter(
        order__in=troubled, kind=OrderProblem.Kind.UNKNOWN_SKU, resolved_at=None
    )
    ids = unknown.values_list("order_id", flat=True)
    return told | dict.fromkeys(ids, _("Hàng chưa liên kết với kho"))
