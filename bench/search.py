"""The search box at a million orders: common, rare, absent and short words, codes and phones."""

import os
import statistics
import sys
from collections.abc import Iterable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from _million import grow_to
from _scratch import scratch_database, show
from _shop import stock_shop
from order_list import GROWTH, SMALL, Everybody, timed

from bench.figure import Figure

ORDERS = int(os.environ.get("BENCH_ORDERS", "1000000"))
P95_MS = 30
WORDS = {
    "common": "nguyễn",
    "two_words": "Trần Linh",
    "rare": "zoravia",
    "absent": "khongcoaiten",
    "short": "vy",
    "short_absent": "qx",
    "sku": "sku-1777",
    "phone_tail": "678",
    "phone": "0912 345 678",
    "number": "DH5000",
    "tracking": "GHN77777",
    "unknown_code": "SPXVN0000",
}


def figures() -> Iterable[Figure]:
    from functools import partial

    with scratch_database("search") as url:
        stock_shop(url)
        grow_to(url, 0, SMALL)
        from orders.selectors.lists import OrderFilters, order_list

        questions = {
            name: partial(order_list, Everybody(), OrderFilters(q=word))
            for name, word in WORDS.items()
        }
        small = {name: timed(ask, calls=40)[0] for name, ask in questions.items()}
        grow_to(url, SMALL, ORDERS)
        growths = []
        for name, ask in questions.items():
            median, p95 = timed(ask, calls=40)
            growths.append(median / small[name])
            yield Figure(f"search_{name}", p95, "ms", P95_MS, 1)
        yield Figure("search_growth_10x", statistics.median(growths), "times", 1, GROWTH)


if __name__ == "__main__":
    show(figures())
