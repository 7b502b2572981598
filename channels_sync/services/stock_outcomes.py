"""What became of the numbers that were sent: a batch is written with one statement each way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from channels_sync.models import Listing, StockPush, SyncProblem
from channels_sync.ports import ListingOutcome
from channels_sync.services.problems import report_problem, resolve_problems
from oms.kernel.clock import now
from oms.kernel.errors import ServiceUnreachable
from oms.kernel.sql import run

SHORTEST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)

# A version that rose while the number was on its way stays owed.
_SENT = """
WITH told AS (
    SELECT * FROM unnest(%(pushes)s::bigint[], %(listings)s::bigint[], %(versions)s::bigint[],
        %(quantities)s::int[]) AS row (push_id, listing_id, version, quantity)
), push AS (
    UPDATE channels_sync_stockpush AS p SET
        sent_version = greatest(p.sent_version, told.version),
        quantity = told.quantity, sent_at = %(moment)s::timestamptz, attempts = 0, last_error = '',
        state = CASE WHEN greatest(p.sent_version, told.version) = p.version
            THEN 'sent' ELSE p.state END
    FROM told WHERE p.id = told.push_id
)
UPDATE channels_sync_listing AS l SET pushed_quantity = told.quantity,
    remote_quantity = told.quantity, remote_quantity_at = %(moment)s::timestamptz
FROM told WHERE l.id = told.listing_id
"""


_POSTPONE = """
UPDATE channels_sync_stockpush AS p SET attempts = p.attempts + 1, state = %(state)s::text,
    last_error = told.reason,
    next_attempt_at = %(moment)s::timestamptz + least(%(longest)s::interval, coalesce(
        %(wait)s::interval, %(shortest)s::interval * power(2, least(p.attempts, 10))))
FROM unnest(%(pushes)s::bigint[], %(versions)s::bigint[], %(reasons)s::text[])
    AS told (push_id, version, reason)
WHERE p.id = told.push_id AND p.version = told.version
"""


@dataclass(frozen=True)
class Owed:
    """A listing whose shop is owed a number, and the version of the stock that it tells."""

    push_id: int
    version: int
    listing: Listing


def record_outcome(rows: Sequence[Owed], amounts: Mapping[int, int], out: ListingOutcome) -> int:
    """Note which numbers arrived and why others were refused; returns how many arrived."""
    taken = [row for row in rows if row.listing.ref in out.accepted]
    _record_sent(taken, amounts, now())
    left = [row for row in rows if row.listing.ref not in out.accepted]
    if left:
        silent = _("Sàn không trả lời")
        _record_refused(left, [out.refused.get(row.listing.ref) or silent for row in left])
    if taken:
        resolve_problems(
            taken[0].listing.shop_id,
            [row.listing.ref for row in taken],
            [SyncProblem.Kind.STOCK_REFUSED, SyncProblem.Kind.STOCK_DRIFT],
        )
    return len(taken)


def postpone_all(rows: Sequence[Owed], trouble: ServiceUnreachable) -> None:
    """As long as the partner says; when it says nothing, longer each time."""
    reasons = [trouble.message] * len(rows)
    _postpone(rows, reasons, StockPush.State.PENDING, trouble.retry_after)


def _postpone(
    rows: Sequence[Owed], reasons: Sequence[str], state: StockPush.State, wait: float | None = None
) -> None:
    """A newer number, owed since, stays due at once."""
    run(
        _POSTPONE,
        {
            "pushes": [row.push_id for row in rows],
            "versions": [row.version for row in rows],
            "reasons": [reason[:1000] for reason in reasons],
            "state": state.value,
            "wait": None if wait is None else timedelta(seconds=wait),
            "shortest": SHORTEST_WAIT,
            "longest": LONGEST_WAIT,
            "moment": now(),
        },
    )


def _record_sent(rows: Sequence[Owed], amounts: Mapping[int, int], moment: datetime) -> None:
    if not rows:
        return
    run(
        _SENT,
        {
            "pushes": [row.push_id for row in rows],
            "listings": [row.listing.pk for row in rows],
            "versions": [row.version for row in rows],
            "quantities": [amounts[row.listing.pk] for row in rows],
            "moment": moment,
        },
    )


def _record_refused(rows: Sequence[Owed], reasons: Sequence[str]) -> None:
    _postpone(rows, reasons, StockPush.State.FAILED)
    for row, reason in zip(rows, reasons, strict=True):
        report_problem(
            row.listing.shop_id,
            SyncProblem.Kind.STOCK_REFUSED,
            row.listing.ref,
            _("%(name)s: %(reason)s") % {"name": row.listing.name, "reason": reason},
        )
