"""Which goods carry the turnover of a warehouse, and which of them to count today."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from oms.kernel.clock import now
from oms.kernel.sql import run

WINDOW_DAYS = 90
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
# Every so many days goods of a class are counted: monthly, quarterly, twice a year.
RHYTHM_DAYS = {"A": 30, "B": 90, "C": 180}

# A carries the first 80 % of the worth that left, B the next 15 %, C the rest and what stood still.
_CLASSES = """
WITH moved AS (
    SELECT l.variant_id, coalesce(sum(-m.value_vnd), 0)::bigint AS worth
    FROM inventory_stocklevel l
    LEFT JOIN inventory_stockmovement m ON m.variant_id = l.variant_id
        AND m.warehouse_id = l.warehouse_id AND m.kind = 'shipment'
        AND m.created_at >= %(since)s::timestamptz
    WHERE l.warehouse_id = %(warehouse)s::bigint AND l.on_hand > 0
    GROUP BY l.variant_id
),
ranked AS (
    SELECT variant_id, worth, sum(worth) OVER () AS total,
        sum(worth) OVER (ORDER BY worth DESC, variant_id ROWS UNBOUNDED PRECEDING) - worth AS above
    FROM moved
)
SELECT r.variant_id, r.worth,
    CASE WHEN r.worth = 0 THEN 'C' WHEN r.above * 100 < r.total * 80 THEN 'A'
        WHEN r.above * 100 < r.total * 95 THEN 'B' ELSE 'C' END,
    (SELECT max(c.counted_at) FROM inventory_countline c
        JOIN inventory_stockcount s ON s.id = c.count_id AND s.status = 'approved'
        WHERE c.warehouse_id = %(warehouse)s::bigint AND c.variant_id = r.variant_id
            AND c.counted IS NOT NULL)
FROM ranked r ORDER BY r.worth DESC, r.variant_id
"""


@dataclass(frozen=True, slots=True)
class Classed:
    """A variant's class in a warehouse, the worth that left in the window, its last count."""

    variant_id: int
    worth_vnd: int
    letter: str
    counted_at: datetime | None

    def is_due(self, at: datetime) -> bool:
        rhythm = timedelta(days=RHYTHM_DAYS[self.letter])
        return self.counted_at is None or at - self.counted_at >= rhythm


def abc_classes(warehouse_id: int) -> list[Classed]:
    """The goods of a warehouse, the most valuable movers first."""
    since = now() - timedelta(days=WINDOW_DAYS)
    rows = run(_CLASSES, {"warehouse": warehouse_id, "since": since})
    return [Classed(*row) for row in rows]


def due_today(warehouse_id: int) -> list[Classed]:
    """What to count today: of each class its daily share, the longest uncounted first.

    A share a day brings every variant round within the rhythm of its class.
    """
    at, classes = now(), abc_classes(warehouse_id)
    sizes = Counter(row.letter for row in classes)
    due: dict[str, list[Classed]] = defaultdict(list)
    for row in classes:
        if row.is_due(at):
            due[row.letter].append(row)
    chosen: list[Classed] = []
    for letter, rhythm in RHYTHM_DAYS.items():
        rows = sorted(due[letter], key=lambda row: (row.counted_at or LONG_AGO, -row.worth_vnd))
        chosen += rows[: -(-sizes[letter] // rhythm)]
    return chosen
