"""Proofs that lots are what stands there, and what their movements add up to."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.kernel.books import MOST_SHOWN, Finding, register_check
from oms.kernel.sql import run

LEVELS, LEDGER = "lots = stock", "lot movements = lots"

_LEVELS = """
SELECT variant_id, warehouse_id, v.sku, w.code, coalesce(l.on_hand, 0), coalesce(b.quantity, 0)
FROM (SELECT l.variant_id, l.warehouse_id, l.on_hand FROM inventory_stocklevel l
    JOIN inventory_variant v ON v.id = l.variant_id
    JOIN inventory_product p ON p.id = v.product_id AND p.tracking <> 'none') AS l
FULL JOIN (SELECT b.variant_id, b.warehouse_id, sum(b.on_hand) AS quantity
    FROM inventory_lotbalance b JOIN inventory_variant v ON v.id = b.variant_id
    JOIN inventory_product p ON p.id = v.product_id AND p.tracking <> 'none'
    GROUP BY 1, 2) AS b USING (variant_id, warehouse_id)
JOIN inventory_variant v ON v.id = variant_id JOIN inventory_warehouse w ON w.id = warehouse_id
WHERE coalesce(l.on_hand, 0) <> coalesce(b.quantity, 0) ORDER BY 3, 4 LIMIT %(most)s
"""
_LEDGER = """
SELECT o.variant_id, warehouse_id, v.sku, o.code, w.code, coalesce(b.on_hand, 0),
    coalesce(m.quantity, 0)
FROM (SELECT lot_id, warehouse_id, sum(quantity) AS quantity FROM inventory_lotmovement
    GROUP BY 1, 2) AS m
FULL JOIN inventory_lotbalance b USING (lot_id, warehouse_id)
JOIN inventory_lot o ON o.id = lot_id JOIN inventory_variant v ON v.id = o.variant_id
JOIN inventory_warehouse w ON w.id = warehouse_id
WHERE coalesce(b.on_hand, 0) <> coalesce(m.quantity, 0) ORDER BY 3, 4, 5 LIMIT %(most)s
"""


def register() -> None:
    """Called once by wiring."""
    register_check(
        LEVELS, lots_equal_stock, title=gettext_lazy("Tổng các lô và sê-ri = tồn thực tế")
    )
    register_check(
        LEDGER, movements_equal_lots, title=gettext_lazy("Tồn của lô = tổng biến động của lô")
    )


def lots_equal_stock() -> list[Finding]:
    """Lots and serials of tracked goods add up to the stock level of their place."""
    text = _("%s @ %s: tồn %s, tổng các lô %s")
    return [
        Finding(LEVELS, text % tuple(row), _url(variant, place))
        for variant, place, *row in run(_LEVELS, {"most": MOST_SHOWN})
    ]


def movements_equal_lots() -> list[Finding]:
    """Each lot's pieces in a place are the sum of its movements there."""
    text = _("%s lô %s @ %s: tồn %s, tổng biến động %s")
    return [
        Finding(LEDGER, text % tuple(row), _url(variant, place))
        for variant, place, *row in run(_LEDGER, {"most": MOST_SHOWN})
    ]


def _url(variant_id: int, warehouse_id: int) -> str:
    return reverse("inventory:stock_explain", args=[variant_id, warehouse_id])
