"""A-110: the days on which an order recurs, without a database."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.recurrence import DAYS, MONTHS, WEEKS, Rhythm, upcoming

MONDAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("rhythm", "days"),
    [
        (Rhythm(DAYS, MONDAY, 3), ["03-02", "03-05", "03-08", "03-11"]),
        (Rhythm(WEEKS, MONDAY, 1, (0, 3)), ["03-02", "03-05", "03-09", "03-12"]),
        # Begins on a Wednesday: that week counts, its Monday has passed.
        (Rhythm(WEEKS, date(2026, 3, 4), 2, (0, 4)), ["03-06", "03-16", "03-20", "03-30"]),
        (Rhythm(MONTHS, date(2026, 1, 31), 1, (), 31), ["03-31", "04-30", "05-31", "06-30"]),
        (Rhythm(MONTHS, date(2026, 1, 10), 2, (), 5), ["03-05", "05-05", "07-05", "09-05"]),
    ],
)
def test_a110_days_weeks_and_months_recur(rhythm: Rhythm, days: list[str]) -> None:
    assert [day.strftime("%m-%d") for day in upcoming(rhythm, MONDAY, most=4)] == days


def test_a110_the_end_of_february_is_its_last_day() -> None:
    rhythm = Rhythm(MONTHS, date(2027, 11, 30), 1, (), 30)
    days = upcoming(rhythm, date(2028, 1, 31), most=2)
    assert days == [date(2028, 2, 29), date(2028, 3, 30)]
    assert upcoming(rhythm, date(2027, 2, 1), most=1) == [date(2027, 11, 30)]


rhythms = st.builds(
    Rhythm,
    st.sampled_from([DAYS, WEEKS, MONTHS]),
    st.dates(date(2025, 1, 1), date(2026, 12, 31)),
    st.integers(1, 5),
    st.sets(st.integers(0, 6), min_size=1).map(tuple),
    st.integers(1, 31),
)


def belongs(rhythm: Rhythm, day: date) -> bool:
    """The same said day by day."""
    start = rhythm.starts_on
    if day < start:
        return False
    if rhythm.kind == DAYS:
        return (day - start).days % rhythm.every == 0
    if rhythm.kind == WEEKS:
        weeks = (day - (start - timedelta(days=start.weekday()))).days // 7
        return day.weekday() in rhythm.weekdays and weeks % rhythm.every == 0
    months = (day.year - start.year) * 12 + day.month - start.month
    last = (day + timedelta(days=1)).month != day.month
    wanted = day.day == rhythm.month_day or (last and day.day < rhythm.month_day)
    return wanted and months % rhythm.every == 0


@settings(max_examples=60)
@given(rhythms, st.integers(-40, 200))
def test_a110_no_day_of_a_rhythm_is_left_out_and_none_is_added(rhythm: Rhythm, late: int) -> None:
    begin = rhythm.starts_on + timedelta(days=late)
    found = upcoming(rhythm, begin, most=4)
    span = (found[-1] - begin).days + 1
    every = [begin + timedelta(days=n) for n in range(span)]
    assert found == [day for day in every if belongs(rhythm, day)]
