"""Proofs that orders agree with their lines, their promises and the counters of the list."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.kernel import counters
from oms.kernel.actors import Actor
from oms.kernel.books import MOST_SHOWN, Finding, Repair, register_check
from oms.kernel.sql import run
from orders.selectors.tabs import PREFIX, counted_tabs
from orders.services.customer_figures import refresh_all

LINES, ABROAD, HELD, COUNTERS, FIGURES = (
    "lines = totals",
    "foreign amounts = lines",
    "allocated orders hold their lines",
    "counters = orders",
    "customer figures = orders",
)

_LINES = """
SELECT o.id, o.number, o.goods_vnd, coalesce(sum(l.total_vnd), 0)
FROM orders_order o LEFT JOIN orders_orderline l ON l.order_id = o.id
GROUP BY o.id HAVING o.goods_vnd <> coalesce(sum(l.total_vnd), 0) ORDER BY 2 LIMIT %(most)s
"""
_ABROAD = """
SELECT o.id, o.number, o.total_minor, coalesce(sum(l.total_minor), 0) - o.discount_minor
    + o.shipping_fee_minor
FROM orders_order o LEFT JOIN orders_orderline l ON l.order_id = o.id
WHERE o.currency <> 'VND'
GROUP BY o.id HAVING o.total_minor IS DISTINCT FROM
    coalesce(sum(l.total_minor), 0) - o.discount_minor + o.shipping_fee_minor
ORDER BY 2 LIMIT %(most)s
"""
_HELD = """
SELECT o.id, o.number, coalesce(v.sku, d.sku), d.quantity, coalesce(sum(a.quantity), 0)
FROM orders_order o JOIN (
    SELECT l.order_id, l.id, l.sku, coalesce(c.variant_id, l.variant_id) AS variant_id,
        l.quantity * coalesce(c.quantity, 1) AS quantity
    FROM orders_orderline l LEFT JOIN orders_orderlinecomponent c ON c.line_id = l.id
) AS d ON d.order_id = o.id
LEFT JOIN inventory_variant v ON v.id = d.variant_id
LEFT JOIN inventory_allocation a ON a.holder_kind = 'order_line' AND a.holder_id = d.id
    AND a.variant_id = d.variant_id AND a.status = 'open'
WHERE o.fulfillment_status IN ('allocated', 'released', 'picking', 'picked', 'packed')
GROUP BY o.id, o.number, d.id, d.sku, v.sku, d.variant_id, d.quantity
HAVING d.quantity <> coalesce(sum(a.quantity), 0)
ORDER BY 2, 3 LIMIT %(most)s
"""
# Figures follow orders a moment later: a customer whose orders changed since is not judged.
_FIGURES = """
SELECT c.id, c.name, c.orders_count, o.n, c.spent_vnd, o.spent
FROM orders_customer c CROSS JOIN LATERAL (
    SELECT count(*) AS n, max(updated_at) AS touched_at, coalesce(sum(total_vnd - returned_vnd)
        FILTER (WHERE status IN ('delivered', 'completed', 'partially_returned')), 0) AS spent
    FROM orders_order WHERE customer_id = c.id AND status NOT IN ('draft', 'cancelled')
) AS o
WHERE c.figures_at IS NOT NULL AND coalesce(o.touched_at, c.figures_at) <= c.figures_at
    AND (c.orders_count, c.spent_vnd) IS DISTINCT FROM (o.n, o.spent)
ORDER BY c.id LIMIT %(most)s
"""


def register() -> None:
    """Called once by wiring."""
    register_check(LINES, lines_equal_totals, title=gettext_lazy("Tiền hàng = tổng các dòng"))
    register_check(
        ABROAD,
        foreign_lines_equal_totals,
        title=gettext_lazy("Tổng nguyên tệ = tổng các dòng nguyên tệ"),
    )
    register_check(
        HELD, orders_hold_their_lines, title=gettext_lazy("Đơn đã giữ hàng giữ đủ từng dòng")
    )
    register_check(
        COUNTERS,
        counters_equal_orders,
        title=gettext_lazy("Số trên thẻ = số đơn đếm được"),
        rebuild=rebuild_counters,
    )
    register_check(
        FIGURES,
        figures_equal_orders,
        title=gettext_lazy("Số liệu khách hàng = đơn của khách"),
        rebuild=rebuild_figures,
    )


def lines_equal_totals() -> list[Finding]:
    """The lines of an order sum to its goods."""
    text = _("%s: tiền hàng %s, tổng các dòng %s")
    return [
        Finding(LINES, text % tuple(row), _order_url(pk))
        for pk, *row in run(_LINES, {"most": MOST_SHOWN})
    ]


def foreign_lines_equal_totals() -> list[Finding]:
    """In its own currency an order is what its lines, discount and fee sum to."""
    text = _("%s: tổng nguyên tệ %s, tổng các phần %s")
    return [
        Finding(ABROAD, text % tuple(row), _order_url(pk))
        for pk, *row in run(_ABROAD, {"most": MOST_SHOWN})
    ]


def orders_hold_their_lines() -> list[Finding]:
    """What an order promised its buyer is held in stock, line by line."""
    text = _("%s %s: đặt %s, đang giữ %s")
    return [
        Finding(HELD, text % tuple(row), _order_url(pk))
        for pk, *row in run(_HELD, {"most": MOST_SHOWN})
    ]


def counters_equal_orders() -> list[Finding]:
    """The tabs show as many orders as there are."""
    return [
        Finding(COUNTERS, _("%s: bộ đếm %s, thực tế %s") % (name, kept, real))
        for name, kept, real in _wrong_counters(counted_tabs())
    ]


def rebuild_counters(actor: Actor) -> list[Repair]:
    """Count the tabs again."""
    repairs: list[Repair] = []

    def count() -> dict[str, int]:
        real_counts = counted_tabs()
        repairs.extend(
            Repair(name, _("%s: %s → %s") % (name, kept, real), ok=True)
            for name, kept, real in _wrong_counters(real_counts)
        )
        return real_counts

    counters.rebuild(PREFIX, count)
    return repairs


def figures_equal_orders() -> list[Finding]:
    """What lists sort customers by is what their orders say."""
    text = _("%s: số đơn %s, thực tế %s; đã mua %s, thực tế %s")
    return [
        Finding(FIGURES, text % tuple(row), reverse("orders:customer_detail", args=[pk]))
        for pk, *row in run(_FIGURES, {"most": MOST_SHOWN})
    ]


def rebuild_figures(actor: Actor) -> list[Repair]:
    """Count the orders of every customer again."""
    count = refresh_all()
    return [Repair(FIGURES, _("%d khách được tính lại") % count, ok=True)] if count else []


def _wrong_counters(real: dict[str, int]) -> list[tuple[str, int, int]]:
    kept = counters.read_counters(PREFIX)
    return [
        (name, kept.get(name, 0), real.get(name, 0))
        for name in sorted(kept.keys() | real.keys())
        if kept.get(name, 0) != real.get(name, 0)
    ]


def _order_url(order_id: int) -> str:
    return reverse("orders:detail", args=[order_id])
