"""The order page and a confirming job beside 100,000 other orders and beside a million."""

import itertools
import statistics
import sys
import time
from collections.abc import Iterable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import psycopg
from _million import grow_to
from _scratch import scratch_database, show
from _shop import stock_shop
from bulk_confirm import confirm, make_user
from detail_page import CALLS, LINES, prepared
from order_list import GROWTH, LARGE, SMALL

from bench.figure import Figure

WARM, ROUNDS = 5, 3
OWN_NUMBERS = 1_000_000_000  # above those of the orders that are written by SQL


def figures() -> Iterable[Figure]:
    with scratch_database("growth") as url:
        skus = stock_shop(url)
        with psycopg.connect(url, autocommit=True) as db:
            db.execute("SELECT setval('kernel_order_number', %s)", [OWN_NUMBERS])
        grow_to(url, 0, SMALL)
        client, address = prepared(skus[:LINES])
        user, goods = make_user("jobs"), itertools.cycle(skus)
        page, job = page_ms(client, address), job_seconds(user, goods)
        grow_to(url, SMALL, LARGE)
        yield Figure("detail_growth_10x", page_ms(client, address), "ms", page, GROWTH)
        yield Figure("confirm_growth_10x", job_seconds(user, goods), "s", job, GROWTH)


def page_ms(client, address: str) -> float:
    times = []
    for _call in range(WARM + CALLS):
        started = time.perf_counter()
        assert client.get(address).status_code == 200
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times[WARM:])


def job_seconds(user, goods) -> float:
    """Of a thousand orders, at the pace of the middle one of some jobs."""
    rates = [confirm(user, goods, draft=False) for _round in range(ROUNDS + 1)][1:]
    return 1000 / statistics.median(rates)


if __name__ == "__main__":
    show(figures())
