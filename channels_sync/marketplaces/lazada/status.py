"""Lazada's words for the state of a unit and ours (status guide, April 2026). Absent is unknown."""

from collections.abc import Iterable

from channels_sync.ports import RemoteState

S = RemoteState
CANCELED = "canceled"
PACKABLE = {"pending", "repacked"}

UNIT_STATES = {
    "unpaid": S.UNPAID,
    "pending": S.TO_SHIP,
    "repacked": S.TO_SHIP,
    # Packed is not yet announced: the seller still has to say that it is ready to ship.
    "packed": S.TO_SHIP,
    "ready_to_ship_pending": S.ARRANGED,
    "ready_to_ship": S.ARRANGED,
    "shipped": S.SHIPPED,
    "failed_delivery": S.SHIPPED,
    "lost_by_3pl": S.SHIPPED,
    "damaged_by_3pl": S.SHIPPED,
    "package_scrapped": S.SHIPPED,
    "shipped_back": S.RETURNING,
    "shipped_back_success": S.RETURNING,
    "shipped_back_failed": S.RETURNING,
    "returned": S.RETURNING,
    "delivered": S.DELIVERED,
    CANCELED: S.CANCELLED,
}

# Our fulfilment code, empty while the parcel is with us.
PARCEL_STATES = {
    "shipped": "in_transit",
    "failed_delivery": "delivery_failed",
    "shipped_back": "returning",
    "shipped_back_failed": "returning",
    "shipped_back_success": "returned",
    "returned": "return_pending",
    "lost_by_3pl": "lost",
    "damaged_by_3pl": "damaged",
    "package_scrapped": "damaged",
    "delivered": "delivered",
}
ARRANGED_UNITS = {
    status for status, state in UNIT_STATES.items() if state in (S.ARRANGED, S.SHIPPED, S.RETURNING)
} | {"delivered"}

# The order is where its slowest unit is.
SLOWEST_FIRST = (S.UNPAID, S.TO_SHIP, S.ARRANGED, S.SHIPPED, S.RETURNING, S.DELIVERED)


def order_state(unit_statuses: Iterable[str]) -> RemoteState:
    """The state of an order from those of its units; one unknown word makes it unknown."""
    states = {UNIT_STATES.get(status, S.UNKNOWN) for status in unit_statuses}
    if S.UNKNOWN in states or not states:
        return S.UNKNOWN
    return next((state for state in SLOWEST_FIRST if state in states), S.CANCELLED)


def slowest(unit_statuses: Iterable[str]) -> str:
    """The word of the unit that is least far."""
    known = list(UNIT_STATES)
    return min(
        unit_statuses, key=lambda status: known.index(status) if status in known else -1, default=""
    )


def statuses_text(statuses: Iterable[str]) -> str:
    """What a person reads as the order's state: the set of its units' words."""
    return ",".join(sorted(set(statuses)))
