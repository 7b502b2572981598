"""100,000 order lines to xlsx: seconds, and the memory of the process that writes them."""

import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryFile

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import psycopg
from _scratch import scratch_database, show
from _shop import stock_shop

from bench.figure import Figure, peak_mb

LINES = int(os.environ.get("BENCH_LINES", "100000"))
LIMIT_SECONDS, LIMIT_MB = 30, 300

STATEMENTS = [
    """INSERT INTO orders_order (number, source, status, tab, recipient_name, recipient_phone,
           goods_vnd, total_vnd, placed_at, created_at, updated_at, address_raw, priority)
       SELECT 'DH' || n, 'zalo', 'confirmed', 'to_arrange', 'Nguyễn Thị ' || n,
           '+849' || lpad(n::text, 8, '0'), 200000, 200000, now() - n * interval '1 minute',
           now(), now(), '', 0
       FROM generate_series(1, {orders}) n""",
    """INSERT INTO orders_orderline (order_id, position, variant_id, sku, name, quantity,
           unit_price_vnd, total_vnd)
       SELECT o.id, p, v.id, v.sku, 'San pham ' || v.id, 1, 100000, 100000
       FROM orders_order o CROSS JOIN generate_series(1, 2) p
       JOIN inventory_variant v ON v.id = 1 + (o.id * 7 + p) % 2000""",
    "ANALYZE",
]


def figures() -> Iterable[Figure]:
    with scratch_database("order_export") as url:
        stock_shop(url)
        with psycopg.connect(url, autocommit=True) as db:
            for statement in STATEMENTS:
                db.execute(statement.format(orders=LINES // 2))
        from inventory.services.exporting import write_list
        from oms.accounts.models import User

        user = User.objects.create_user(username="bench", role="owner")
        started = time.perf_counter()
        with TemporaryFile() as target:
            rows = write_list(target, "order_lines", {}, user=user)
        took = time.perf_counter() - started
        assert rows == LINES, rows
        limit = LIMIT_SECONDS * LINES / 100_000
        yield Figure("order_export", took, "s", limit, 1)
        yield Figure("order_export_memory", peak_mb(), "MB", LIMIT_MB, 1)


if __name__ == "__main__":
    show(figures())
