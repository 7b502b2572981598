"""Orders in: pages, repeats, versions, bad ones."""

from datetime import timedelta

import pytest

from channels_sync.models import RemoteOrder, RemotePackage, Shop, SyncCursor, SyncProblem
from channels_sync.ports import OrderRef, Sale, marketplace
from channels_sync.services.access import fresh_access
from channels_sync.services.importing import (
    import_answers,
    import_orders,
    import_window,
    poll_shop,
)
from channels_sync.services.listings import link_listing, pull_listings
from channels_sync.services.reading import windows
from channels_sync.services.reconciling import catch_up, import_missing, reconcile
from inventory.models import StockLevel
from invoicing.models import PaymentApplication
from oms.kernel.books import check_books
from oms.kernel.clock import now
from oms.kernel.errors import ServiceUnreachable
from oms.kernel.models import Event
from orders.models import Order, OrderLine, OrderProblem

from .conftest import ACTOR

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ready(shop, variants):
    """The shop's first day is read and its listings are linked."""
    pull_listings(shop.pk)
    import_window(shop.pk)
    return shop


def order_of(number: str) -> Order:
    return Order.objects.get(remote_id=number)


def fetch(shop: Shop, number: str) -> Sale:
    [answer] = marketplace("shopee").fetch_orders(fresh_access(shop.pk), [OrderRef(number)])
    assert isinstance(answer, Sale)
    return answer


def test_the_first_window_brings_every_order_that_is_a_sale(shopee, shop, variants):
    pull_listings(shop.pk)
    result = import_window(shop.pk)
    there = {row["order_sn"]: row["order_status"] if "order_status" in row else row["status"]
             for row in shopee("GET", "orders?shop_id=88012345")}  # fmt: skip
    sales = {number for number, status in there.items() if status != "UNPAID"}
    assert set(Order.objects.values_list("remote_id", flat=True)) == sales
    assert result.placed == len(sales)
    assert set(RemoteOrder.objects.values_list("remote_id", flat=True)) == set(there)
    assert Shop.objects.get().last_poll_at is not None


def test_an_order_keeps_what_the_marketplace_told(shopee, ready):
    [number] = shopee.place(
        lines=[{"sku": "AT-DEN-M", "quantity": 2}], cod=True, note="Gọi trước khi giao"
    )
    import_window(ready.pk)
    order = order_of(number)
    assert (order.source, order.shop_ref, order.shop_name) == ("shopee", ready.pk, ready.name)
    assert order.is_cod
    assert order.cod_vnd == order.total_vnd
    assert order.paid_vnd == 0
    assert order.buyer_note == "Gọi trước khi giao"
    assert order.ship_by_at is not None
    assert "*" in order.recipient_name
    line = order.lines.get()
    assert (line.sku, line.quantity) == ("AT-DEN-M", 2)
    assert line.variant is not None
    remote = RemoteOrder.objects.get(remote_id=number)
    assert (remote.order_id, remote.state) == (order.pk, "to_ship")
    assert remote.payload["order_sn"] == number
    assert remote.applied_version == remote.version


def test_what_the_buyer_paid_at_the_marketplace_counts_as_paid(shopee, ready):
    [number] = shopee.place(cod=False)
    import_window(ready.pk)
    order = order_of(number)
    assert (order.payment_status, order.cod_status) == ("paid", "none")
    assert order.paid_vnd == order.total_vnd


def test_250_orders_come_in_pages_and_a_second_reading_changes_nothing(shopee, ready, variants):
    before = Order.objects.count()
    numbers = shopee.place(count=250, lines=[{"sku": "SRM-120"}])
    result = import_window(ready.pk)
    assert result.placed == 250
    assert Order.objects.count() == before + 250
    assert len(shopee.calls("get_order_detail")) <= 8
    lines = OrderLine.objects.count()
    reserved = StockLevel.objects.get(variant=variants["SRM-120"]).reserved
    again = import_window(ready.pk)
    assert (again.placed, again.changed, again.problems) == (0, 0, 0)
    assert again.skipped >= 250
    assert (Order.objects.count(), OrderLine.objects.count()) == (before + 250, lines)
    assert StockLevel.objects.get(variant=variants["SRM-120"]).reserved == reserved
    assert Order.objects.filter(remote_id__in=numbers).count() == 250


def test_one_bad_order_is_one_problem_and_the_others_come_in(shopee, ready, monkeypatch):
    numbers = shopee.place(count=5)
    from channels_sync.marketplaces.shopee import mapping

    whole = mapping.sale

    def spoil(order):
        return whole({**order, "item_list": []} if order["order_sn"] == numbers[2] else order)

    monkeypatch.setattr(mapping, "sale", spoil)
    result = import_window(ready.pk)
    assert result.problems == 1
    import_window(ready.pk)
    problem = SyncProblem.objects.get(resolved_at=None)
    assert (problem.kind, problem.remote_id, problem.seen_count) == ("bad_order", numbers[2], 2)
    assert Order.objects.filter(remote_id__in=numbers).count() == 4
    monkeypatch.setattr(mapping, "sale", whole)
    SyncProblem.objects.update(seen_at=now() - timedelta(minutes=11))
    import_window(ready.pk)
    assert Order.objects.filter(remote_id__in=numbers).count() == 5
    assert not SyncProblem.objects.filter(resolved_at=None).exists()


def test_an_order_that_the_marketplace_lists_but_does_not_show_is_a_problem(shopee, ready):
    import_orders(ready.pk, ["260101NOTHERE"])
    assert SyncProblem.objects.get().remote_id == "260101NOTHERE"


def test_goods_that_nobody_linked_come_in_with_a_problem_and_the_link_cures_it(
    shopee, ready, variants
):
    [number] = shopee.place(lines=[{"sku": "KHAN-BANDANA"}])
    import_window(ready.pk)
    order = order_of(number)
    assert order.problems.get(resolved_at=None).kind == OrderProblem.Kind.UNKNOWN_SKU
    listing = ready.listings.get(sku="KHAN-BANDANA")
    link_listing(listing.pk, "TUI-VAI", actor=ACTOR)
    order.refresh_from_db()
    assert order.lines.get().variant == variants["TUI-VAI"]
    assert not order.problems.filter(resolved_at=None).exists()


def test_an_older_version_changes_nothing(shopee, ready):
    [number] = shopee.place()
    import_window(ready.pk)
    old = fetch(ready, number)
    shopee.move(number, "CANCELLED")
    import_window(ready.pk)
    assert order_of(number).status == "cancelled"
    result = import_answers(ready.pk, [old])
    assert result.skipped == 1
    remote = RemoteOrder.objects.get(remote_id=number)
    assert (remote.state, order_of(number).status) == ("cancelled", "cancelled")


def test_an_unpaid_order_holds_stock_back_until_it_is_paid(shopee, ready, variants):
    [number] = shopee.place(status="UNPAID", lines=[{"sku": "OP-14", "quantity": 4}])
    import_window(ready.pk)
    assert not Order.objects.filter(remote_id=number).exists()
    from channels_sync.services.stock_push import held_quantities

    assert held_quantities([variants["OP-14"].pk]) == {variants["OP-14"].pk: 4}
    shopee.move(number, "READY_TO_SHIP")
    import_window(ready.pk)
    assert order_of(number).status == "pending_confirmation"
    assert held_quantities([variants["OP-14"].pk]) == {}


def test_an_unpaid_order_that_we_have_becomes_paid_when_the_buyer_pays(shopee, ready, eager):
    [number] = shopee.place(status="UNPAID", lines=[{"sku": "OP-14"}])
    shopee.move(number, "IN_CANCEL")  # the buyer wants to cancel, and then pays after all
    import_window(ready.pk)
    order = order_of(number)
    assert (order.payment_status, order.paid_vnd) == ("unpaid", 0)
    unpaid = fetch(ready, number)
    shopee.move(number, "READY_TO_SHIP")
    import_window(ready.pk)
    paid = fetch(ready, number)
    for _ in range(2):
        import_answers(ready.pk, [unpaid])
        import_answers(ready.pk, [paid])
    order.refresh_from_db()
    assert (order.payment_status, order.paid_vnd) == ("paid", order.total_vnd)
    assert not order.needs_attention
    [application] = PaymentApplication.objects.filter(order=order)
    assert application.amount_vnd == order.total_vnd
    assert application.payment.received_at == paid.paid_at
    assert not any(check_books().values())


def test_an_order_cancelled_before_we_had_it_is_kept_but_not_placed(shopee, ready):
    [number] = shopee.place(status="CANCELLED")
    import_window(ready.pk)
    assert RemoteOrder.objects.get(remote_id=number).state == "cancelled"
    assert not Order.objects.filter(remote_id=number).exists()


def test_an_order_finished_before_the_shop_was_connected_is_history(shopee, ready):
    [number] = shopee.place(status="COMPLETED", create_time=int(now().timestamp()) - 5 * 86400)
    import_orders(ready.pk, [number])
    assert RemoteOrder.objects.get(remote_id=number).state == "completed"
    assert not Order.objects.filter(remote_id=number).exists()


def test_an_unknown_status_is_a_problem_and_the_order_waits(shopee, ready):
    [number] = shopee.place()
    shopee.fault("unknown_status", "*get_order_detail")
    import_orders(ready.pk, [number])
    assert not Order.objects.filter(remote_id=number).exists()
    problem = SyncProblem.objects.get(resolved_at=None)
    assert (problem.kind, problem.remote_id) == ("unknown_status", number)
    import_orders(ready.pk, [number])
    assert order_of(number).status == "pending_confirmation"
    assert not SyncProblem.objects.filter(resolved_at=None).exists()


def test_an_unknown_status_of_an_order_that_we_have_moves_nothing(shopee, ready):
    [number] = shopee.place()
    import_orders(ready.pk, [number])
    shopee.fault("unknown_status", "*get_order_detail")
    import_orders(ready.pk, [number])
    order = order_of(number)
    assert order.status == "pending_confirmation"
    assert order.problems.get(resolved_at=None).kind == OrderProblem.Kind.UNKNOWN_STATUS
    import_orders(ready.pk, [number])
    assert not order.problems.filter(resolved_at=None).exists()


def test_the_cursor_moves_only_when_the_window_was_read(shopee, ready):
    before = SyncCursor.objects.get(shop=ready).position
    shopee.place()
    shopee.fault("status_5xx", "*get_order_list", times=3)
    with pytest.raises(ServiceUnreachable):
        import_window(ready.pk)
    assert SyncCursor.objects.get(shop=ready).position == before
    import_window(ready.pk)
    assert SyncCursor.objects.get(shop=ready).position > before


def test_trouble_is_written_on_the_shop_and_goes_when_it_is_over(shopee, ready):
    shopee.fault("status_5xx", "*get_order_list", times=3)
    assert poll_shop(ready.pk) is None
    assert Shop.objects.get().last_error
    assert poll_shop(ready.pk) is not None
    assert Shop.objects.get().last_error == ""


def test_one_order_that_spoils_its_batch_is_asked_alone(shopee, ready, monkeypatch):
    from channels_sync.marketplaces.shopee.connector import ShopeeConnector
    from oms.kernel.errors import ServiceRefused

    numbers = shopee.place(count=3)
    whole = ShopeeConnector.fetch_orders

    def refuse(self, access, refs):
        if numbers[1] in [ref.remote_id for ref in refs]:
            raise ServiceRefused("order.error_param")
        return whole(self, access, refs)

    monkeypatch.setattr(ShopeeConnector, "fetch_orders", refuse)
    import_window(ready.pk)
    assert Order.objects.filter(remote_id__in=numbers).count() == 2
    assert SyncProblem.objects.get(resolved_at=None).remote_id == numbers[1]


def test_long_absence_is_read_in_windows_that_the_marketplace_takes():
    end = now()
    parts = list(windows(end - timedelta(days=40), end, timedelta(days=15)))
    assert [to - since for since, to in parts] == [
        timedelta(days=15), timedelta(days=15), timedelta(days=10),
    ]  # fmt: skip
    assert parts[-1][1] == end


# The marketplace moves on


def test_a_cancellation_at_the_marketplace_cancels_ours_and_frees_its_stock(
    shopee, ready, variants
):
    [number] = shopee.place(lines=[{"sku": "BINH-750", "quantity": 3}])
    import_window(ready.pk)
    held = StockLevel.objects.get(variant=variants["BINH-750"]).reserved
    shopee.move(number, "CANCELLED", buyer_cancel_reason="Đổi ý")
    import_window(ready.pk)
    order = order_of(number)
    assert (order.status, order.cancel_reason) == ("cancelled", "Đổi ý")
    assert StockLevel.objects.get(variant=variants["BINH-750"]).reserved == held - 3


def test_a_wish_to_cancel_is_a_problem_until_it_is_answered(shopee, ready):
    [number] = shopee.place()
    import_window(ready.pk)
    shopee.move(number, "IN_CANCEL")
    import_window(ready.pk)
    order = order_of(number)
    assert order.problems.get(resolved_at=None).kind == OrderProblem.Kind.CANCEL_REQUESTED
    shopee.move(number, "READY_TO_SHIP")
    import_window(ready.pk)
    order.refresh_from_db()
    assert not order.needs_attention
    assert order.status == "pending_confirmation"


def test_an_order_shipped_and_received_there_is_shipped_and_delivered_here(shopee, ready, variants):
    [number] = shopee.place(lines=[{"sku": "NOI-5L"}], cod=True)
    import_window(ready.pk)
    on_hand = StockLevel.objects.get(variant=variants["NOI-5L"]).on_hand
    shopee.move(number, "SHIPPED")
    import_window(ready.pk)
    order = order_of(number)
    assert (order.status, order.fulfillment_status) == ("shipped", "in_transit")
    assert StockLevel.objects.get(variant=variants["NOI-5L"]).on_hand == on_hand - 1
    shopee.move(number, "TO_CONFIRM_RECEIVE")
    import_window(ready.pk)
    order.refresh_from_db()
    assert (order.status, order.fulfillment_status) == ("delivered", "delivered")
    assert StockLevel.objects.get(variant=variants["NOI-5L"]).on_hand == on_hand - 1


def test_a_prepaid_order_completed_there_is_completed_here(shopee, ready):
    [number] = shopee.place(cod=False)
    import_window(ready.pk)
    for status in ("SHIPPED", "COMPLETED"):
        shopee.move(number, status)
        import_window(ready.pk)
    assert order_of(number).status == "completed"


def test_a_parcel_that_was_arranged_there_is_arranged_here(shopee, ready):
    [number] = shopee.place()
    import_window(ready.pk)
    shopee.move(number, "PROCESSED")
    import_window(ready.pk)
    package = RemotePackage.objects.get(remote_order__remote_id=number)
    assert (package.arrangement, package.waybill) == ("arranged", "wanted")


# No order is missed


def test_an_order_that_is_lost_here_is_listed_and_can_be_brought_back(shopee, ready):
    numbers = shopee.place(count=2, create_time=int(now().timestamp()) - 3600)
    import_orders(ready.pk, numbers)
    assert reconcile(ready.pk).missing == []
    Order.objects.filter(remote_id=numbers[0]).delete()
    found = reconcile(ready.pk)
    assert found.missing == [numbers[0]]
    problem = SyncProblem.objects.get(resolved_at=None)
    assert (problem.kind, problem.remote_id) == ("missing_order", numbers[0])
    import_missing(ready.pk, [numbers[0]])
    assert Order.objects.filter(remote_id=numbers[0]).exists()
    assert not SyncProblem.objects.filter(resolved_at=None).exists()
    assert reconcile(ready.pk).missing == []


def test_a18_what_is_missing_or_different_is_fetched_and_written_down(shopee, ready):
    numbers = shopee.place(count=2, create_time=int(now().timestamp()) - 3600)
    import_orders(ready.pk, numbers)
    Order.objects.filter(remote_id=numbers[0]).delete()
    shopee.move(numbers[1], "CANCELLED")
    found = catch_up(ready.pk, actor=ACTOR)
    assert (found.missing, found.stale, found.fetched) == ([numbers[0]], [numbers[1]], 2)
    assert order_of(numbers[0]).status == "pending_confirmation"
    assert order_of(numbers[1]).status == "cancelled"
    told = Event.objects.get(name="shop.reconciled").data
    assert (told["missing_ids"], told["stale_ids"]) == ([numbers[0]], [numbers[1]])
    assert Shop.objects.get().last_differences["fetched"] == 2
    assert not SyncProblem.objects.filter(resolved_at=None).exists()


def test_an_order_whose_state_differs_is_listed_as_stale(shopee, ready):
    [number] = shopee.place(create_time=int(now().timestamp()) - 3600)
    import_orders(ready.pk, [number])
    shopee.move(number, "CANCELLED")
    assert reconcile(ready.pk).stale == [number]
