"""Refusals of a marketplace, and the words in which connectors speak of its states."""

from enum import StrEnum

from oms.kernel.errors import ServiceRefused


class AccessExpired(ServiceRefused):
    """The access token is no longer taken: refresh it once and ask again."""


class AccessLost(ServiceRefused):
    """The shop's owner must give consent again; no token of ours can be refreshed."""


class RemoteState(StrEnum):
    """What a marketplace's order status means to us; UNKNOWN is never acted upon."""

    UNPAID = "unpaid"
    HELD = "held"
    TO_SHIP = "to_ship"
    ARRANGED = "arranged"
    ATTENTION = "attention"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    CANCEL_REQUESTED = "cancel_requested"
    CANCELLED = "cancelled"
    RETURNING = "returning"
    # The marketplace ships it from a warehouse of its own: told, but never an order of ours.
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"


# States that only a paid order reaches, unless it is paid on delivery.
PAID_STATES = frozenset(RemoteState) - {
    *(RemoteState.UNPAID, RemoteState.CANCEL_REQUESTED),
    *(RemoteState.CANCELLED, RemoteState.ELSEWHERE, RemoteState.UNKNOWN),
}


class Handover(StrEnum):
    """How a parcel reaches the carrier."""

    PICKUP = "pickup"
    DROPOFF = "dropoff"
    OWN_CARRIER = "own_carrier"


class DocumentState(StrEnum):
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"


class PushKind(StrEnum):
    CHECK = "check"
    ORDER = "order"
    DOCUMENT = "document"
    ACCESS = "access"
    RETURN = "return"
    # Known, and nothing that we follow.
    OTHER = "other"
    # No document that we read names it: a person looks.
    UNKNOWN = "unknown"


class FeeKind(StrEnum):
    """What a line of a marketplace's settlement is about."""

    GOODS = "goods"
    SHIPPING_PAID = "shipping_paid"
    COMMISSION = "commission"
    SERVICE = "service"
    PAYMENT = "payment"
    SHIPPING = "shipping"
    VOUCHER = "voucher"
    AFFILIATE = "affiliate"
    TAX = "tax"
    REFUND = "refund"
    # It only went from one pocket to another.
    MOVED = "moved"
    OTHER = "other"
