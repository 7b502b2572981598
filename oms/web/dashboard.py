"""The first page's numbers: a fixed number of set-based queries, days cut in the company's zone.

Each number carries the address of the rows behind it, so that it can be opened and checked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Min, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.models import StockLevel
from inventory.selectors.expired import free, with_available
from inventory.selectors.places import warehouses_visible_to
from inventory.selectors.stock import low_stock
from oms.kernel import clock
from orders.models import Order
from orders.selectors.lists import CARRIER_TABS, NOT_LIVE, OPEN_TABS, orders_visible_to
from orders.selectors.tabs import is_capped, tab_counts

DAYS_SHOWN = 7
ROWS_SHOWN = 6
COD_OPEN = (Order.Cod.TO_COLLECT, Order.Cod.COLLECTED, Order.Cod.IN_STATEMENT, Order.Cod.MISMATCH)


def orders_url(**params: str | int) -> str:
    return f"{reverse('orders:list')}?{urlencode(params)}"


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    orders: int
    revenue_vnd: int


@dataclass(frozen=True, slots=True)
class Channel:
    source: str
    orders: int
    revenue_vnd: int
    url: str


@dataclass(frozen=True, slots=True)
class Sales:
    """The last days, oldest first and ending today, and today by channel."""

    days: Sequence[Day]
    channels: Sequence[Channel]
    yesterday_orders: int
    yesterday_revenue_vnd: int

    @property
    def today(self) -> Day:
        return self.days[-1]

    @property
    def today_url(self) -> str:
        return orders_url(period="today", live=1)

    @property
    def orders_change(self) -> int | None:
        """Percent against yesterday at the same hour; None when nothing was sold then."""
        return percent(self.today.orders, self.yesterday_orders)

    @property
    def revenue_change(self) -> int | None:
        return percent(self.today.revenue_vnd, self.yesterday_revenue_vnd)


def percent(now: int, before: int) -> int | None:
    return round(100 * (now - before) / before) if before else None


def sales(user: Any, *, now: datetime) -> Sales:
    """Orders placed and their value, without drafts and cancelled ones."""
    today = clock.today(now)
    first = today - timedelta(days=DAYS_SHOWN - 1)
    placed = orders_visible_to(user).exclude(status__in=NOT_LIVE)
    rows = (
        placed.filter(placed_at__gte=clock.day_bounds(first)[0], placed_at__lte=now)
        .annotate(day=TruncDate("placed_at", tzinfo=clock.COMPANY_ZONE))
        .values("day", "source")
        .annotate(orders=Count("id"), revenue=Sum("total_vnd"))
        .order_by()
    )
    by_day = {first + timedelta(days=n): [0, 0] for n in range(DAYS_SHOWN)}
    channels = []
    for row in rows:
        by_day[row["day"]][0] += row["orders"]
        by_day[row["day"]][1] += row["revenue"]
        if row["day"] == today:
            url = orders_url(source=row["source"], period="today", live=1)
            channels.append(Channel(row["source"], row["orders"], row["revenue"], url))
    before = placed.filter(
        placed_at__gte=clock.day_bounds(today - timedelta(days=1))[0],
        placed_at__lte=now - timedelta(days=1),
    ).aggregate(orders=Count("id"), revenue=Sum("total_vnd", default=0))
    return Sales(
        days=[Day(day, *totals) for day, totals in by_day.items()],
        channels=sorted(channels, key=lambda channel: -channel.revenue_vnd),
        yesterday_orders=before["orders"],
        yesterday_revenue_vnd=before["revenue"],
    )


@dataclass(frozen=True, slots=True)
class Duty:
    """`is_capped`: a limited user's counter stopped there, more may wait."""

    label: str | Promise
    count: int
    url: str
    is_red: bool
    is_capped: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """One role and what waits for it."""

    name: str | Promise
    icon: str
    duties: Sequence[Duty]


# Who does what next: role, icon, (tab, words, shown in red).
DESKS: tuple[tuple[Any, str, tuple[tuple[str, Any, bool], ...]], ...] = (
    (
        _("Bán hàng"),
        "headset",
        (
            ("attention", _("Cần xử lý"), True),
            ("to_confirm", _("Chờ xác nhận"), False),
            ("on_hold", _("Tạm giữ"), False),
        ),
    ),
    (
        _("Kho"),
        "warehouse",
        (
            ("waiting_stock", _("Chờ hàng"), True),
            ("to_arrange", _("Tạo vận đơn"), False),
            ("to_print", _("In vận đơn"), False),
            ("packing", _("Đóng gói"), False),
            ("to_hand_over", _("Bàn giao cho hãng"), False),
        ),
    ),
    (
        _("Sau giao hàng"),
        "wallet",
        (
            ("shipping", _("Đang giao"), False),
            ("delivered", _("Đã giao, chờ đối soát"), False),
            ("returning", _("Hoàn / Trả"), True),
        ),
    ),
)


def desks(user: Any) -> list[Desk]:
    """What waits for whom, from the counters kept with each state change."""
    counts = tab_counts(user)

    def duty(tab: str, label: str | Promise, is_red: bool) -> Duty:
        capped = is_capped(user, counts[tab])
        return Duty(label, counts[tab], orders_url(tab=tab), is_red, capped)

    return [
        Desk(name, icon, [duty(tab, label, is_red) for tab, label, is_red in duties])
        for name, icon, duties in DESKS
    ]


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Orders past the carrier's deadline, and the next ones to fall due."""

    missed: int
    missed_url: str
    next_orders: Sequence[Order]


def deadlines(user: Any, *, now: datetime) -> Deadlines:
    waiting = orders_visible_to(user).filter(tab__in=OPEN_TABS, ship_by_at__isnull=False)
    missed = waiting.filter(ship_by_at__lt=now).count()
    following = waiting.filter(ship_by_at__gte=now).order_by("ship_by_at", "id")
    return Deadlines(missed, orders_url(late=1), list(following[:ROWS_SHOWN]))


def cod_url(status: str) -> str:
    return orders_url(cod=status, with_carrier=1)


@dataclass(frozen=True, slots=True)
class CodRow:
    status: str
    orders: int
    amount_vnd: int
    oldest_at: datetime | None
    url: str


@dataclass(frozen=True, slots=True)
class CodOutstanding:
    rows: Sequence[CodRow]

    @property
    def collected_url(self) -> str:
        return cod_url(Order.Cod.COLLECTED)

    @property
    def collected_vnd(self) -> int:
        """What the carriers have taken from buyers and not yet accounted for."""
        return sum(row.amount_vnd for row in self.rows if row.status == Order.Cod.COLLECTED)


def cod_outstanding(user: Any) -> CodOutstanding:
    """Money on delivery that has not reached us, by its state."""
    rows = (
        orders_visible_to(user)
        .filter(tab__in=CARRIER_TABS, cod_status__in=COD_OPEN)
        .values("cod_status")
        .annotate(orders=Count("id"), amount=Sum("cod_vnd"), oldest=Min("delivered_at"))
        .order_by()
    )
    found = {row["cod_status"]: row for row in rows}
    return CodOutstanding(
        [
            CodRow(status, row["orders"], row["amount"], row["oldest"], cod_url(status))
            for status in COD_OPEN
            if (row := found.get(status))
        ]
    )


@dataclass(frozen=True, slots=True)
class StockAlerts:
    count: int
    url: str
    rows: Sequence[StockLevel]


def stock_alerts(user: Any) -> StockAlerts:
    """Balances with few pieces left to promise, the emptiest first."""
    rows: QuerySet[StockLevel] = StockLevel.objects.filter(
        low_stock(), warehouse__in=warehouses_visible_to(user)
    )
    emptiest = with_available(rows.select_related("variant__product", "warehouse"))
    shown = emptiest.order_by(free(), "variant_id")[:ROWS_SHOWN]
    url = f"{reverse('inventory:stock_list')}?show=low"
    return StockAlerts(rows.count(), url, list(shown))
