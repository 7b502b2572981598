"""What only a TikTok Shop shop has, through the shared services."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from channels_sync.models import Listing, OrderFee, RemoteOrder, RemotePackage, Shop, SyncProblem
from channels_sync.ports import AccessLost
from channels_sync.services.access import ask, fresh_access
from channels_sync.services.arranging import (
    arrange_shipment,
    send_arrangement,
    tell_own_tracking,
)
from channels_sync.services.cancelling import answer_cancellation
from channels_sync.services.connecting import connect_shop
from channels_sync.services.fees import pull_fees
from channels_sync.services.importing import import_orders, import_window
from channels_sync.services.own_carrier import own_carrier_refusal
from channels_sync.services.prices import push_prices
from channels_sync.services.stock_push import mark_shop, push_stock
from channels_sync.services.waybills import fetch_waybill
from channels_sync.tasks import renew_access
from inventory.models import Variant
from oms.kernel.clock import now
from oms.kernel.errors import ServiceRefused
from orders.models import Order

from .conftest import ACTOR
from .markets import (
    Market,
    confirmed,
    connect,
    order_of,
    running_market,
    shipped,
    stocked,
    take_pushes,
    written,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_clean")]
OTHER_SHOP, SISTER_SHOP = "7495000000000000202", "7495000000000000203"


@pytest.fixture
def tiktok(tmp_path: Path, settings: Any) -> Iterator[Market]:
    with running_market("tiktok_shop", tmp_path, settings) as hand:
        yield hand


@pytest.fixture
def shop(tiktok: Market) -> Shop:
    return connect(tiktok)


@pytest.fixture
def ready(shop: Shop) -> Shop:
    return stocked(shop)


# Connection


def sisters(tiktok: Market) -> list[Shop]:
    code = tiktok("POST", "issue_code", {"shop_id": OTHER_SHOP})["code"]
    return connect_shop("tiktok_shop", code, returned={}, actor=ACTOR)


def name_of(shop: Shop) -> str:
    return ask(shop.pk, lambda adapter, access: adapter.shop_info(access)).name


def test_a02_shops_of_one_account_share_their_tokens_and_have_a_cipher_each(tiktok):
    first, second = sisters(tiktok)
    assert (first.remote_shop_id, second.remote_shop_id) == (OTHER_SHOP, SISTER_SHOP)
    assert first.credentials["shop_key"] != second.credentials["shop_key"]
    tiktok("POST", "expire_tokens", {})
    assert (name_of(first), name_of(second)) == ("Đơn Nhanh Outlet", "Đơn Nhanh Baby")
    # The refresh token works once: what the first shop got is the second one's too.
    assert len(tiktok.calls("/token/refresh")) == 1
    renewed, same = Shop.objects.order_by("remote_shop_id")
    assert renewed.credentials["access_token"] == same.credentials["access_token"]
    assert renewed.credentials["shop_key"] == first.credentials["shop_key"]
    assert same.credentials["shop_key"] == second.credentials["shop_key"]
    assert fresh_access(second.pk).shop_key == second.credentials["shop_key"]


def test_each_shop_of_an_account_reads_its_own_orders(tiktok):
    first, second = sisters(tiktok)
    [number] = tiktok.place(shop_id=SISTER_SHOP)
    import_window(first.pk)
    import_window(second.pk)
    assert RemoteOrder.objects.get(remote_id=number).shop == second


def test_a_week_of_tokens_is_renewed_ahead_and_the_end_of_the_consent_stays(tiktok, shop):
    before = shop.authorised_until
    ends = now() + timedelta(hours=10)
    Shop.objects.update(token_issued_at=ends - timedelta(days=7), token_expires_at=ends)
    assert fresh_access(shop.pk).token != shop.credentials["access_token"]
    assert Shop.objects.get().authorised_until == before
    assert len(tiktok.calls("/token/refresh")) == 1


def test_a_withdrawn_consent_is_checked_before_it_is_believed(tiktok, shop, client):
    told = {"type": 6, "shop_id": tiktok.shop_id, "timestamp": 1, "data": {"message": "x"}}
    assert tiktok.send(client, written({**told, "tts_notification_id": "1"})) == 200
    take_pushes()
    assert Shop.objects.get().status == Shop.Status.CONNECTED
    tiktok("POST", "unlink", {})
    assert tiktok.send(client, written({**told, "tts_notification_id": "2"})) == 200
    take_pushes()  # waits for a renewal, which another worker does
    renew_access(shop.pk)
    assert Shop.objects.get().status == Shop.Status.EXPIRED


def test_a_token_of_another_seller_asks_for_a_new_consent(tiktok, shop):
    shop.credentials = {**shop.credentials, "shop_key": "ROW_other"}
    shop.save(update_fields=["credentials"])
    with pytest.raises(AccessLost):
        import_window(shop.pk)
    assert Shop.objects.get().status == Shop.Status.EXPIRED


# Orders in


def test_a_page_of_orders_costs_one_call_and_only_wishes_cost_another(tiktok, ready):
    paths = ("/orders/search", "/202507/orders", "/cancellations/search")
    before = {path: len(tiktok.calls(path)) for path in paths}
    numbers = tiktok.place(count=60, lines=[{"sku": "TUI-VAI"}])
    assert import_window(ready.pk).placed == 60
    spent = {path: len(tiktok.calls(path)) - before[path] for path in paths}
    assert spent == {"/orders/search": 1, "/202507/orders": 0, "/cancellations/search": 0}
    tiktok.ask_to_cancel(numbers[0])
    import_window(ready.pk)
    assert len(tiktok.calls("/cancellations/search")) == before["/cancellations/search"] + 1
    again = import_window(ready.pk)
    assert (again.placed, again.changed) == (0, 0)


def test_a_held_order_keeps_its_pieces_and_a_platform_warehouse_order_is_not_ours(tiktok, ready):
    tiktok("POST", "behaviour", {"remorse_s": 3600})
    [held] = tiktok("POST", "orders", {"push": False, "status": "ON_HOLD"})["order_ids"]
    [theirs] = tiktok.place(fulfillment_type="FULFILLMENT_BY_TIKTOK")
    import_window(ready.pk)
    assert not Order.objects.filter(remote_id__in=[held, theirs]).exists()
    assert list(RemoteOrder.objects.get(remote_id=held).held.values()) == [1]
    assert RemoteOrder.objects.get(remote_id=theirs).state == "elsewhere"
    tiktok.move(held, "to_ship")
    import_orders(ready.pk, [held])
    assert order_of(held).status == "pending_confirmation"


def test_a_webhook_about_a_shared_parcel_brings_all_its_orders(tiktok, ready, client):
    numbers = tiktok.place(count=2)
    parcel = {"package_id": "1", "order_id_list": numbers}
    body = {"type": 4, "shop_id": tiktok.shop_id, "data": {"package_list": [parcel]}}
    assert tiktok.send(client, written(body)) == 200
    take_pushes()
    assert Order.objects.filter(remote_id__in=numbers).count() == 2


# Fulfilment


def test_the_chosen_handover_and_its_first_free_slot_are_sent(tiktok, ready):
    order = confirmed(tiktok, ready)
    [wish] = arrange_shipment(order.pk, actor=ACTOR)
    send_arrangement(wish.pk)
    [call] = [call for call in tiktok.calls("/ship") if call["method"] == "POST"]
    assert '"handover_method":"PICKUP","pickup_slot":{"start_time":' in call["body"]
    Shop.objects.update(handover="dropoff")
    other = confirmed(tiktok, ready)
    [wish] = arrange_shipment(other.pk, actor=ACTOR)
    send_arrangement(wish.pk)
    [call, _first] = [call for call in tiktok.calls("/ship") if call["method"] == "POST"]
    assert call["body"] == '{"handover_method":"DROP_OFF"}'


def test_a_label_that_is_still_drawn_is_waited_for_and_one_without_is_told(tiktok, ready):
    tiktok("POST", "behaviour", {"document_delay_s": 3600})
    order = confirmed(tiktok, ready)
    [wish] = arrange_shipment(order.pk, actor=ACTOR)
    waiting = fetch_waybill(send_arrangement(wish.pk).pk)
    assert waiting.waybill == RemotePackage.Waybill.CREATED
    assert waiting.next_attempt_at is not None
    tiktok("POST", "behaviour", {"document_delay_s": 0})
    tiktok.move(order.remote_id, "shipped")
    failed = fetch_waybill(wish.pk)
    assert (failed.waybill, "21011010" in failed.last_error) == ("failed", True)


def test_orders_in_one_parcel_are_arranged_by_one_call_and_left_by_one_scan(
    tiktok, ready, owner_client
):
    orders = [confirmed(tiktok, ready) for _ in range(2)]
    tiktok("POST", "combine", {"order_ids": [order.remote_id for order in orders]})
    import_orders(ready.pk, [order.remote_id for order in orders])
    wishes = [arrange_shipment(order.pk, actor=ACTOR)[0] for order in orders]
    assert {wish.package_number for wish in wishes} == {wishes[0].package_number}
    assert [send_arrangement(wish.pk).arrangement for wish in wishes] == ["arranged"] * 2
    for wish in wishes:
        assert fetch_waybill(wish.pk).waybill == "stored"
    [number] = {wish.tracking_number for wish in RemotePackage.objects.filter(waybill="stored")}
    owner_client.post(reverse("shipping:hand_over_scan"), {"code": number, "key": uuid4()})
    assert {order_of(order.remote_id).status for order in orders} == {"shipped"}


def test_our_own_carrier_ships_where_the_seller_does_and_is_named(tiktok, ready):
    order = confirmed(tiktok, ready, shipping_type="SELLER")
    assert own_carrier_refusal(order.pk) == ""
    assert own_carrier_refusal(confirmed(tiktok, ready).pk) != ""
    [wish] = tell_own_tracking(order.pk, "GHN0001", actor=ACTOR)
    assert send_arrangement(wish.pk).arrangement == "arranged"
    there = tiktok.told(order.remote_id)
    assert (there["status"], there["items"][0]["tracking_number"]) == (
        "AWAITING_COLLECTION", "GHN0001",
    )  # fmt: skip


# Cancelling


def test_a_rejected_wish_gives_an_offered_reason_and_a_second_answer_is_refused(tiktok, ready):
    order = confirmed(tiktok, ready)
    tiktok.ask_to_cancel(order.remote_id)
    import_orders(ready.pk, [order.remote_id])
    answer_cancellation(order.pk, accept=False, actor=ACTOR)
    [call] = tiktok.calls("/reject")[:1]
    assert '"reject_reason":"seller_reject_apply_product_has_been_packed"' in call["body"]
    with pytest.raises(ServiceRefused):
        ask(
            ready.pk,
            lambda adapter, access: adapter.answer_cancellation(
                access, order.remote_id, accept=True
            ),
        )


# Stock, prices, money


def test_a11_skus_of_one_product_are_one_message(tiktok, ready):
    mark_shop(ready.pk)
    linked = Listing.objects.filter(variant__isnull=False)
    assert push_stock(ready.pk) == linked.count()
    products = {row.remote_item_id for row in linked}
    assert len(tiktok.calls("/inventory/update")) == len(products)


def test_a_price_that_is_refused_leaves_its_sisters_alone(tiktok, ready):
    Variant.objects.filter(sku="TUI-VAI").update(price_vnd=95_000)
    Variant.objects.filter(sku="MU-LT").update(price_vnd=50_000)  # below that of its campaign
    assert push_prices(ready.pk, actor=ACTOR) == 1
    assert (tiktok.row("TUI-VAI")["price"], tiktok.row("MU-LT")["price"]) == (95_000, 120_000)
    [problem] = SyncProblem.objects.filter(resolved_at=None)
    assert (problem.kind, "12052252" in problem.message) == ("price_refused", True)


def test_a97_lines_add_up_to_the_settlement_of_each_order_whatever_the_notation(tiktok, ready):
    tiktok("POST", "behaviour", {"costs_are_negative": False})
    orders = [shipped(tiktok, ready), shipped(tiktok, ready, lines=[{"sku": "SRM-120"}])]
    for order in orders:
        tiktok.move(order.remote_id, "delivered")
    assert pull_fees(ready.pk) > 0
    told = sum(OrderFee.objects.values_list("amount_vnd", flat=True))
    asked = {"sort_field": "statement_time", "page_size": 10}
    day = ask(
        ready.pk,
        lambda adapter, access: adapter.client.get(access, "/finance/202309/statements", asked),
    )["statements"]
    assert told == sum(int(row["settlement_amount"]) for row in day)
    assert not OrderFee.objects.filter(name="rest").exists()
    assert set(OrderFee.objects.values_list("order", flat=True)) == {o.pk for o in orders}
