"""What only a Lazada shop has, through the shared services."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channels_sync.models import Listing, OrderFee, RemoteOrder, RemotePackage, Shop, SyncProblem
from channels_sync.ports import AccessLost, FeeKind, FeeLine
from channels_sync.selectors.money import money_of_orders
from channels_sync.services.access import ask, fresh_access
from channels_sync.services.arranging import arrange_shipment, send_arrangement
from channels_sync.services.connecting import connect_shop
from channels_sync.services.fees import keep_fees, pull_fees, settle_paid_out
from channels_sync.services.importing import import_orders, import_window
from channels_sync.services.prices import push_prices
from channels_sync.services.stock_push import mark_shop, push_stock
from channels_sync.services.waybills import fetch_waybill
from inventory.models import Allocation, Variant
from oms.kernel.clock import now
from oms.kernel.models import InboxMessage
from orders.models import Order, OrderProblem
from shipping.models import Package

from .conftest import ACTOR
from .markets import (
    Market,
    confirmed,
    connect,
    moved,
    order_of,
    running_market,
    shipped,
    stocked,
    take_pushes,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_clean")]
SELLER = "200123456"


@pytest.fixture
def lazada(tmp_path: Path, settings: Any) -> Iterator[Market]:
    with running_market("lazada", tmp_path, settings) as hand:
        yield hand


@pytest.fixture
def shop(lazada: Market) -> Shop:
    return connect(lazada)


@pytest.fixture
def ready(shop: Shop) -> Shop:
    return stocked(shop)


def package_of(order: Order) -> RemotePackage:
    return RemotePackage.objects.get(remote_order__order=order)


# Connection


def test_a_token_is_renewed_in_the_last_eighth_of_its_life_and_not_before(lazada, shop):
    fresh_access(shop.pk)
    Shop.objects.update(token_expires_at=now() + timedelta(days=2))
    fresh_access(shop.pk)
    assert lazada.calls("token/refresh") == []
    issued = now() - timedelta(days=9)
    Shop.objects.update(token_issued_at=issued, token_expires_at=now() + timedelta(days=1))
    renewed = fresh_access(shop.pk)
    assert len(lazada.calls("token/refresh")) == 1
    assert renewed.token != shop.credentials["access_token"]
    assert fresh_access(shop.pk) == renewed


def test_a_consent_that_cannot_be_renewed_lasts_to_the_tokens_end(lazada, shop):
    lazada("POST", "behaviour", {"refresh_s": 0})
    [again] = connect_shop("lazada", lazada.code(), returned={}, actor=ACTOR)
    assert again.credentials["refresh_token"] == ""
    assert again.authorised_until == again.token_expires_at
    Shop.objects.update(token_expires_at=now() + timedelta(minutes=10))
    assert fresh_access(shop.pk).token == again.credentials["access_token"]
    lazada("POST", "expire_tokens", {})
    with pytest.raises(AccessLost):
        ask(shop.pk, lambda adapter, access: adapter.shop_info(access))
    assert Shop.objects.get().status == Shop.Status.EXPIRED


def test_a_refused_renewal_ahead_of_time_leaves_the_token_that_is_still_good(lazada, shop):
    Shop.objects.update(token_expires_at=now() + timedelta(minutes=20))
    spoilt = {**shop.credentials, "refresh_token": "false"}
    shop.credentials = spoilt
    shop.save(update_fields=["credentials"])
    Shop.objects.update(token_expires_at=now() + timedelta(minutes=20))
    assert fresh_access(shop.pk).token == spoilt["access_token"]
    left = Shop.objects.get()
    assert left.status == Shop.Status.CONNECTED
    assert left.authorised_until == left.token_expires_at
    fresh_access(shop.pk)
    assert len(lazada.calls("token/refresh")) == 1


# Orders in


def test_a08_orders_come_in_folded_with_vouchers_by_payer(lazada, ready):
    [number] = lazada.place(
        lines=[{"sku": "AT-DEN-M", "quantity": 3}, {"sku": "SRM-120"}],
        cod=True, note="Gọi trước", voucher_seller=4_000, voucher_platform=12_000,
    )  # fmt: skip
    import_window(ready.pk)
    order = order_of(number)
    assert [(line.sku, line.quantity) for line in order.lines.order_by("position")] == [
        ("AT-DEN-M", 3), ("SRM-120", 1),
    ]  # fmt: skip
    assert (order.source, order.shop_name, order.buyer_note) == (
        "lazada", "Đơn Nhanh LazMall", "Gọi trước",
    )  # fmt: skip
    assert order.discount_vnd == 16_000
    assert order.cod_vnd == order.total_vnd == 3 * 149_000 + 119_000 - 16_000 + 15_000
    assert "*" in order.recipient_phone
    remote = RemoteOrder.objects.get(remote_id=number)
    assert (remote.seller_voucher_vnd, remote.platform_voucher_vnd) == (4_000, 12_000)
    ids = {row["order_item_id"] for row in remote.payload["order_items"]}
    assert {int(unit) for unit in package_of(order).unit_ids} == ids


def test_a_page_of_orders_costs_one_list_and_two_detail_calls(lazada, ready):
    before = {path: len(lazada.calls(path)) for path in ("/orders/get", "/items/get", "/order/get")}
    lazada.place(count=52, lines=[{"sku": "TUI-VAI"}])
    result = import_window(ready.pk)
    assert result.placed == 52
    spent = {path: len(lazada.calls(path)) - count for path, count in before.items()}
    assert spent == {"/orders/get": 1, "/items/get": 2, "/order/get": 0}
    again = import_window(ready.pk)
    assert again.placed == 0
    assert again.skipped >= 52


def test_an_unpaid_order_holds_its_pieces_and_an_own_warehouse_order_is_not_ours(lazada, ready):
    [unpaid] = lazada.place(status="unpaid", lines=[{"sku": "VAY-HOA-M", "quantity": 2}])
    [theirs] = lazada.place(lines=[{"sku": "SRM-120", "is_fbl": 1}])
    import_window(ready.pk)
    assert not Order.objects.filter(remote_id__in=[unpaid, theirs]).exists()
    assert list(RemoteOrder.objects.get(remote_id=unpaid).held.values()) == [2]
    assert RemoteOrder.objects.get(remote_id=theirs).state == "elsewhere"
    lazada.move(unpaid, "pending")
    import_orders(ready.pk, [unpaid])
    assert order_of(unpaid).status == "pending_confirmation"


def cancelled_piece(lazada, ready, order: Order) -> Order:
    [first, *_others] = RemoteOrder.objects.get(order=order).payload["order_items"]
    lazada.move(order.remote_id, "canceled", order_item_ids=[first["order_item_id"]])
    import_orders(ready.pk, [order.remote_id])
    return order_of(order.remote_id)


def test_a_piece_cancelled_there_leaves_the_order_with_its_stock_and_money(lazada, ready):
    order = confirmed(lazada, ready, lines=[{"sku": "AT-DEN-M", "quantity": 3}], cod=True)
    held = Allocation.objects.filter(variant__sku="AT-DEN-M", closed_at=None)
    before = sum(row.quantity for row in held)
    left = cancelled_piece(lazada, ready, order)
    assert [(line.sku, line.quantity) for line in left.lines.all()] == [("AT-DEN-M", 2)]
    assert left.total_vnd == left.cod_vnd == 2 * 149_000 + left.shipping_fee_buyer_vnd
    assert sum(row.quantity for row in held.all()) == before - 1
    assert left.cancelled_lines.get().quantity == 1
    assert not left.needs_attention
    assert (left.status, left.fulfillment_status) == (order.status, order.fulfillment_status)
    import_orders(ready.pk, [order.remote_id])
    assert order_of(order.remote_id).version == left.version


def test_a_piece_cancelled_after_picking_is_a_problem_that_names_what_is_left(lazada, ready):
    order = confirmed(lazada, ready, lines=[{"sku": "AT-DEN-M", "quantity": 2}])
    number = order.remote_id
    Order.objects.filter(pk=order.pk).update(
        status=Order.Status.PROCESSING, fulfillment_status=Order.Fulfillment.PICKING
    )
    [first, _second] = RemoteOrder.objects.get(remote_id=number).payload["order_items"]
    lazada.move(number, "canceled", order_item_ids=[first["order_item_id"]])
    import_orders(ready.pk, [number])
    problem = order_of(number).problems.get(resolved_at=None)
    assert problem.kind == OrderProblem.Kind.CHANGED_REMOTELY
    assert (problem.data["before"], problem.data["after"]) == (["AT-DEN-M*2"], ["AT-DEN-M*1"])


# Pushes


def push_of(number: str, line: int = 1, status: str = "pending", at: int = 1) -> bytes:
    return (
        f'{{"seller_id":"{SELLER}","message_type":0,"site":"lazada_vn","timestamp":1,"data":'
        f'{{"trade_order_id":"{number}","trade_order_line_id":"{line}","order_status":"{status}",'
        f'"status_update_time":{at}}}}}'
    ).encode()


def test_pushes_for_each_unit_repeated_and_reordered_end_in_one_order(lazada, ready, client):
    [number] = lazada.place(lines=[{"sku": "AT-DEN-M", "quantity": 2}])
    first, second = push_of(number), push_of(number, 2)
    for body in (push_of(number, 2, "packed", 9), first, second, first):
        assert lazada.send(client, body) == 200
    assert InboxMessage.objects.count() == 3
    take_pushes()
    assert order_of(number).status == "pending_confirmation"
    assert order_of(number).lines.get().quantity == 2


# Fulfilment


def test_an_order_is_packed_announced_numbered_and_its_label_stored(lazada, ready):
    order = confirmed(lazada, ready, lines=[{"sku": "AT-DEN-M", "quantity": 2}])
    [wish] = arrange_shipment(order.pk, actor=ACTOR)
    assert not wish.is_numbered
    done = send_arrangement(wish.pk)
    assert (done.arrangement, done.is_numbered, done.pk) == ("arranged", True, wish.pk)
    assert done.package_number.startswith("FP")
    stored = fetch_waybill(done.pk)
    assert (stored.waybill, bool(stored.tracking_number)) == ("stored", True)
    package = Package.objects.get(fulfilment__order=order)
    assert package.tracking_number == stored.tracking_number
    assert package.waybill.read().startswith(b"%PDF")
    assert len(lazada.calls("fulfill/pack")) == len(lazada.calls("package/rts")) == 1


def test_a_label_behind_an_address_is_fetched_from_there(lazada, ready):
    lazada("POST", "behaviour", {"document_as_url": True})
    order = confirmed(lazada, ready)
    [wish] = arrange_shipment(order.pk, actor=ACTOR)
    assert fetch_waybill(send_arrangement(wish.pk).pk).waybill == "stored"


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("timeout_after_work", "*/fulfill/pack"),
        ("timeout_before_work", "*/fulfill/pack"),
        ("garbled_json", "*/package/rts"),
        ("timeout_before_work", "*/package/rts"),
    ],
)
def test_a_lost_answer_at_either_step_is_looked_up_and_nothing_is_done_twice(
    lazada, ready, path, kind
):
    order = confirmed(lazada, ready)
    [wish] = arrange_shipment(order.pk, actor=ACTOR)
    lazada.fault(kind, path)
    assert send_arrangement(wish.pk).arrangement in ("unknown", "queued")
    assert send_arrangement(wish.pk).arrangement == "arranged"
    [there] = lazada("GET", f"orders?order_id={order.remote_id}")
    assert there["statuses"] == ["ready_to_ship"]
    assert len({item["package_id"] for item in there["items"]}) == 1


@pytest.mark.parametrize("path", ["*/fulfill/pack", "*/package/rts"])
def test_a_row_that_asks_for_another_try_inside_success_gets_it(lazada, ready, path):
    order = confirmed(lazada, ready)
    [wish] = arrange_shipment(order.pk, actor=ACTOR)
    lazada.fault("row_no_carrier", path)
    assert send_arrangement(wish.pk).arrangement in ("unknown", "queued")
    assert send_arrangement(wish.pk).arrangement == "arranged"


def test_what_was_packed_at_the_marketplaces_own_page_is_only_announced(lazada, ready):
    order = confirmed(lazada, ready)
    lazada.move(order.remote_id, "packed")
    import_orders(ready.pk, [order.remote_id])
    package = package_of(order)
    assert (package.is_numbered, package.arrangement) == (True, "none")
    [wish] = arrange_shipment(order.pk, actor=ACTOR)
    assert send_arrangement(wish.pk).arrangement == "arranged"
    assert lazada.calls("fulfill/pack") == []


def test_a_parcel_taken_apart_at_the_marketplaces_page_is_packed_anew(lazada, ready):
    order = confirmed(lazada, ready)
    lazada.move(order.remote_id, "packed")
    import_orders(ready.pk, [order.remote_id])
    first = package_of(order).package_number
    asked = {"rePackReq": {"packages": [{"package_id": first}]}}
    ask(
        ready.pk,
        lambda adapter, access: adapter.client.do_result(access, "/order/package/repack", asked),
    )
    import_orders(ready.pk, [order.remote_id])
    assert not package_of(order).is_numbered
    [wish] = arrange_shipment(order.pk, actor=ACTOR)
    done = send_arrangement(wish.pk)
    assert done.arrangement == "arranged"
    assert done.package_number != first


def test_parcels_move_by_themselves_and_come_back(lazada, ready):
    order = confirmed(lazada, ready, cod=True)
    [wish] = arrange_shipment(order.pk, actor=ACTOR)
    fetch_waybill(send_arrangement(wish.pk).pk)
    for there, here in (
        ("shipped", "in_transit"),
        ("failed_delivery", "delivery_failed"),
        ("shipped_back", "returning"),
    ):
        lazada.move(order.remote_id, there)
        import_orders(ready.pk, [order.remote_id])
        assert order_of(order.remote_id).fulfillment_status == here


# Stock out


def test_a11_many_listings_are_one_message_and_the_number_knows_the_last_order(lazada, ready):
    lazada.place(lines=[{"sku": "SRM-120", "quantity": 5}])
    Shop.objects.update(last_poll_at=None)
    mark_shop(ready.pk)
    assert push_stock(ready.pk) == Listing.objects.filter(variant__isnull=False).count()
    assert len(lazada.calls("sellable/update")) == 1
    assert lazada.stock("SRM-120") == 100 - 3 - 5
    assert lazada.stock("TUI-VAI") == 100


# Money


def delivered(lazada: Market, shop: Shop, **wanted: Any) -> Order:
    return moved(lazada, shop, shipped(lazada, shop, **wanted), "shipped", "delivered")


def test_a97_each_piece_has_its_own_lines_whoever_holds_the_cash(lazada, ready):
    order = delivered(
        lazada, ready, lines=[{"sku": "SRM-120", "quantity": 2}], cod=True, voucher_seller=4_000
    )
    assert pull_fees(ready.pk) == pull_fees(ready.pk) > 0
    fees = OrderFee.objects.filter(order=order)
    told = lazada("GET", "state?collection=orders")["orders"][order.remote_id]
    assert fees.count() == len(told["items"]) * 8
    [money] = money_of_orders([order.pk])
    assert not money.is_paid
    assert money.settled["goods"] == 2 * 119_000
    assert money.settled["voucher"] == -4_000
    assert money.settled["tax"] == -2 * (1_190 + 595)
    assert money.payout_vnd == sum(money.settled.values())


def test_cash_has_arrived_when_all_lines_of_the_order_were_paid_out(lazada, ready):
    order = delivered(lazada, ready, cod=True)
    pull_fees(ready.pk)
    assert order_of(order.remote_id).cod_status == "collected"
    OrderFee.objects.update(is_paid=True)
    [one, *_others] = OrderFee.objects.filter(order=order)
    lines = [FeeLine("x", order.remote_id, FeeKind.OTHER, "Late", 5, one.happened_on, "", False)]
    keep_fees(ready.pk, lines)
    settle_paid_out(ready.pk)
    assert order_of(order.remote_id).cod_status == "collected"
    keep_fees(ready.pk, [replace(lines[0], is_paid=True)])
    settle_paid_out(ready.pk)
    after = order_of(order.remote_id)
    assert (after.cod_status, after.payment_status) == ("remitted", "paid")


def test_prices_that_differ_are_sent_and_a_refusal_is_a_problem_until_it_goes(lazada, ready):
    Variant.objects.filter(sku="TUI-VAI").update(price_vnd=95_000)
    Variant.objects.filter(sku="SRM-120").update(price_vnd=139_000)  # as there
    Variant.objects.filter(sku="MU-LT").update(price_vnd=50_000)  # below its special price
    assert push_prices(ready.pk, actor=ACTOR) == 1
    prices = {row["sku"]: row["price"] for row in lazada("GET", f"stock?seller_id={SELLER}")}
    assert (prices["TUI-VAI"], prices["MU-LT"]) == (95_000, 120_000)
    [problem] = SyncProblem.objects.filter(resolved_at=None)
    assert (problem.kind, "4105" in problem.message) == ("price_refused", True)
    Variant.objects.filter(sku="MU-LT").update(price_vnd=110_000)
    assert push_prices(ready.pk, actor=ACTOR) == 1
    assert not SyncProblem.objects.filter(resolved_at=None).exists()
    assert push_prices(ready.pk, actor=ACTOR) == 0
