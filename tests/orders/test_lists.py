"""The list: search as people type, pages that do not slow down, counts that need no counting."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oms.kernel.clock import now
from orders.models import Order
from orders.selectors.customers import find_customer
from orders.selectors.lists import OrderFilters, order_list, orders_visible_to
from orders.selectors.tabs import tab_counts
from orders.services.states import apply_states
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import ACTOR, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods():
    warehouse, shirt = make_warehouse(), make_variant("AO-THUN-01")
    put(shirt, warehouse, 1000)
    return warehouse, shirt


def found(user, q: str, **more) -> list[str]:
    return [o.recipient_name for o in order_list(user, OrderFilters.of(q=q, **more)).rows]


def test_a_code_with_a_number_is_found_whole_and_not_by_its_number_alone(goods, owner):
    place(("AO-1777-L", 1), recipient_name="Lê La")
    place(("MU-1777", 1), recipient_name="Trần Bình")
    cases = {
        "ao-1777": ["Lê La"],
        "ao-1777-l": ["Lê La"],
        "1777-l lê": ["Lê La"],
        "la ao-1777": ["Lê La"],
        "mu-1777 ao-1777": [],
        "ao-1778": [],
        "x'1777\";--__gt#": [],
    }
    assert {q: found(owner, q) for q in cases} == cases


def test_d5_search_finds_what_people_type(goods, owner):
    _warehouse, shirt = goods
    anh = place((shirt, 1), recipient_name="Đặng Thị Ánh", recipient_phone="0912345678")
    place((shirt, 1), recipient_name="Lê La", recipient_phone="0987000111")
    place(
        ("MU-DO", 1),
        recipient_name="Trần Bình",
        recipient_phone="0355666777",
        source="shopee",
        shop_ref=1,
        remote_id="2411ABC",
    )
    apply_states(anh.pk, actor=ACTOR, event_name="x", tracking_number="GHN123", carrier_code="ghn")
    cases = {
        "dang thi anh": ["Đặng Thị Ánh"],
        "ánh ĐẶNG": ["Đặng Thị Ánh"],
        "la": ["Lê La"],
        "678": ["Đặng Thị Ánh"],
        "0912 345 678": ["Đặng Thị Ánh"],
        "+84912345678": ["Đặng Thị Ánh"],
        anh.number: ["Đặng Thị Ánh"],
        anh.number.lower(): ["Đặng Thị Ánh"],
        anh.number[2:]: ["Đặng Thị Ánh"],
        "GHN123": ["Đặng Thị Ánh"],
        "2411ABC": ["Trần Bình"],
        "mu-do": ["Trần Bình"],
        "ao-thun": ["Lê La", "Đặng Thị Ánh"],
        f"2411ABC\n{anh.number}\nKHONG": ["Trần Bình", "Đặng Thị Ánh"],
        "khongcoai": [],
        "100%": [],
    }
    for typed, expected in cases.items():
        assert found(owner, typed) == expected, typed


def test_filters_join(goods, owner):
    place((goods[1], 1), recipient_name="A", source="zalo")
    place((goods[1], 1), recipient_name="B", source="zalo", confirm=True, is_cod=True)
    place((goods[1], 1), recipient_name="C", ship_by_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert found(owner, "", source="zalo", tab="to_arrange") == ["B"]
    assert found(owner, "", cod="to_collect") == ["B"]
    assert found(owner, "", late="1") == ["C"]
    assert not OrderFilters(tab="to_confirm").active
    assert OrderFilters.of(source="zalo").active


def test_c56_pages_follow_each_other_without_gaps_or_repeats(goods, owner):
    moment = datetime(2026, 3, 2, tzinfo=UTC)
    for n in range(7):
        place((goods[1], 1), placed_at=moment + timedelta(minutes=n // 2))
    seen, after = [], ""
    while True:
        page = order_list(owner, OrderFilters(), after=after, size=3)
        seen += [order.pk for order in page.rows]
        after = page.next_cursor
        if not after:
            break
    expected = Order.objects.order_by("-placed_at", "-id").values_list("pk", flat=True)
    assert seen == list(expected)


def test_a_page_costs_the_same_for_one_row_and_for_twenty(goods, owner):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            order_list(owner, OrderFilters(tab="to_confirm"))
        return len(queries)

    place((goods[1], 1))
    one = cost()
    for _ in range(19):
        place((goods[1], 1))
    assert cost() == one == 1


def test_c56_tab_counts_are_read_for_all_and_counted_in_scope(goods, owner, user_factory):
    place((goods[1], 1), source="shopee", shop_ref=1, remote_id="a")
    place((goods[1], 1), source="shopee", shop_ref=2, remote_id="b", confirm=True)
    place(("KHONG", 1), source="shopee", shop_ref=2, remote_id="c")
    counts = tab_counts(owner)
    assert (counts["all"], counts["to_confirm"], counts["to_arrange"]) == (3, 2, 1)
    assert counts["attention"] == 1
    limited = user_factory("sales", shop_ids=[2])
    counts = tab_counts(limited)
    assert (counts["all"], counts["to_confirm"], counts["attention"]) == (2, 1, 1)
    assert {o.shop_ref for o in orders_visible_to(limited)} == {2}


def fill(rows: list[tuple[str, int | None, int | None]]) -> None:
    """Bare orders: (tab, shop, warehouse) each."""
    moment = now()
    Order.objects.bulk_create(
        Order(
            number=f"F{n}",
            source="shopee",
            status="confirmed",
            tab=tab,
            needs_attention=n % 7 == 0,
            shop_ref=shop,
            remote_id=f"F{n}",
            warehouse_id=place_id,
            placed_at=moment,
            created_at=moment,
            updated_at=moment,
        )
        for n, (tab, shop, place_id) in enumerate(rows)
    )


SCOPES = [
    ([1], []),
    ([1, 3], []),
    ([], [0]),
    ([], [0, 1]),
    ([2], [1]),
    ([1, 2, 3], [0, 1]),
    ([9], []),
]


@pytest.mark.parametrize(("shops", "places"), SCOPES)
def test_counters_in_scope_are_exact_below_a_thousand(goods, user_factory, shops, places):
    ids = [goods[0].pk, make_warehouse().pk, None]
    rng = random.Random(7)
    tabs = ["to_confirm", "to_print", "completed"]
    fill([(rng.choice(tabs), rng.choice([1, 2, 3, None]), rng.choice(ids)) for _n in range(600)])
    user = user_factory("viewer", shop_ids=shops, warehouse_ids=[ids[n] for n in places])
    visible = orders_visible_to(user)
    counts = tab_counts(user)
    for tab in tabs:
        assert counts[tab] == visible.filter(tab=tab).count()
    assert counts["attention"] == visible.filter(needs_attention=True).count()
    assert counts["all"] == visible.count()


@pytest.mark.parametrize(("orders", "shown"), [(999, "999"), (1001, "999+")])
def test_c56_999_is_exact_and_beyond_it_a_limited_user_reads_999_plus(
    goods, user_factory, login, orders, shown, django_assert_num_queries
):
    fill([("to_print", 1 + n % 2, goods[0].pk) for n in range(orders)] + [("to_print", 9, None)])
    user = user_factory("viewer", shop_ids=[1, 2])
    with django_assert_num_queries(1):
        counts = tab_counts(user)
    assert counts["to_print"] == min(orders, 1000)
    page = login(user).get("/orders/").content.decode()
    tab = page[page.index("tab=to_print") :]
    assert f">{shown}</b>" in tab[: tab.index("</a>")]


def test_a_warehouse_user_sees_what_his_warehouse_ships(goods, user_factory):
    other = make_warehouse()
    order = place((goods[1], 1), confirm=True)
    assert orders_visible_to(user_factory("warehouse", warehouse_ids=[goods[0].pk])).count() == 1
    assert orders_visible_to(user_factory("warehouse", warehouse_ids=[other.pk])).count() == 0
    assert order.warehouse_id == goods[0].pk


def test_a_customer_is_found_by_any_form_of_his_phone(goods):
    place((goods[1], 1), recipient_phone="0912345678")
    for typed in ("0912 345 678", "+84912345678", "912345678"):
        assert find_customer(typed).phone == "+84912345678"
    assert find_customer("abc") is None


def test_c59_each_row_can_be_ticked_for_the_bulk_bar(goods, owner_client):
    order = place((goods[1], 1), confirm=True, is_cod=True)
    page = " ".join(owner_client.get("/orders/").content.decode().split())
    tick = page[: page.index('class="row-tick"') + 120].rpartition("<input")[2]
    assert f'name="ids" value="{order.pk}"' in tick
    assert 'form="bulk"' in tick
    assert f'data-amount="{order.cod_vnd}"' in tick
    assert 'id="bulk"' in page
