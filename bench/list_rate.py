"""How many order lists two web processes serve a second, beside a plain page of the same server."""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from _million import grow_to
from _scratch import ROOT, scratch_database, show
from _shop import stock_shop

from bench.figure import Figure

ORDERS = int(os.environ.get("BENCH_ORDERS", "100000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
SECONDS, CLIENTS, WORKERS = 4.0, 4, 2
# 300 a second where the plain page reaches 1,000.
GOAL, PAGE_KB = 0.3, 60
LIST = "/orders/"


def figures() -> Iterable[Figure]:
    with scratch_database("list_rate") as url:
        stock_shop(url)
        grow_to(url, 0, ORDERS)
        cookie = log_in()
        with (
            served("oms.wsgi:application", url) as ours,
            served("bench._plain:application", url) as plain,
        ):
            size = page_size(ours, cookie)
            rates = []
            for round_ in range(ROUNDS + 1):
                pair = rate(ours, LIST, cookie), rate(plain, "/", "")
                rates += [pair] if round_ else []
        mine, floor = (statistics.median(column) for column in zip(*rates, strict=True))
        yield Figure("list_pages_per_second", mine, "1/s", floor, GOAL, higher_is_better=True)
        yield Figure("list_page_on_the_wire", size / 1000, "kB", PAGE_KB, 1)


def log_in() -> str:
    """The cookie of an owner's session."""
    from django.test import Client

    from oms.accounts.models import User

    client = Client()
    client.force_login(User.objects.create_user(username="bench", role="owner"))
    return "sessionid=" + client.cookies["sessionid"].value


@contextmanager
def served(
    application: str, database_url: str, settings: str = "bench._web_settings"
) -> Iterator[int]:
    """A port where the server of `make run` serves it with two processes of one thread."""
    from oms.embedded.children import GRANIAN_OPTIONS

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    argv = [sys.executable, "-m", "granian", *GRANIAN_OPTIONS, "--host", "127.0.0.1"]
    argv += ["--port", str(port), "--workers", str(WORKERS), application]
    env = os.environ | {
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": settings,
    }
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(argv, env=env, cwd=ROOT, **quiet) as process:
        try:
            wait_for(port)
            yield port
        finally:
            process.terminate()


def wait_for(port: int) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return


def page_size(port: int, cookie: str) -> int:
    """Bytes of the list as a browser gets it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", LIST, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, answer.status
    assert answer.headers["Content-Encoding"] == "gzip"
    return len(body)


def rate(port: int, path: str, cookie: str) -> float:
    """Answers a second for as many clients as keep both processes busy."""
    counts = [0] * CLIENTS
    end = time.monotonic() + SECONDS

    def ask(place: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Cookie": cookie, "Accept-Encoding": "gzip"}
        while time.monotonic() < end:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
            counts[place] += 1

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / SECONDS


if __name__ == "__main__":
    show(figures())
