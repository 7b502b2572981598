"""Stock that changed, on its way to every channel: how soon it is there, and in how many calls.

The calls are counted at the adapters, beside the least that each marketplace's limits allow: a call
of Shopee and TikTok Shop is about one product, one of Lazada about any fifty SKUs.
"""

import math
import os
import statistics
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import psycopg
from _sandbox import Market, goods_of, sandboxes
from _scratch import scratch_database, show
from _workers import workers

from bench.figure import Figure

VARIANTS = int(os.environ.get("BENCH_VARIANTS", "10000"))
CHANGES = int(os.environ.get("BENCH_CHANGES", "60"))
CODES = ("shopee", "lazada", "tiktok_shop")
MODELS = 25  # of each product
LEAST_SKUS = {"shopee": MODELS, "lazada": 50, "tiktok_shop": MODELS}  # of one call
EVERY, LIMIT_S, PATIENCE = 0.5, 2.0, 30.0
SKU = "AT-DEN-M"

GOODS = [
    """INSERT INTO inventory_product (name, name_folded, created_at, updated_at)
       SELECT 'Hang ' || n, 'hang ' || n, now(), now() FROM generate_series(1, {n}) n""",
    """INSERT INTO inventory_variant (product_id, sku, price_vnd, created_at, option_values)
       SELECT id, 'SKU-' || id, 100000, now(), '{{}}' FROM inventory_product
       WHERE name LIKE 'Hang %'""",
    """INSERT INTO inventory_stocklevel (variant_id, warehouse_id, on_hand)
       SELECT v.id, w.id, 100 FROM inventory_variant v, inventory_warehouse w
       WHERE v.sku LIKE 'SKU-%'""",
]
LISTINGS = """
INSERT INTO channels_sync_listing (shop_id, remote_item_id, remote_model_id, name, sku, barcode,
    remote_status, location_ids, variant_id, linked_by, updated_at)
SELECT s.id, v.id / {models}, v.id, 'Hàng', v.sku, '', '', ARRAY['1'], v.id, 'sku', now()
FROM channels_sync_shop s, inventory_variant v WHERE v.sku LIKE 'SKU-%'
"""


def figures() -> Iterable[Figure]:
    with scratch_database("stock_out") as url, sandboxes(CODES) as markets:
        goods_of(markets, units=500)
        shops = [connected(market) for market in markets.values()]
        with workers(markets, url):
            took = sorted(change(markets, number) for number in range(CHANGES))
        yield Figure("stock_out_p95", statistics.quantiles(took, n=20)[-1], "s", LIMIT_S, 1)
        yield from counted(url, {shop.marketplace: shop.pk for shop in shops})


def connected(market: Market) -> Any:
    from channels_sync.services.importing import import_window
    from channels_sync.services.listings import pull_listings
    from channels_sync.services.stock_push import push_stock

    shop = market.connect()
    pull_listings(shop.pk)
    import_window(shop.pk)
    push_stock(shop.pk)
    return shop


def change(markets: dict[str, Market], number: int) -> float:
    """Seconds until every marketplace shows one piece more than before."""
    from inventory.models import Variant, Warehouse
    from inventory.services import stock
    from oms.kernel.actors import Actor

    variant, place = Variant.objects.get(sku=SKU), Warehouse.objects.get(code="K1")
    before = {code: shown(market) for code, market in markets.items()}
    began = time.monotonic()
    posting = stock.Posting(variant.pk, place.pk, 1, "adjustment")
    stock.post([posting], actor=Actor.system("bench"))
    waiting = set(markets)
    while waiting:
        assert time.monotonic() - began < PATIENCE, (number, waiting)
        waiting = {code for code in waiting if shown(markets[code]) == before[code]}
        time.sleep(0.02)
    took = time.monotonic() - began
    time.sleep(max(0.0, EVERY - took))
    return took


def shown(market: Market) -> int:
    rows = market("GET", f"stock?sku={SKU}")
    return max(int(row["stock"]) for row in rows)


def counted(url: str, shops: dict[str, int]) -> Iterable[Figure]:
    """All variants change twice before anything is sent; the sandbox knows none of them."""
    from channels_sync.services.stock_push import mark_variants, push_stock
    from inventory.models import Variant

    with psycopg.connect(url, autocommit=True) as db:
        db.execute("DELETE FROM channels_sync_stockpush")
        db.execute("UPDATE channels_sync_listing SET variant_id = NULL")
    stock_shop_beside(url)
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(LISTINGS.format(models=MODELS))
        db.execute("ANALYZE")
    ids = list(Variant.objects.filter(sku__startswith="SKU-").values_list("pk", flat=True))
    for _ in range(2):
        mark_variants(ids)
    for code, shop_id in shops.items():
        least = least_calls(code, ids)
        with counting(code) as calls:
            began = time.perf_counter()
            sent = push_stock(shop_id)
            took = time.perf_counter() - began
        assert sent == len(ids), (code, sent)
        yield Figure(f"stock_calls_{code}", len(calls), "calls", least, 1)
        yield Figure(f"stock_own_time_{code}", took, "s", LIMIT_S * len(ids) / 1000, 1)


def least_calls(code: str, ids: list[int]) -> int:
    if code == "lazada":
        return math.ceil(len(ids) / LEAST_SKUS[code])
    return len({key // MODELS for key in ids})


def stock_shop_beside(url: str) -> None:
    """As many goods again as are asked for, in the warehouse that is there already."""
    with psycopg.connect(url, autocommit=True) as db:
        for statement in GOODS:
            db.execute(statement.format(n=VARIANTS))


@contextmanager
def counting(code: str) -> Iterator[list[int]]:
    """The adapter takes every number; what is yielded grows by each call's rows."""
    from channels_sync.ports import ListingOutcome, marketplace

    kind, calls = type(marketplace(code)), list[int]()

    def update_stock(self: Any, access: Any, numbers: Any) -> ListingOutcome:
        calls.append(len(numbers))
        return ListingOutcome(frozenset(number.ref for number in numbers), {})

    before = kind.update_stock
    kind.update_stock = update_stock
    try:
        yield calls
    finally:
        kind.update_stock = before


if __name__ == "__main__":
    show(figures())
