"""A Shopee that answers, a shop that is connected, goods that are on the shelf."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from channels_sync.models import Shop
from channels_sync.services.connecting import connect_shop
from inventory.models import Product, StockMovement, Variant, Warehouse
from inventory.services import stock
from oms.kernel.actors import Actor
from oms.sandbox.run import Sandbox, running_sandbox

ACTOR = Actor.system("test")
BEHIND_S = 60
SKUS = ("AT-DEN-M", "AT-DEN-L", "AT-TRANG-M", "AT-TRANG-L", "SRM-120", "BINH-750", "NOI-5L",
        "VAY-HOA-S", "VAY-HOA-M", "OP-14", "MU-LT", "TUI-VAI")  # fmt: skip


class Partner:
    """The marketplace as seen from its control side."""

    code_name = "shopee"

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def __call__(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        return self.sandbox.control(self.code_name, method, path, body)

    def place(self, **wanted: Any) -> list[str]:
        return self("POST", "orders", {"push": False, **wanted})["order_sns"]

    def move(self, number: str, status: str, **facts: str) -> None:
        self.sandbox.clock.advance(1)  # the marketplace counts in whole seconds
        self("POST", "order_status", {"order_sn": number, "status": status, **facts})

    def fault(self, kind: str, path: str, **more: Any) -> None:
        self("POST", "faults", {"kind": kind, "path": path, **more})

    def calls(self, path: str) -> list[dict[str, Any]]:
        return self("GET", f"calls?path={path}&limit=1000")

    def code(self) -> str:
        return self("POST", "issue_code", {})["code"]


@pytest.fixture
def shopee(tmp_path: Path, settings: Any, redis_clean: object) -> Iterator[Partner]:
    # Its clock is moved towards ours, never past it: what it tells lies in what we ask for.
    with running_sandbox(tmp_path / "sandbox", ["shopee"], behind=BEHIND_S) as sandbox:
        settings.PARTNERS = {**settings.PARTNERS, "shopee": sandbox.credentials()["shopee"]}
        settings.MEDIA_ROOT = tmp_path / "media"
        partner = Partner(sandbox)
        partner("POST", "behaviour", {"tracking_delay_s": 0, "document_delay_s": 0})
        yield partner


@pytest.fixture
def shop(shopee: Partner, transactional_db: None) -> Shop:
    """A shop that gave consent just now; nothing of it is read yet."""
    [connected] = connect_shop(
        "shopee", shopee.code(), returned={"shop_id": "88012345"}, actor=ACTOR
    )
    return connected


@pytest.fixture
def warehouse(transactional_db: None) -> Warehouse:
    return Warehouse.objects.create(code="KHO1", name="Kho chính", province="TP. Hồ Chí Minh")


@pytest.fixture
def variants(warehouse: Warehouse) -> dict[str, Variant]:
    """Each thing the sandbox shop sells, 100 of each on the shelf."""
    made = {}
    for sku in SKUS:
        product = Product.objects.create(name=f"Hàng {sku}", name_folded=f"hang {sku.lower()}")
        made[sku] = Variant.objects.create(product=product, sku=sku)
    fill_shelf(warehouse, made.values(), 100)
    return made


def fill_shelf(warehouse: Warehouse, variants: Any, quantity: int) -> None:
    stock.post(
        [
            stock.Posting(variant.pk, warehouse.pk, quantity, StockMovement.Kind.OPENING)
            for variant in variants
        ],
        actor=ACTOR,
    )


# No line of an order has this number, however many orders the tests before have made.
ELSEWHERE = 2_000_000_000


def sold_elsewhere(variant_id: int, units: int) -> None:
    """Another channel promises so many pieces."""
    stock.reserve([stock.Demand(ELSEWHERE, variant_id, units)], actor=ACTOR)


@pytest.fixture
def until() -> Callable[[Callable[[], object]], None]:
    def wait(condition: Callable[[], object], seconds: float = 30.0) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "waited too long"
            time.sleep(0.05)

    return wait
