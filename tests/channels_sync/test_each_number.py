"""Stock numbers and cancelled goods at every marketplace: what a seller must be able to rely on."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from channels_sync import tasks
from channels_sync.models import Shop, StockPush
from channels_sync.services.importing import import_orders
from channels_sync.services.stock_push import due_shop_ids, mark_variants, push_stock
from inventory.models import StockLevel, Variant
from inventory.selectors.availability import available
from oms.kernel.clock import now
from oms.kernel.errors import ServiceUnreachable
from orders.models import Order

from .conftest import sold_elsewhere
from .markets import MARKETS, Market, confirmed, connect, order_of, running_market, stocked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_clean")]
BAG = "TUI-VAI"
LIST = {"shopee": "*get_order_list", "lazada": "*/orders/get", "tiktok_shop": "*/orders/search"}


@pytest.fixture(params=sorted(MARKETS))
def market(request: Any, tmp_path: Path, settings: Any) -> Iterator[Market]:
    with running_market(request.param, tmp_path, settings) as hand:
        yield hand


@pytest.fixture
def ready(market: Market) -> Shop:
    return stocked(connect(market))


@pytest.fixture
def bag() -> int:
    return Variant.objects.get(sku=BAG).pk


def told(market: Market, shop: Shop, variant_id: int) -> int:
    """What the marketplace shows once the present number was sent."""
    mark_variants([variant_id])
    push_stock(shop.pk)
    return market.stock(BAG)


def reserved(variant_id: int) -> int:
    return StockLevel.objects.get(variant=variant_id).reserved


def test_a11_zero_arrives(market, ready, bag):
    assert told(market, ready, bag) > 0
    sold_elsewhere(bag, available([bag])[bag])
    assert told(market, ready, bag) == 0


def test_a11_no_number_is_sent_while_orders_cannot_be_read(market, ready, bag):
    sent, shown = market.sent(market.STOCK), market.stock(BAG)
    Shop.objects.update(last_poll_at=None)
    sold_elsewhere(bag, 7)
    mark_variants([bag])
    market.fault("status_5xx", LIST[market.code_name], times=None)
    with pytest.raises(ServiceUnreachable):
        push_stock(ready.pk)
    assert (market.sent(market.STOCK), market.stock(BAG)) == (sent, shown)
    market("DELETE", "faults")
    push_stock(ready.pk)
    assert market.stock(BAG) == available([bag])[bag]


def test_a11_after_a_lost_answer_the_present_number_is_sent_again(market, ready, bag):
    told(market, ready, bag)
    mark_variants([bag])
    market.fault("timeout_after_work", market.STOCK)
    tasks.push_stock(ready.pk)
    push = StockPush.objects.get(listing__variant=bag)
    assert push.sent_version < push.version
    assert due_shop_ids() == []
    sold_elsewhere(bag, 5)
    StockPush.objects.update(next_attempt_at=now())
    assert due_shop_ids() == [ready.pk]
    assert push_stock(ready.pk) == 1
    assert market.stock(BAG) == available([bag])[bag]


def test_a08_a_sale_cancelled_there_is_cancelled_here_and_gives_its_stock_back(market, ready, bag):
    before = reserved(bag)
    order = confirmed(market, ready, lines=[{"sku": BAG, "quantity": 3}])
    assert reserved(bag) == before + 3
    market.move(order.remote_id, "cancelled")
    for _time in range(2):
        import_orders(ready.pk, [order.remote_id])
    assert order_of(order.remote_id).status == Order.Status.CANCELLED
    assert reserved(bag) == before


@pytest.mark.parametrize("market", ["lazada", "tiktok_shop"], indirect=True)
def test_a08_a_piece_cancelled_there_leaves_the_order_with_its_stock(market, ready, bag):
    """No document tells how a part of a Shopee order is cancelled."""
    before = reserved(bag)
    order = confirmed(market, ready, lines=[{"sku": BAG, "quantity": 3}])
    items = market.told(order.remote_id)["items"]
    name, chosen = (
        ("order_item_ids", "order_item_id")
        if market.code_name == "lazada"
        else ("line_item_ids", "id")
    )
    market.move(order.remote_id, "cancelled", **{name: [items[0][chosen]]})
    for _time in range(2):
        import_orders(ready.pk, [order.remote_id])
    left = order_of(order.remote_id)
    assert [(line.sku, line.quantity) for line in left.lines.all()] == [(BAG, 2)]
    assert reserved(bag) == before + 2
    assert left.total_vnd == left.goods_vnd - left.discount_vnd + left.shipping_fee_buyer_vnd
    assert not left.needs_attention
