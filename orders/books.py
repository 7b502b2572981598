"""Checks that the books agree with each other; each app adds its own to the registry."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from oms.kernel import counters
from oms.kernel.sql import run
from orders.selectors.tabs import PREFIX, counted_tabs

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """Two numbers that should be equal and are not."""

    check: str
    message: str


Check = Callable[[], list[Finding]]
_checks: dict[str, Check] = {}


def register_check(name: str, check: Check) -> None:
    """Add a check; it reads, and returns what does not agree. The same name again replaces it."""
    _checks[name] = check


def check_books() -> dict[str, list[Finding]]:
    """Run every check; findings by name, empty when the books agree."""
    with _one_moment():
        return {name: check() for name, check in _checks.items()}


@contextmanager
def _one_moment() -> Iterator[None]:
    """All checks see the same moment: work that goes on meanwhile is no difference."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _sql_check(name: str, sql: str, message: str) -> None:
    def check() -> list[Finding]:
        rows = run(sql, {"most": MOST_SHOWN})
        return [Finding(name, _(message) % row) for row in rows]

    register_check(name, check)


_sql_check(
    "movements = on hand",
    """
    SELECT v.sku, w.code, coalesce(l.on_hand, 0), coalesce(m.quantity, 0)
    FROM (SELECT variant_id, warehouse_id, sum(quantity) AS quantity
        FROM inventory_stockmovement GROUP BY variant_id, warehouse_id) AS m
    FULL JOIN inventory_stocklevel l USING (variant_id, warehouse_id)
    JOIN inventory_variant v ON v.id = variant_id JOIN inventory_warehouse w ON w.id = warehouse_id
    WHERE coalesce(l.on_hand, 0) <> coalesce(m.quantity, 0) ORDER BY 1, 2 LIMIT %(most)s
    """,
    gettext_noop("%s @ %s: tồn %s, tổng biến động %s"),
)
_sql_check(
    "allocations = reserved",
    """
    SELECT v.sku, w.code, coalesce(l.reserved, 0), coalesce(a.quantity, 0)
    FROM (SELECT variant_id, warehouse_id, sum(quantity) AS quantity
        FROM inventory_allocation WHERE status = 'open' GROUP BY variant_id, warehouse_id) AS a
    FULL JOIN inventory_stocklevel l USING (variant_id, warehouse_id)
    JOIN inventory_variant v ON v.id = variant_id JOIN inventory_warehouse w ON w.id = warehouse_id
    WHERE coalesce(l.reserved, 0) <> coalesce(a.quantity, 0) ORDER BY 1, 2 LIMIT %(most)s
    """,
    gettext_noop("%s @ %s: đang giữ %s, tổng phân bổ %s"),
)
_sql_check(
    "movement values = stock value",
    """
    SELECT v.sku, w.code, coalesce(l.value_vnd, 0), coalesce(m.value_vnd, 0)
    FROM (SELECT variant_id, warehouse_id, sum(value_vnd) AS value_vnd
        FROM inventory_stockmovement GROUP BY variant_id, warehouse_id) AS m
    FULL JOIN inventory_stocklevel l USING (variant_id, warehouse_id)
    JOIN inventory_variant v ON v.id = variant_id JOIN inventory_warehouse w ON w.id = warehouse_id
    WHERE coalesce(l.value_vnd, 0) <> coalesce(m.value_vnd, 0) ORDER BY 1, 2 LIMIT %(most)s
    """,
    gettext_noop("%s @ %s: giá trị tồn %s, tổng giá trị biến động %s"),
)
_sql_check(
    "cost layers = stock",
    """
    SELECT v.sku, w.code, coalesce(l.on_hand, 0), coalesce(l.value_vnd, 0),
        coalesce(c.remaining, 0), coalesce(c.value_vnd, 0)
    FROM (SELECT variant_id, warehouse_id, sum(remaining) AS remaining, sum(value_vnd) AS value_vnd
        FROM inventory_costlayer GROUP BY variant_id, warehouse_id) AS c
    FULL JOIN inventory_stocklevel l USING (variant_id, warehouse_id)
    JOIN inventory_variant v ON v.id = variant_id JOIN inventory_warehouse w ON w.id = warehouse_id
    WHERE EXISTS (SELECT FROM inventory_valuation WHERE method = 'fifo')
        AND (coalesce(l.on_hand, 0), coalesce(l.value_vnd, 0))
            <> (coalesce(c.remaining, 0), coalesce(c.value_vnd, 0))
    ORDER BY 1, 2 LIMIT %(most)s
    """,
    gettext_noop("%s @ %s: tồn %s trị giá %s, các lớp giá vốn còn %s trị giá %s"),
)
_sql_check(
    "lines = totals",
    """
    SELECT o.number, o.goods_vnd, coalesce(sum(l.total_vnd), 0)
    FROM orders_order o LEFT JOIN orders_orderline l ON l.order_id = o.id
    GROUP BY o.id HAVING o.goods_vnd <> coalesce(sum(l.total_vnd), 0) ORDER BY 1 LIMIT %(most)s
    """,
    gettext_noop("%s: tiền hàng %s, tổng các dòng %s"),
)
_sql_check(
    "allocated orders hold their lines",
    """
    SELECT o.number, l.sku, l.quantity, coalesce(sum(a.quantity), 0)
    FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id
    LEFT JOIN inventory_allocation a ON a.holder_kind = 'order_line' AND a.holder_id = l.id
        AND a.status = 'open'
    WHERE o.fulfillment_status IN ('allocated', 'released', 'picking', 'picked', 'packed')
    GROUP BY o.id, l.id HAVING l.quantity <> coalesce(sum(a.quantity), 0)
    ORDER BY 1, 2 LIMIT %(most)s
    """,
    gettext_noop("%s %s: đặt %s, đang giữ %s"),
)


def _counters() -> list[Finding]:
    kept, real = counters.read_counters(PREFIX), counted_tabs()
    return [
        Finding(
            "counters",
            _("%s: bộ đếm %s, thực tế %s") % (name, kept.get(name, 0), real.get(name, 0)),
        )
        for name in sorted(kept.keys() | real.keys())
        if kept.get(name, 0) != real.get(name, 0)
    ]


register_check("counters = orders", _counters)


def repair_counters() -> None:
    """Count the tabs again; needed only after rows were changed by hand."""
    counters.rebuild(PREFIX, counted_tabs())
