"""A shop of each marketplace from its consent to its end, as the rows of the product ask for it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channels_sync.models import OrderFee, ReturnRequest, Shop, SyncCursor
from channels_sync.services.access import lose_access
from channels_sync.services.connecting import disconnect_shop
from channels_sync.services.importing import import_orders, import_window
from channels_sync.services.stock_push import mark_variants, push_stock
from channels_sync.tasks import start_shop
from inventory.models import Variant
from oms.kernel.clock import now
from orders.models import Order
from orders.services import marks

from .conftest import ACTOR, sold_elsewhere
from .markets import MARKETS, Market, connect, order_of, running_market, stocked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_clean")]


@pytest.fixture(params=sorted(MARKETS))
def market(request: Any, tmp_path: Path, settings: Any) -> Iterator[Market]:
    with running_market(request.param, tmp_path, settings) as hand:
        yield hand


@pytest.fixture
def shop(market: Market) -> Shop:
    return connect(market)


def test_a02_the_banner_stands_seven_three_and_one_day_before_the_consent_ends(
    market, shop, owner_client
):
    link = f"/channels/connect/{market.code_name}/"
    for days, shown in ((7.5, False), (6.5, True), (2.5, True), (0.5, True)):
        Shop.objects.update(
            authorised_until=now() + timedelta(days=days), refresh_until=now() + timedelta(days=90)
        )
        page = owner_client.get("/stock/").content.decode()
        assert (f"Quyền truy cập {market.shop_name} hết hạn" in page) is shown, days
        assert (link in page) is shown, days


def test_a02_the_card_tells_the_health_and_sync_now_brings_what_is_new(
    market, shop, owner_client, monkeypatch
):
    asked: list[tuple[str, int]] = []
    monkeypatch.setattr(
        "channels_sync.views.shops.hurry", lambda task, pk: asked.append((task, pk))
    )
    [number] = market.place()
    Shop.objects.update(last_error="lỗi của sàn", last_error_at=now())
    page = owner_client.get("/channels/").content.decode()
    for told in (market.shop_name, "lỗi của sàn", "Tin báo chờ xử lý", "Đồng bộ ngay"):
        assert told in page
    assert owner_client.post(f"/channels/{shop.pk}/sync/").status_code == 302
    assert asked == [("start_shop", shop.pk), ("push_stock", shop.pk)]
    start_shop(shop.pk)
    assert Order.objects.filter(remote_id=number).exists()


def test_a02_a_disconnect_keeps_history_and_a_new_consent_catches_up_all_of_it(market, shop):
    """Orders, returns and money of the days without a connection come in."""
    Shop.objects.update(connected_at=now() - timedelta(days=1))  # of the days before, all is read
    start_shop(shop.pk)
    [kept] = market.place()
    import_orders(shop.pk, [kept])
    disconnect_shop(shop.pk, actor=ACTOR)
    assert Order.objects.filter(remote_id=kept).exists()
    assert Shop.objects.get().credentials == {}
    [missed] = market.place(lines=[{"sku": "SRM-120", "quantity": 1}])
    market.move(missed, "delivered")
    order = {market.name_of_order: missed}
    market("POST", "ask_return", order)
    market("POST", "adjust", {"amount": -1_000})
    start_shop(shop.pk)
    assert not Order.objects.filter(remote_id=missed).exists()
    assert connect(market).pk == shop.pk
    start_shop(shop.pk)
    assert Order.objects.filter(remote_id=missed).exists()
    assert ReturnRequest.objects.get().order == order_of(missed)
    assert OrderFee.objects.filter(remote_id="", amount_vnd=-1_000).exists()
    assert set(SyncCursor.objects.filter(shop=shop).values_list("kind", flat=True)) >= {
        *("orders", "returns", "fees"),
    }


def test_a04_a_lost_consent_is_said_and_asks_for_a_new_one(market, shop, owner_client):
    lose_access(shop.pk, reason="hết hạn")
    page = owner_client.get("/stock/").content.decode()
    assert f"{market.shop_name} đã mất kết nối" in page
    connect(market)
    assert "đã mất kết nối" not in owner_client.get("/stock/").content.decode()


def test_a11_a_sale_elsewhere_lowers_the_number_at_the_marketplace(market, shop):
    stocked(shop)
    push_stock(shop.pk)
    before = market.stock("BINH-750")
    bottle = Variant.objects.get(sku="BINH-750")
    sold_elsewhere(bottle.pk, 5)
    mark_variants([bottle.pk])
    push_stock(shop.pk)
    assert market.stock("BINH-750") == before - 5


def test_a25_a_flagged_order_keeps_its_code_whatever_the_marketplace_tells(
    market, shop, owner_client
):
    [number] = market.place()
    import_window(shop.pk)
    order = order_of(number)
    marks.set_flags(order.pk, ["gift"], actor=ACTOR)
    market.move(number, "shipped")
    import_orders(shop.pk, [number])
    order.refresh_from_db()
    assert (order.flags, order.special_code) == (["gift"], f"QUA-{order.number}")
    assert order.special_code in owner_client.get(f"/orders/{order.pk}/").content.decode()
