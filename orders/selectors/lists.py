"""The order list: who may see what, filters, search, keyset pages."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from oms.kernel.clock import now
from oms.kernel.pages import Page, keyset_page
from orders.models import Order
from orders.selectors.search import matching

ATTENTION = "attention"
# Tabs in which the hand-over is still ahead: there a deadline can be missed.
OPEN_TABS = [
    *(Order.Tab.TO_CONFIRM, Order.Tab.WAITING_STOCK, Order.Tab.TO_ARRANGE, Order.Tab.TO_PRINT),
    *(Order.Tab.PACKING, Order.Tab.TO_HAND_OVER, Order.Tab.ON_HOLD),
]
# Tabs in which a carrier holds a parcel or its cash; remitted orders have left them.
CARRIER_TABS = [Order.Tab.SHIPPING, Order.Tab.DELIVERED, Order.Tab.RETURNING]
NOT_LIVE = [Order.Status.DRAFT, Order.Status.CANCELLED]
PAGE_SIZES = (50, 100, 200)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilters:
    """Each field is one chip; empty means no limit. `placed_to` is exclusive.

    `late` is past the carrier's deadline, `live` leaves out drafts and cancelled orders,
    `with_carrier` is parcels, or their cash, in a carrier's hands.
    """

    tab: str = ""
    q: str = ""
    source: str = ""
    shop_ref: int | None = None
    status: str = ""
    fulfillment_status: str = ""
    payment_status: str = ""
    cod_status: str = ""
    invoice_status: str = ""
    warehouse_id: int | None = None
    carrier_code: str = ""
    province: str = ""
    problem: str = ""
    placed_from: datetime | None = None
    placed_to: datetime | None = None
    late: bool = False
    live: bool = False
    with_carrier: bool = False

    @property
    def active(self) -> bool:
        """Something other than the tab narrows the list."""
        return any(getattr(self, f.name) not in ("", None, False) for f in fields(self)[1:])


_EXACT = (
    *("source", "shop_ref", "status", "fulfillment_status", "payment_status", "cod_status"),
    *("invoice_status", "warehouse_id", "carrier_code", "province"),
)


def orders_visible_to(user: Any) -> QuerySet[Order]:
    """Orders within the user's shops and warehouses; what belongs to none is seen by all."""
    rows = Order.objects.all()
    shops, warehouses = user.shop_scope(), user.warehouse_scope()
    if shops is not None:
        rows = rows.filter(Q(shop_ref__in=shops) | Q(shop_ref=None))
    if warehouses is not None:
        rows = rows.filter(Q(warehouse__in=warehouses) | Q(warehouse=None))
    return rows


def order_list(
    user: Any,
    filters: OrderFilters | None = None,
    *,
    after: str = "",
    before: str = "",
    size: int = PAGE_SIZES[0],
) -> Page[Order]:
    """One page, newest first. The same number of queries for any number of orders."""
    rows = filtered(orders_visible_to(user), filters or OrderFilters())
    return keyset_page(rows, after=after, before=before, size=min(size, PAGE_SIZES[-1]))


def filtered(rows: QuerySet[Order], filters: OrderFilters) -> QuerySet[Order]:
    """The rows that pass all filters, not ordered."""
    if filters.tab == ATTENTION:
        rows = rows.filter(needs_attention=True)
    elif filters.tab:
        rows = rows.filter(tab=filters.tab)
    for name in _EXACT:
        value = getattr(filters, name)
        if value not in ("", None):
            rows = rows.filter(**{name: value})
    if filters.placed_from:
        rows = rows.filter(placed_at__gte=filters.placed_from)
    if filters.placed_to:
        rows = rows.filter(placed_at__lt=filters.placed_to)
    if filters.problem:
        rows = rows.filter(
            pk__in=Order.objects.filter(
                problems__kind=filters.problem, problems__resolved_at=None
            ).values("pk")
        )
    if filters.late:
        rows = rows.filter(ship_by_at__lt=now(), tab__in=OPEN_TABS)
    if filters.live:
        rows = rows.exclude(status__in=NOT_LIVE)
    if filters.with_carrier:
        rows = rows.filter(tab__in=CARRIER_TABS)
    return matching(rows, filters.q) if filters.q.strip() else rows
