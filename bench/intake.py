"""Place, confirm and promise an order of three lines: the service beside one hand-written CTE."""

import itertools
import multiprocessing
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import psycopg
from _floor import place_one
from _scratch import in_turn, scratch_database, set_up, show, warm_up
from _shop import stock_shop

from bench.figure import Figure

GOAL, GOAL_TWO = 0.5, 1.3
SECONDS = float(os.environ.get("BENCH_SECONDS", "2"))


def orders(skus: list[str], seed: int):
    """Calls of the service, each with other goods and another buyer."""
    from oms.kernel.actors import Actor
    from orders.services.intake import NewLine, NewOrder, place_and_confirm

    actor, numbers, rng = Actor.system("bench"), itertools.count(seed), random.Random(seed)

    def place() -> int:
        phone = f"09{next(numbers) % 100_000_000:08d}"
        placed = place_and_confirm(
            NewOrder(
                source="phone",
                recipient_name=f"Nguyễn Thị {phone[-4:]}",
                recipient_phone=phone,
                street="1 Trần Phú",
                ward="Ba Đình",
                province="Hà Nội",
                confirm=True,
                lines=[
                    NewLine(sku=sku, quantity=1, unit_price_vnd=100_000)
                    for sku in rng.sample(skus, 3)
                ],
            ),
            actor=actor,
        )
        assert placed.created and not placed.problem, placed
        return 1

    return place


def floor(url: str, skus: list[str], seed: int):
    db = psycopg.connect(url, autocommit=True)
    numbers, rng = itertools.count(seed), random.Random(seed)

    def place() -> int:
        phone = f"+849{next(numbers) % 100_000_000:08d}"
        _order, raised = place_one(db, rng.sample(skus, 3), [1, 1, 1], phone)
        assert raised == 3
        return 1

    return place


def worker(
    url: str, skus: list[str], seed: int, start, results, prepare: Callable[[], None]
) -> None:
    """Its orders a second from the moment in which all have begun."""
    set_up(url)
    prepare()
    place = orders(skus, seed)
    for _ in range(50):
        place()
    start.wait()
    started, done = time.perf_counter(), 0
    while time.perf_counter() - started < SECONDS * 2:
        done += place()
    results.put(done / (time.perf_counter() - started))


def as_it_is() -> None:
    """Nothing of the product is changed."""


def together(
    url: str,
    skus: list[str],
    processes: int,
    seed: int,
    prepare: Callable[[], None] = as_it_is,
) -> float:
    """Orders a second of so many processes at once, each of which calls `prepare` first."""
    context = multiprocessing.get_context("spawn")
    results, start = context.Queue(), context.Barrier(processes)
    workers = [
        context.Process(
            target=worker, args=(url, skus, seed + n * 10_000_000, start, results, prepare)
        )
        for n in range(processes)
    ]
    for process in workers:
        process.start()
    rates = [results.get(timeout=120) for _ in workers]
    for process in workers:
        process.join()
    return sum(rates)


def figures() -> Iterable[Figure]:
    with scratch_database("intake") as url:
        skus = stock_shop(url)
        ours, best = orders(skus, 10_000_000), floor(url, skus, 50_000_000)
        warm_up(url, ours, best)
        value, least = in_turn(ours, best, seconds=SECONDS)
        yield Figure("intake", value, "orders/s", least, GOAL, higher_is_better=True)
        pairs = [
            (together(url, skus, 1, seed), together(url, skus, 2, seed + 3_000_000))
            for seed in (60_000_000, 70_000_000, 80_000_000)
        ]
        one, two = (statistics.median(side) for side in zip(*pairs, strict=True))
        yield Figure("intake_two_processes", two, "orders/s", one, GOAL_TWO, higher_is_better=True)


if __name__ == "__main__":
    show(figures())
