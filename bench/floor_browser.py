"""Parcels from the shelf to the carrier in a browser, by what a scanner and a keyboard type."""

import os
import shutil
import statistics
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from _floor_shop import booked_orders
from _scratch import scratch_database, show
from _shop import stock_shop
from list_rate import served
from scan import log_in

from bench.figure import Figure
from tests.browser.keyboard import press, scan

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

    from shipping.models import PickWave

IN_TURN = 5  # of each of three kinds, so that every wave has all of them
ROUNDS = max(1, int(os.environ.get("BENCH_PARCELS", "300")) // (3 * IN_TURN))
PARCELS = ROUNDS * 3 * IN_TURN
ANSWER_MS = 100  # what a station may take (D7)
A_MINUTE = 60  # parcels that one person is never kept from
PHONE = {"width": 390, "height": 844}
# Every answer's milliseconds, from Enter until the page shows it.
CLOCK = """
window.answers = [];
let pressed = 0;
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter") pressed = performance.now();
}, true);
new MutationObserver((changes) => {
  for (const node of changes.flatMap((change) => [...change.addedNodes]))
    if (node.querySelector?.("[data-scan-answer]"))
      window.answers.push(performance.now() - pressed);
}).observe(document, { childList: true, subtree: true });
"""


def figures() -> Iterable[Figure]:
    from oms.web.assets import build_stylesheet

    with scratch_database("floor") as url:
        skus = stock_shop(url, variants=3)
        fill(skus)
        cookie = log_in(0)
        build_stylesheet()
        with (
            served("oms.wsgi:application", url, "bench._floor_settings") as port,
            browser_page(port, cookie) as page,
        ):
            started = time.perf_counter()
            answers = work(page)
            minutes = (time.perf_counter() - started) / 60
        yield Figure("floor_browser_answer_p95", p95(answers), "ms", ANSWER_MS, 1)
        yield Figure("floor_browser_answer_median", statistics.median(answers), "ms", ANSWER_MS, 1)
        rate = PARCELS / minutes
        yield Figure("floor_browser_rate", rate, "parcels/min", A_MINUTE, 1, higher_is_better=True)


def fill(skus: list[str]) -> None:
    """Two of one, one of each of two, and one piece that skips the put wall."""
    for _round in range(ROUNDS):
        booked_orders(skus[:1], IN_TURN, pieces=2, lines=1)
        booked_orders(skus[:2], IN_TURN, lines=2)
        booked_orders(skus[2:], IN_TURN, lines=1)


@contextmanager
def browser_page(port: int, cookie: str) -> Iterator["Page"]:
    """Signed in on a phone's width. Each label is drawn by the server; no viewer opens for it."""
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's loop runs in this thread
    address = f"http://127.0.0.1:{port}"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        context = chromium.new_context(base_url=address, locale="vi-VN", viewport=PHONE)  # type: ignore[arg-type]
        context.set_default_timeout(60_000)
        session = cookie.split(";")[0].partition("=")[2]
        context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
        context.add_init_script(CLOCK)
        context.add_init_script("window.print = () => {}")  # no dialog that swallows keys
        page = context.new_page()
        page.route("**/labels.pdf*", draw_label)
        yield page
        chromium.close()


def draw_label(route: "Route") -> None:
    assert route.fetch().body().startswith(b"%PDF")
    route.fulfill(body="", status=200)


def work(page: "Page") -> list[float]:
    """Wave after wave; returns the milliseconds of every answer."""
    from shipping.models import Manifest, Package, PickWave

    answers: list[float] = []
    while Package.objects.filter(status="released").exists():
        page.goto("/floor/picking/")
        press(page, "Lên đợt và nhặt ngay")
        page.wait_for_url("**/waves/*/")
        answers += one_wave(page, PickWave.objects.latest("pk"))
    assert Package.objects.filter(status="handed_over").count() == PARCELS
    assert sum(row.packages.count() for row in Manifest.objects.all()) == PARCELS
    return answers


def one_wave(page: "Page", wave: "PickWave") -> list[float]:
    from shipping.selectors.picking import members_of, stops_of, to_place

    press(page, "Nhận phiếu và nhặt")
    page.wait_for_url("**/tasks/*/")
    stops = stops_of(wave.tasks.get())
    answers = answered(page, [f"{stop.quantity}*{stop.line.variant.sku}" for stop in stops])
    on_cart = [
        line.variant.sku
        for line in to_place(wave).select_related("variant").order_by("walk", "id")
        for _piece in range(line.quantity)
    ]
    press(page, "Chia hàng")
    page.wait_for_url("**/wall/")
    answers += answered(page, on_cart)
    press(page, "Đóng gói")
    page.wait_for_url("**/packing/")
    members = list(members_of(wave))
    numbers = [member.fulfilment.packages.get().tracking_number for member in members]
    for member, number in zip(members, numbers, strict=True):
        lines = member.fulfilment.order.lines.values_list("quantity", "sku")
        answers += answered(page, [number, *(f"{quantity}*{sku}" for quantity, sku in lines)])
    page.goto("/shipments/hand-over/")
    answers += answered(page, [*numbers, "CMD-XONG"])
    return answers


def answered(page: "Page", codes: list[str]) -> list[float]:
    """Scan one after the other, each when the one before was shown."""
    before = page.evaluate("window.answers.length")
    for n, code in enumerate(codes, before + 1):
        scan(page, code)
        page.wait_for_function("n => window.answers.length >= n", arg=n)
        said = page.locator("[data-scan-answer]")
        assert said.get_attribute("data-scan-answer") == "good", (code, said.inner_text())
    return page.evaluate("n => window.answers.slice(n)", before)


def p95(numbers: list[float]) -> float:
    return statistics.quantiles(numbers, n=20)[-1]


if __name__ == "__main__":
    show(figures())
