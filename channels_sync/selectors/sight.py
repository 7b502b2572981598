"""Which orders behind a shop's rows somebody may see: a warehouse's people, their own only."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from orders.selectors.lists import orders_visible_to


def in_sight(user: Any) -> Q:
    """For rows with an `order`; who is limited to no warehouse sees all orders of his shops."""
    if user.warehouse_scope() is None:
        return Q()
    return Q(order=None) | Q(order__in=orders_visible_to(user).values("pk"))


def seen_orders(user: Any, order_ids: Iterable[int | None]) -> set[int]:
    """Those of the orders that the user may open; one statement."""
    ids = {order_id for order_id in order_ids if order_id}
    return set(orders_visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))


def sees_results(user: Any) -> bool:
    """What whole shops earn is for who may see costs and is limited to no warehouse."""
    return bool(user.has_perm("inventory.view_cost")) and user.warehouse_scope() is None
