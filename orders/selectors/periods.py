"""Spans of days as an address says them: a word, a number of days, or two dates."""

from datetime import date, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oms.kernel import clock

CUSTOM = "custom"
PERIODS: list[tuple[str, str | Promise]] = [
    ("today", _("Hôm nay")),
    ("yesterday", _("Hôm qua")),
    ("7", _("7 ngày")),
    ("30", _("30 ngày")),
    ("month", _("Tháng này")),
    (CUSTOM, _("Tùy chọn")),
]
_WORDS = {word for word, _label in PERIODS} - {CUSTOM}
Bounds = tuple[datetime | None, datetime | None]


def read_period(text: str, first: str, last: str) -> str:
    """What is kept of a period: a word, "2026-11-01..2026-11-15" with open ends, or nothing."""
    if text in _WORDS:
        return text
    if ".." in text:
        first, _dots, last = text.partition("..")
    elif text != CUSTOM:
        return ""
    start, end = _day(first), _day(last)
    if start is None and end is None:
        return ""
    return f"{start or ''}..{end or ''}"


def days_of(period: str) -> tuple[date | None, date | None]:
    """First and last day of a kept period; None is an open end."""
    today = clock.today()
    if ".." in period:
        first, _dots, last = period.partition("..")
        return _day(first), _day(last)
    if period == "yesterday":
        return today - timedelta(days=1), today - timedelta(days=1)
    if period == "month":
        return today.replace(day=1), None
    if period.isdecimal():
        return today - timedelta(days=int(period) - 1), None
    return (today, today) if period else (None, None)


def period_bounds(period: str) -> Bounds:
    """First instant and the instant after the last, in UTC; None means open."""
    first, last = days_of(period)
    return (
        clock.day_bounds(first)[0] if first else None,
        clock.day_bounds(last)[1] if last else None,
    )


def show_period(period: str) -> str:
    """The words of a kept period: "Hôm nay", "01/11/2026 – 15/11/2026"."""
    if ".." not in period:
        return str(dict(PERIODS).get(period, period))
    return " – ".join(f"{day:%d/%m/%Y}" if day else "…" for day in days_of(period))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
