"""A large sale day at the sandbox: web, two workers, three channels, spoilt pushes and trouble.

`python bench/rehearsal.py 300 20` rehearses with 300 buyers, 20 a second, and prints the report.
"""

import os
import socket
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from _scratch import ROOT, scratch_database, show

from bench._servers import servers
from bench.figure import Figure

if TYPE_CHECKING:
    from oms.rehearsal.models import Rehearsal

BUYERS, A_SECOND = 1_500, 25
PORT, SANDBOX_PORT = 28_000, 28_900
HOST = "127.0.0.1"
LOOK_EVERY_SECONDS = 0.2
# Of the goods that will be hot, and of all others.
FEW, MANY = 40, 5_000
# An order of one SKU is read once, and its number told to three shops.
REQUESTS_AN_ORDER = 4


@contextmanager
def system(home: Path, url: str) -> Iterator[None]:
    """Sandbox, web, workers and their clock over the database of this figure."""
    from oms.embedded import children
    from oms.embedded.process import wait_for

    log = home / "log"
    parts = [
        children.sandbox(log, ROOT / "manage.py"),
        children.web(log, host=HOST, port=PORT, processes=2),
        *children.workers(log, processes=2),
        children.beat(log),
    ]
    try:
        for part in parts:
            part.env = {"DATABASE_URL": url}
            part.start()
        for port in (SANDBOX_PORT, PORT):
            if not wait_for(lambda port=port: answers(port), 60):
                raise RuntimeError(f"nothing answers on port {port}; see {log}")
        yield
    finally:
        for part in reversed(parts):
            part.stop()


def answers(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), 1).close()
    except OSError:
        return False
    return True


def open_shops() -> None:
    """One shop at each marketplace, what it sells on the shelf, its listings linked."""
    from channels_sync.models import Listing
    from channels_sync.services.connecting import connect_shop
    from channels_sync.services.listings import link_listings, pull_listings
    from inventory.models import Variant, Warehouse
    from inventory.services import stock
    from inventory.services.catalogue import NewProduct, create_products
    from oms.kernel.actors import Actor
    from oms.rehearsal import doors

    actor = Actor.system("bench")
    place = Warehouse.objects.create(code="K1", name="Kho 1", province="Hồ Chí Minh")
    shops = []
    for code in doors.MARKETPLACES:
        grant = doors.market(code, "POST", "issue_code", {})["code"]
        returned = {"shop_id": "88012345"} if code == "shopee" else {}
        shops += connect_shop(code, grant, returned=returned, actor=actor)
    for shop in shops:
        pull_listings(shop.pk)
    skus = sorted({sku for sku in Listing.objects.values_list("sku", flat=True) if sku})
    sizes = {"weight_g": 300, "length_cm": 20, "width_cm": 15, "height_cm": 5}
    goods = [NewProduct(name=sku, sku=sku, price_vnd=99_000, **sizes) for sku in skus]
    create_products(goods, actor=actor)
    rows = [
        stock.Posting(variant.pk, place.pk, FEW if at < 3 else MANY, "opening")
        for at, variant in enumerate(Variant.objects.order_by("sku"))
    ]
    stock.post(rows, actor=actor)
    for shop in shops:
        link_listings(shop.pk)


def rehearse(buyers: int, a_second: int) -> "Rehearsal":
    import time

    from oms.kernel.actors import Actor
    from oms.rehearsal.models import Rehearsal
    from oms.rehearsal.services.running import advance, start_rehearsal

    actor = Actor.system("bench")
    begun = start_rehearsal(orders=buyers, rate=a_second, seed=1, actor=actor)
    while advance(begun.pk):
        time.sleep(LOOK_EVERY_SECONDS)
    return Rehearsal.objects.select_related("job").get(pk=begun.pk)


def rehearsed(buyers: int, a_second: int) -> "Rehearsal":
    """One rehearsal on a database of its own."""
    with tempfile.TemporaryDirectory(prefix="oms-rehearsal-") as home:
        os.environ.update(
            OMS_HOME=home,
            OMS_SANDBOX_PORT=str(SANDBOX_PORT),
            OMS_PUBLIC_URL=f"http://{HOST}:{PORT}",
        )
        with scratch_database("rehearsal") as url, system(Path(home), url):
            open_shops()
            return rehearse(buyers, a_second)


def figures() -> Iterable[Figure]:
    rehearsal = rehearsed(BUYERS, A_SECOND)
    lines = {line["key"]: line for line in rehearsal.report}
    red = sum(line["ok"] is False for line in rehearsal.report)
    yield Figure("rehearsal_red_lines", red if rehearsal.report else 1, "lines", 1, 0)
    worst = max(item["ms"] for item in lines["lag"]["items"]) / 1000
    yield Figure("rehearsal_worst_lag", worst, "s", 60, 1)
    sold = sum(line["there"] for line in rehearsal.report if line["key"] == "orders")
    asked = lines["calls"]["there"] / max(sold, 1)
    yield Figure("rehearsal_requests", asked, "requests/order", REQUESTS_AN_ORDER, 1)


def print_report(buyers: int, a_second: int) -> None:
    rehearsal = rehearsed(buyers, a_second)
    from oms.rehearsal.management.commands.rehearse import report_lines

    print("\n".join(report_lines(rehearsal)) or rehearsal.job.error)


if __name__ == "__main__":
    with servers():
        if len(sys.argv) > 1:
            print_report(int(sys.argv[1]), int(sys.argv[2]))
        else:
            show(figures())
