"""Post the receipt of a purchase order of 2,000 lines, beside the same rows by hand-written SQL."""

import os
import statistics
import sys
import time
from collections.abc import Iterable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import psycopg
from _scratch import scratch_database, show
from _shop import stock_shop

from bench.figure import Figure

GOAL = 3.0
LINES = int(os.environ.get("BENCH_LINES", "2000"))
ROUNDS = 5

FLOOR = """
WITH counted AS MATERIALIZED (
    SELECT r.id, r.line_id, r.variant_id, r.quantity, o.warehouse_id, o.id AS order_id,
        l.net_vnd * r.quantity / l.quantity AS worth
    FROM inventory_receiptline r JOIN inventory_purchaseline l ON l.id = r.line_id
    JOIN inventory_purchaseorder o ON o.id = l.order_id
    WHERE r.receipt_id = %(receipt)s
),
locked AS MATERIALIZED (
    SELECT l.id, c.quantity, c.worth
    FROM inventory_stocklevel l JOIN counted c USING (variant_id, warehouse_id)
    ORDER BY l.id FOR NO KEY UPDATE OF l
),
raised AS (
    UPDATE inventory_stocklevel l
    SET on_hand = l.on_hand + k.quantity, value_vnd = l.value_vnd + k.worth
    FROM locked k WHERE l.id = k.id
),
moved AS (
    INSERT INTO inventory_stockmovement (variant_id, warehouse_id, quantity, value_vnd, kind,
        cause_kind, cause_id, actor_kind, actor_label, note, created_at)
    SELECT variant_id, warehouse_id, quantity, worth, 'receipt', 'goodsreceipt', %(receipt)s,
        'system', 'bench', '', now() FROM counted
    RETURNING id, variant_id
),
booked AS (
    UPDATE inventory_receiptline r SET price_vnd = c.worth, value_vnd = c.worth, movement_id = m.id
    FROM counted c JOIN moved m USING (variant_id) WHERE r.id = c.id
),
received AS (
    UPDATE inventory_purchaseline l SET received = l.received + c.quantity
    FROM counted c WHERE l.id = c.line_id
),
closed AS (
    UPDATE inventory_purchaseorder SET status = 'received', closed_at = now()
    WHERE id = (SELECT order_id FROM counted LIMIT 1)
),
told AS (
    INSERT INTO kernel_event (name, subject_kind, subject_id, about_kind, about_id, actor_kind,
        actor_label, data, created_at, attempts, last_error)
    SELECT e.name, 'receipt', %(receipt)s, 'receipt', %(receipt)s, 'system', 'bench', '{}', now(),
        0, ''
    FROM (VALUES ('receipt.posted'), ('stock.changed')) AS e (name)
)
UPDATE inventory_goodsreceipt SET status = 'posted', posted_at = now() WHERE id = %(receipt)s
"""


def counted_receipt(supplier: int, place: int, variants: list[int]) -> int:
    """A confirmed order of these goods, all of it counted and nothing posted."""
    from inventory.services.purchasing import NewLine, confirm_purchase, draft_purchase
    from inventory.services.receiving import count_rest, start_receipt
    from oms.kernel.actors import Actor

    actor = Actor.system("bench")
    lines = [NewLine(variant, 7, 12_345) for variant in variants]
    order = draft_purchase(supplier, place, lines, actor=actor)
    confirm_purchase(order.pk, actor=actor)
    receipt = start_receipt(order.pk, actor=actor)
    count_rest(receipt.pk)
    return receipt.pk


def post(receipt: int) -> None:
    from inventory.services.receiving import post_receipt
    from oms.kernel.actors import Actor

    post_receipt(receipt, actor=Actor.system("bench"))


def statements(receipt: int) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        post(receipt)
    return len(queries)


def timed(work) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def figures() -> Iterable[Figure]:
    with scratch_database("receiving") as url:
        stock_shop(url, variants=LINES, units=10)
        from inventory.models import Supplier, Variant, Warehouse

        supplier = Supplier.objects.create(code="S", name="S").pk
        place = Warehouse.objects.get().pk
        variants = list(Variant.objects.order_by("id").values_list("pk", flat=True))
        few = statements(counted_receipt(supplier, place, variants[:10]))
        many = statements(counted_receipt(supplier, place, variants))
        yield Figure("receiving_statements", many, "statements", few, 1)
        ours, best = [], []
        with psycopg.connect(url, autocommit=True) as db:
            for _round in range(ROUNDS + 1):
                first, second = (counted_receipt(supplier, place, variants) for _ in range(2))
                db.execute("VACUUM ANALYZE")
                ours.append(timed(lambda receipt=first: post(receipt)))
                best.append(
                    timed(
                        lambda receipt=second: db.execute(FLOOR, {"receipt": receipt}, prepare=True)
                    )
                )
        value, least = (statistics.median(times[1:]) for times in (ours, best))
        yield Figure("receiving", value, f"ms_for_{LINES}_lines", least, GOAL)


if __name__ == "__main__":
    show(figures())
