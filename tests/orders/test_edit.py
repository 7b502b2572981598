"""A confirmed order is changed until its goods are picked; stock, money and history follow."""

import pytest
from django.db import IntegrityError, transaction

from inventory.models import Allocation, Variant, Warehouse
from inventory.services.stock import InsufficientStock
from invoicing.models import Refund
from invoicing.services.payments import receive_payment
from invoicing.services.refunds import refund_payment
from oms.kernel import books
from oms.kernel.errors import DomainError, TransitionRefused
from oms.kernel.events import timeline_of
from oms.kernel.models import Event
from oms.kernel.revisions import RevisionConflict
from orders.models import CancelledLine, Customer, Order
from orders.services import lifecycle
from orders.services.edit_values import AddedLine
from orders.services.editing import edit_order
from orders.services.states import apply_states
from orders.timeline import entry
from tests.inventory.makers import level, make_variant, make_warehouse, put
from tests.inventory.makers_bundles import make_bundle
from tests.orders.edits import edited, revision
from tests.orders.makers import ACTOR, place

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_books_agree(redis_clean: object):
    yield
    assert not any(books.check_books().values())


@pytest.fixture
def goods() -> tuple[Warehouse, Variant]:
    warehouse, shirt = make_warehouse(), make_variant("AO")
    put(shirt, warehouse, 10)
    return warehouse, shirt


def confirmed(*lines: tuple[Variant, int], **fields: object) -> Order:
    return lifecycle.confirm_order(place(*lines, **fields).pk, actor=ACTOR)


def told(order: Order) -> dict:
    return timeline_of("order", order.pk).filter(name="order.edited")[0].data["changes"]


def test_a23_other_quantities_are_promised_anew_and_the_money_follows(goods):
    warehouse, shirt = goods
    order = confirmed((shirt, 3), is_cod=True)
    order = edited(order, quantity_1=5, shipping_fee_buyer_vnd=30_000, discount_vnd=20_000)
    assert level(shirt, warehouse) == (10, 5)
    assert (order.status, order.fulfillment_status) == ("confirmed", "allocated")
    assert (order.goods_vnd, order.total_vnd, order.cod_vnd) == (500_000, 510_000, 510_000)
    assert told(order) == {
        "line:1:AO:quantity": [3, 5],
        "shipping_fee_buyer_vnd": [0, 30_000],
        "discount_vnd": [0, 20_000],
        "goods_vnd": [300_000, 500_000],
        "total_vnd": [300_000, 510_000],
        "cod_vnd": [300_000, 510_000],
    }


def test_a23_lines_come_and_go_with_their_stock(goods):
    warehouse, shirt = goods
    hat, cap = make_variant("MU"), make_variant("NON")
    for variant in (hat, cap):
        put(variant, warehouse, 4)
    order = confirmed((shirt, 2), (hat, 3))
    order = edited(order, AddedLine(cap.pk, 2, 50_000), quantity_2=0, reason="Khách đổi ý")
    assert [(row.sku, row.quantity) for row in order.lines.all()] == [("AO", 2), ("NON", 2)]
    assert (level(shirt, warehouse), level(hat, warehouse)) == ((10, 2), (4, 0))
    assert level(cap, warehouse) == (4, 2)
    assert order.total_vnd == 300_000
    gone = CancelledLine.objects.get(order=order)
    assert (gone.sku, gone.quantity, gone.total_vnd, gone.reason) == (
        *("MU", 3, 300_000),
        "Khách đổi ý",
    )
    assert "non" in order.search_folded
    assert "mu" not in order.search_folded.split()


def test_a23_a_bundle_that_comes_holds_its_parts(goods):
    warehouse, shirt = goods
    hat = make_variant("MU")
    put(hat, warehouse, 4)
    order = confirmed((shirt, 1))
    edited(order, AddedLine(make_bundle((shirt, 2), (hat, 1)).pk, 2, 250_000))
    assert (level(shirt, warehouse), level(hat, warehouse)) == ((10, 5), (4, 2))


def test_a23_a_new_receiver_leaves_the_promise_alone_and_closes_the_problem(goods):
    _warehouse, shirt = goods
    order = place((shirt, 1), province="Atlantis")
    held = Allocation.objects.get(status="open").pk
    order = edited(
        order,
        recipient_name="Trần Văn B",
        recipient_phone="0987654321",
        street="5 Lê Lợi",
        ward="Phường Sài Gòn",
        province="HCM",
    )
    assert (order.province, order.recipient_phone) == ("Hồ Chí Minh", "+84987654321")
    assert order.needs_attention is False
    assert Allocation.objects.get(status="open").pk == held
    assert told(order)["province"] == ["Atlantis", "Hồ Chí Minh"]


def test_c34_another_phone_gives_the_order_to_who_has_it(goods):
    owner = Customer.objects.get(pk=place((goods[1], 1), recipient_phone="0987654321").customer_id)
    order = place((goods[1], 1), recipient_phone="0912345678")
    order = edited(order, recipient_phone="0987 654 321")
    assert order.customer_id == owner.pk
    # Both have one name: the phones tell them apart.
    assert told(order)["customer"] == [
        "Nguyễn Thị Ánh · 0912 345 678",
        "Nguyễn Thị Ánh · 0987 654 321",
    ]
    assert order.phone_reversed.startswith("123456789")


def test_a29_pieces_beyond_the_stock_are_refused_and_nothing_changes(goods):
    warehouse, shirt = goods
    Variant.objects.filter(pk=shirt.pk).update(allow_backorder=False)
    order = confirmed((shirt, 3))
    before = Order.objects.get(pk=order.pk)
    with pytest.raises(InsufficientStock) as refusal:
        edited(order, quantity_1=11)
    assert refusal.value.shortages[0].available == 10
    assert level(shirt, warehouse) == (10, 3)
    assert Order.objects.get(pk=order.pk).version == before.version
    assert not Event.objects.filter(name="order.edited").exists()


def test_c33_pieces_beyond_the_stock_wait_where_a_backorder_is_allowed(goods):
    warehouse, shirt = goods
    order = edited(confirmed((shirt, 3)), quantity_1=11)
    assert (order.tab, order.fulfillment_status) == ("waiting_stock", "unallocated")
    assert level(shirt, warehouse) == (10, 0)
    put(shirt, warehouse, 5)
    lifecycle.allocate_waiting([shirt.pk], actor=ACTOR)
    assert level(shirt, warehouse) == (15, 11)


@pytest.mark.parametrize("state", ["picking", "picked", "packed", "handed_over"])
def test_c31_nothing_changes_once_picking_has_begun(goods, state):
    order = confirmed((goods[1], 1))
    apply_states(order.pk, actor=ACTOR, event_name="test.moved", fulfillment=state)
    with pytest.raises(TransitionRefused, match="khâu nhặt"):
        edited(order, quantity_1=2)
    assert order.lines.get().quantity == 1


def test_the_last_line_stays_or_the_order_is_cancelled(goods):
    order = confirmed((goods[1], 1))
    with pytest.raises(DomainError, match="hủy đơn"):
        edited(order, quantity_1=0)
    assert order.lines.count() == 1
    with pytest.raises(DomainError, match="Giảm giá lớn hơn"):
        edited(order, discount_vnd=100_001)


def test_an_invoiced_order_refuses_amounts_and_takes_a_new_address(goods):
    order = confirmed((goods[1], 1))
    apply_states(order.pk, actor=ACTOR, event_name="test.invoice", invoice="queued")
    with pytest.raises(DomainError, match="hóa đơn điều chỉnh"):
        edited(order, quantity_1=2)
    assert edited(order, street="9 Hàng Bông").street == "9 Hàng Bông"


def test_a_marketplace_order_takes_notes_only(goods):
    order = place((goods[1], 1), shop_ref=7, remote_id="R1", source="shopee")
    with pytest.raises(DomainError, match="do sàn giữ"):
        edited(order, quantity_1=2)
    assert edited(order, internal_note="Gói kỹ").internal_note == "Gói kỹ"


def test_c64_every_field_is_told_with_before_and_after_in_words(goods):
    order = edited(confirmed((goods[1], 1)), quantity_1=2, street="9 Hàng Bông")
    shown = entry(timeline_of("order", order.pk).filter(name="order.edited")[0])
    rows = {(change.name, change.before, change.after) for change in shown.changes}
    assert ("AO · Số lượng", "1", "2") in rows
    assert ("Số nhà, đường", "1 Trần Phú", "9 Hàng Bông") in rows
    assert ("Tổng tiền", "100.000\u00a0₫", "200.000\u00a0₫") in rows
    assert (shown.title, shown.actor) == ("Sửa đơn", "Hệ thống")


def test_c62_the_timeline_keeps_cost_from_who_may_not_see_it(goods):
    order = place((goods[1], 1))
    event = timeline_of("order", order.pk)[0]
    event.data = {
        "changes": {"line:1:AO:cost_vnd": [1, 2], "profit_vnd": [3, 4], "ward": ["a", "b"]}
    }
    assert [row.name for row in entry(event).changes] == ["Phường / xã"]
    assert len(entry(event, sees_cost=True).changes) == 3


def test_c65_what_others_changed_elsewhere_stays_and_the_same_field_is_a_conflict(goods):
    order = confirmed((goods[1], 2))
    mine = revision(order, street="9 Hàng Bông", quantity_1=4)
    edited(order, ward="Phường Hoàn Kiếm", quantity_1=3)
    with pytest.raises(RevisionConflict) as conflict:
        edit_order(order.pk, mine, actor=ACTOR)
    [row] = conflict.value.conflicts
    assert (row.base, row.typed, row.current) == (2, 4, 3)
    order.refresh_from_db()
    assert (order.street, order.ward) == ("1 Trần Phú", "Phường Hoàn Kiếm")
    edit_order(order.pk, revision(order, street="9 Hàng Bông"), actor=ACTOR)
    order.refresh_from_db()
    assert (order.street, order.ward) == ("9 Hàng Bông", "Phường Hoàn Kiếm")


def test_c65_a_line_that_somebody_removed_is_a_conflict_for_who_changed_it(goods):
    warehouse, shirt = goods
    hat = make_variant("MU")
    put(hat, warehouse, 5)
    order = confirmed((shirt, 2), (hat, 1))
    mine = revision(order, quantity_2=3)
    edited(order, quantity_2=0)
    with pytest.raises(RevisionConflict) as conflict:
        edit_order(order.pk, mine, actor=ACTOR)
    assert conflict.value.conflicts[0].current is None


def test_the_same_change_by_two_is_no_conflict_and_is_told_once(goods):
    order = confirmed((goods[1], 2))
    mine = revision(order, quantity_1=3)
    edited(order, quantity_1=3)
    edit_order(order.pk, mine, actor=ACTOR)
    assert Event.objects.filter(name="order.edited").count() == 1


def test_paid_beyond_the_new_total_is_due_back_and_given_back_once(goods):
    order = confirmed((goods[1], 3))
    receive_payment(order.pk, 300_000, "bank", source=("test", "1"), actor=ACTOR)
    order = edited(order, quantity_1=2)
    assert (order.payment_status, order.refund_due_vnd) == ("paid", 100_000)
    with pytest.raises(DomainError, match="chỉ phải hoàn"):
        refund_payment(order.pk, 100_001, "bank", source=("test", "2"), actor=ACTOR)
    for _twice in range(2):
        refund_payment(order.pk, 100_000, "bank", source=("test", "3"), actor=ACTOR)
    order.refresh_from_db()
    assert (order.paid_vnd, order.refund_due_vnd, order.payment_status) == (200_000, 0, "paid")
    assert Refund.objects.count() == 1


def test_a_cancelled_order_gives_back_what_was_paid(goods):
    order = confirmed((goods[1], 3))
    receive_payment(order.pk, 200_000, "bank", source=("test", "1"), actor=ACTOR)
    order = lifecycle.cancel_order(order.pk, actor=ACTOR, reason="Hết hàng")
    assert order.refund_due_vnd == 200_000
    refund_payment(order.pk, 50_000, "bank", source=("test", "2"), actor=ACTOR)
    refund_payment(order.pk, 150_000, "cash", source=("test", "3"), actor=ACTOR)
    order.refresh_from_db()
    assert (order.paid_vnd, order.payment_status) == (0, "refunded")


def test_a_deposit_that_no_longer_covers_the_order_leaves_the_rest_to_collect(goods):
    order = confirmed((goods[1], 1), is_cod=True, paid_vnd=100_000)
    assert (order.payment_status, order.cod_status) == ("paid", "none")
    order = edited(order, quantity_1=2)
    assert (order.payment_status, order.cod_status) == ("partially_paid", "to_collect")
    assert (order.cod_vnd, order.balance_vnd) == (100_000, 100_000)


def test_a26_a_completed_order_keeps_its_numbers_and_cannot_be_deleted(goods):
    order = confirmed((goods[1], 1))
    lifecycle.complete_at_counter(order.pk, actor=ACTOR)
    receive_payment(order.pk, 100_000, "cash", source=("test", "1"), actor=ACTOR)
    Variant.objects.filter(pk=goods[1].pk).update(price_vnd=999_000)
    order.refresh_from_db()
    assert (order.status, order.total_vnd) == ("completed", 100_000)
    assert order.lines.get().unit_price_vnd == 100_000
    with pytest.raises(IntegrityError, match="is kept"), transaction.atomic():
        Order.objects.filter(pk=order.pk)._raw_delete("default")


def test_goods_are_not_added_twice_by_a_second_press(goods):
    warehouse, shirt = goods
    hat = make_variant("MU")
    put(hat, warehouse, 9)
    order = confirmed((shirt, 1))
    twice = revision(order, AddedLine(hat.pk, 2, 50_000))
    edit_order(order.pk, twice, actor=ACTOR)
    with pytest.raises(RevisionConflict):
        edit_order(order.pk, twice, actor=ACTOR)
    assert level(hat, warehouse) == (9, 2)
