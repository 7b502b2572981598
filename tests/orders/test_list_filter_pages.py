"""The filters on their page: chips, one form, choices in scope, sorts, sizes, what they cost."""

from collections.abc import Callable

import pytest
from django.test import Client

from inventory.models import Variant, Warehouse
from oms.kernel.clock import now
from orders.models import (
    OrderProblem,
)
from orders.selectors.filters import FILTERS, OrderFilters
from orders.selectors.lists import filtered, order_list
from orders.selectors.tabs import late_tabs
from tests.conftest import forget_drawn
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import place
from tests.orders.three import three

pytestmark = pytest.mark.django_db

LIST = "/orders/"


@pytest.fixture
def goods() -> tuple[Warehouse, Variant]:
    warehouse, shirt = make_warehouse("TD"), make_variant("AO-01")
    put(shirt, warehouse, 1000)
    return warehouse, shirt


def test_the_chips_of_a_page_take_one_filter_away_each(goods, owner_client):
    three(goods[1])
    address = {"tab": "to_confirm", "source": "shopee", "shop": "7", "kind": "mixed"}
    page = owner_client.get(LIST, address).content.decode()
    assert "Gian hàng: Áo Xinh" in page
    assert "Loại đơn: Nhiều SKU" in page
    assert 'href="?tab=to_confirm&amp;source=shopee&amp;kind=mixed"' in page
    assert 'name="shop" value="7"' in page


def test_a_form_with_empty_fields_leads_to_the_short_address(owner_client):
    answer = owner_client.get(
        LIST, {"tab": "packing", "source": "", "period": "custom", "period_from": "2026-11-01"}
    )
    assert answer.url == "/orders/?tab=packing&period=2026-11-01.."
    answer = owner_client.get(LIST, {"source": "zalo", "q": ""}, HTTP_HX_REQUEST="true")
    assert answer.headers["HX-Push-Url"] == "/orders/?source=zalo"


def test_all_filters_stand_in_one_form_that_works_without_script(goods, owner_client):
    three(goods[1])
    page = owner_client.get("/orders/filters/?late=1&tab=packing&shop=7").content.decode()
    for one in FILTERS:
        assert (f'id="filter-{one.name}"' in page) is not one.is_hidden
    assert '<option value="7"\n' in page or '<option value="7" ' in page
    assert 'name="late" value="1"' in page
    assert (
        "<html" not in owner_client.get("/orders/filters/", HTTP_HX_REQUEST="true").content.decode()
    )


def test_choices_stay_within_the_scope(goods, login, user_factory):
    three(goods[1])
    make_warehouse("BT")
    limited = login(user_factory("viewer", shop_ids=[9], warehouse_ids=[goods[0].pk]))
    page = limited.get("/orders/filters/").content.decode()
    assert "Áo Xinh" not in page
    assert page.count('name="warehouse"') == 1
    assert "Kho BT" not in page


@pytest.mark.parametrize(
    ("sort", "names"),
    [("", "BAC"), ("oldest", "CAB"), ("deadline", "CB"), ("confirmed", "B"), ("shipped", "")],
)
def test_each_sort_pages_in_its_own_order(goods, owner, sort, names):
    three(goods[1])
    filters, seen, after = OrderFilters.of(sort=sort), "", ""
    while True:
        page = order_list(owner, filters, after=after, size=1)
        seen += "".join(order.recipient_name for order in page.rows)
        after = page.next_cursor
        if not after:
            break
    assert seen == names
    rows = filtered(owner, filters)
    assert rows.count() == len(names)


def test_page_sizes_are_50_100_and_200(goods, owner_client):
    page = owner_client.get(LIST, {"size": "100"})
    assert page.context["page"].rows == []
    place((goods[1], 1))
    for size, current in (("100", "100"), ("200", "200"), ("7", "50"), ("5000", "50")):
        html = owner_client.get(LIST, {"size": size}).content.decode()
        chosen = html[html.index('aria-current="true"') :]
        assert chosen[: chosen.index("</a>")].endswith(f">{current}")


def test_a_tab_with_a_missed_deadline_has_a_red_counter(goods, owner, user_factory):
    three(goods[1])
    assert late_tabs(owner) == {"to_confirm"}
    assert late_tabs(user_factory("viewer", shop_ids=[9])) == set()


def test_c56_no_filter_of_the_list_counts_or_asks_more_for_more_rows(
    goods, owner, django_assert_num_queries
):
    _warehouse, shirt = goods
    order = place((shirt, 1))
    OrderProblem.objects.create(order=order, kind="other", message="x", created_at=now())

    def pages() -> None:
        for one in FILTERS:
            order_list(owner, OrderFilters.of(**{one.name: CHEAP.get(one.name, "1")}))

    with django_assert_num_queries(len(FILTERS) + EXTRA):
        pages()
    for _n in range(19):
        place((shirt, 1))
    with django_assert_num_queries(len(FILTERS) + EXTRA):
        pages()


CHEAP = {"period": "7", "confirmed": "7", "shipped": "7", "sku": "AO-01"}
CHEAP |= {"risk": "any", "promise": "any"}

# A SKU is looked up first, by its code and by its barcode; a shop that is none is not asked for.
EXTRA = 2


def test_the_page_with_every_filter_costs_the_same_for_one_row_and_twenty(
    goods, owner_client: Client, django_assert_num_queries: Callable
):
    address = {"kind": "one", "province": "Hà Nội", "source": "zalo", "size": "200"}
    _warehouse, shirt = goods
    place((shirt, 1), source="zalo")
    owner_client.get(LIST, address)
    forget_drawn()
    with django_assert_num_queries(12):
        owner_client.get(LIST, address)
    for _n in range(19):
        place((shirt, 1), source="zalo")
    forget_drawn()
    with django_assert_num_queries(12):
        owner_client.get(LIST, address)
