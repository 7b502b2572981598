"""Twenty packing tables that scan at once, beside a plain page of the same server, asked alike."""

import http.client
import itertools
import os
import statistics
import sys
import threading
import time
import uuid
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlencode

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from _floor_shop import booked_orders
from _scratch import scratch_database, show
from _shop import stock_shop
from list_rate import served

from bench.figure import Figure

STATIONS = int(os.environ.get("BENCH_STATIONS", "20"))
SCANS = int(os.environ.get("BENCH_SCANS", "30"))  # by each of them
WARM = 4  # before anything is measured
PIECES = 8  # of each of two goods in a parcel
EVERY = 1.0  # seconds between two scans of one person
LIMIT_MS, TOKEN = 50, "b" * 32


def figures() -> Iterable[Figure]:
    with scratch_database("scan") as url:
        skus = stock_shop(url)[:2]
        each = (WARM + SCANS) // (1 + 2 * PIECES) + 1
        codes = scripts(booked_orders(skus, STATIONS * each, pieces=PIECES), skus)
        cookies = [log_in(number) for number in range(STATIONS)]
        with (
            served("oms.wsgi:application", url) as ours,
            served("bench._plain:application", url) as plain,
        ):
            work(ours, cookies, [row[:WARM] for row in codes], scans=WARM)
            mine = work(ours, cookies, [row[WARM:] for row in codes], scans=SCANS)
            floor = work(plain, [""] * STATIONS, None, scans=SCANS)
        yield Figure("scan_answer_p95", p95(mine), "ms", LIMIT_MS, 1)
        yield Figure("scan_answer_median", statistics.median(mine), "ms", p95(floor), 50)


def log_in(number: int) -> str:
    from django.test import Client

    from oms.accounts.models import User

    client = Client()
    client.force_login(User.objects.create_user(username=f"packer{number}", role="warehouse"))
    return f"sessionid={client.cookies['sessionid'].value}; csrftoken={TOKEN}"


def scripts(parcels: list[str], skus: list[str]) -> list[list[str]]:
    """What each station scans: a waybill, then its pieces one by one, then the next waybill."""
    each = len(parcels) // STATIONS
    return [
        [
            code
            for parcel in parcels[n * each : (n + 1) * each]
            for code in (parcel, *itertools.chain.from_iterable([sku] * PIECES for sku in skus))
        ]
        for n in range(STATIONS)
    ]


def work(
    port: int, cookies: list[str], codes: list[list[str]] | None, *, scans: int
) -> list[float]:
    """Milliseconds of each answer; people scan once a second and begin one after the other."""
    took: list[float] = []
    began = time.monotonic()

    def station(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for turn in range(scans):
            due = began + (turn + number / STATIONS) * EVERY
            time.sleep(max(0.0, due - time.monotonic()))
            sent = time.perf_counter()
            ask(connection, cookies[number], codes[number][turn] if codes else None)
            took.append((time.perf_counter() - sent) * 1000)

    threads = [threading.Thread(target=station, args=(n,)) for n in range(STATIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(took) == scans * STATIONS
    return took


def ask(connection: http.client.HTTPConnection, cookie: str, code: str | None) -> None:
    if code is None:
        connection.request("GET", "/")
        answer = connection.getresponse()
    else:
        body = urlencode({"code": code, "key": str(uuid.uuid4())})
        headers = {
            "Cookie": cookie,
            "X-CSRFToken": TOKEN,
            "HX-Request": "true",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection.request("POST", "/floor/packing/scan/", body, headers)
        answer = connection.getresponse()
    text = answer.read()
    assert answer.status == 200, (answer.status, code, text[:300])


def p95(numbers: list[float]) -> float:
    return statistics.quantiles(numbers, n=20)[-1]


if __name__ == "__main__":
    show(figures())
