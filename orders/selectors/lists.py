"""The order list: who may see what, filters, search, sorting, keyset pages."""

from dataclasses import replace
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from oms.kernel.pages import Page, cursor_of, keyset_page
from orders.models import Order
from orders.models.order_indexes import OPEN_TABS
from orders.selectors.contradictions import is_impossible
from orders.selectors.filters import BY_NAME, OrderFilters
from orders.selectors.narrowing import CARRIER_TABS, NOT_LIVE
from orders.selectors.search import matching
from orders.selectors.sorting import SORTS

__all__ = [
    "CARRIER_TABS",
    "NOT_LIVE",
    "OPEN_TABS",
    "OrderFilters",
    "around",
    "filtered",
    "order_list",
    "order_stamps",
    "orders_of_shops",
    "orders_visible_to",
    "stamped",
]

ATTENTION = "attention"
PAGE_SIZES = (50, 100, 200)
_STAMP = RawSQL('"orders_order".xmin::text || "orders_order".ctid::text', ())


def orders_visible_to(user: Any) -> QuerySet[Order]:
    """Orders within the user's shops and warehouses; what belongs to none is seen by all."""
    rows, warehouses = orders_of_shops(user), user.warehouse_scope()
    if warehouses is not None:
        rows = rows.filter(Q(warehouse__in=warehouses) | Q(warehouse=None))
    return rows


def orders_of_shops(user: Any) -> QuerySet[Order]:
    """Orders of the user's shops and of none, wherever they lie."""
    shops = user.shop_scope()
    if shops is None:
        return Order.objects.all()
    return Order.objects.filter(Q(shop_ref__in=shops) | Q(shop_ref=None))


def order_list(
    user: Any,
    filters: OrderFilters | None = None,
    *,
    after: str = "",
    before: str = "",
    size: int = PAGE_SIZES[0],
) -> Page[Order]:
    """One page. The same number of queries for any number of orders."""
    return _page(user, filters or OrderFilters(), Order.objects.all(), after, before, size)


def order_stamps(
    user: Any,
    filters: OrderFilters,
    *,
    after: str = "",
    before: str = "",
    size: int = PAGE_SIZES[0],
) -> Page[Order]:
    """The same page with nothing of the orders but their ids and `stamp`s.

    A stamp names the version of the row in the database: every change makes another one.
    """
    names = [key.lstrip("-") for key in SORTS[filters.sort].keys]
    wanted = Order.objects.annotate(stamp=_STAMP).only(*names)
    return _page(user, filters, wanted, after, before, size)


def _page(
    user: Any, filters: OrderFilters, load: QuerySet[Order], after: str, before: str, size: int
) -> Page[Order]:
    return keyset_page(
        filtered(user, filters),
        keys=SORTS[filters.sort].keys,
        after=after,
        before=before,
        size=min(size, PAGE_SIZES[-1]),
        load=load,
    )


def around(user: Any, filters: OrderFilters, order: Order) -> tuple[int | None, int | None]:
    """The orders before and after this one in the list of these filters; two statements.

    An order that has nothing to sort by stands in no such list: the newest first is meant then.
    """
    keys = SORTS[filters.sort].keys
    if getattr(order, keys[0].lstrip("-")) is None:
        filters = replace(filters, sort="")
        keys = SORTS[""].keys
    rows = filtered(user, filters).only("pk", keys[0].lstrip("-"))
    cursor = cursor_of(order, keys)
    before = keyset_page(rows, keys=keys, before=cursor, size=1).rows
    after = keyset_page(rows, keys=keys, after=cursor, size=1).rows
    return before[0].pk if before else None, after[0].pk if after else None


def stamped(user: Any, filters: OrderFilters) -> QuerySet[Order]:
    """As `filtered`, each row with its `stamp`."""
    return filtered(user, filters).annotate(stamp=_STAMP)


def filtered(user: Any, filters: OrderFilters) -> QuerySet[Order]:
    """The user's rows that pass all filters and have what they are sorted by; not ordered.

    A filter that he may not use is none: what it tells is not his to know.
    """
    rows = orders_visible_to(user)
    if is_impossible(filters.tab, filters.values):
        return rows.none()
    if filters.sort:
        rows = rows.filter(SORTS[filters.sort].only)
    if filters.tab == ATTENTION:
        rows = rows.filter(needs_attention=True)
    elif filters.tab:
        rows = rows.filter(tab=filters.tab)
    else:
        rows = rows.exclude(tab=Order.Tab.DELETED)
    for name, value in filters.values.items():
        if BY_NAME[name].is_for(user):
            rows = BY_NAME[name].narrow(rows, value)
    return matching(rows, filters.q) if filters.q else rows
