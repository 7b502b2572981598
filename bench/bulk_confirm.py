"""Confirm 500 orders in one job: orders that hold their stock, and drafts that still need it."""

import itertools
import os
import statistics
import sys
import time
from collections.abc import Iterable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from _scratch import scratch_database, show
from _shop import stock_shop

from bench.figure import Figure

LIMIT = 100  # orders a second
ORDERS = int(os.environ.get("BENCH_ORDERS", "500"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))


def figures() -> Iterable[Figure]:
    with scratch_database("bulk_confirm") as url:
        skus = itertools.cycle(stock_shop(url))
        user = make_user()
        for name, draft in (("bulk_confirm", False), ("bulk_confirm_drafts", True)):
            rates = [confirm(user, skus, draft=draft) for _round in range(ROUNDS + 1)][1:]
            rate = statistics.median(rates)
            yield Figure(name, rate, "orders/s", LIMIT, 1, higher_is_better=True)


def make_user(name: str = "bench"):
    from oms.accounts.models import User

    return User.objects.create_user(username=name, role="owner")


def confirm(user, skus, *, draft: bool) -> float:
    """Orders a second of one job, from its first step to its last."""
    from oms.kernel.actors import Actor
    from orders.bulk.registry import find_action
    from orders.models import Order
    from orders.services import bulk, bulk_work

    actor = Actor.user(user)
    ids = place(skus, actor, draft=draft)
    run = bulk.freeze(
        find_action("confirm"), Order.objects.filter(pk__in=ids), user=user, language="vi"
    )
    run = bulk.start(run.pk, {}, actor=actor)
    started = time.perf_counter()
    bulk_work.work(run.job_id)
    took = time.perf_counter() - started
    assert Order.objects.filter(pk__in=ids, status="confirmed").count() == ORDERS
    return ORDERS / took


def place(skus, actor, *, draft: bool) -> list[int]:
    from orders.services.intake import NewLine, NewOrder, place_orders

    batch = [
        NewOrder(
            source="phone",
            recipient_name="Nguyễn Thị Ánh",
            recipient_phone=f"09{number:08d}",
            street="1 Trần Phú",
            ward="Ba Đình",
            province="Hà Nội",
            draft=draft,
            lines=[
                NewLine(sku=next(skus), quantity=1, unit_price_vnd=100_000) for _line in range(3)
            ],
        )
        for number in range(ORDERS)
    ]
    return [placed.order_id for placed in place_orders(batch, actor=actor) if placed.order_id]


if __name__ == "__main__":
    show(figures())
