"""What a channel may be told: 10,000 variants in 5 warehouses, beside the same sums in one SQL."""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import psycopg
from _scratch import scratch_database, show

from bench.figure import Figure

VARIANTS = int(os.environ.get("BENCH_VARIANTS", "10000"))
WAREHOUSES = 5
ROUNDS = 15
GOAL_MS = 150

# Hand-written: the same rule (15 percent kept back, at most 500), everything in the database.
FLOOR = """
SELECT variant_id, least(greatest(free - ceil(free * 0.15), 0), 500)::int FROM (
    SELECT l.variant_id, sum(greatest(l.on_hand - l.reserved - l.safety_stock, 0)) AS free
    FROM inventory_stocklevel l JOIN inventory_warehouse w ON w.id = l.warehouse_id
    WHERE l.variant_id = ANY(%s) AND w.is_active AND w.kind <> 'quarantine'
    GROUP BY l.variant_id
) AS s
"""


def fill(url: str) -> list[int]:
    """Variants with stock in every warehouse, written past the services."""
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(
            "INSERT INTO inventory_warehouse (code, name, contact_name, phone, street, ward,"
            " district, province, kind, is_active, priority) SELECT 'K' || n, 'Kho ' || n, '', '',"
            " '', '', '', '', 'main', true, n FROM generate_series(1, %s) n",
            [WAREHOUSES],
        )
        db.execute(
            "INSERT INTO inventory_product (name, name_folded, created_at, updated_at)"
            " SELECT 'SP ' || n, 'sp ' || n, now(), now() FROM generate_series(1, %s) n",
            [VARIANTS],
        )
        db.execute(
            "INSERT INTO inventory_variant (product_id, sku, option_values, created_at)"
            " SELECT id, 'SKU-' || id, '{}', now() FROM inventory_product"
        )
        db.execute(
            "INSERT INTO inventory_stocklevel (variant_id, warehouse_id, on_hand, reserved)"
            " SELECT v.id, w.id, 20 + v.id % 50, v.id % 15"
            " FROM inventory_variant v CROSS JOIN inventory_warehouse w",
        )
        db.execute("VACUUM ANALYZE")
        return [row[0] for row in db.execute("SELECT id FROM inventory_variant ORDER BY id")]


def median_ms(ours: Callable[[], object], floor: Callable[[], object]) -> tuple[float, float]:
    """One after the other, so that a slow minute hits both."""
    pairs = []
    for _round in range(ROUNDS):
        times = []
        for work in (ours, floor):
            started = time.perf_counter()
            work()
            times.append((time.perf_counter() - started) * 1000)
        pairs.append(times)
    return statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)


def figures() -> Iterable[Figure]:
    with scratch_database("availability") as url:
        ids = fill(url)
        from inventory.models import ChannelStockRule
        from inventory.selectors.availability import told_to_channel

        ChannelStockRule.objects.create(
            channel_kind="shop",
            channel_id=1,
            buffer_kind="percent",
            buffer_value=15,
            max_units=500,
        )
        with psycopg.connect(url, autocommit=True) as db:

            def by_hand() -> dict[int, int]:
                return dict(db.execute(FLOOR, [ids]).fetchall())  # type: ignore[arg-type]

            def ours() -> dict[int, int]:
                told = told_to_channel(("shop", 1), ids)
                return {variant: row.units for variant, row in told.items()}

            if ours() != by_hand():
                raise SystemExit("The two sides tell different numbers")
            mine, hand = median_ms(ours, by_hand)
        # Held to the promise; the hand-written statement is the line below it.
        yield Figure("availability_of_a_channel", mine, "ms", GOAL_MS, 1)
        yield Figure("availability_beside_sql", mine, "ms", hand, 5)


if __name__ == "__main__":
    show(figures())
