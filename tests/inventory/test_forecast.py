"""PRODUCT A-52, C-75: forecasts and the arithmetic of a reorder, without a database."""

import random
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.replenishment.choose import forecast
from inventory.replenishment.methods import methods_for
from inventory.replenishment.reorder import Stock, Terms, decide, normal_quantile, whole
from inventory.selectors.demand import series_of

days = st.lists(st.none() | st.integers(0, 40), min_size=1, max_size=160)

NOON = timedelta(hours=12)


@settings(max_examples=60)
@given(series=days)
def test_a52_no_forecast_is_negative_and_each_has_its_horizon(series) -> None:
    found = forecast(series, horizon=28)
    assert len(found.days) == 28
    assert min(found.days) >= 0
    assert found.sigma >= 0
    for name, method in methods_for(0.5).items():
        if len(series) > 28:
            tested, ahead = method(series, [len(series) - 7, len(series)], 14)
            assert len(tested) >= 7 and len(ahead) == 14, name
            assert min([*tested, *ahead]) >= 0, name


@settings(max_examples=40)
@given(series=st.lists(st.integers(0, 40), min_size=60, max_size=120), cut=st.integers(30, 55))
def test_no_method_knows_a_day_after_its_origin(series, cut) -> None:
    other = series[:cut] + [value + 7 for value in series[cut:]]
    for method in methods_for(0.5).values():
        assert method(series, [cut], 7)[0] == method(other, [cut], 7)[0]


def test_a52_a_weekly_season_is_learned_and_beats_the_naive_one() -> None:
    rng = random.Random(7)
    week = [2, 2, 3, 3, 5, 14, 16]
    series = [week[day % 7] + rng.randint(0, 1) for day in range(210)]
    found = forecast(series, horizon=7)
    assert found.method in {"holt_winters", "seasonal_naive", "average_91", "average_28"}
    assert found.error is not None and found.naive_error is not None
    assert found.error < found.naive_error / 4
    assert found.errors["holt_winters"] < found.errors["naive"]


def test_croston_is_for_slow_movers_only() -> None:
    assert "croston" in methods_for(0.2)
    assert "croston" not in methods_for(0.9)
    assert "holt_winters" not in methods_for(0.05)


def test_days_without_stock_are_left_out_of_the_demand() -> None:
    # 4 there; 4 sold on day 1; empty until 3 come in on day 4; 1 sold on day 5
    moves = [(1, -4, 4), (4, 3, 0), (5, -1, 1)]
    assert series_of(moves, opening=4, length=8) == [0, 4, None, None, 0, 1, 0, 0]
    assert series_of([], opening=0, length=3) == [None, None, None]
    assert series_of([(8, 9, 0)], opening=0, length=8) == [None] * 8


amounts = st.integers(0, 500)

terms = st.builds(
    Terms,
    lead_days=st.integers(0, 60),
    review_days=st.integers(1, 60),
    service_percent=st.integers(50, 99),
    pack_size=st.integers(1, 24),
    min_packs=st.integers(1, 10),
)


@given(
    lead=st.floats(0, 500),
    more=st.floats(0, 500),
    sigma=st.floats(0, 50),
    stock=st.builds(Stock, amounts, amounts, amounts, amounts),
    how=terms,
    least=st.integers(0, 30),
)
def test_c75_the_arithmetic_of_a_reorder(lead, more, sigma, stock, how, least) -> None:
    found = decide(lead, lead + more, sigma, stock, how, least_safety=least)
    assert found.reorder_point == found.lead_demand + found.safety
    assert found.target >= found.reorder_point
    assert found.safety >= least
    if not found.is_due:
        assert found.projected > found.reorder_point or found.target <= found.projected
        return
    assert found.projected <= found.reorder_point
    assert found.projected + found.pieces >= found.target
    assert found.packs >= how.min_packs
    spare = found.projected + found.pieces - found.target
    assert spare < how.pack_size or found.packs == how.min_packs


def test_the_known_example_of_a_reorder_point() -> None:
    assert whole(70.0) == 70 == whole(69.1)
    assert round(normal_quantile(95), 3) == 1.645
    found = decide(70.0, 140.0, 4.0, Stock(60, 5, 10), Terms(7, 7, 95, pack_size=12))
    # 1.645 x 4 x sqrt 7 = 17.4; 1.645 x 4 x sqrt 14 = 24.6; 165 - 65 = 100 = 8.3 packs of 12
    assert (found.safety, found.reorder_point, found.target, found.packs) == (18, 88, 165, 9)
