"""Stock under FIFO: what leaves takes its worth from the oldest layers.

Layers are read after the balances are locked, in a statement of their own: only then are those seen
that another transaction has just written.
"""

from collections.abc import Mapping
from typing import Any

from inventory.services import layers_sql, stock_sql
from oms.kernel.sql import run

Row = tuple[Any, ...]
COLUMNS = (
    *("variants", "warehouses", "quantities", "kinds", "cause_kinds"),
    *("cause_ids", "notes", "worths"),
)


def is_fifo() -> bool:
    return bool(run(layers_sql.IS_FIFO)[0][0])


def consume_layers(params: Mapping[str, Any]) -> list[Row]:
    """What stock_sql.CONSUME does, worth taken from layers."""
    run(layers_sql.LOCK_HELD, {"kind": params["kind"], "holders": params["holders"]})
    return run(layers_sql.CONSUME, params)


def post_layers(params: Mapping[str, Any]) -> list[int]:
    """What stock_sql.POST does: first what enters, each piece of it a layer, then what leaves."""
    run(layers_sql.LOCK, {"variants": params["variants"], "warehouses": params["warehouses"]})
    ids: dict[int, int] = {}
    entering = [n for n, quantity in enumerate(params["quantities"]) if quantity > 0]
    leaving = [n for n, quantity in enumerate(params["quantities"]) if quantity < 0]
    if entering:
        written = [row[0] for row in run(stock_sql.POST, _some(params, entering))]
        run(layers_sql.ADD_LAYERS, {"movements": written})
        ids.update(zip(entering, written, strict=True))
    if leaving:
        written = [row[0] for row in run(layers_sql.POST_LEAVING, _some(params, leaving))]
        ids.update(zip(leaving, written, strict=True))
    return [ids[n] for n in sorted(ids)]


def _some(params: Mapping[str, Any], places: list[int]) -> dict[str, Any]:
    return {
        name: [value[n] for n in places] if name in COLUMNS else value
        for name, value in params.items()
    }
