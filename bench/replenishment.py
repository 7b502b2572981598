"""The nightly run: forecasts and proposals of 10,000 variants over 365 days, in one process."""

import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import psycopg
from _scratch import scratch_database, show
from availability import fill

from bench.figure import Figure

DAYS = 365
SECONDS_FOR_10_000 = 60

# A third sells daily, a third now and then, a third rarely; stock came in before the first day.
SALES = """
INSERT INTO inventory_stockmovement (variant_id, warehouse_id, quantity, value_vnd, kind,
    actor_kind, actor_label, created_at)
SELECT v.id, w.id, -1 - (v.id * d) % 4, 0, 'shipment', 'system', 'bench',
    now() - d * interval '1 day'
FROM inventory_variant v CROSS JOIN generate_series(1, {days}) d
JOIN inventory_warehouse w ON w.priority = 1 + (v.id + d) % 5
WHERE (v.id * 7 + d * 13) % (CASE v.id % 3 WHEN 0 THEN 1 WHEN 1 THEN 6 ELSE 40 END) = 0
"""
OPENING = """
INSERT INTO inventory_stockmovement (variant_id, warehouse_id, quantity, value_vnd, kind,
    actor_kind, actor_label, created_at)
SELECT l.variant_id, l.warehouse_id, l.on_hand - coalesce(m.n, 0), 0, 'opening', 'system', 'bench',
    now() - interval '{days} days' - interval '1 day'
FROM inventory_stocklevel l LEFT JOIN (SELECT variant_id, warehouse_id, sum(quantity) AS n
    FROM inventory_stockmovement GROUP BY 1, 2) AS m USING (variant_id, warehouse_id)
"""
OFFERS = """
INSERT INTO inventory_supplier (code, name, phone, email, tax_code, address, payment_terms, notes)
VALUES ('NCC', 'Xuong A', '', '', '', '', '', '')
"""
PRICES = """
INSERT INTO inventory_supplierprice (supplier_id, variant_id, supplier_sku, price_vnd, pack_size,
    min_quantity, valid_from)
SELECT s.id, v.id, '', 50000, 12, 1, '2020-01-01' FROM inventory_supplier s, inventory_variant v
"""


def figures() -> Iterable[Figure]:
    with scratch_database("replenishment") as url:
        variants = len(fill(url))
        with psycopg.connect(url, autocommit=True) as db:
            db.execute(
                "UPDATE inventory_stocklevel SET on_hand = 2 + variant_id % 40,"
                " reserved = variant_id % 3"
            )
            for statement in (SALES, OPENING, OFFERS, PRICES):
                db.execute(statement.format(days=DAYS).encode())
            db.execute("VACUUM ANALYZE")
        from inventory.services.replenishment import plan_everything

        for name in ("replenishment_first_run", "replenishment_next_run"):
            started = time.perf_counter()
            opened = plan_everything()
            seconds = time.perf_counter() - started
            if not opened:
                raise SystemExit("Nothing was proposed")
            yield Figure(name, seconds, "s", SECONDS_FOR_10_000 * variants / 10_000, 1)


if __name__ == "__main__":
    os.environ.setdefault("BENCH_VARIANTS", "10000")
    show(figures())
