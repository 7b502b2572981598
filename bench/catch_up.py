"""A shop comes back after a day offline: its orders are read and placed, by one worker.

The partner's time is taken out: what passes between a request and its answer, and the waits that
its pace asks for. Memory is that of the process that reads.
"""

import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from _sandbox import Market, goods_of, sandboxes
from _scratch import scratch_database, show

from bench.figure import Figure, peak_mb

ORDERS = int(os.environ.get("BENCH_ORDERS", "20000"))
CODES = os.environ.get("BENCH_CODES", "shopee,lazada,tiktok_shop").split(",")
SECONDS_FOR_20000, MEGABYTES = 60, 300


def figures() -> Iterable[Figure]:
    limit = SECONDS_FOR_20000 * ORDERS / 20_000
    with scratch_database("catch_up"), sandboxes(CODES) as markets:
        goods_of(markets)
        for code, market in markets.items():
            shop = connected(market)
            market.place(ORDERS)
            told = in_a_process(shop.pk)
            assert told["placed"] == ORDERS, told
            yield Figure(f"catch_up_{code}", told["own"], "s", limit, 1)
            yield Figure(f"catch_up_memory_{code}", told["megabytes"], "MB", MEGABYTES, 1)


def connected(market: Market) -> Any:
    """Its listings linked, and what it sold before read."""
    from channels_sync.services.importing import import_window
    from channels_sync.services.listings import pull_listings

    shop = market.connect()
    pull_listings(shop.pk)
    import_window(shop.pk)
    return shop


def in_a_process(shop_id: int) -> dict[str, Any]:
    """A worker that does nothing else, so that its memory is that of this work."""
    from django.db import connections

    connections.close_all()
    context = multiprocessing.get_context("fork")
    told: multiprocessing.Queue = context.Queue()
    worker = context.Process(target=read_all, args=(shop_id, told))
    worker.start()
    answer = told.get()
    worker.join()
    return answer


def read_all(shop_id: int, told: "multiprocessing.Queue") -> None:
    from channels_sync.services.importing import import_window
    from oms.kernel import http
    from oms.kernel.redis import redis_client

    redis_client.cache_clear()
    theirs = [0.0]
    http.requests.Session.request = timed(http.requests.Session.request, theirs)  # type: ignore
    http.wait_for_token = timed(http.wait_for_token, theirs)
    before, cpu = time.perf_counter(), time.process_time()
    result = import_window(shop_id)
    took = time.perf_counter() - before
    told.put(
        {
            "placed": result.placed,
            "own": took - theirs[0],
            "theirs": theirs[0],
            "cpu": time.process_time() - cpu,
            "megabytes": peak_mb(),
        }
    )


def timed(work: Callable[..., Any], total: list[float]) -> Callable[..., Any]:
    def measured(*args: Any, **options: Any) -> Any:
        began = time.perf_counter()
        try:
            return work(*args, **options)
        finally:
            total[0] += time.perf_counter() - began

    return measured


if __name__ == "__main__":
    show(figures())
