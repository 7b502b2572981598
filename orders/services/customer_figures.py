"""Keeping the figures of customers: what lists sort by and what the risk of phones is read from."""

from collections.abc import Collection, Iterator

from django.db import transaction

from oms.kernel.clock import now
from oms.kernel.sql import run
from orders.models import Customer, Order
from orders.selectors.customer_figures import figures_of

BATCH = 1_000

_KEEP = """
UPDATE orders_customer c SET orders_count = f.orders_count, last_order_at = f.last_order_at,
    spent_vnd = f.spent_vnd, profit_vnd = f.profit_vnd, finished_count = f.finished_count,
    returned_count = f.returned_count, refused_count = f.refused_count,
    figures_at = %(now)s::timestamptz
FROM (
    SELECT * FROM unnest(%(ids)s::bigint[], %(orders)s::int[], %(last)s::timestamptz[],
        %(spent)s::bigint[], %(profit)s::bigint[], %(finished)s::int[], %(returned)s::int[],
        %(refused)s::int[]) AS t (id, orders_count, last_order_at, spent_vnd, profit_vnd,
        finished_count, returned_count, refused_count)
) AS f
WHERE c.id = f.id AND (%(all)s::boolean OR (c.orders_count, c.last_order_at, c.spent_vnd,
    c.profit_vnd, c.finished_count, c.returned_count, c.refused_count)
    IS DISTINCT FROM (f.orders_count, f.last_order_at, f.spent_vnd, f.profit_vnd,
    f.finished_count, f.returned_count, f.refused_count))
RETURNING c.id
"""


@transaction.atomic
def refresh_figures(customer_ids: Collection[int], *, always: bool = True) -> list[int]:
    """Count the figures of these customers again; returns those that were written.

    Customers are locked first, so that of two who count, the later one sees the earlier's orders.
    """
    ids = sorted(set(customer_ids))
    list(Customer.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    moment = now()
    figures = figures_of(ids)
    rows = [figures[pk] for pk in ids]
    written = run(
        _KEEP,
        {
            "now": moment,
            "all": always,
            "ids": ids,
            "orders": [row.orders_count for row in rows],
            "last": [row.last_order_at for row in rows],
            "spent": [row.spent_vnd for row in rows],
            "profit": [row.profit_vnd for row in rows],
            "finished": [row.finished_count for row in rows],
            "returned": [row.returned_count for row in rows],
            "refused": [row.refused_count for row in rows],
        },
    )
    return [pk for (pk,) in written]


def refresh_all() -> int:
    """Every customer, a batch at a time: late costs and what no event told. Returns how many."""
    return sum(len(refresh_figures(ids, always=False)) for ids in _batches())


def _batches() -> Iterator[list[int]]:
    last = 0
    while ids := list(
        Customer.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ):
        yield ids
        last = ids[-1]


@transaction.atomic
def settle_buyers(order_ids: Collection[int]) -> None:
    """Figures of these orders' customers; orders that came in while one was merged follow him."""
    buyers = Customer.objects.filter(orders__in=order_ids).order_by("pk").distinct()
    kept = dict(buyers.values_list("pk", "merged_into_id"))
    for customer_id, into in kept.items():
        if into is not None:
            orders = Order.objects.filter(pk__in=order_ids, customer=customer_id)
            orders.update(customer=into)
    if kept:
        refresh_figures([*kept, *filter(None, kept.values())])
