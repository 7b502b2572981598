"""A Lazada shop through the shared services: nothing here asks which marketplace it is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from channels_sync.marketplaces.lazada.sign import sign_push
from channels_sync.models import Listing, OrderFee, RemoteOrder, RemotePackage, Shop, SyncProblem
from channels_sync.ports import AccessLost, FeeKind, FeeLine
from channels_sync.selectors.orders import settlement_of
from channels_sync.services.access import ask, fresh_access
from channels_sync.services.arranging import arrange_shipment, send_arrangement
from channels_sync.services.cancelling import answer_cancellation
from channels_sync.services.connecting import connect_shop, disconnect_shop
from channels_sync.services.fees import keep_fees, pull_fees, settle_paid_out
from channels_sync.services.importing import import_orders, import_window
from channels_sync.services.listings import pull_listings
from channels_sync.services.prices import push_prices
from channels_sync.services.reconciling import reconcile
from channels_sync.services.stock_push import mark_shop, push_stock, read_back
from channels_sync.services.waybills import fetch_waybill
from inventory.models import Product, StockMovement, Variant, Warehouse
from inventory.services import stock
from oms.kernel import inbox
from oms.kernel.clock import now
from oms.kernel.models import InboxMessage
from oms.sandbox.run import running_sandbox
from orders.models import Order, OrderProblem
from orders.services.lifecycle import cancel_order, confirm_order
from orders.services.merging import merge_candidates
from shipping.models import Package

from .conftest import ACTOR, Partner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_clean")]
SELLER = "200123456"
HOOK = "/hooks/lazada/"
SKUS = ("AT-DEN-M", "SRM-120", "NOI-5L", "MU-LT", "BINH-750", "VAY-HOA-M", "TUI-VAI")


class Lazada(Partner):
    code_name = "lazada"

    def place(self, **wanted: Any) -> list[str]:
        return self("POST", "orders", {"push": False, **wanted})["order_ids"]

    def move(self, number: str, status: str, **facts: Any) -> None:
        self("POST", "order_status", {"order_id": number, "status": status, **facts})

    def stock(self, sku: str) -> int:
        [row] = self("GET", f"stock?seller_id={SELLER}&sku={sku}")
        return row["stock"]


@pytest.fixture
def lazada(tmp_path: Path, settings: Any) -> Iterator[Lazada]:
    with running_sandbox(tmp_path / "sandbox", ["lazada"]) as sandbox:
        settings.PARTNERS = {**settings.PARTNERS, "lazada": sandbox.credentials()["lazada"]}
        settings.MEDIA_ROOT = tmp_path / "media"
        partner = Lazada(sandbox)
        partner("POST", "behaviour", {"tracking_delay_s": 0})
        yield partner


@pytest.fixture
def shop(lazada: Lazada) -> Shop:
    [connected] = connect_shop("lazada", lazada.code(), returned={}, actor=ACTOR)
    return connected


@pytest.fixture
def ready(shop: Shop) -> Shop:
    """Goods are on the shelf, listings linked, the first day read."""
    warehouse = Warehouse.objects.create(code="KHO1", name="Kho", province="TP. Hồ Chí Minh")
    postings = []
    for sku in SKUS:
        product = Product.objects.create(name=sku, name_folded=sku.lower())
        variant = Variant.objects.create(product=product, sku=sku)
        postings.append(stock.Posting(variant.pk, warehouse.pk, 100, StockMovement.Kind.OPENING))
    stock.post(postings, actor=ACTOR)
    pull_listings(shop.pk)
    import_window(shop.pk)
    return shop


def order_of(number: str) -> Order:
    return Order.objects.get(remote_id=number)


def confirmed(lazada: Lazada, shop: Shop, **wanted: Any) -> Order:
    [number] = lazada.place(**wanted)
    import_orders(shop.pk, [number])
    confirm_order(order_of(number).pk, actor=ACTOR)
    return order_of(number)


def package_of(order: Order) -> RemotePackage:
    return RemotePackage.objects.get(remote_order__order=order)


# Connection


def test_a03_consent_connects_the_shop_and_its_end_is_known(lazada, shop):
    assert (shop.remote_shop_id, shop.name, shop.region) == (SELLER, "Đơn Nhanh LazMall", "VN")
    assert shop.status == Shop.Status.CONNECTED
    assert shop.token_expires_at is not None
    assert shop.authorised_until is not None
    assert shop.token_expires_at > now() + timedelta(days=9)
    assert shop.authorised_until > now() + timedelta(days=49)


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


def test_coming_back_catches_up_and_leaving_keeps_history(lazada, ready):
    disconnect_shop(ready.pk, actor=ACTOR)
    known = Order.objects.count()
    assert known > 0
    numbers = lazada.place(count=3)
    connect_shop("lazada", lazada.code(), returned={}, actor=ACTOR)
    import_window(ready.pk)
    assert Order.objects.count() == known + 3
    assert Order.objects.filter(remote_id__in=numbers).count() == 3


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


def test_an_order_read_alone_and_from_the_list_is_no_news_the_second_time(lazada, ready):
    [number] = lazada.place()
    assert import_orders(ready.pk, [number]).placed == 1
    read_at = RemoteOrder.objects.get(remote_id=number).imported_at
    assert import_window(ready.pk).placed == 0
    assert RemoteOrder.objects.get(remote_id=number).imported_at == read_at


def test_two_buyers_behind_one_mask_are_not_taken_for_one(lazada, ready):
    numbers = [lazada.place()[0] for _ in range(2)]
    import_orders(ready.pk, numbers)
    first, second = (order_of(number) for number in numbers)
    assert first.recipient_phone == second.recipient_phone
    assert merge_candidates(first, among=Order.objects.all()) == []


def test_one_wrong_order_spoils_no_other(lazada, ready):
    numbers = lazada.place(count=3)
    foreign = lazada.place(seller_id=200654321)
    result = import_orders(ready.pk, [*numbers, *foreign])
    assert (result.placed, result.problems) == (3, 1)
    assert SyncProblem.objects.get(resolved_at=None).remote_id == foreign[0]


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


def test_an_unknown_status_is_a_problem_with_its_own_word(lazada, ready):
    [number] = lazada.place()
    lazada.fault("unknown_status", "*/orders/items/get")
    import_orders(ready.pk, [number])
    assert not Order.objects.filter(remote_id=number).exists()
    assert "sandbox_unknown_status" in SyncProblem.objects.get(resolved_at=None).message
    import_orders(ready.pk, [number])
    assert order_of(number).status == "pending_confirmation"


def test_a_piece_cancelled_later_is_a_problem_that_names_what_is_left(lazada, ready):
    [number] = lazada.place(lines=[{"sku": "AT-DEN-M", "quantity": 2}])
    import_window(ready.pk)
    [first, _second] = RemoteOrder.objects.get(remote_id=number).payload["order_items"]
    lazada.move(number, "canceled", order_item_ids=[first["order_item_id"]])
    import_orders(ready.pk, [number])
    problem = order_of(number).problems.get(resolved_at=None)
    assert problem.kind == OrderProblem.Kind.CHANGED_REMOTELY
    assert (problem.data["before"], problem.data["after"]) == (["AT-DEN-M*2"], ["AT-DEN-M*1"])


# Pushes


def signed_push(client: Any, body: bytes, secret: str = "") -> int:
    keys = django_settings.PARTNERS["lazada"]
    sign = sign_push(keys["app_key"], secret or keys["app_secret"], body)
    return client.post(
        HOOK, body, content_type="application/json", headers={"Authorization": sign}
    ).status_code


def push_of(number: str, line: int = 1, status: str = "pending", at: int = 1) -> bytes:
    return (
        f'{{"seller_id":"{SELLER}","message_type":0,"site":"lazada_vn","timestamp":1,"data":'
        f'{{"trade_order_id":"{number}","trade_order_line_id":"{line}","order_status":"{status}",'
        f'"status_update_time":{at}}}}}'
    ).encode()


def take_pushes() -> None:
    for message in InboxMessage.objects.filter(processed_at=None).order_by("pk"):
        inbox.process(message.pk)


def test_pushes_for_each_unit_repeated_and_reordered_end_in_one_order(lazada, ready, client):
    [number] = lazada.place(lines=[{"sku": "AT-DEN-M", "quantity": 2}])
    first, second = push_of(number), push_of(number, 2)
    for body in (push_of(number, 2, "packed", 9), first, second, first):
        assert signed_push(client, body) == 200
    assert InboxMessage.objects.count() == 3
    take_pushes()
    assert order_of(number).status == "pending_confirmation"
    assert order_of(number).lines.get().quantity == 2


def test_a_push_with_a_wrong_signature_or_a_lie_changes_nothing(lazada, ready, client):
    [number] = lazada.place()
    assert signed_push(client, push_of(number), secret="wrong") == 401
    assert InboxMessage.objects.count() == 0
    assert signed_push(client, push_of(number, status="delivered")) == 200
    take_pushes()
    assert order_of(number).fulfillment_status != Order.Fulfillment.DELIVERED


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


def test_a_refused_row_is_a_problem_of_the_order(lazada, ready):
    order = confirmed(lazada, ready)
    [wish] = arrange_shipment(order.pk, actor=ACTOR)
    lazada.fault("row_refused", "/order/fulfill/pack")
    refused = send_arrangement(wish.pk)
    assert refused.arrangement == "refused"
    assert "700000" in refused.last_error
    assert order.problems.get(resolved_at=None).kind == OrderProblem.Kind.SHIPPING
    arrange_shipment(order.pk, actor=ACTOR)
    assert send_arrangement(wish.pk).arrangement == "arranged"
    assert not order.problems.filter(resolved_at=None).exists()


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


def test_c43_cash_is_collected_with_the_delivery(lazada, ready):
    order = confirmed(lazada, ready, cod=True)
    [wish] = arrange_shipment(order.pk, actor=ACTOR)
    fetch_waybill(send_arrangement(wish.pk).pk)
    for status in ("shipped", "delivered"):
        lazada.move(order.remote_id, status)
        import_orders(ready.pk, [order.remote_id])
    after = order_of(order.remote_id)
    assert (after.fulfillment_status, after.cod_status) == ("delivered", "collected")
    assert Package.objects.get(fulfilment__order=order).raw_status == "delivered"


# Cancelling


def test_an_order_cancelled_here_is_cancelled_there_with_its_mapped_reason(lazada, ready):
    from channels_sync.handlers import order_cancelled
    from oms.kernel.models import Event

    order = confirmed(lazada, ready)
    cancel_order(order.pk, actor=ACTOR, reason="Hết hàng")
    order_cancelled(Event.objects.get(name="order.cancelled", subject_id=order.pk))
    [there] = lazada("GET", f"orders?order_id={order.remote_id}")
    assert there["statuses"] == ["canceled"]
    assert {item["reason"] for item in there["items"]} == {"Out of stock"}
    assert len(lazada.calls("cancel/create")) == 1


@pytest.mark.parametrize(("accept", "status"), [(True, "cancelled"), (False, "confirmed")])
def test_a_wish_to_cancel_has_an_end_and_gets_one_answer(lazada, ready, accept, status):
    order = confirmed(lazada, ready)
    lazada("POST", "buyer_cancel", {"order_id": order.remote_id, "seconds": 7200})
    import_orders(ready.pk, [order.remote_id])
    remote = RemoteOrder.objects.get(order=order)
    assert remote.state == "cancel_requested"
    assert remote.answer_until is not None
    assert timedelta(hours=1) < remote.answer_until - now() < timedelta(hours=3)
    answer_cancellation(order.pk, accept=accept, actor=ACTOR)
    assert order_of(order.remote_id).status == status
    assert len(lazada.calls("seller/decide")) == 1


# Stock out


def test_a11_many_listings_are_one_message_and_the_number_knows_the_last_order(lazada, ready):
    lazada.place(lines=[{"sku": "SRM-120", "quantity": 5}])
    Shop.objects.update(last_poll_at=None)
    mark_shop(ready.pk)
    assert push_stock(ready.pk) == Listing.objects.filter(variant__isnull=False).count()
    assert len(lazada.calls("sellable/update")) == 1
    assert lazada.stock("SRM-120") == 100 - 3 - 5
    assert lazada.stock("TUI-VAI") == 100


def test_a_campaign_refuses_a_lower_number_and_the_others_arrive(lazada, ready):
    lazada("POST", "stock", {"sku": "MU-LT", "total": 500})
    mark_shop(ready.pk)
    push_stock(ready.pk)
    assert lazada.stock("TUI-VAI") == 100
    [problem] = SyncProblem.objects.filter(resolved_at=None)
    assert (problem.kind, "4170" in problem.message) == ("stock_refused", True)


def test_reading_back_finds_a_number_that_drifted_and_sends_it_again(lazada, ready):
    mark_shop(ready.pk)
    push_stock(ready.pk)
    lazada("POST", "stock", {"sku": "TUI-VAI", "total": 7})
    assert read_back(ready.pk) == 1
    push_stock(ready.pk)
    assert lazada.stock("TUI-VAI") == 100


def test_a18_no_order_is_missed(lazada, ready, monkeypatch):
    lost = Order.objects.filter(shop_ref=ready.pk).earliest("pk")
    RemoteOrder.objects.filter(order=lost).delete()
    monkeypatch.setattr("channels_sync.services.reconciling.SETTLE", timedelta(0))
    found = reconcile(ready.pk)
    assert found.missing == [lost.remote_id]
    assert found.stale == []


# Money


def delivered(lazada: Lazada, shop: Shop, **wanted: Any) -> Order:
    order = confirmed(lazada, shop, **wanted)
    [wish] = arrange_shipment(order.pk, actor=ACTOR)
    fetch_waybill(send_arrangement(wish.pk).pk)
    for status in ("shipped", "delivered"):
        lazada.move(order.remote_id, status)
        import_orders(shop.pk, [order.remote_id])
    return order_of(order.remote_id)


def test_a97_fee_lines_are_facts_of_their_order_and_a_repeat_brings_none(lazada, ready):
    order = delivered(
        lazada, ready, lines=[{"sku": "SRM-120", "quantity": 2}], cod=True, voucher_seller=4_000
    )
    assert pull_fees(ready.pk) == pull_fees(ready.pk) > 0
    fees = OrderFee.objects.filter(order=order)
    told = lazada("GET", "state?collection=orders")["orders"][order.remote_id]
    assert fees.count() == len(told["items"]) * 8
    settlement = settlement_of(order.pk)
    assert settlement is not None
    assert not settlement.is_paid
    by_label = {row.label: row.amount_vnd for row in settlement.sums}
    assert by_label["Tiền hàng"] == 2 * 119_000
    assert by_label["Mã giảm giá"] == -4_000
    assert by_label["Thuế khấu trừ"] == -2 * (1_190 + 595)
    assert settlement.total_vnd == sum(by_label.values())


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
