"""TikTok Shop's words for the state of an order and ours (2026). Absent is unknown."""

from channels_sync.ports import RemoteState

S = RemoteState
CANCELLED = "CANCELLED"

ORDER_STATES = {
    "UNPAID": S.UNPAID,
    # About an hour in which the buyer may change their mind; pre-orders wait here too.
    "ON_HOLD": S.HELD,
    "AWAITING_SHIPMENT": S.TO_SHIP,
    "PARTIALLY_SHIPPING": S.TO_SHIP,
    "AWAITING_COLLECTION": S.ARRANGED,
    "IN_TRANSIT": S.SHIPPED,
    "DELIVERED": S.DELIVERED,
    "COMPLETED": S.COMPLETED,
    CANCELLED: S.CANCELLED,
}
# States in which a buyer's wish to cancel waits for the seller.
BEFORE_SHIPPING = {S.UNPAID, S.TO_SHIP, S.ARRANGED}

# Our fulfilment code for a parcel, by the words of its units; empty while it is with us.
PARCEL_STATES = {"IN_TRANSIT": "in_transit", "DELIVERED": "delivered", "COMPLETED": "delivered"}
ARRANGED_UNITS = {"AWAITING_COLLECTION", *PARCEL_STATES}
FURTHEST_LAST = ("AWAITING_SHIPMENT", "AWAITING_COLLECTION", *PARCEL_STATES)

# Only this one is shipped by the seller; all others by the platform's own warehouses.
BY_SELLER = "FULFILLMENT_BY_SELLER"
# The seller's own carrier brings it.
SELLER_SHIPS = "SELLER"


def slowest(words: list[str]) -> str:
    """The word of the unit that is least far; one that is not known is nowhere."""
    return min(
        words,
        key=lambda word: FURTHEST_LAST.index(word) if word in FURTHEST_LAST else -1,
        default="",
    )
