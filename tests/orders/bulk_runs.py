"""Bulk runs as tests begin them and read their outcome."""

from collections.abc import Sequence

from oms.accounts.models import User
from orders.bulk.registry import find_action
from orders.models import BulkRun, Order
from orders.selectors.bulk import results_of
from orders.selectors.lists import orders_visible_to
from orders.services import bulk, bulk_work
from tests.orders.makers import ACTOR


def ready(code: str, user: User, orders: Sequence[Order], **said: str) -> BulkRun:
    """A run of these orders with its job begun."""
    action = find_action(code)
    assert action is not None
    chosen = orders_visible_to(user).filter(pk__in=[order.pk for order in orders])
    run = bulk.freeze(action, chosen, user=user, language="vi")
    return bulk.start(run.pk, said, actor=ACTOR)


def worked(code: str, user: User, orders: Sequence[Order], **said: str) -> BulkRun:
    run = ready(code, user, orders, **said)
    bulk_work.work(run.job_id)
    return BulkRun.objects.select_related("job").get(pk=run.pk)


def states(orders: Sequence[Order]) -> list[str]:
    found = Order.objects.in_bulk([order.pk for order in orders])
    return [found[order.pk].status for order in orders]


def outcome(run: BulkRun) -> list[tuple[str, bool | None, str]]:
    rows = results_of(run).order_by("position")
    return [(row.number, row.ok, row.message or "") for row in rows]
