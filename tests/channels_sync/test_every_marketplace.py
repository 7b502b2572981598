"""Shops of every marketplace through our services: nothing here asks which one it is.

What only one of them has is in its own file; what Shopee's own files hold to is not repeated for
it here but where the row of the product says that each marketplace does it.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channels_sync.handlers import order_cancelled
from channels_sync.models import (
    Listing,
    OrderFee,
    RemoteOrder,
    RemotePackage,
    Settlement,
    Shop,
    SyncProblem,
)
from channels_sync.ports import marketplace
from channels_sync.selectors.money import money_of_orders
from channels_sync.selectors.settlements import matchings
from channels_sync.services.arranging import arrange_shipment, send_arrangement
from channels_sync.services.cancelling import answer_cancellation
from channels_sync.services.connecting import disconnect_shop
from channels_sync.services.fees import pull_fees
from channels_sync.services.importing import import_orders, import_window
from channels_sync.services.stock_push import mark_shop, push_stock, read_back
from channels_sync.services.waybills import fetch_waybill
from inventory.models import Allocation, Variant, Warehouse
from inventory.selectors.availability import available
from inventory.services import stock
from oms.kernel.clock import now
from oms.kernel.models import Event, InboxMessage
from orders.models import Order, OrderLine, OrderProblem
from orders.services.lifecycle import cancel_order
from orders.services.merging import merge_candidates
from shipping.models import Package

from .conftest import ACTOR, sold_elsewhere
from .markets import (
    MARKETS,
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
each_of_them = pytest.mark.parametrize("market", sorted(MARKETS), indirect=True)


@pytest.fixture(params=["lazada", "tiktok_shop"])
def market(request: Any, tmp_path: Path, settings: Any) -> Iterator[Market]:
    with running_market(request.param, tmp_path, settings) as hand:
        yield hand


@pytest.fixture
def shop(market: Market) -> Shop:
    return connect(market)


@pytest.fixture
def ready(shop: Shop) -> Shop:
    return stocked(shop)


# Connection


@each_of_them
def test_a03_consent_connects_the_shop_and_its_end_is_known(market, shop):
    assert (shop.remote_shop_id, shop.name, shop.region) == (
        market.shop_id, market.shop_name, "VN",
    )  # fmt: skip
    assert shop.status == Shop.Status.CONNECTED
    assert shop.token_expires_at is not None
    assert shop.authorised_until is not None
    assert now() < shop.token_expires_at < shop.authorised_until
    assert shop.authorised_until > now() + timedelta(days=40)


@each_of_them
def test_a04_coming_back_catches_up_and_leaving_keeps_history(market, ready):
    disconnect_shop(ready.pk, actor=ACTOR)
    known = Order.objects.count()
    assert known > 0
    assert Shop.objects.get().credentials == {}
    numbers = market.place(count=3)
    connect(market)
    import_window(ready.pk)
    assert Order.objects.count() == known + 3
    assert Order.objects.filter(remote_id__in=numbers).count() == 3


# Orders in


@each_of_them
def test_a08_orders_come_in_folded_with_what_the_buyer_pays(market, ready):
    [number] = market.place(
        lines=[{"sku": "AT-DEN-M", "quantity": 3}, {"sku": "TUI-VAI", "price": 89_000}],
        cod=True, note="Gọi trước",
    )  # fmt: skip
    import_window(ready.pk)
    order = order_of(number)
    assert [(line.sku, line.quantity) for line in order.lines.order_by("position")] == [
        ("AT-DEN-M", 3), ("TUI-VAI", 1),
    ]  # fmt: skip
    assert (order.source, order.shop_name, order.buyer_note) == (
        market.code_name, market.shop_name, "Gọi trước",
    )  # fmt: skip
    assert order.cod_vnd == order.total_vnd == market.told(number)["total_amount"]
    goods = sum(line.quantity * line.unit_price_vnd for line in order.lines.all())
    assert order.total_vnd == goods - order.discount_vnd + order.shipping_fee_buyer_vnd
    assert "*" in order.recipient_phone
    assert order.ship_by_at is not None


def test_vouchers_are_split_by_payer_and_each_piece_is_known(market, ready):
    [number] = market.place(
        lines=[{"sku": "AT-DEN-M", "quantity": 2}], voucher_seller=4_000, voucher_platform=12_000
    )
    import_window(ready.pk)
    remote = RemoteOrder.objects.get(remote_id=number)
    assert remote.seller_voucher_vnd == 4_000 + 2 * market.shirt_off
    assert remote.platform_voucher_vnd == 12_000
    order = order_of(number)
    assert order.discount_vnd == 16_000 + 2 * market.shirt_off
    assert order.total_vnd == market.told(number)["total_amount"]
    package = RemotePackage.objects.get(remote_order=remote)
    assert len(package.unit_ids) == 2


def test_an_order_read_alone_and_from_the_list_is_no_news_the_second_time(market, ready):
    [number] = market.place()
    assert import_orders(ready.pk, [number]).placed == 1
    read_at = RemoteOrder.objects.get(remote_id=number).imported_at
    assert import_window(ready.pk).placed == 0
    assert RemoteOrder.objects.get(remote_id=number).imported_at == read_at


def test_two_buyers_behind_one_mask_are_not_taken_for_one(market, ready):
    numbers = [market.place()[0] for _ in range(2)]
    import_orders(ready.pk, numbers)
    first, second = (order_of(number) for number in numbers)
    assert first.recipient_phone == second.recipient_phone
    assert merge_candidates(first, among=Order.objects.all()) == []


def test_one_wrong_order_spoils_no_other(market, ready):
    numbers = market.place(count=3)
    result = import_orders(ready.pk, [*numbers, "510022334455999000"])
    assert (result.placed, result.problems) == (3, 1)
    assert SyncProblem.objects.get(resolved_at=None).remote_id == "510022334455999000"


def test_an_unpaid_order_holds_its_pieces_until_it_is_paid(market, ready):
    [unpaid] = market.place(status="unpaid", lines=[{"sku": "VAY-HOA-M", "quantity": 2}])
    import_window(ready.pk)
    assert not Order.objects.filter(remote_id=unpaid).exists()
    assert list(RemoteOrder.objects.get(remote_id=unpaid).held.values()) == [2]
    market.move(unpaid, "to_ship")
    import_orders(ready.pk, [unpaid])
    assert order_of(unpaid).status == "pending_confirmation"


def test_an_unknown_status_is_a_problem_with_its_own_word(market, ready):
    [number] = market.place()
    market.fault("unknown_status", market.DETAIL)
    import_orders(ready.pk, [number])
    assert not Order.objects.filter(remote_id=number).exists()
    assert "sandbox_unknown_status" in SyncProblem.objects.get(resolved_at=None).message
    import_orders(ready.pk, [number])
    assert order_of(number).status == "pending_confirmation"


# Pushes


@each_of_them
def test_a08_pushes_repeated_and_reordered_end_in_one_order(market, ready, client):
    [number] = market.place()
    first, later = market.push(number), market.push(number, "shipped", 9)
    for body in (later, first, first):
        assert market.send(client, body) == 200
    assert InboxMessage.objects.count() == 2
    take_pushes()
    order = order_of(number)
    # What the later push said was a lie: the marketplace itself is asked.
    assert (order.status, order.fulfillment_status) == ("pending_confirmation", "allocated")


def test_a_push_with_a_wrong_signature_or_another_body_changes_nothing(market, ready, client):
    [number] = market.place()
    assert market.send(client, market.push(number), secret="wrong") == 401
    signed = market.signature(market.push(number), "")
    other = market.push(number, "cancelled")
    answer = client.post(
        f"/hooks/{market.code_name}/", other, content_type="application/json",
        headers={"Authorization": signed},
    )  # fmt: skip
    assert answer.status_code == 401
    assert InboxMessage.objects.count() == 0


# Fulfilment


@each_of_them
def test_an_order_is_arranged_once_numbered_and_its_label_stored(market, ready, until):
    order = confirmed(market, ready, lines=[{"sku": "AT-DEN-M", "quantity": 2}])
    [wish] = arrange_shipment(order.pk, actor=ACTOR)
    arrange_shipment(order.pk, actor=ACTOR)
    done = send_arrangement(wish.pk)
    assert (done.arrangement, done.is_numbered, done.pk) == ("arranged", True, wish.pk)
    until(lambda: fetch_waybill(done.pk).waybill == "stored")
    stored = RemotePackage.objects.get(pk=done.pk)
    assert stored.tracking_number
    package = Package.objects.get(fulfilment__order=order)
    assert package.tracking_number == stored.tracking_number
    assert package.waybill.read().startswith(b"%PDF")
    assert market.sent(market.ARRANGE) == 1


@each_of_them
def test_c29_goods_of_two_warehouses_are_confirmed_by_the_parcels_that_the_marketplace_names(
    market, ready
):
    """Where our goods lie is no part of what it is told: one call for each parcel of its own."""
    first, bottle = Warehouse.objects.get(), Variant.objects.get(sku="BINH-750")
    second = Warehouse.objects.create(code="KHO2", name="Kho hai", province="Hà Nội")
    free = available([bottle.pk])[bottle.pk]
    places = {first.pk: -free, second.pk: free}
    stock.post(
        [stock.Posting(bottle.pk, pk, n, "adjustment") for pk, n in places.items()], actor=ACTOR
    )
    order = confirmed(market, ready, lines=[{"sku": "AT-DEN-M"}, {"sku": "BINH-750"}])
    held = Allocation.objects.filter(holder_id__in=order.lines.values("pk"))
    assert set(held.values_list("warehouse_id", flat=True)) == {first.pk, second.pk}
    wishes = arrange_shipment(order.pk, actor=ACTOR)
    assert [send_arrangement(wish.pk).arrangement for wish in wishes] == ["arranged"]
    assert market.sent(market.ARRANGE) == 1


@pytest.mark.parametrize("kind", ["timeout_after_work", "timeout_before_work", "garbled_json"])
def test_a_lost_answer_is_looked_up_and_nothing_is_done_twice(market, ready, kind):
    order = confirmed(market, ready)
    [wish] = arrange_shipment(order.pk, actor=ACTOR)
    market.fault(kind, market.ARRANGE)
    assert send_arrangement(wish.pk).arrangement == "unknown"
    assert send_arrangement(wish.pk).arrangement == "arranged"
    assert market.is_to_be_fetched(order.remote_id)
    sent = 2 if kind == "timeout_before_work" else 1
    assert market.sent(market.ARRANGE) == sent


def test_a_refusal_is_a_problem_of_the_order_until_it_is_done(market, ready):
    order = confirmed(market, ready)
    [wish] = arrange_shipment(order.pk, actor=ACTOR)
    market.fault("row_refused", market.ARRANGE)
    assert send_arrangement(wish.pk).arrangement == "refused"
    assert order.problems.get(resolved_at=None).kind == OrderProblem.Kind.SHIPPING
    arrange_shipment(order.pk, actor=ACTOR)
    assert send_arrangement(wish.pk).arrangement == "arranged"
    assert not order.problems.filter(resolved_at=None).exists()


def test_c43_cash_is_collected_with_the_delivery(market, ready):
    order = shipped(market, ready, cod=True)
    away = moved(market, ready, order, "shipped")
    assert (away.status, away.fulfillment_status) == ("shipped", "in_transit")
    after = moved(market, ready, order, "delivered")
    assert (after.fulfillment_status, after.cod_status) == ("delivered", "collected")


# Cancelling


def test_an_order_cancelled_here_is_cancelled_there_with_its_mapped_reason(market, ready):
    order = confirmed(market, ready)
    cancel_order(order.pk, actor=ACTOR, reason="Hết hàng")
    event = Event.objects.get(name="order.cancelled", subject_id=order.pk)
    order_cancelled(event)
    order_cancelled(event)
    assert "out of stock" in market.reason_of(order.remote_id).lower().replace("_", " ")
    assert RemoteOrder.objects.get(order=order).state == "cancelled"


@pytest.mark.parametrize(("accept", "status"), [(True, "cancelled"), (False, "confirmed")])
def test_a_wish_to_cancel_has_an_end_and_gets_one_answer(market, ready, accept, status):
    order = confirmed(market, ready)
    market.ask_to_cancel(order.remote_id)
    import_orders(ready.pk, [order.remote_id])
    remote = RemoteOrder.objects.get(order=order)
    assert remote.state == "cancel_requested"
    assert remote.answer_until is not None
    assert timedelta(hours=1) < remote.answer_until - now() < timedelta(hours=3)
    answer_cancellation(order.pk, accept=accept, actor=ACTOR)
    assert order_of(order.remote_id).status == status
    assert market.sent(market.ANSWER) == 1


# Stock out


@each_of_them
def test_a11_the_number_that_is_sent_knows_the_last_order(market, ready):
    market.place(lines=[{"sku": "SRM-120", "quantity": 5}])
    Shop.objects.update(last_poll_at=None)
    mark_shop(ready.pk)
    assert push_stock(ready.pk) == Listing.objects.filter(variant__isnull=False).count()
    sold = sum(line.quantity for line in OrderLine.objects.filter(sku="SRM-120"))
    assert sold >= 5
    assert market.stock("SRM-120") == 100 - sold


def test_a_campaign_refuses_a_lower_number_and_the_others_arrive(market, ready):
    hat = Variant.objects.get(sku="MU-LT")
    sold_elsewhere(hat.pk, 98)
    mark_shop(ready.pk)
    push_stock(ready.pk)
    sold = sum(line.quantity for line in OrderLine.objects.filter(sku="TUI-VAI"))
    assert market.stock("TUI-VAI") == 100 - sold
    [problem] = SyncProblem.objects.filter(resolved_at=None)
    assert problem.kind == "stock_refused"


def test_reading_back_finds_a_number_that_drifted_and_sends_it_again(market, ready):
    mark_shop(ready.pk)
    push_stock(ready.pk)
    right = market.stock("VAY-HOA-M")
    market.set_stock("VAY-HOA-M", 7)
    assert read_back(ready.pk) == 1
    push_stock(ready.pk)
    assert market.stock("VAY-HOA-M") == right


# Money


@each_of_them
def test_a97_fee_lines_are_facts_of_their_order_and_statements_match(market, ready):
    order = shipped(market, ready, lines=[{"sku": "SRM-120", "quantity": 2}])
    moved(market, ready, order, "shipped", "delivered", "over")
    assert pull_fees(ready.pk) == pull_fees(ready.pk) > 0
    fees = OrderFee.objects.filter(order=order)
    assert fees.count() == len({fee.key for fee in fees})
    [money] = money_of_orders([order.pk])
    # A release from escrow is a payment; statements are paid later.
    assert money.is_paid is (market.code_name == "shopee")
    assert money.settled["goods"] + money.settled.get("voucher", 0) == 2 * 119_000
    assert money.settled["commission"] < 0
    assert money.settled["payment"] < 0
    assert money.settled["tax"] < 0
    assert money.payout_vnd == sum(money.settled.values())
    assert not fees.filter(name="rest").exists()
    [statement] = matchings(list(Settlement.objects.filter(told_vnd__isnull=False)))
    assert (statement.difference_vnd, statement.missing) == (0, 0)
    assert statement.lines_vnd == sum(OrderFee.objects.values_list("amount_vnd", flat=True))


def test_who_cancels_only_whole_orders_says_so_on_the_order(market, ready, owner_client):
    two = [{"sku": "SRM-120", "quantity": 1}, {"sku": "MU-LT", "quantity": 1}]
    several, single = confirmed(market, ready, lines=two), confirmed(market, ready, lines=two[:1])
    said = "không cho hủy từng món"
    page = owner_client.get(f"/orders/{several.pk}/").content.decode()
    able = marketplace(market.code_name).capabilities.cancels_parts
    assert (said in page) is not able
    assert said not in owner_client.get(f"/orders/{single.pk}/").content.decode()
    moved(market, ready, several, "shipped")
    assert said not in owner_client.get(f"/orders/{several.pk}/").content.decode()
