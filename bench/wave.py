"""A wave of 1,000 orders planned and released, and its first walk taken."""

import os
import statistics
import sys
import time
import uuid
from collections.abc import Iterable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from _floor_shop import booked_orders
from _scratch import scratch_database, show
from _shop import stock_shop

from bench.figure import Figure

ORDERS = int(os.environ.get("BENCH_ORDERS", "1000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
SHELVES, ZONES = 200, "ABCD"
PLAN_SECONDS = 3.0


def figures() -> Iterable[Figure]:
    with scratch_database("wave") as url:
        skus = stock_shop(url, variants=SHELVES)
        put_on_shelves()
        rounds = [plan_and_take(skus) for _round in range(ROUNDS + 1)][1:]
        planned, taken = (statistics.median(column) for column in zip(*rounds, strict=True))
        yield Figure("wave_planned", planned, "s", PLAN_SECONDS * ORDERS / 1000, 1)
        yield Figure("wave_walk_taken", taken, "s", PLAN_SECONDS * ORDERS / 1000, 1)


def put_on_shelves() -> None:
    from inventory.models import Bin, HomeBin, Variant, Warehouse

    place = Warehouse.objects.get()
    shelves = Bin.objects.bulk_create(
        Bin(
            warehouse=place,
            code=f"{ZONES[n * len(ZONES) // SHELVES]}-{n:03d}",
            zone=ZONES[n * len(ZONES) // SHELVES],
            walking_order=n,
        )
        for n in range(SHELVES)
    )
    goods = Variant.objects.order_by("pk")
    HomeBin.objects.bulk_create(
        HomeBin(variant=variant, warehouse=place, bin=shelf)
        for variant, shelf in zip(goods, shelves, strict=True)
    )


def plan_and_take(skus: list[str]) -> tuple[float, float]:
    """Seconds to plan and release a wave in four zones, and to take the first zone's walk."""
    from inventory.models import Warehouse
    from oms.accounts.models import User
    from oms.kernel.actors import Actor
    from shipping.models import Fulfilment, PickLine
    from shipping.services.pick_tasks import claim_next
    from shipping.services.waves import create_wave, release_wave

    booked_orders(skus, ORDERS, pieces=2, lines=3)
    place, actor = Warehouse.objects.get(), Actor.system("bench")
    ids = list(Fulfilment.objects.filter(picks=None).values_list("pk", flat=True))
    who = User.objects.create(username=uuid.uuid4().hex)
    started = time.perf_counter()
    wave = create_wave(place.pk, ids, method="wave", key=uuid.uuid4(), actor=actor)
    release_wave(wave.pk, actor=actor)
    planned = time.perf_counter() - started
    assert PickLine.objects.filter(task__wave=wave).count() == ORDERS * 3
    claim_next(wave.pk, picker_id=who.pk, actor=actor)
    return planned, time.perf_counter() - started - planned


if __name__ == "__main__":
    show(figures())
