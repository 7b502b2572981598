"""Many codes at once: found in the order pasted, and told which nothing has."""

import pytest

from orders.models import Order
from orders.selectors.codes import MOST_CODES, orders_by_codes, split_codes
from orders.selectors.filters import OrderFilters
from tests.orders.makers import place

pytestmark = pytest.mark.django_db


@pytest.fixture
def three() -> list[Order]:
    """A plain one, one of a shop, one with a parcel; the newest is the last."""
    a = place(("X", 1), recipient_name="A")
    b = place(("X", 1), recipient_name="B", source="shopee", shop_ref=7, remote_id="2411ABC")
    c = place(("X", 1), recipient_name="C")
    Order.objects.filter(pk=c.pk).update(tracking_number="GHN99X", tab="shipping")
    return [a, b, c]


def names(user, codes: str, **more: str) -> tuple[list[str], list[str]]:
    search = orders_by_codes(user, OrderFilters.of(codes=codes, **more))
    return [order.recipient_name for order in search.page.rows], search.missing


def test_codes_are_split_as_people_paste_them():
    assert split_codes("DH1\r\n DH2,DH3;#DH4\tDH1\n\n" + "x" * 65) == ["DH1", "DH2", "DH3", "DH4"]


def test_a01_pasted_codes_are_found_in_their_order_or_newest_first(three, owner):
    a = three[0].number
    pasted = f"ghn99x,KHONG1,{a.lower()},2411abc,KHONG2"
    assert names(owner, pasted, sort="pasted") == (["C", "A", "B"], ["KHONG1", "KHONG2"])
    assert names(owner, pasted) == (["C", "B", "A"], ["KHONG1", "KHONG2"])
    assert names(owner, a.removeprefix("DH")) == (["A"], [])


def test_a_code_hidden_by_another_filter_is_not_called_missing(three, owner):
    codes = f"{three[0].number},GHN99X"
    assert names(owner, codes, tab="shipping") == (["C"], [])


def test_codes_of_other_shops_are_not_found(three, user_factory):
    stranger = user_factory("sales", shop_ids=[9])
    assert names(stranger, "2411ABC") == ([], ["2411ABC"])


def test_pasting_leads_to_an_address_that_can_be_opened_again(three, owner_client):
    answer = owner_client.post("/orders/codes/", {"codes": f"GHN99X\n{three[0].number}\nKHONG"})
    assert answer.url == f"/orders/?codes=GHN99X%2C{three[0].number}%2CKHONG&sort=pasted"
    page = owner_client.get(answer.url).content.decode()
    assert "Tìm thấy 2 trong 3 mã." in page
    assert 'data-copy="KHONG"' in page
    assert page.index("GHN99X") < page.index(f'id="order-{three[0].pk}"')
    assert "Theo thứ tự mã đã dán" in page


def test_nothing_pasted_and_too_much_pasted_are_told(owner_client):
    assert owner_client.post("/orders/codes/", {"codes": " ,, "}).status_code == 422
    many = "\n".join(f"M{n}" for n in range(MOST_CODES + 5))
    page = owner_client.post("/orders/codes/", {"codes": many}, follow=True).content.decode()
    assert "5 mã cuối chưa được tìm" in page
    assert f"Tìm thấy 0 trong {MOST_CODES} mã." in page


def test_many_codes_cost_what_one_does(three, owner, django_assert_num_queries):
    for codes in ("GHN99X", ",".join(order.number for order in three)):
        with django_assert_num_queries(2):
            orders_by_codes(owner, OrderFilters.of(codes=codes))
