"""The order list's SQL at 100,000 and at a million orders: p95, growth, and page 500."""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from _million import grow_to
from _scratch import scratch_database, show
from _shop import stock_shop

from bench.figure import Figure

SMALL, LARGE = 100_000, int(os.environ.get("BENCH_ORDERS", "1000000"))
P95_MS, GROWTH, DEPTH = 20, 1.3, 1.2
DEEP_PAGE, CALLS = 500, 100


class Everybody:
    """A user without limits."""

    def shop_scope(self) -> None:
        return None

    def warehouse_scope(self) -> None:
        return None

    def has_perm(self, permission: str) -> bool:
        return True


def timed(work: Callable[[], object], calls: int = CALLS) -> tuple[float, float]:
    """(median, p95) in ms."""
    work()
    times = []
    for _ in range(calls):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times), sorted(times)[int(calls * 0.95) - 1]


def pages() -> list[Callable[[], object]]:
    """First pages as people open them, with the counters above."""
    from orders.selectors.lists import OrderFilters, order_list
    from orders.selectors.tabs import tab_counts

    user = Everybody()
    chosen = [
        OrderFilters(),
        OrderFilters(tab="to_confirm"),
        OrderFilters(tab="attention"),
        OrderFilters.of(source="zalo"),
        OrderFilters.of(tab="shipping", source="shopee"),
    ]
    return [
        lambda filters=filters: (order_list(user, filters), tab_counts(user)) for filters in chosen
    ]


def deep_cursor() -> str:
    from orders.selectors.lists import OrderFilters, order_list

    after = ""
    for _ in range(DEEP_PAGE - 1):
        after = order_list(Everybody(), OrderFilters(tab="completed"), after=after).next_cursor
    return after


def figures() -> Iterable[Figure]:
    with scratch_database("list") as url:
        stock_shop(url)
        grow_to(url, 0, SMALL)
        small = statistics.median(timed(page)[0] for page in pages())
        grow_to(url, SMALL, LARGE)
        large = [timed(page) for page in pages()]
        yield Figure("list_p95", max(p95 for _m, p95 in large), "ms", P95_MS, 1)
        growth = statistics.median(median for median, _p95 in large)
        yield Figure("list_growth_10x", growth, "ms", small, GROWTH)
        from orders.selectors.lists import OrderFilters, order_list

        after, filters = deep_cursor(), OrderFilters(tab="completed")
        second = order_list(Everybody(), filters).next_cursor
        near, far = [], []
        for _ in range(5):
            near.append(timed(lambda: order_list(Everybody(), filters, after=second))[0])
            far.append(timed(lambda: order_list(Everybody(), filters, after=after))[0])
        yield Figure("list_page_500", statistics.median(far), "ms", statistics.median(near), DEPTH)


if __name__ == "__main__":
    show(figures())
