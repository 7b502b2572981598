"""What buyers were told of the lines of an order."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from oms.kernel.clock import today
from orders.models import LinePromise, Order, OrderLine


@dataclass(frozen=True, slots=True)
class LineWord:
    """A line, its present promise, and the earlier ones, newest first."""

    line: OrderLine
    now: LinePromise | None
    before: list[LinePromise]

    @property
    def is_late(self) -> bool:
        return is_late(self.now.promised_on if self.now else None)


def is_late(promised_on: date | None) -> bool:
    return promised_on is not None and promised_on < today()


def promises_of(order: Order) -> list[LineWord]:
    """Every line of the order; two statements."""
    said: dict[int, list[LinePromise]] = defaultdict(list)
    for row in LinePromise.objects.filter(line__order=order).order_by("-id"):
        said[row.line_id].append(row)
    return [
        LineWord(
            line,
            next((row for row in said[line.pk] if row.ended_at is None), None),
            [row for row in said[line.pk] if row.ended_at is not None],
        )
        for line in order.lines.order_by("position")
    ]


def days_for_buyer(order: Order) -> list[tuple[date | None, int]]:
    """(day, sets of goods) as the buyer's page tells them, the earliest first, unknown days last.

    Nothing says which goods they are: whoever knows a code and four digits may not learn that.
    """
    sets: dict[date | None, int] = defaultdict(int)
    rows = LinePromise.objects.filter(line__order=order, ended_at=None)
    for day, quantity in rows.values_list("promised_on", "line__quantity"):
        sets[day] += quantity
    return sorted(sets.items(), key=lambda pair: (pair[0] is None, pair[0] or date.max))
