"""How a package may move, and how its state follows from what the carrier reported. Pure."""

from collections.abc import Iterable
from datetime import datetime

from oms.kernel.flow import Flow

from .models import BookingState, ClaimStatus, CodStatus, PackageStatus

S = PackageStatus

# Before the carrier has it, our own work decides.
OURS = frozenset({S.RELEASED, S.PICKING, S.PICKED, S.PACKED})
MOVING = frozenset(
    {S.HANDED_OVER, S.IN_TRANSIT, S.OUT_FOR_DELIVERY, S.DELIVERY_FAILED}
    | {S.RETURN_PENDING, S.RETURNING}
)
FINAL = frozenset({S.DELIVERED, S.RETURNED, S.LOST, S.DAMAGED, S.CANCELLED})

RANK: dict[str, int] = {
    S.RELEASED: 10,
    S.PICKING: 12,
    S.PICKED: 14,
    S.PACKED: 16,
    S.HANDED_OVER: 20,
    S.IN_TRANSIT: 30,
    S.OUT_FOR_DELIVERY: 40,
    S.DELIVERY_FAILED: 45,
    S.RETURN_PENDING: 50,
    S.RETURNING: 60,
    S.DELIVERED: 70,
    S.RETURNED: 80,
    S.LOST: 90,
    S.DAMAGED: 90,
    S.CANCELLED: 99,
}

# The only moves to a lower rank: another attempt, and goods that come back after delivery.
BACKWARDS = frozenset(
    {
        (S.OUT_FOR_DELIVERY, S.IN_TRANSIT),
        (S.DELIVERY_FAILED, S.IN_TRANSIT),
        (S.DELIVERY_FAILED, S.OUT_FOR_DELIVERY),
        (S.RETURN_PENDING, S.IN_TRANSIT),
        (S.RETURN_PENDING, S.OUT_FOR_DELIVERY),
        (S.RETURN_PENDING, S.DELIVERY_FAILED),
        (S.DELIVERED, S.RETURN_PENDING),
        (S.DELIVERED, S.RETURNING),
        (S.LOST, S.DELIVERED),
        (S.LOST, S.RETURNED),
    }
)
NO_RETURN = frozenset({S.RETURNED, S.DAMAGED, S.CANCELLED})
AFTER_DELIVERY = frozenset({S.RETURN_PENDING, S.RETURNING, S.RETURNED})


def may_move(before: str, after: str) -> bool:
    """Forward by rank, or one of the listed ways back."""
    if before == after:
        return False
    if before in NO_RETURN or (before == S.DELIVERED and after not in AFTER_DELIVERY):
        return False
    if after == S.CANCELLED:
        return before in OURS
    return RANK[after] > RANK[before] or (before, after) in BACKWARDS


def follow(start: str, reports: Iterable[tuple[datetime, str]]) -> str:
    """The state after all reports, taken in the order of their own time.

    The result depends on the set of reports, not on the order of their arrival: a repeat, or a
    report that comes late, changes nothing that a newer one has already decided.
    """
    state = start
    for _at, status in sorted(set(reports), key=lambda row: (row[0], RANK[row[1]], row[1])):
        if may_move(state, status):
            state = status
    return state


PACKAGE_FLOW = Flow(
    "package",
    {before: {after for after in RANK if may_move(before, after)} for before in RANK},
)

B = BookingState
BOOKING_FLOW = Flow(
    "booking",
    {
        B.NONE: {B.QUEUED, B.BOOKED, B.VOID},
        # Unknown is written before the send: a process that dies while sending leaves no doubt.
        B.QUEUED: {B.UNKNOWN, B.VOID},
        B.UNKNOWN: {B.BOOKED, B.REFUSED, B.QUEUED},
        B.REFUSED: {B.QUEUED, B.VOID},
        B.BOOKED: {B.VOID},
        B.VOID: set(),
    },
)

C = CodStatus
COD_FLOW = Flow(
    "cod",
    {
        C.NONE: set(),
        # A statement may be the first to say that the cash was taken.
        C.TO_COLLECT: {C.COLLECTED, C.IN_STATEMENT, C.NONE, C.REMITTED, C.MISMATCH},
        C.COLLECTED: {C.IN_STATEMENT, C.REMITTED, C.MISMATCH, C.WRITTEN_OFF},
        C.IN_STATEMENT: {C.REMITTED, C.MISMATCH, C.WRITTEN_OFF},
        C.MISMATCH: {C.REMITTED, C.WRITTEN_OFF},
        C.REMITTED: set(),
        C.WRITTEN_OFF: set(),
    },
)

K = ClaimStatus
CLAIM_FLOW = Flow(
    "claim",
    {
        K.OPEN: {K.SENT, K.WITHDRAWN},
        K.SENT: {K.PAID, K.REFUSED, K.WITHDRAWN},
        K.PAID: set(),
        K.REFUSED: set(),
        K.WITHDRAWN: set(),
    },
)
