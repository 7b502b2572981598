"""From the moment a marketplace's push is received to its order being there for the list.

Fifty orders a second, to two web processes with two workers behind them, the marketplace beside
them on the same machine; partners are called at the pace that is shipped. No sweep helps.
"""

import hashlib
import hmac
import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import psycopg
from _caller import post, send_all
from _sandbox import Market, goods_of, sandboxes
from _scratch import scratch_database, show
from _workers import workers
from catch_up import connected
from list_rate import served

from bench.figure import Figure

MINUTES = float(os.environ.get("BENCH_MINUTES", "5"))
RATE, FEW, LIMIT_S, PATIENCE_S = 50, 5, 1.0, 60.0
SHOP = 88012345
SEEN = """SELECT remote_id, id FROM orders_order WHERE id > %s ORDER BY id"""
RECEIVED = """SELECT meta->>'remote_id', extract(epoch FROM received_at)::float8
    FROM kernel_inboxmessage WHERE source = 'shopee'"""


def figures() -> Iterable[Figure]:
    with scratch_database("push_to_list") as url, sandboxes(["shopee"]) as markets:
        goods_of(markets)
        connected(markets["shopee"])
        count = max(FEW, int(RATE * MINUTES * 60))
        with served("oms.wsgi:application", url) as port, workers(markets, url):
            watch = Watch(url)
            watch.start()
            began = time.monotonic()
            numbers = sell_at_rate(markets["shopee"], port, count)
            lasted = time.monotonic() - began
            watch.wait_for(numbers)
        with psycopg.connect(url) as db:
            received = dict(db.execute(RECEIVED).fetchall())
        # A reading of the shop may find an order before its push is there.
        took = [max(0.0, watch.seen[number] - received[number]) for number in numbers]
        yield Figure("push_to_list_p95", statistics.quantiles(took, n=20)[-1], "s", LIMIT_S, 1)
        rate = len(numbers) / lasted
        yield Figure("pushes_sent", rate, "1/s", RATE, 0.95, higher_is_better=True)


class Watch(threading.Thread):
    """Looks every few milliseconds which orders are there, and when each was seen first."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url, self.seen, self.is_over = url, dict[str, float](), False

    def wait_for(self, numbers: Sequence[str]) -> None:
        end = time.monotonic() + PATIENCE_S
        while not self.seen.keys() >= set(numbers):
            assert time.monotonic() < end, (len(self.seen), len(numbers))
            time.sleep(0.1)
        self.is_over = True
        self.join()

    def run(self) -> None:
        last = 0
        with psycopg.connect(self.url, autocommit=True) as db:
            while not self.is_over:
                moment = time.time()
                # Ids are given before commits: a look goes back over the last ones.
                for number, key in db.execute(SEEN, [last - 500]):
                    last = max(last, key)
                    self.seen.setdefault(number, moment)
                time.sleep(0.02)


def sell_at_rate(market: Market, port: int, count: int) -> list[str]:
    """So many orders a second: placed there a few at a time, and pushed at once."""
    numbers: list[str] = []
    began = time.monotonic()
    while len(numbers) < count:
        time.sleep(max(0.0, began + len(numbers) / RATE - time.monotonic()))
        placed = market.place(FEW)
        send_all(port, [order_push(number) for number in placed], clients=1)
        numbers += placed
    return numbers


def order_push(number: str) -> bytes:
    """Shopee's message that an order waits for its shipment."""
    from django.conf import settings

    moment = int(time.time())
    data = {"ordersn": number, "status": "READY_TO_SHIP", "update_time": moment}
    body = json.dumps({"code": 3, "shop_id": SHOP, "timestamp": moment, "data": data}).encode()
    url = f"{settings.OMS_PUBLIC_URL}/hooks/shopee/".encode()
    key = settings.PARTNERS["shopee"]["partner_key"].encode()
    sign = hmac.new(key, url + b"|" + body, hashlib.sha256).hexdigest()
    return post("/hooks/shopee/", body, {"Authorization": sign})


if __name__ == "__main__":
    show(figures())
