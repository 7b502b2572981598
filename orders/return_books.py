"""Proofs that returns agree with the stock that came back and with what they took off orders."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.kernel.books import MOST_SHOWN, Finding, register_check
from oms.kernel.sql import run

CREDITS, LINES, PIECES = (
    "returns credited = taken off orders",
    "returned lines = received",
    "returned pieces = stock movements",
)
SETS = "returned lines = whole sets scanned"

_CREDITS = """
SELECT o.id, o.number, o.returned_vnd, coalesce(r.credit, 0)
FROM orders_order o LEFT JOIN (
    SELECT order_id, sum(credit_vnd) AS credit FROM orders_return GROUP BY order_id
) AS r ON r.order_id = o.id
WHERE o.returned_vnd <> coalesce(r.credit, 0) ORDER BY o.id LIMIT %(most)s
"""
_LINES = """
SELECT o.id, o.number, l.sku, l.returned, coalesce(r.received, 0)
FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
LEFT JOIN (
    SELECT line_id, sum(received) AS received FROM orders_returnline GROUP BY line_id
) AS r ON r.line_id = l.id
WHERE l.returned <> coalesce(r.received, 0) ORDER BY o.id LIMIT %(most)s
"""
_PIECES = """
SELECT d.order_id, d.number, coalesce(v.sku, '#' || x.variant_id), sum(x.scanned),
    sum(x.moved)
FROM (
    SELECT l.document_id, p.variant_id, p.quantity AS scanned, 0 AS moved
    FROM orders_returnpiece p JOIN orders_returnline l ON l.id = p.return_line_id
    WHERE p.disposition <> 'swapped'
    UNION ALL
    SELECT cause_id, variant_id, 0, quantity FROM inventory_stockmovement
    WHERE cause_kind = 'return' AND kind = 'return'
) AS x
JOIN orders_return d ON d.id = x.document_id
LEFT JOIN inventory_variant v ON v.id = x.variant_id
GROUP BY d.id, d.order_id, d.number, x.variant_id, v.sku HAVING sum(x.scanned) <> sum(x.moved)
ORDER BY d.id, x.variant_id LIMIT %(most)s
"""
_SETS = """
WITH pieces AS (
    SELECT l.line_id, p.variant_id, sum(p.quantity) AS units
    FROM orders_returnpiece p JOIN orders_returnline l ON l.id = p.return_line_id
    WHERE p.disposition <> 'swapped' GROUP BY 1, 2
), needs AS (
    SELECT l.id AS line_id, coalesce(c.variant_id, l.variant_id) AS variant_id,
        coalesce(c.quantity, 1) AS per_set
    FROM orders_orderline l LEFT JOIN orders_orderlinecomponent c ON c.line_id = l.id
    WHERE l.returned > 0 OR l.id IN (SELECT line_id FROM pieces)
)
SELECT o.id, o.number, l.sku, l.returned, min(floor(coalesce(p.units, 0) / n.per_set))
FROM needs n
JOIN orders_orderline l ON l.id = n.line_id JOIN orders_order o ON o.id = l.order_id
LEFT JOIN pieces p ON p.line_id = n.line_id AND p.variant_id = n.variant_id
GROUP BY o.id, o.number, l.id, l.sku, l.returned
HAVING l.returned <> min(floor(coalesce(p.units, 0) / n.per_set))
ORDER BY o.id LIMIT %(most)s
"""


def register() -> None:
    """Called once by wiring."""
    register_check(
        CREDITS, credits_equal_orders, title=gettext_lazy("Tiền giảm của đơn = các phiếu trả")
    )
    register_check(
        LINES, lines_equal_received, title=gettext_lazy("Hàng trả của dòng = đã nhận ở phiếu trả")
    )
    register_check(
        PIECES, pieces_equal_stock, title=gettext_lazy("Hàng trả đã quét = hàng nhập lại kho")
    )
    register_check(
        SETS, lines_equal_sets, title=gettext_lazy("Hàng trả của dòng = số bộ đủ đã quét")
    )


def credits_equal_orders() -> list[Finding]:
    """What returns took off an order is what it says."""
    text = _("%s: đơn giảm %s, các phiếu trả %s")
    return _findings(CREDITS, text, _CREDITS)


def lines_equal_received() -> list[Finding]:
    """Pieces of a line that are back are those that its returns received."""
    return _findings(LINES, _("%s %s: đã trả %s, các phiếu trả nhận %s"), _LINES)


def pieces_equal_stock() -> list[Finding]:
    """Every piece of ours that was scanned in entered stock as the goods that it is."""
    return _findings(PIECES, _("Phiếu trả %s, %s: quét %s món, nhập kho %s món"), _PIECES)


def lines_equal_sets() -> list[Finding]:
    """A line counts the sets that are whole over all its returns, no part of one."""
    return _findings(SETS, _("%s %s: đã trả %s, đã quét đủ %s bộ"), _SETS)


def _findings(name: str, text: str, query: str) -> list[Finding]:
    return [
        Finding(name, text % tuple(row[1:]), reverse("orders:detail", args=[row[0]]))
        for row in run(query, {"most": MOST_SHOWN})
    ]
