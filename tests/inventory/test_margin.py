"""A-33: profit and margin of the three values that are typed, without saving."""

from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from inventory.margin import Margin, margin_of
from inventory.models import Product


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ((110_000, 60_000, 10), Margin(100_000, 10_000, 40_000, Decimal("40.0"))),
        ((100_000, 60_000, 0), Margin(100_000, 0, 40_000, Decimal("40.0"))),
        ((100_000, 60_000, -1), Margin(100_000, 0, 40_000, Decimal("40.0"))),
        ((50_000, 60_000, 8), Margin(46_296, 3_704, -13_704, Decimal("-29.6"))),
        ((0, 60_000, 8), Margin(0, 0, -60_000, None)),
    ],
)
def test_a33_profit_is_the_price_without_vat_less_the_cost(typed, expected) -> None:
    assert margin_of(*typed) == expected


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.sampled_from(Product.VatRate.values))
def test_a33_the_parts_always_sum_to_the_price(price: int, cost: int, rate: int) -> None:
    margin = margin_of(price, cost, rate)
    assert margin.net_vnd + margin.tax_vnd == price
    assert margin.profit_vnd + cost == margin.net_vnd


@pytest.mark.django_db
def test_a33_the_fragment_answers_each_change_and_saves_nothing(owner_client) -> None:
    address = reverse("inventory:margin")
    typed = {"price_vnd": "110.000", "cost_vnd": "60.000", "vat_rate": "10"}
    page = owner_client.get(address, typed).content.decode()
    assert "40.000" in page and "40,0%" in page
    assert "50.000" in owner_client.get(address, typed | {"cost_vnd": "50000"}).content.decode()
    for unread in ({"price_vnd": "1.25"}, {"vat_rate": "9"}, {"vat_rate": ""}):
        assert "%" not in owner_client.get(address, typed | unread).content.decode()
    row = {"prefix": "v-3", "v-3-price_vnd": "110000", "v-3-cost_vnd": "0", "vat_rate": "10"}
    assert "100.000" in owner_client.get(address, row).content.decode()
    assert not Product.objects.exists()


@pytest.mark.django_db
def test_a33_without_javascript_a_button_shows_the_margin_and_keeps_what_is_typed(
    owner_client,
) -> None:
    typed = {"price_vnd": "110.000", "cost_vnd": "60.000", "vat_rate": "10", "margin": "1"}
    answer = owner_client.post(reverse("inventory:product_new"), typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "40.000" in page and 'value="110.000"' in page
    assert not Product.objects.exists()


@pytest.mark.django_db
def test_a33_the_margin_needs_the_right_to_see_costs(user_factory, login) -> None:
    client = login(user_factory("sales"))
    assert client.get(reverse("inventory:margin")).status_code == 403
