"""Sales that ask nothing of our order but to be there: most of a page, done with three statements.

What is left is carried over order by order. Both ways end in the same rows.
"""

from collections.abc import Mapping, Sequence

from channels_sync.models import RemoteOrder, SyncProblem
from channels_sync.ports import RemoteState, Sale
from oms.kernel.sql import run
from orders.models import OrderProblem

S = RemoteState
PLAIN = {S.UNPAID, S.HELD, S.TO_SHIP}
# Without an order of ours nothing can follow a state, as long as we know the word for it.
PLAIN_WITHOUT_ORDER = set(S) - {S.UNKNOWN}
# A plain state may close these.
CLOSED_BY_PLAIN = (
    *(OrderProblem.Kind.UNKNOWN_STATUS, OrderProblem.Kind.CANCEL_REQUESTED),
    OrderProblem.Kind.CHANGED_REMOTELY,
)

# A newer word that came meanwhile is not applied by this.
_APPLIED = """
UPDATE channels_sync_remoteorder AS r SET applied_version = r.version
FROM unnest(%(ids)s::bigint[], %(versions)s::bigint[]) AS told (id, version)
WHERE r.id = told.id AND r.version = told.version
"""


def apply_plain(rows: Mapping[str, RemoteOrder], sales: Sequence[Sale]) -> list[Sale]:
    """Mark the plain sales as carried over; returns those that have to be followed one by one."""
    plain = [sale for sale in sales if _is_plain(rows[sale.remote_id], sale)]
    if not plain:
        return list(sales)
    waiting = _with_problems([rows[sale.remote_id] for sale in plain])
    done = {sale.remote_id for sale in plain} - waiting
    quiet = [sale for sale in plain if sale.remote_id in done]
    if quiet:
        ids = [rows[sale.remote_id].pk for sale in quiet]
        run(_APPLIED, {"ids": ids, "versions": [sale.version for sale in quiet]})
    return [sale for sale in sales if sale.remote_id not in done]


def _is_plain(row: RemoteOrder, sale: Sale) -> bool:
    if row.order_id is None:
        return sale.state in PLAIN_WITHOUT_ORDER
    moves = any(parcel.is_arranged or parcel.fulfillment for parcel in sale.parcels)
    return sale.state in PLAIN and not moves


def _with_problems(rows: Sequence[RemoteOrder]) -> set[str]:
    """Remote ids of those with an open problem that this state closes."""
    numbers = {row.order_id: row.remote_id for row in rows if row.order_id is not None}
    of_orders = OrderProblem.objects.filter(
        order_id__in=numbers, kind__in=CLOSED_BY_PLAIN, resolved_at=None
    )
    of_shop = SyncProblem.objects.filter(
        shop_id=rows[0].shop_id,
        remote_id__in=[row.remote_id for row in rows],
        kind=SyncProblem.Kind.UNKNOWN_STATUS,
        resolved_at=None,
    )
    found = {numbers[order_id] for order_id in of_orders.values_list("order_id", flat=True)}
    return found | set(of_shop.values_list("remote_id", flat=True))
