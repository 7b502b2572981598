"""Webhooks stored a second by two web processes, beside a plain Django view that inserts a row.

A marketplace's order push with its signature, and a carrier's callback with its secret.
"""

import hashlib
import hmac
import itertools
import json
import os
import statistics
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from _caller import post, send_all
from _scratch import scratch_database, show
from list_rate import served

from bench.figure import Figure

MESSAGES = int(os.environ.get("BENCH_MESSAGES", "3000"))  # a round
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
CLIENTS, LIMIT, SECRET = 4, 500, "bi-mat-cua-bench"
numbers = itertools.count(1)

Make = Callable[[], bytes]


def figures() -> Iterable[Figure]:
    with scratch_database("push_rate") as url:
        from oms.kernel.models import InboxMessage
        from shipping.models import CarrierAccount

        CarrierAccount.objects.create(carrier="ghn", name="GHN", shop_id="1", webhook_secret=SECRET)
        with (
            served("oms.wsgi:application", url) as ours,
            served("bench._plain_insert:application", url, "bench._plain_settings") as plain,
        ):
            rounds = [
                (rate(ours, order_push), rate(ours, callback), rate(plain, plain_post))
                for _ in range(ROUNDS + 1)
            ][1:]
        assert InboxMessage.objects.count() == MESSAGES * 3 * (ROUNDS + 1)
        pushes, callbacks, least = map(statistics.median, zip(*rounds, strict=True))
        forget_hurries()
        for name, value in (("pushes", pushes), ("callbacks", callbacks)):
            yield Figure(f"{name}_stored", value, "1/s", LIMIT, 1, higher_is_better=True)
            yield Figure(f"{name}_of_plain_view", value, "1/s", least, 0.5, higher_is_better=True)


def rate(port: int, make: Make) -> float:
    return send_all(port, [make() for _ in range(MESSAGES)], CLIENTS)


def order_push() -> bytes:
    """Shopee's message that an order's state changed."""
    from django.conf import settings

    number = next(numbers)
    data = {"ordersn": f"2611{number:010d}", "status": "READY_TO_SHIP", "update_time": number}
    body = json.dumps({"code": 3, "shop_id": 1, "timestamp": number, "data": data}).encode()
    url = f"{settings.OMS_PUBLIC_URL}/hooks/shopee/".encode()
    key = settings.PARTNERS["shopee"]["partner_key"].encode()
    sign = hmac.new(key, url + b"|" + body, hashlib.sha256).hexdigest()
    return post("/hooks/shopee/", body, {"Authorization": sign})


def callback() -> bytes:
    """GHN's message that a parcel moved."""
    number = next(numbers)
    told = {
        "OrderCode": f"LX{number:08d}",
        "ClientOrderCode": "",
        "Type": "switch_status",
        "Status": "transporting",
        "Time": "2026-11-20T03:04:05.000Z",
        "Warehouse": "Kho Củ Chi",
        "TotalFee": 22_000,
        "CODAmount": 650_000,
    }
    return post(f"/hooks/ghn/{SECRET}/", json.dumps(told).encode())


def plain_post() -> bytes:
    return post("/", json.dumps({"n": next(numbers), "text": "x" * 150}).encode())


def forget_hurries() -> None:
    """No worker runs here: what was sent to the queue is thrown away."""
    from oms.celery import app

    with app.connection_for_write() as line:
        app.control.purge(connection=line)


if __name__ == "__main__":
    show(figures())
