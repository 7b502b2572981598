"""A ledger of ten million movements: the page of a variant, and its stock at a past day."""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import psycopg
from _scratch import scratch_database, show
from _shop import stock_shop

from bench.figure import Figure

LIMIT_MS = 50.0
MOVEMENTS = int(os.environ.get("BENCH_MOVEMENTS", "10000000"))
VARIANTS, CALLS, CHUNK = 2_000, 21, 1_000_000
# Ten times what the others have: the goods that everybody buys.
BUSY_SHARE = 200

FILL = """
INSERT INTO inventory_stockmovement (variant_id, warehouse_id, quantity, value_vnd, kind,
    actor_kind, actor_label, created_at)
SELECT CASE WHEN n %% {busy} = 0 THEN 1 ELSE 2 + (n * 7919) %% ({variants} - 1) END, 1,
    CASE WHEN n %% 2 = 0 THEN 3 ELSE -2 END, CASE WHEN n %% 2 = 0 THEN 3000 ELSE -2000 END,
    CASE WHEN n %% 2 = 0 THEN 'receipt' ELSE 'shipment' END, 'system', 'bench',
    timestamptz '2025-01-01' + n * (interval '700 days' / {movements})
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
"""
SETTLE = """
UPDATE inventory_stocklevel l SET on_hand = s.units, value_vnd = s.worth
FROM (SELECT variant_id, warehouse_id, sum(quantity) AS units, sum(value_vnd) AS worth
    FROM inventory_stockmovement GROUP BY variant_id, warehouse_id) AS s
WHERE l.variant_id = s.variant_id AND l.warehouse_id = s.warehouse_id
"""


def fill(url: str) -> None:
    stock_shop(url, variants=VARIANTS, units=0)
    with psycopg.connect(url, autocommit=True) as db:
        statement = FILL.format(busy=BUSY_SHARE, variants=VARIANTS, movements=MOVEMENTS)
        for first in range(1, MOVEMENTS + 1, CHUNK):
            last = min(first + CHUNK - 1, MOVEMENTS)
            db.execute(statement, {"first": first, "last": last})
        db.execute(SETTLE)
        db.execute("VACUUM ANALYZE inventory_stockmovement, inventory_stocklevel")


def milliseconds(work: Callable[[], object]) -> float:
    """Median of some calls, the first left out."""
    times = []
    for _call in range(CALLS):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times[1:])


def figures() -> Iterable[Figure]:
    with scratch_database("ledger") as url:
        fill(url)
        from inventory.models import StockLevel, Variant, Warehouse
        from inventory.selectors.costing import standing_at
        from inventory.selectors.stock import explain

        busy, place = Variant.objects.order_by("id")[0].pk, Warehouse.objects.get().pk
        quiet = Variant.objects.order_by("id")[VARIANTS // 2].pk
        day = datetime(2025, 3, 1, tzinfo=UTC)
        for name, variant in (("busy", busy), ("usual", quiet)):
            level = StockLevel.objects.filter(variant=variant)
            story = explain(variant, place)
            assert story.lines, "no movements to tell"
            assert standing_at(level, day).get().units_then != level.get().on_hand
            page = milliseconds(lambda v=variant: explain(v, place))
            past = milliseconds(lambda rows=level: standing_at(rows, day).get())
            yield Figure(f"ledger_page_{name}", page, "ms", LIMIT_MS, 1)
            yield Figure(f"ledger_past_day_{name}", past, "ms", LIMIT_MS, 1)


if __name__ == "__main__":
    show(figures())
