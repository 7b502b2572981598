"""Customers: figures, risk, merging, prices of their group, and a person's own data."""

from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from inventory.models import PriceList, PriceListItem
from oms.kernel import books, clock
from oms.kernel.errors import DomainError
from oms.kernel.events import timeline_of
from oms.kernel.tables import read_table
from orders.models import Customer, CustomerGroup, Order
from orders.risk import grade, judge
from orders.selectors.customer_figures import figures_of, risks_of
from orders.selectors.customers import CustomerFilters, customer_list
from orders.services.customer_figures import refresh_all, settle_buyers
from orders.services.customer_merge import merge_customers, undo_merge
from orders.services.customers import save_customer, set_risk
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.bought import ANH, bought, customer
from tests.orders.makers import ACTOR, place

pytestmark = pytest.mark.django_db

LIST = reverse("orders:customer_list")


@pytest.fixture
def shirt():
    variant = make_variant("AO-01", cost_vnd=40_000)
    put(variant, make_warehouse("TD"), 1000)
    return variant


def test_a113_figures_count_orders_spend_profit_returns_and_refusals(shirt):
    bought(shirt, 2, shipping_fee_buyer_vnd=20_000)
    bought(shirt, 1, end="delivered returning returned")
    bought(shirt, 1, end="returning returned")
    place((shirt, 1), recipient_phone=ANH)
    figures = figures_of([customer().pk])[customer().pk]
    assert (figures.orders_count, figures.finished_count) == (4, 3)
    assert (figures.returned_count, figures.refused_count) == (1, 1)
    assert figures.spent_vnd == 220_000
    # Two shirts at 100.000 with 10 % VAT in it, which cost 40.000 each.
    assert figures.profit_vnd == 181_818 - 80_000
    assert (figures.return_percent, figures.refusal_percent) == (33, 33)


def test_a113_kept_figures_follow_the_events_and_the_night_repairs_them(shirt, owner):
    order = bought(shirt)
    settle_buyers([order.pk])
    kept = customer()
    assert (kept.orders_count, kept.spent_vnd, kept.profit_vnd) == (1, 100_000, 50_909)
    Customer.objects.update(spent_vnd=1)
    [finding] = books.check_books(["customer figures = orders"])["customer figures = orders"]
    assert "1" in finding.message
    assert (refresh_all(), refresh_all()) == (1, 0)
    assert customer().spent_vnd == 100_000
    assert books.check_books(["customer figures = orders"]) == {"customer figures = orders": []}


@pytest.mark.parametrize(
    ("refused", "finished", "level"),
    [
        *[(0, 0, "none"), (2, 2, "none"), (3, 13, "none"), (3, 12, "low"), (49, 100, "low")],
        *[(50, 100, "medium"), (74, 100, "medium"), (3, 4, "high"), (3, 3, "high")],
    ],
)
def test_c81_the_grade_follows_the_shares_of_our_own_parcels(refused, finished, level):
    assert grade(refused, finished) == level


@given(st.integers(0, 400), st.integers(0, 400))
@hypothesis_settings(max_examples=60)
def test_c81_one_more_refusal_never_lowers_the_grade(refused, delivered):
    order = ["none", "low", "medium", "high"]
    before = grade(refused, refused + delivered)
    after = grade(refused + 1, refused + 1 + delivered)
    assert order.index(after) >= order.index(before)


def test_c81_the_risk_of_many_phones_is_one_statement_and_says_why(shirt):
    for _ in range(3):
        order = bought(shirt, end="returning returned")
    settle_buyers([order.pk])
    bought(shirt, phone="0987000111")
    with CaptureQueriesContext(connection) as caught:
        risks = risks_of(["+84912345678", "+84987000111", "+84900000000"])
    assert len(caught) == 1
    assert risks["+84912345678"].level == "high"
    assert "3 trên 3 đơn đã gửi (100%)" in risks["+84912345678"].explanation
    assert risks["+84987000111"].level == "none"
    assert "+84900000000" not in risks


def test_c81_a_person_may_correct_the_grade_with_a_reason(shirt, owner_client):
    for _ in range(3):
        order = bought(shirt, end="returning returned")
    settle_buyers([order.pk])
    address = reverse("orders:customer_risk", args=[customer().pk])
    refused = owner_client.post(address, {"level": "none", "reason": ""})
    assert refused.status_code == 422 and "Hãy ghi lý do" in refused.content.decode()
    owner_client.post(address, {"level": "none", "reason": "Bưu tá ghi sai"})
    risk = risks_of(["+84912345678"])["+84912345678"]
    assert (risk.level, risk.was_set) == ("none", True)
    assert risk.explanation == "Do người của shop đặt: Bưu tá ghi sai"
    set_risk(customer().pk, "", reason="", actor=ACTOR)
    assert risks_of(["+84912345678"])["+84912345678"].level == "high"


def test_c34_merged_customers_are_one_and_can_be_parted_again(shirt):
    first = bought(shirt)
    second = bought(shirt, 2, phone="0987000111", recipient_name="Ánh Nguyễn")
    kept, merged = customer(), customer("0987000111")
    save_customer(
        merged.pk, name="Ánh Nguyễn", phone="0987000111", email="a@b.vn", tags=["Sỉ"], actor=ACTOR
    )
    merge = merge_customers(kept.pk, merged.pk, actor=ACTOR)
    later = bought(shirt, phone="0987000111")
    assert {first.pk, second.pk, later.pk} == set(
        Order.objects.filter(customer=kept).values_list("pk", flat=True)
    )
    assert customer("0987000111") == kept
    kept.refresh_from_db()
    assert (kept.email, kept.tags, kept.orders_count) == ("a@b.vn", ["Sỉ"], 2)
    told = timeline_of("customer", kept.pk).first()
    assert told is not None and told.name == "customer.merged" and told.data["orders"] == 1
    assert timeline_of("order", second.pk).first().name == "order.customer_changed"

    undo_merge(merge.pk, actor=ACTOR)
    assert customer("0987000111") == merged
    assert set(Order.objects.filter(customer=merged)) == {second, later}
    assert set(Order.objects.filter(customer=kept)) == {first}
    with pytest.raises(DomainError, match="đã được hoàn tác"):
        undo_merge(merge.pk, actor=ACTOR)


def test_a_merge_into_a_merged_customer_says_which_to_undo_first(shirt):
    people = []
    for number in range(3):
        bought(shirt, phone=f"098700011{number}")
        people.append(customer(f"098700011{number}"))
    first = merge_customers(people[1].pk, people[0].pk, actor=ACTOR)
    second = merge_customers(people[2].pk, people[1].pk, actor=ACTOR)
    assert customer("0987000110") == people[2]
    with pytest.raises(DomainError, match="hãy hoàn tác lần gộp đó trước"):
        undo_merge(first.pk, actor=ACTOR)
    undo_merge(second.pk, actor=ACTOR)
    assert customer("0987000110") == people[1]
    undo_merge(first.pk, actor=ACTOR)
    assert customer("0987000110") == people[0]
    assert Order.objects.get(recipient_phone="+84987000110").customer == people[0]


def test_an_order_that_came_in_during_a_merge_follows_its_customer(shirt):
    bought(shirt)
    late = bought(shirt, phone="0987000111")
    kept, merged = customer(), customer("0987000111")
    merge_customers(kept.pk, merged.pk, actor=ACTOR)
    Order.objects.filter(pk=late.pk).update(customer=merged)
    settle_buyers([late.pk])
    late.refresh_from_db()
    assert late.customer == kept


def test_the_list_finds_names_without_accents_and_phones_by_their_tail(shirt, owner):
    place((shirt, 1), recipient_name="Đặng Thị Ánh", recipient_phone=ANH)
    place((shirt, 1), recipient_name="Lê La", recipient_phone="0987000111")
    merge_customers(customer().pk, customer("0987000111").pk, actor=ACTOR)

    def names(**filters) -> list[str]:
        return [row.name for row in customer_list(owner, CustomerFilters(**filters)).rows]

    assert names() == ["Đặng Thị Ánh"]
    assert names(q="dang anh") == ["Đặng Thị Ánh"]
    assert names(q="45678") == names(q="0912 345 678") == ["Đặng Thị Ánh"]
    assert names(q="0111") == ["Đặng Thị Ánh"]  # a phone that was merged into her
    assert names(q="lê") == names(risky=True) == names(tag="Sỉ") == []


def test_a113_the_list_sorts_by_profit_in_keyset_pages(shirt, owner):
    for number in range(5):
        order = bought(shirt, number + 1, phone=f"098700011{number}")
        settle_buyers([order.pk])
    place((shirt, 1), recipient_phone="0900000009")
    filters = CustomerFilters(sort="profit")
    first = customer_list(owner, filters, size=3)
    second = customer_list(owner, filters, size=3, after=first.next_cursor)
    found = [row.figures.profit_vnd for page in (first, second) for row in page.rows]
    assert found == [254_545, 203_636, 152_727, 101_818, 50_909]
    assert second.next_cursor == ""


def test_the_list_makes_as_many_statements_for_1_as_for_20(shirt, owner_client):
    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert owner_client.get(LIST).status_code == 200
        return len(caught)

    bought(shirt)
    statements()
    one = statements()
    for number in range(19):
        place((shirt, 1), recipient_phone=f"09870001{number:02d}")
    assert statements() == one


def test_c62_profit_shows_with_the_permission_for_costs_only(shirt, user_factory, login):
    settle_buyers([bought(shirt).pk])
    page = reverse("orders:customer_detail", args=[customer().pk])
    for role, sees in (("owner", True), ("accountant", True), ("sales", False), ("viewer", False)):
        client = login(user_factory(role))
        for address in (LIST, LIST + "?sort=profit", page):
            assert ("50.909" in client.get(address).content.decode()) is sees, (role, address)
    assert login(user_factory("warehouse")).get(LIST).status_code == 403


def test_c63_a_limited_user_sees_the_customers_and_figures_of_his_shops(shirt, user_factory, login):
    bought(shirt, source="shopee", shop_ref=1, remote_id="A")
    bought(shirt, 5, source="shopee", shop_ref=2, remote_id="B", shop_name="Gian khác")
    bought(shirt, phone="0987000111", source="shopee", shop_ref=2, remote_id="C")
    limited = user_factory("sales", shop_ids=[1])
    [row] = customer_list(limited, CustomerFilters(sort="spent")).rows
    assert (row.figures.orders_count, row.figures.spent_vnd) == (1, 100_000)
    client = login(limited)
    page = client.get(reverse("orders:customer_detail", args=[row.pk])).content.decode()
    assert "500.000" not in page and "Gian khác" not in page
    hidden = reverse("orders:customer_detail", args=[customer("0987000111").pk])
    assert client.get(hidden).status_code == 404
    merge = reverse("orders:customer_merge", args=[row.pk])
    manager = login(user_factory("manager", shop_ids=[1]))
    assert manager.post(merge, {"phone": "0987000111"}).status_code == 422


def test_order_entry_asks_the_price_list_of_the_customers_group(shirt, owner_client):
    group = CustomerGroup.objects.create(name="Khách sỉ", name_folded="khach si")
    prices = PriceList.objects.create(name="Sỉ", customer_group="khách sỉ", created_at=clock.now())
    PriceListItem.objects.create(
        price_list=prices, variant=shirt, from_quantity=1, price_vnd=70_000
    )
    save_customer(None, name="Ánh", phone=ANH, group_id=group.pk, actor=ACTOR)
    entry = {
        "request_key": "k", "phone": ANH, "name": "Ánh", "street": "12 Nguyễn Trãi",
        "ward": "Phường Tân Định", "province": "Hồ Chí Minh", "source": "phone",
        "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0",
        "lines-0-item": "AO-01", "lines-0-quantity": "2", "lines-0-price": "",
    }  # fmt: skip
    assert owner_client.post(reverse("orders:new"), entry).status_code == 302
    other = entry | {"request_key": "l", "phone": "0987000111"}
    owner_client.post(reverse("orders:new"), other)
    assert list(Order.objects.order_by("pk").values_list("goods_vnd", flat=True)) == [
        140_000,
        200_000,
    ]


def test_groups_are_made_renamed_and_removed_without_their_customers(owner_client):
    address = reverse("orders:customer_groups")
    owner_client.post(address, {"name": "Khách sỉ"})
    assert owner_client.post(address, {"name": "khach SI"}).status_code == 422
    group = CustomerGroup.objects.get()
    buyer = save_customer(None, name="Ánh", phone=ANH, group_id=group.pk, actor=ACTOR)
    owner_client.post(address, {"id": group.pk, "name": "Đại lý"})
    assert owner_client.get(LIST, {"group": group.pk}).content.decode().count("Đại lý") >= 2
    owner_client.post(reverse("orders:customer_group_remove", args=[group.pk]))
    buyer.refresh_from_db()
    assert buyer.group_id is None and not CustomerGroup.objects.exists()


def test_a_customer_is_changed_with_before_and_after_on_the_timeline(shirt, owner_client):
    bought(shirt)
    address = reverse("orders:customer_edit", args=[customer().pk])
    typed = {"name": "Đặng Ánh", "phone": "0912 345 678", "tags": "VIP, vip , Sỉ", "email": "x"}
    assert owner_client.post(address, typed).status_code == 422
    assert owner_client.post(address, typed | {"email": "a@b.vn"}).status_code == 302
    row = customer()
    assert (row.name, row.tags) == ("Đặng Ánh", ["Sỉ", "VIP"])
    [event] = timeline_of("customer", row.pk)
    assert event.data["changes"]["email"] == ["", "a@b.vn"]
    bought(shirt, phone="0987000111")
    taken = owner_client.post(address, typed | {"email": "", "phone": "0987000111"})
    assert "Số điện thoại này đã có khách hàng" in taken.content.decode()


def test_the_list_is_exported_as_it_is_filtered(shirt, owner_client, user_factory, login):
    settle_buyers([bought(shirt).pk])
    place((shirt, 1), recipient_name="Lê La", recipient_phone="0987000111")
    address = reverse("orders:customer_export")
    answer = owner_client.get(address, {"q": "anh"})
    table = read_table(BytesIO(b"".join(answer.streaming_content)))
    rows = [list(row) for row in table.rows]
    assert rows[0][-1] == "Lãi gộp"
    assert (rows[1][0], rows[1][1], rows[1][-1]) == ("Nguyễn Thị Ánh", "0912345678", "50909")
    assert len(rows) == 2
    assert login(user_factory("sales")).get(address).status_code == 403


def test_judge_takes_a_persons_level_before_the_figures():
    assert judge(9, 9, "low", "quen").level == "low"
    assert judge(9, 9).level == "high"
