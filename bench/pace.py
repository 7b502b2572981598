"""Twenty shops of one application in two processes, one of them greedy, at a partner's limit."""

import multiprocessing
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from _scratch import in_turn, set_up, show

from bench.figure import Figure

SECONDS = float(os.environ.get("BENCH_SECONDS", "20"))
SHOPS, GREEDY, LIMIT, PROCESSES = 20, 10, 20.0, 2
NAME = f"bench-{os.getpid()}:"


def figures() -> Iterable[Figure]:
    set_up(os.environ["DATABASE_URL"])
    yield token_cost()
    context, ends_at = multiprocessing.get_context("fork"), time.time() + 1 + SECONDS
    told = context.Queue()
    workers = [
        context.Process(target=work, args=(number, ends_at, told)) for number in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    calls = sorted(call for _ in workers for call in told.get())
    for worker in workers:
        worker.join()
    counts = Counter(shop for _at, shop in calls)
    least = min(counts[str(shop)] for shop in range(SHOPS))
    yield Figure("pace_worst_second", most_in_a_second([at for at, _ in calls]), "1/s", LIMIT, 1.05)
    yield Figure(
        *("pace_least_served_shop", least, "calls", len(calls) / SHOPS),
        goal=0.8,
        higher_is_better=True,
    )


def token_cost() -> Figure:
    """Tokens a second that one process takes for a shop, beside plain calls of Redis."""
    from oms.kernel.ratelimit import Pace, take
    from oms.kernel.redis import redis_client

    pace, client = Pace(10_000_000, 1_000_000), redis_client()

    def ours() -> int:
        take(NAME + "free", pace.total, shop="1", own=pace.shop)
        return 1

    def floor() -> int:
        client.ping()
        return 1

    value, least = in_turn(ours, floor, rounds=3, seconds=0.5)
    return Figure("pace_tokens_per_second", value, "1/s", least, 0.3, higher_is_better=True)


def work(number: int, ends_at: float, told: "multiprocessing.Queue") -> None:
    """The callers of one process: every shop once, the first one many times."""
    from oms.kernel.redis import redis_client

    redis_client.cache_clear()
    calls: list[tuple[float, str]] = []
    shops = [str(shop) for shop in range(SHOPS)] + ["0"] * GREEDY
    threads = [threading.Thread(target=call, args=(shop, ends_at, calls)) for shop in shops]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.put(calls)


def call(shop: str, ends_at: float, calls: list[tuple[float, str]]) -> None:
    from oms.kernel.errors import ServiceUnreachable
    from oms.kernel.ratelimit import Pace, wait_for_token

    while time.time() < ends_at:
        try:
            wait_for_token(NAME, Pace(LIMIT), shop)
        except ServiceUnreachable:
            continue
        calls.append((time.time(), shop))


def most_in_a_second(times: list[float]) -> int:
    return max(sum(at <= other < at + 1 for other in times[n:]) for n, at in enumerate(times))


if __name__ == "__main__":
    show(figures())
