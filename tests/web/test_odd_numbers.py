"""Numbers that somebody wrote by hand and that are none of ours: nothing is found or broken."""

import pytest
from django.urls import reverse

from tests.inventory.makers import make_variant
from tests.orders.makers import place

pytestmark = pytest.mark.django_db
HUGE = "9" * 30
ADDRESSES = (
    *("inventory:stock_list?warehouse", "inventory:stock_value?warehouse"),
    *("inventory:replenishment?supplier", "inventory:product_list?category"),
    *("inventory:product_list?brand", "inventory:count_today?warehouse"),
    *("orders:list?tag", "orders:list?deadline", "orders:list?shop", "orders:list?warehouse"),
    *("orders:list?assignee", "orders:list?quantity", "orders:list?period", "orders:list?view"),
    *("orders:export?run", "orders:news?ids", "orders:news?event", "orders:customer_list?group"),
    *("orders:quotation_list?customer", "invoicing:invoice_list?days", "web:audit?user"),
)


@pytest.mark.parametrize("value", ["²", "٣", HUGE, "-1"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_asked_for_a_number_that_is_none_of_ours_is_drawn(owner_client, address, value):
    name, _mark, field = address.partition("?")
    assert owner_client.get(reverse(name), {field: value}).status_code in (200, 204)


@pytest.mark.parametrize("value", ["²", HUGE])
def test_lists_of_numbers_that_are_none_of_ours_choose_nothing(owner_client, value):
    answer = owner_client.post(reverse("inventory:replenishment_order"), {"proposal": [value]})
    assert answer.status_code == 422
    order = place((make_variant(), 2))
    line = order.lines.get()
    split = reverse("orders:split", args=[order.pk])
    assert owner_client.post(split, {f"line.{line.pk}": value}).status_code == 422
