"""A marketplace sold more than there is: the order is told until its goods are promised."""

from collections import Counter

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.models import Variant
from oms.kernel.actors import Actor
from oms.kernel.sql import retry_deadlock
from orders.models import Order, OrderProblem
from orders.services.problems import open_problem
from orders.services.shortages import WAITING, is_waiting, lacking
from orders.services.states import lock_order


@retry_deadlock
@transaction.atomic
def tell_oversold(order_id: int, *, actor: Actor) -> bool:
    """Put a marketplace's order that got no goods under "Cần xử lý"; returns whether it lacks any.

    The buyer was promised what we do not have, by a deadline of the marketplace. What our own staff
    sell beyond the stock they were told of when they did; it waits under "Chờ hàng". A repeat finds
    it told; `close_oversold` ends it.
    """
    sold = Order.objects.filter(pk=order_id, shop_ref__isnull=False, status__in=WAITING)
    if not sold.filter(fulfillment_status=Order.Fulfillment.UNALLOCATED).exists():
        return False
    order = lock_order(order_id)
    if not is_waiting(order) or order.lines.filter(variant=None).exists():
        return False
    missing: Counter[int] = Counter()
    for need in lacking(order):
        missing[need.variant_id] += need.quantity
    if not missing:
        return False
    skus = Variant.objects.filter(pk__in=missing).order_by("sku").values_list("pk", "sku")
    goods = ", ".join(f"{missing[pk]} × {sku}" for pk, sku in skus)
    message = _("Sàn đã bán quá tồn, còn thiếu %(goods)s.") % {"goods": goods}
    open_problem(order_id, OrderProblem.Kind.OVERSOLD, message, {"goods": goods}, actor=actor)
    return True
