"""The order page with 40 lines and 200 rows of history: time in the process, statements apart."""

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

LIMIT_MS, LINES, EVENTS, CALLS = 60, 40, 200, 40


def figures() -> Iterable[Figure]:
    with scratch_database("detail") as url:
        skus = stock_shop(url)
        client, address = prepared(skus[:LINES])
        times = []
        for call in range(CALLS + 5):
            started = time.perf_counter()
            answer = client.get(address)
            took = (time.perf_counter() - started) * 1000
            assert answer.status_code == 200
            times += [took] if call >= 5 else []
        times.sort()
        yield Figure("detail_page_p50", statistics.median(times), "ms", LIMIT_MS, 1)
        yield Figure("detail_page_p95", times[int(CALLS * 0.95) - 1], "ms", LIMIT_MS, 1)


def prepared(skus: list[str]):
    """An owner's client, and the page of a confirmed order that much has happened to."""
    from django.test import Client

    from oms.accounts.models import User
    from oms.kernel.actors import Actor
    from oms.kernel.events import EventRow, record_events
    from orders.services.intake import NewLine, NewOrder, place_orders

    actor = Actor.system("bench")
    lines = [NewLine(sku=sku, quantity=2, unit_price_vnd=100_000) for sku in skus]
    new = NewOrder(
        source="phone",
        recipient_name="Nguyễn Thị Ánh",
        recipient_phone="0912345678",
        street="1 Trần Phú",
        ward="Ba Đình",
        province="Hà Nội",
        confirm=True,
        lines=lines,
    )
    [placed] = place_orders([new], actor=actor)
    assert placed.order_id, placed.problem
    changes = {"internal_note": ["", "Gọi trước"], "discount_vnd": [0, 10_000]}
    rows = [EventRow("order.edited", "order", placed.order_id, {"changes": changes})] * EVENTS
    record_events(rows, actor=actor)
    client = Client(SERVER_NAME=os.environ.get("BENCH_HOST", "localhost"))
    client.force_login(User.objects.create_user(username="bench", role="owner"))
    return client, f"/orders/{placed.order_id}/"


if __name__ == "__main__":
    show(figures())
