from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.kernel import money
from oms.kernel.errors import DomainError


@pytest.mark.parametrize(
    ("typed", "dong"),
    [
        ("1250000", 1_250_000),
        ("1.250.000", 1_250_000),
        ("1,250,000", 1_250_000),
        ("1 250 000 ₫", 1_250_000),
        ("250.000đ", 250_000),
        ("0", 0),
        ("99 VND", 99),
    ],
)
def test_usual_ways_to_write_dong_are_read(typed, dong):
    assert money.parse_vnd(typed) == dong


@pytest.mark.parametrize("typed", ["1.25", "1,5", "1234.567"])
def test_an_amount_with_two_meanings_is_asked_about(typed):
    with pytest.raises(DomainError) as refusal:
        money.parse_vnd(typed, field="price")
    assert (refusal.value.code, refusal.value.field) == ("money.ambiguous", "price")


@pytest.mark.parametrize("typed", ["", "abc", "-5", "=1+1", "1.250,000", "1e9", "9" * 20])
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(DomainError) as refusal:
        money.parse_vnd(typed)
    assert refusal.value.code in {"money.invalid", "money.ambiguous"}


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=30))
def test_shares_sum_to_the_total(total, weights):
    assert sum(money.allocate(total, weights)) == total


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_each_share_is_within_one_unit_of_its_proportion_and_never_negative(total, weights):
    shares = money.allocate(total, weights)
    parts = weights if any(weights) else [1] * len(weights)
    for share, weight in zip(shares, parts, strict=True):
        assert share >= 0
        assert abs(share - Decimal(total) * weight / sum(parts)) <= 1


@given(st.integers(0, 10**12), st.sampled_from([0, 5, 8, 10]))
def test_net_and_tax_sum_to_the_gross(gross, rate):
    net, tax = money.net_of_gross(gross, rate)
    assert net + tax == gross
    assert abs(net * rate - tax * 100) <= 100


@pytest.mark.parametrize(("value", "whole"), [("0.5", 1), ("1.49", 1), ("2.5", 3), ("-0.5", -1)])
def test_a_half_goes_away_from_zero(value, whole):
    assert money.round_half_up(Decimal(value)) == whole


def test_pounds_become_dong_once():
    assert money.to_minor(Decimal("2.55"), "GBP") == 255
    assert money.minor_to_vnd(255, "GBP", Decimal("33850.5")) == 86_319
    with pytest.raises(DomainError):
        money.to_minor(Decimal("2.555"), "GBP")


def test_dong_are_shown_in_groups():
    assert money.format_vnd(1_250_000) == "1.250.000\u00a0₫"
    assert money.format_vnd(-500) == "-500\u00a0₫"
