"""How much waits at each step of the floor."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from orders.models import Return
from orders.selectors.returns import returns_visible_to
from shipping.models import BookingState, PackageStatus
from shipping.selectors.packages import packages_visible_to
from shipping.selectors.packing import one_piece_parcels, to_pack
from shipping.selectors.picking import fulfilments_visible_to, open_tasks, waiting_for_picking

MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class FloorCounts:
    """Each at most 1,000."""

    ready: int
    tasks: int
    to_pack: int
    picked: int
    one_piece: int
    packed: int
    coming: int


def floor_counts(user: Any) -> FloorCounts:
    waiting = to_pack(user)
    packed = packages_visible_to(user).filter(
        status=PackageStatus.PACKED, booking_state=BookingState.BOOKED
    )
    return FloorCounts(
        ready=some(waiting_for_picking(fulfilments_visible_to(user))),
        tasks=some(open_tasks(user)),
        to_pack=some(waiting),
        picked=some(waiting.filter(status=PackageStatus.PICKED)),
        one_piece=some(one_piece_parcels(user)),
        packed=some(packed),
        coming=some(returns_visible_to(user).filter(status=Return.Status.COMING)),
    )


def some(rows: QuerySet[Any]) -> int:
    return rows.order_by()[:MOST_COUNTED].count()
