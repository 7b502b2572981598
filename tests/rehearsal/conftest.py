"""Three marketplaces that push to a live server, a shop connected at each, goods on the shelf."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from channels_sync.models import Shop
from channels_sync.services.connecting import connect_shop
from channels_sync.services.listings import pull_listings
from inventory.models import Product, Variant, Warehouse
from oms.kernel.actors import Actor
from oms.sandbox.run import Sandbox, running_sandbox
from tests.channels_sync.conftest import SKUS, fill_shelf

ACTOR = Actor.system("test")
MARKETS = ("shopee", "lazada", "tiktok_shop")
# Of these there is so little that they are sold out in the middle.
SCARCE, FEW, MANY = ("AT-DEN-M", "OP-14", "VAY-HOA-S"), 8, 200


@pytest.fixture
def sandbox(
    tmp_path: Path, settings: Any, live_server: Any, redis_clean: object
) -> Iterator[Sandbox]:
    our_url = re.sub("localhost", "127.0.0.1", live_server.url)
    settings.OMS_PUBLIC_URL = our_url
    settings.MEDIA_ROOT = tmp_path / "media"
    with running_sandbox(tmp_path / "sandbox", MARKETS) as running:
        settings.PARTNERS = {**settings.PARTNERS, **running.credentials()}
        settings.OMS_SANDBOX_PORT = running.index_port
        for name in MARKETS:
            running.control(name, "POST", "callbacks", {"url": f"{our_url}/hooks/{name}/"})
        yield running
        for name in MARKETS:
            running.settle(name, seconds=30)


@pytest.fixture
def shops(sandbox: Sandbox) -> list[Shop]:
    return open_shops(sandbox)


def open_shops(sandbox: Sandbox) -> list[Shop]:
    """One at each marketplace, its listings linked; nothing else of it is read yet."""
    warehouse = Warehouse.objects.create(code="KHO1", name="Kho chính", province="Hồ Chí Minh")
    for sku in SKUS:
        product = Product.objects.create(name=f"Hàng {sku}", name_folded=f"hang {sku.lower()}")
        Variant.objects.create(product=product, sku=sku)
    scarce = Variant.objects.filter(sku__in=SCARCE)
    fill_shelf(warehouse, scarce, FEW)
    fill_shelf(warehouse, Variant.objects.exclude(sku__in=SCARCE), MANY)
    connected = []
    for name in MARKETS:
        code = sandbox.control(name, "POST", "issue_code", {})["code"]
        returned = {"shop_id": "88012345"} if name == "shopee" else {}
        connected += connect_shop(name, code, returned=returned, actor=ACTOR)
    for shop in connected:
        pull_listings(shop.pk)
    return connected
