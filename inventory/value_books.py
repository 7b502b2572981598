"""Proofs that what stock is worth is what the ledger says, and the layers under FIFO."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.books import findings
from inventory.services.layers_rebuild import rebuild_layers
from inventory.services.rebuild import rebuild_value
from oms.kernel.books import MOST_SHOWN, Finding, register_check
from oms.kernel.sql import run

VALUE, LAYERS = "movement values = stock value", "cost layers = stock"

_VALUE = """
SELECT variant_id, warehouse_id, v.sku, w.code, coalesce(l.value_vnd, 0), coalesce(m.value_vnd, 0)
FROM (SELECT variant_id, warehouse_id, sum(value_vnd) AS value_vnd
    FROM inventory_stockmovement GROUP BY variant_id, warehouse_id) AS m
FULL JOIN inventory_stocklevel l USING (variant_id, warehouse_id)
JOIN inventory_variant v ON v.id = variant_id JOIN inventory_warehouse w ON w.id = warehouse_id
WHERE coalesce(l.value_vnd, 0) <> coalesce(m.value_vnd, 0) ORDER BY 3, 4 LIMIT %(most)s
"""
_LAYERS = """
SELECT variant_id, warehouse_id, v.sku, w.code, coalesce(l.on_hand, 0), coalesce(l.value_vnd, 0),
    coalesce(c.remaining, 0), coalesce(c.value_vnd, 0)
FROM (SELECT variant_id, warehouse_id, sum(remaining) AS remaining, sum(value_vnd) AS value_vnd
    FROM inventory_costlayer GROUP BY variant_id, warehouse_id) AS c
FULL JOIN inventory_stocklevel l USING (variant_id, warehouse_id)
JOIN inventory_variant v ON v.id = variant_id JOIN inventory_warehouse w ON w.id = warehouse_id
WHERE EXISTS (SELECT FROM inventory_valuation WHERE method = 'fifo')
    AND (coalesce(l.on_hand, 0), coalesce(l.value_vnd, 0))
        <> (coalesce(c.remaining, 0), coalesce(c.value_vnd, 0))
ORDER BY 3, 4 LIMIT %(most)s
"""


def register() -> None:
    """Called once by wiring."""
    register_check(
        VALUE,
        movement_values_equal_stock_value,
        title=gettext_lazy("Giá trị tồn = tổng giá trị biến động kho"),
        rebuild=rebuild_value,
    )
    register_check(
        LAYERS,
        cost_layers_equal_stock,
        title=gettext_lazy("Tồn và giá trị = tổng các lớp giá vốn"),
        rebuild=rebuild_layers,
    )


def movement_values_equal_stock_value() -> list[Finding]:
    """What a balance is worth is the sum of what its movements were worth."""
    rows = run(_VALUE, {"most": MOST_SHOWN})
    return findings(VALUE, _("%s @ %s: giá trị tồn %s, tổng giá trị biến động %s"), rows, {})


def cost_layers_equal_stock() -> list[Finding]:
    """Under FIFO the open layers hold the pieces of a balance and what they are worth."""
    text = _("%s @ %s: tồn %s trị giá %s, các lớp giá vốn còn %s trị giá %s")
    return findings(LAYERS, text, run(_LAYERS, {"most": MOST_SHOWN}), {})
