"""Eight clients want 800 pieces of one SKU of which there are 500: exact, and how fast."""

import multiprocessing
import sys
import time
from collections.abc import Iterable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import psycopg
from _floor import place_one
from _scratch import scratch_database, set_up, show
from _shop import stock_shop

from bench.figure import Figure

GOAL = 0.5
CLIENTS, WANTED, THERE = 8, 800, 500
ROUNDS = 2


def by_service(url: str, number: int, results, gate) -> None:
    set_up(url)
    from oms.kernel.actors import Actor
    from orders.services.intake import NewLine, NewOrder, place_orders

    def place(sku: str, n: int) -> int:
        new = NewOrder(
            source="phone",
            recipient_name="Nguyễn Thị Ánh",
            recipient_phone=f"09{number:02d}{n:06d}",
            street="1 Trần Phú",
            ward="Ba Đình",
            province="Hà Nội",
            confirm=True,
            lines=[NewLine(sku=sku, quantity=1, unit_price_vnd=100_000)],
        )
        place_orders([new], actor=Actor.system("bench"))
        return 1

    run(place, number, results, gate)


def by_hand(url: str, number: int, results, gate) -> None:
    db = psycopg.connect(url, autocommit=True)

    def place(sku: str, n: int) -> int:
        place_one(db, [sku], [1], f"+849{number:02d}{n:06d}")
        return 1

    run(place, number, results, gate)


def run(place, number: int, results, gate) -> None:
    for n in range(20):
        place("SKU-1", n)  # plenty of these: connection and plans are made before the race
    gate.wait()
    for n in range(WANTED // CLIENTS):
        place("SKU-2", 1000 + n)
    results.put(time.perf_counter())


def race(url: str, target, offset: int) -> float:
    """Wanted pieces a second, all clients together."""
    context = multiprocessing.get_context("spawn")
    results, gate = context.Queue(), context.Barrier(CLIENTS + 1)
    clients = [
        context.Process(target=target, args=(url, offset + n, results, gate))
        for n in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    gate.wait(timeout=120)
    started = time.perf_counter()
    for _ in clients:
        results.get(timeout=120)
    finished = time.perf_counter()
    for client in clients:
        client.join()
    return WANTED / (finished - started)


def refill(url: str) -> None:
    """The one SKU has 500 pieces and no promise again."""
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(
            "DELETE FROM inventory_allocation WHERE variant_id ="
            " (SELECT id FROM inventory_variant WHERE sku = 'SKU-2')"
        )
        db.execute(
            "UPDATE inventory_stocklevel SET reserved = 0, on_hand = %s WHERE variant_id ="
            " (SELECT id FROM inventory_variant WHERE sku = 'SKU-2')",
            [THERE],
        )
        db.execute("VACUUM ANALYZE")


def promised(url: str) -> tuple[int, int]:
    """(reserved on the balance, sum of the promises): both must be what was there."""
    with psycopg.connect(url, autocommit=True) as db:
        row = db.execute(
            "SELECT l.reserved, (SELECT coalesce(sum(quantity), 0) FROM inventory_allocation a"
            " WHERE a.variant_id = l.variant_id AND status = 'open')"
            " FROM inventory_stocklevel l JOIN inventory_variant v ON v.id = l.variant_id"
            " WHERE v.sku = 'SKU-2'"
        ).fetchone()
    assert row is not None
    return row[0], row[1]


def figures() -> Iterable[Figure]:
    ours, best, exact = [], [], 0
    with scratch_database("one_sku") as url:
        stock_shop(url)
        for turn in range(ROUNDS):
            refill(url)
            ours.append(race(url, by_service, turn * CLIENTS))
            exact += promised(url) == (THERE, THERE)
            refill(url)
            best.append(race(url, by_hand, 50 + turn * CLIENTS))
    value, least = sorted(ours)[ROUNDS // 2], sorted(best)[ROUNDS // 2]
    yield Figure("one_sku_exact_rounds", exact, "rounds", ROUNDS, 1, higher_is_better=True)
    yield Figure("one_sku", value, "orders/s", least, GOAL, higher_is_better=True)


if __name__ == "__main__":
    show(figures())
