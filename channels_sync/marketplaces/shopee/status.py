"""Shopee's words for states and ours (guide "V2.0 data definition" 31). Absent means unknown."""

from channels_sync.ports import DocumentState, RemoteState

ORDER_STATES = {
    "UNPAID": RemoteState.UNPAID,
    "PENDING": RemoteState.HELD,
    "READY_TO_SHIP": RemoteState.TO_SHIP,
    "PROCESSED": RemoteState.ARRANGED,
    "RETRY_SHIP": RemoteState.ATTENTION,
    "SHIPPED": RemoteState.SHIPPED,
    "TO_CONFIRM_RECEIVE": RemoteState.DELIVERED,
    "COMPLETED": RemoteState.COMPLETED,
    "IN_CANCEL": RemoteState.CANCEL_REQUESTED,
    "CANCELLED": RemoteState.CANCELLED,
    "TO_RETURN": RemoteState.RETURNING,
}

# The carrier's state of a parcel. Those before pick-up say nothing about where it is.
PARCEL_STATES = {
    "LOGISTICS_NOT_START": "",
    "LOGISTICS_PENDING_ARRANGE": "",
    "LOGISTICS_READY": "",
    "LOGISTICS_REQUEST_CREATED": "",
    "LOGISTICS_COD_REJECTED": "",
    "LOGISTICS_INVALID": "",
    "LOGISTICS_REQUEST_CANCELED": "",
    "LOGISTICS_PICKUP_RETRY": "",
    "LOGISTICS_PICKUP_FAILED": "",
    "LOGISTICS_PICKUP_DONE": "in_transit",
    "LOGISTICS_DELIVERY_DONE": "delivered",
    "LOGISTICS_DELIVERY_FAILED": "delivery_failed",
    "LOGISTICS_LOST": "lost",
}

# The carrier knows of the parcel and has not given it up.
ARRANGED_PARCELS = {
    "LOGISTICS_REQUEST_CREATED",
    "LOGISTICS_PICKUP_DONE",
    "LOGISTICS_DELIVERY_DONE",
    "LOGISTICS_DELIVERY_FAILED",
    "LOGISTICS_LOST",
}

DOCUMENT_STATES = {
    "PROCESSING": DocumentState.PROCESSING,
    "READY": DocumentState.READY,
    "FAILED": DocumentState.FAILED,
}


def order_state(remote_status: str) -> RemoteState:
    return ORDER_STATES.get(remote_status, RemoteState.UNKNOWN)


def parcel_state(logistics_status: str) -> str:
    """Our fulfilment code, or an empty text when the parcel is still with us or unknown."""
    return PARCEL_STATES.get(logistics_status, "")
