"""Terms of an escrow and rates of a day: pure, without a database."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from channels_sync.estimating import Rate, Sold, expected_fees, rates_of
from channels_sync.marketplaces.lazada import fees as lazada_fees
from channels_sync.marketplaces.shopee import fees as shopee_fees
from oms.kernel.money import round_half_up

VND = st.integers(0, 3_000_000)

# Statements of the marketplaces


# Of the identity's text; every other term is taken.
ADDED = frozenset(
    {
        *("original_cost_of_goods_sold", "seller_return_refund", "shopee_discount"),
        *("buyer_paid_shipping_fee", "shopee_shipping_rebate", "buyer_paid_packaging_fee"),
        *("shipping_fee_discount_from_3pl", "rsf_seller_protection_fee_claim_amount"),
    }
)

TERMS = sorted(set(shopee_fees.FIELDS) - {"cost_of_goods_sold", "total_adjustment_amount"})


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(TERMS), VND), VND)
def test_a97_every_term_of_an_escrow_is_a_line_and_they_sum_to_what_is_paid(amounts, goods):
    """Fees and payout are what the buyer paid: by the marketplace's own identity nothing is left.

    The identity is written from its text, not from the connector's table of signs.
    """
    told = {**amounts, "original_cost_of_goods_sold": goods}
    added = sum(told.get(name, 0) for name in ADDED)
    taken = sum(amount for name, amount in told.items() if name not in ADDED)
    released = {
        "order_sn": "A1",
        "payout_amount": added - taken,
        "escrow_release_time": 1_764_540_000,
    }
    lines = shopee_fees.fee_lines(released, told)
    assert "rest" not in {line.name for line in lines}
    assert sum(line.amount_vnd for line in lines) == added - taken
    paid = sum(line.amount_vnd for line in lines if line.amount_vnd > 0)
    fees = -sum(line.amount_vnd for line in lines if line.amount_vnd < 0)
    assert fees + (added - taken) == paid
    assert {line.statement for line in lines} <= {"2025-12-01"}


def test_what_an_escrow_leaves_unexplained_is_a_line_of_its_own():
    released = {"order_sn": "A1", "payout_amount": 90_500, "escrow_release_time": 1_764_540_000}
    told = {"cost_of_goods_sold": 100_000, "commission_fee": 9_000}
    lines = {line.name: line.amount_vnd for line in shopee_fees.fee_lines(released, told)}
    assert lines == {"cost_of_goods_sold": 100_000, "commission_fee": -9_000, "rest": -500}


PARTS = st.dictionaries(
    st.sampled_from(lazada_fees.PARTS), st.integers(-2_000_000, 2_000_000), min_size=1
)


@settings(max_examples=40)
@given(PARTS)
def test_a_statement_says_what_its_lines_come_to_apart_from_what_is_carried_over(parts):
    row = {name: f"{amount}.00" for name, amount in parts.items()}
    total = sum(parts.values())
    row |= {
        "statement_number": "VN-2026-W47",
        "created_at": "2026-11-22 00:00:00",
        "opening_balance": "5000.00",
        "payout": f"{total + 5_000} VND",
        "paid": "1",
    }
    told = lazada_fees.settlement(row)
    assert (told.lines_vnd, told.payout_vnd, told.is_paid) == (total, total + 5_000, True)


# Dated rates


def rate(part: str = "4", **changes: Any) -> Rate:
    values: dict[str, Any] = {
        "marketplace": "shopee",
        "shop_id": None,
        "kind": "commission",
        "name": "",
        "label": "Phí",
        "on_paid": False,
        "percent": Decimal(part),
        "fixed_vnd": 0,
        "cap_vnd": None,
        "valid_from": date(2026, 1, 1),
    }
    return Rate(**(values | changes))


SALE = Sold("shopee", 7, date(2026, 6, 15), 200_000, 15_000)


def test_the_rate_of_the_day_of_sale_counts_and_a_shops_own_stands_before_the_marketplaces():
    old, newer = rate("4"), rate("5", valid_from=date(2026, 6, 1))
    future, own = rate("9", valid_from=date(2026, 7, 1)), rate("3", shop_id=7)
    other = rate("8", shop_id=8)
    assert rates_of(SALE, [future, newer, old, other]) == [newer]
    assert rates_of(SALE, [newer, own, old]) == [own]
    assert expected_fees(SALE, [future, rate(marketplace="lazada")]) is None
    assert expected_fees(SALE, [rate("0")]) == []


@settings(max_examples=60)
@given(
    goods=VND,
    shipping=VND,
    percent=st.decimals(0, 100, places=3),
    fixed=st.integers(0, 50_000),
    cap=st.none() | st.integers(0, 100_000),
    on_paid=st.booleans(),
)
def test_a_fee_is_rounded_once_and_never_above_its_cap(
    goods, shipping, percent, fixed, cap, on_paid
):
    sold = Sold("shopee", 7, date(2026, 6, 15), goods, shipping)
    row = rate("0", percent=percent, fixed_vnd=fixed, cap_vnd=cap, on_paid=on_paid)
    [amount] = [fee.amount_vnd for fee in expected_fees(sold, [row]) or []] or [0]
    part = round_half_up(Decimal(goods + (shipping if on_paid else 0)) * percent / 100)
    assert amount == fixed + (part if cap is None else min(part, cap))
