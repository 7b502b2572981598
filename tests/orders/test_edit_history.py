"""C-64: every change of an order has its actor, its time, before and after, and stays."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.events import timeline_of
from oms.kernel.models import Event
from orders.models import Customer, Order, RiskRule
from orders.services.edit_values import FIELDS, LINE_FIELDS, AddedLine
from orders.services.editing import edit_order
from orders.services.risk_rules import judge_order
from orders.timeline import entry
from orders.words import NAMES
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.edits import edited, revision
from tests.orders.makers import place

pytestmark = pytest.mark.django_db
CLERK = Actor("user", 7, "Lan")
# Column, what is typed, before and after as the timeline shows them.
CHANGES = {
    "recipient_name": ("Trần Văn B", "Nguyễn Thị Ánh", "Trần Văn B"),
    "recipient_phone": ("0987654321", "0912 345 678", "0987 654 321"),
    "street": ("9 Hàng Bông", "1 Trần Phú", "9 Hàng Bông"),
    "ward": ("Phường Cửa Nam", "Ba Đình", "Phường Cửa Nam"),
    "district": ("Quận Hoàn Kiếm", "–", "Quận Hoàn Kiếm"),
    "province": ("Hồ Chí Minh", "Hà Nội", "Hồ Chí Minh"),
    "buyer_note": ("Gọi trước", "–", "Gọi trước"),
    "internal_note": ("Khách quen", "–", "Khách quen"),
    "discount_vnd": (20_000, "0 ₫", "20.000 ₫"),
    "shipping_fee_buyer_vnd": (30_000, "0 ₫", "30.000 ₫"),
    "quantity": (3, "2", "3"),
    "unit_price_vnd": (90_000, "100.000 ₫", "90.000 ₫"),
    "line_discount": (5_000, "0 ₫", "5.000 ₫"),
}


@pytest.fixture
def shirt(redis_clean: object):
    variant = make_variant("AO")
    put(variant, make_warehouse(), 50)
    return variant


def test_c64_the_table_below_knows_every_field_that_can_be_edited():
    lines = {"quantity", "unit_price_vnd", "discount_vnd"}
    assert set(CHANGES) - {"line_discount", *lines} | {"discount_vnd"} == set(FIELDS)
    assert set(LINE_FIELDS) == lines


@pytest.mark.parametrize("field", CHANGES)
def test_c64_a_changed_field_tells_who_when_before_and_after(shirt, frozen, field):
    order = place((shirt, 2), recipient_phone="0912345678")
    typed, before, after = CHANGES[field]
    column = "discount_vnd" if field == "line_discount" else field
    of_line = field in {"quantity", "unit_price_vnd", "line_discount"}
    name = f"{column}_1" if of_line else column
    frozen.shift(timedelta(minutes=5))
    along = {"ward": "Phường Tân Định"} if field == "province" else {}
    edit_order(order.pk, revision(order, **{name: typed}, **along), actor=CLERK)
    [event] = timeline_of("order", order.pk).filter(name="order.edited")
    assert (event.actor_kind, event.actor_id, event.actor_label) == ("user", 7, "Lan")
    assert event.created_at == now()
    shown = entry(event)
    assert (shown.actor, shown.at) == ("Lan", now())
    rows = {row.name: (row.before, row.after) for row in shown.changes}
    words = f"AO · {NAMES[column]}" if of_line else str(NAMES[column])
    assert [text.replace("\u00a0", " ") for text in rows[words]] == [before, after]
    # Nothing is told by the name of its column.
    assert not [name for name in rows if name.isascii() and name.islower()]


def test_c64_a_line_that_comes_or_goes_is_told_with_its_pieces(shirt):
    hat = make_variant("MU")
    put(hat, shirt.allocations.first() or make_warehouse("HN"), 5)
    order = edited(place((shirt, 2)), AddedLine(hat.pk, 3, 50_000), quantity_1=0)
    [event] = timeline_of("order", order.pk).filter(name="order.edited")
    rows = {row.name: (row.before, row.after) for row in entry(event).changes}
    assert rows["AO · Số lượng"] == ("2", "0")
    assert rows["MU · Số lượng"] == ("0", "3")


def test_c64_what_a_rule_did_stands_there_as_the_rules_doing(shirt):
    order = place((shirt, 1), is_cod=True)
    Customer.objects.filter(pk=order.customer_id).update(refused_count=3, finished_count=4)
    RiskRule.objects.create(name="Chặn", level="medium", action="stop")
    judge_order(order.pk, actor=Actor.system("risk-rules"))
    [held] = timeline_of("order", order.pk).filter(name="order.held")
    assert (held.actor_kind, held.actor_label) == ("system", "risk-rules")
    assert held.data["changes"]["status"] == ["pending_confirmation", "on_hold"]
    [change] = [row for row in entry(held).changes if row.name == "Trạng thái đơn hàng"]
    assert (change.before, change.after) == ("Chờ xác nhận", "Tạm giữ")


@pytest.mark.parametrize(
    "change", ["UPDATE kernel_event SET data = '{}'", "DELETE FROM kernel_event"]
)
def test_c64_the_history_of_an_order_is_append_only_by_a_trigger(shirt, change):
    order = edited(place((shirt, 2)), quantity_1=3)
    before = list(Event.objects.filter(about_kind="order").values_list("pk", "data"))
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"{change} WHERE about_kind = 'order' AND about_id = %s", [order.pk])
    assert list(Event.objects.filter(about_kind="order").values_list("pk", "data")) == before
    assert Order.objects.get(pk=order.pk).lines.get().quantity == 3
