"""The counters above the order list: reading them, and what their upkeep costs eight clients."""

import statistics
import sys
from collections.abc import Iterable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from _scratch import scratch_database, show
from _shop import stock_shop
from intake import together
from order_list import Everybody, timed

from bench.figure import Figure

CLIENTS, ROUNDS = 8, 3
READ_MS, LEAST = 2, 0.9
COUNTING = "WHERE (SELECT count(*) FROM raised) >= 0\n    GROUP BY name"


def without_counters() -> None:
    """Orders are placed as ever, and nothing is counted."""
    from orders.services import intake_sql

    assert intake_sql.WRITE.count(COUNTING) == 1
    silent = COUNTING.replace(">= 0", "< 0")
    intake_sql.WRITE = intake_sql.WRITE.replace(COUNTING, silent)


def figures() -> Iterable[Figure]:
    with scratch_database("counters") as url:
        skus = stock_shop(url)
        with_them, bare = [], []
        for number in range(ROUNDS):
            seed = 1_000_000 + number * 2_000_000
            with_them.append(together(url, skus, CLIENTS, seed))
            if not number:
                refuse_drift()  # what was placed without them is not counted
            bare.append(together(url, skus, CLIENTS, seed + 1_000_000, without_counters))
        from orders.selectors.tabs import tab_counts

        _median, p95 = timed(lambda: tab_counts(Everybody()))
        yield Figure("counters_read_p95", p95, "ms", READ_MS, 1)
        rate, floor = statistics.median(with_them), statistics.median(bare)
        yield Figure("counters_upkeep", rate, "orders/s", floor, LEAST, higher_is_better=True)


def refuse_drift() -> None:
    """The counters are what counting finds."""
    from oms.kernel.counters import read_counters
    from orders.selectors.tabs import PREFIX, counted_tabs

    kept, counted = read_counters(PREFIX), counted_tabs()
    assert {name: n for name, n in kept.items() if n} == counted, (kept, counted)


if __name__ == "__main__":
    show(figures())
