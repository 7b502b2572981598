"""Splitting what the buyer paid into net and tax keeps every dong."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing.amounts import (
    LineAmounts,
    Sale,
    invoice_lines,
    split_vat,
    sums_by_rate,
    totals_of,
)

RATES = (-2, -1, 0, 5, 8, 10)


def lines_for(sales: list[Sale], discount: int = 0, shipping: int = 0) -> list[LineAmounts]:
    return invoice_lines(
        sales,
        discount_vnd=discount,
        shipping_vnd=shipping,
        rate_of=lambda rate: rate,
        shipping_rate=8,
        discount_name="Chiết khấu thương mại",
        shipping_name="Phí vận chuyển",
    )


@pytest.mark.parametrize(
    ("gross", "rate", "net", "tax"),
    [
        (108_000, 8, 100_000, 8_000),
        (110_000, 10, 100_000, 10_000),
        (99_000, 8, 91_667, 7_333),
        (1, 10, 1, 0),
        (50_000, -2, 50_000, 0),
        (50_000, -1, 50_000, 0),
        (50_000, 0, 50_000, 0),
        (0, 10, 0, 0),
    ],
)
def test_known_splits(gross: int, rate: int, net: int, tax: int) -> None:
    assert split_vat(gross, rate) == (net, tax)


@given(st.integers(0, 10**13), st.sampled_from(RATES))
def test_net_and_tax_are_the_gross(gross: int, rate: int) -> None:
    net, tax = split_vat(gross, rate)
    assert net + tax == gross
    assert net >= 0
    assert tax >= 0


def test_the_line_discount_stands_between_listed_and_net() -> None:
    [line] = lines_for([Sale("Áo", 3, 270_000, 54_000, 8)])
    assert (line.listed_vnd, line.discount_vnd, line.net_vnd) == (300_000, 50_000, 250_000)
    assert (line.tax_vnd, line.gross_vnd) == (20_000, 270_000)
    assert line.unit_price == Decimal("100000.000000")


def test_an_order_discount_falls_on_each_rate_by_its_goods() -> None:
    lines = lines_for(
        [Sale("Áo", 1, 300_000, 0, 8), Sale("Gạo", 1, 100_000, 0, 5)], discount=40_000
    )
    assert [(line.kind, line.vat_rate, line.gross_vnd) for line in lines[2:]] == [
        ("discount", 8, 30_000),
        ("discount", 5, 10_000),
    ]
    assert totals_of(lines).total_vnd == 360_000


def test_a_discount_beyond_the_goods_falls_on_delivery_too() -> None:
    lines = lines_for([Sale("Áo", 1, 20_000, 0, 10)], discount=30_000, shipping=30_000)
    totals = totals_of(lines)
    assert totals.total_vnd == 20_000
    assert all(part.net_vnd >= 0 and part.tax_vnd >= 0 for part in sums_by_rate(lines))


def test_a_discount_of_everything_leaves_neither_net_nor_tax() -> None:
    lines = lines_for([Sale("Kẹo", 1, 6, 0, 10), Sale("Kẹo", 1, 6, 0, 10)], discount=12)
    totals = totals_of(lines)
    assert (totals.net_vnd, totals.tax_vnd, totals.total_vnd) == (0, 0, 0)


sales = st.lists(
    st.builds(
        lambda quantity, price, off, rate: Sale(
            "Hàng", quantity, quantity * price - min(off, quantity * price),
            min(off, quantity * price), rate,
        ),
        st.integers(1, 50), st.integers(0, 5_000_000), st.integers(0, 200_000),
        st.sampled_from(RATES),
    ),
    min_size=1,
    max_size=12,
)  # fmt: skip


@given(sales, st.integers(0, 500_000), st.integers(0, 100_000))
def test_lines_sum_to_what_the_buyer_pays(rows: list[Sale], off: int, shipping: int) -> None:
    goods = sum(sale.total_vnd for sale in rows)
    discount = min(off, goods + shipping)
    lines = lines_for(rows, discount, shipping)
    totals = totals_of(lines)

    assert totals.total_vnd == goods - discount + shipping
    assert totals.net_vnd + totals.tax_vnd == totals.total_vnd
    by_rate = sums_by_rate(lines)
    assert sum(part.net_vnd for part in by_rate) == totals.net_vnd
    assert sum(part.tax_vnd for part in by_rate) == totals.tax_vnd
    assert all(part.net_vnd >= 0 and part.tax_vnd >= 0 for part in by_rate)
    for line in lines:
        assert line.listed_vnd - line.discount_vnd == line.net_vnd
        assert line.net_vnd + line.tax_vnd == line.gross_vnd
        assert min(line.listed_vnd, line.discount_vnd, line.net_vnd, line.tax_vnd) >= 0
        assert abs(line.unit_price * line.quantity - line.listed_vnd) < 1
