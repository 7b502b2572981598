"""Tags, flags, person in charge and priority: set, shown, filtered, told on the timeline."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oms.accounts.models import User
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.models import Event
from orders.models import Order, Tag
from orders.selectors.marks import flagged, tagged
from orders.selectors.special import special_orders
from orders.services import marks
from orders.services.lifecycle import cancel_order
from tests.inventory.makers import make_variant
from tests.orders.makers import ACTOR, place

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_redis(redis_clean: object) -> None:
    """Counters start at nothing."""


def changes(order: Order, name: str) -> list[dict]:
    events = Event.objects.filter(name=name, about_kind="order", about_id=order.pk)
    return [event.data["changes"] for event in events.order_by("id")]


@pytest.fixture
def order() -> Order:
    return place((make_variant(), 1))


@pytest.fixture
def tags() -> tuple[Tag, Tag]:
    return marks.save_tag("Gọi lại", "red"), marks.save_tag("Hàng dễ vỡ", "amber")


def test_tags_are_put_on_taken_off_and_told_with_before_and_after(order, tags):
    call, fragile = tags
    marks.set_tags(order.pk, [fragile.pk, call.pk], actor=ACTOR)
    marks.set_tags(order.pk, [call.pk], actor=ACTOR)
    assert marks.set_tags(order.pk, [call.pk], actor=ACTOR) == []
    order.refresh_from_db()
    assert order.tag_ids == [call.pk]
    assert changes(order, "order.tagged") == [
        {"tags": ["", "Gọi lại, Hàng dễ vỡ"]},
        {"tags": ["Gọi lại, Hàng dễ vỡ", "Gọi lại"]},
    ]


def test_many_orders_are_tagged_by_the_same_statements_as_one(tags):
    call, fragile = tags
    orders = [place((make_variant(), 1)) for _n in range(12)]
    marks.tag_orders([orders[0].pk], add=[fragile.pk], actor=ACTOR)
    with CaptureQueriesContext(connection) as for_one:
        marks.tag_orders([orders[1].pk], add=[fragile.pk], actor=ACTOR)
    with CaptureQueriesContext(connection) as for_many:
        changed = marks.tag_orders(
            [order.pk for order in orders], add=[call.pk], remove=[fragile.pk], actor=ACTOR
        )
    assert len(for_many) == len(for_one)
    assert changed == [order.pk for order in orders]
    assert list(Order.objects.values_list("tag_ids", flat=True)) == [[call.pk]] * 12


def test_lists_find_orders_by_tag_and_by_flag(order, tags):
    call, fragile = tags
    other = place((make_variant(), 1))
    marks.tag_orders([order.pk, other.pk], add=[call.pk], actor=ACTOR)
    marks.tag_orders([other.pk], add=[fragile.pk], actor=ACTOR)
    marks.flag_orders([order.pk], add=["vip"], actor=ACTOR)
    rows = Order.objects.order_by("pk")
    assert list(tagged(rows, call.pk)) == [order, other]
    assert list(tagged(rows, fragile.pk)) == [other]
    assert list(flagged(rows, "vip")) == [order]


def test_an_archived_tag_stays_where_it_is_and_comes_nowhere_else(order, tags):
    call, _fragile = tags
    marks.set_tags(order.pk, [call.pk], actor=ACTOR)
    marks.save_tag("Gọi lại", "red", tag_id=call.pk, is_active=False)
    other = place((make_variant(), 1))
    with pytest.raises(DomainError, match="Thẻ không còn dùng"):
        marks.set_tags(other.pk, [call.pk], actor=ACTOR)
    assert marks.set_tags(order.pk, [call.pk], actor=ACTOR) == []
    assert Order.objects.get(pk=other.pk).tag_ids == []


def test_a_tag_is_one_whatever_its_accents_and_capitals(tags):
    call, fragile = tags
    assert marks.save_tag("GOI LAI", "blue").pk == call.pk
    with pytest.raises(DomainError, match="Đã có thẻ"):
        marks.save_tag("gọi lại", "blue", tag_id=fragile.pk)
    assert Tag.objects.count() == 2


def test_a25_flags_give_the_order_its_own_code(order):
    marks.set_flags(order.pk, ["gift", "vip"], actor=ACTOR)
    order.refresh_from_db()
    assert order.flags == ["vip", "gift"]
    assert order.special_code == f"VIP-QUA-{order.number}"
    marks.set_flags(order.pk, ["replacement"], actor=ACTOR)
    order.refresh_from_db()
    assert order.special_code == f"BU-{order.number}"
    assert changes(order, "order.flagged") == [
        {"flags": ["", "vip, gift"]},
        {"flags": ["vip, gift", "replacement"]},
    ]


def test_an_unknown_flag_is_refused_by_the_service_and_by_the_table(order):
    with pytest.raises(DomainError, match="không hợp lệ"):
        marks.set_flags(order.pk, ["urgent"], actor=ACTOR)
    with pytest.raises(IntegrityError, match="order_flags_known"), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(flags=["urgent"])


def test_someone_is_put_in_charge_and_the_priority_is_told(order, owner):
    marks.assign(order.pk, owner.pk, actor=ACTOR)
    marks.assign(order.pk, None, actor=ACTOR)
    assert marks.assign(order.pk, None, actor=ACTOR) == []
    marks.set_priority(order.pk, 2, actor=ACTOR)
    assert changes(order, "order.assigned") == [
        {"assignee": ["", "owner1"]},
        {"assignee": ["owner1", ""]},
    ]
    assert changes(order, "order.priority_changed") == [{"priority": [0, 2]}]
    with pytest.raises(DomainError, match="Không có nhân viên"):
        marks.assign(order.pk, 999_999, actor=ACTOR)
    with pytest.raises(DomainError, match="không hợp lệ"):
        marks.set_priority(order.pk, 7, actor=ACTOR)


def test_the_order_page_saves_marks_and_list_and_page_show_them(order, tags, owner, owner_client):
    call, _fragile = tags
    answer = owner_client.post(
        reverse("orders:marks", args=[order.pk]),
        {"tags": [call.pk], "flags": ["gift"], "assignee": owner.pk, "priority": "1"},
    )
    assert answer.status_code == 302
    order.refresh_from_db()
    assert (order.tag_ids, order.flags) == ([call.pk], ["gift"])
    assert (order.assignee_id, order.priority) == (owner.pk, 1)
    for address in (reverse("orders:list"), reverse("orders:detail", args=[order.pk])):
        page = owner_client.get(address).content.decode()
        assert f"QUA-{order.number}" in page
        assert '<span class="badge badge-red">Gọi lại</span>' in page


def test_marks_need_their_permission_and_the_order_in_sight(order, user_factory, login):
    address = reverse("orders:marks", args=[order.pk])
    assert login(user_factory("viewer")).post(address, {"priority": "1"}).status_code == 403
    Order.objects.filter(pk=order.pk).update(shop_ref=7, remote_id="R7")
    stranger: User = user_factory("sales", shop_ids=[8])
    assert login(stranger).post(address, {"priority": "1"}).status_code == 404
    assert Order.objects.get(pk=order.pk).priority == 0


def test_the_manager_keeps_the_tags(owner_client, user_factory, login):
    address = reverse("orders:tag_list")
    assert owner_client.post(address, {"name": "Quà Tết", "colour": "red"}).status_code == 302
    tag = Tag.objects.get()
    edit = reverse("orders:tag_edit", args=[tag.pk])
    assert owner_client.post(edit, {"name": "Tết", "colour": "blue"}).status_code == 302
    tag.refresh_from_db()
    assert (tag.name, tag.colour, tag.is_active) == ("Tết", "blue", False)
    assert "Đã cất" in owner_client.get(address).content.decode()
    assert owner_client.post(address, {"name": " ", "colour": "red"}).status_code == 422
    assert login(user_factory("sales")).get(address).status_code == 403


def test_a25_flagged_orders_are_reported_apart(order, owner, owner_client, user_factory):
    other, cancelled = place((make_variant(), 3)), place((make_variant(), 1))
    marks.flag_orders([order.pk, other.pk, cancelled.pk], add=["gift"], actor=ACTOR)
    marks.flag_orders([other.pk], add=["vip"], actor=ACTOR)
    cancel_order(cancelled.pk, actor=ACTOR, reason="x")
    rows = {row.code: (row.orders, row.pieces, row.total_vnd) for row in special_orders(owner, "7")}
    assert rows == {
        "VIP": (1, 3, 300_000),
        "QUA": (2, 4, 400_000),
        "DOI": (0, 0, 0),
        "BU": (0, 0, 0),
    }
    Order.objects.filter(pk=other.pk).update(shop_ref=7, remote_id="R7")
    seen = special_orders(user_factory("sales", shop_ids=[8]), "7")
    assert [row.orders for row in seen] == [0, 1, 0, 0]
    page = owner_client.get(reverse("orders:special"))
    assert "400.000" in page.content.decode()


def test_a25_each_number_of_the_report_opens_exactly_its_orders(order, owner_client, frozen):
    """The same days, without drafts and cancelled ones; the rows there carry the code."""
    gone, old = place((make_variant(), 1)), place((make_variant(), 1))
    marks.flag_orders([order.pk, gone.pk, old.pk], add=["gift"], actor=ACTOR)
    cancel_order(gone.pk, actor=ACTOR, reason="x")
    Order.objects.filter(pk=old.pk).update(placed_at=now() - timedelta(days=9))
    report = owner_client.get(reverse("orders:special"), {"period": "7"}).content.decode()
    [link] = re.findall(r'href="([^"]*flag=gift[^"]*)"', report)
    page = owner_client.get(unescape(link)).content.decode()
    assert f"QUA-{order.number}" in page
    assert gone.number not in page and old.number not in page
