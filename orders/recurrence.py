"""On which days something recurs: pure, in calendar days of the company."""

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

DAYS, WEEKS, MONTHS = "days", "weeks", "months"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Every so many days, weeks (on weekdays, Monday is 0) or months (on a day), from a start.

    In a month that is shorter than `month_day` it is the month's last day.
    """

    kind: str
    starts_on: date
    every: int = 1
    weekdays: Sequence[int] = ()
    month_day: int = 1

    def first_from(self, day: date) -> date:
        """The first day of the rhythm that is not before `day`."""
        day = max(day, self.starts_on)
        if self.kind == DAYS:
            late = (day - self.starts_on).days % self.every
            return day if not late else day + timedelta(days=self.every - late)
        return self._week_from(day) if self.kind == WEEKS else self._month_from(day)

    def after(self, day: date) -> date:
        """The first day of the rhythm that follows `day`."""
        return self.first_from(day + timedelta(days=1))

    def days(self, day: date) -> Iterator[date]:
        """The days of the rhythm from `day` on, without end."""
        found = self.first_from(day)
        while True:
            yield found
            found = self.after(found)

    def _week_from(self, day: date) -> date:
        monday = self.starts_on - timedelta(days=self.starts_on.weekday())
        # One round of weeks, and the day on which it begins again, hold an answer.
        for step in range(7 * self.every + 7):
            found = day + timedelta(days=step)
            week = (found - monday).days // 7
            if found.weekday() in self.weekdays and week % self.every == 0:
                return found
        raise ValueError("a weekly rhythm needs a weekday")

    def _month_from(self, day: date) -> date:
        start = self.starts_on.year * 12 + self.starts_on.month - 1
        month = max(start, day.year * 12 + day.month - 1)
        month += -(month - start) % self.every
        found = _day_of(month, self.month_day)
        return found if found >= day else _day_of(month + self.every, self.month_day)


def _day_of(month: int, day: int) -> date:
    """The day of a month that is counted from year 0, or the month's last."""
    year, index = divmod(month, 12)
    return date(year, index + 1, min(day, calendar.monthrange(year, index + 1)[1]))


def upcoming(rhythm: Rhythm, day: date, *, most: int) -> list[date]:
    """The next days, for a look before the rhythm is saved."""
    return list(islice(rhythm.days(day), most))
