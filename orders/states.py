"""The five state tables of an order, and the two facts derived from them."""

from oms.kernel.flow import Flow
from orders.models import Order, Quotation, RecurringOrder, Return

S, F, P, C, I, T = (  # noqa: E741
    Order.Status,
    Order.Fulfillment,
    Order.Payment,
    Order.Cod,
    Order.Invoice,
    Order.Tab,
)

ORDER_FLOW = Flow(
    "order",
    {
        S.DRAFT: [S.PENDING_CONFIRMATION, S.CONFIRMED, S.CANCELLED],
        S.PENDING_CONFIRMATION: [S.CONFIRMED, S.ON_HOLD, S.CANCELLED],
        # Back to where it was when a confirmation is undone.
        S.CONFIRMED: [
            *[S.ON_HOLD, S.PROCESSING, S.SHIPPED, S.CANCELLED],
            *[S.DRAFT, S.PENDING_CONFIRMATION],
        ],
        S.ON_HOLD: [S.PENDING_CONFIRMATION, S.CONFIRMED, S.PROCESSING, S.CANCELLED],
        S.PROCESSING: [S.CONFIRMED, S.ON_HOLD, S.SHIPPED, S.CANCELLED],
        S.SHIPPED: [S.DELIVERED, S.COMPLETED, S.RETURNING, S.RETURNED],
        S.DELIVERED: [S.COMPLETED, S.RETURNING, S.RETURNED, S.PARTIALLY_RETURNED],
        S.COMPLETED: [S.DELIVERED, S.RETURNING, S.RETURNED, S.PARTIALLY_RETURNED],
        S.RETURNING: [S.SHIPPED, S.DELIVERED, S.COMPLETED, S.RETURNED, S.PARTIALLY_RETURNED],
        S.RETURNED: [],
        S.PARTIALLY_RETURNED: [S.RETURNED],
        S.CANCELLED: [],
    },
)

# With the carrier it may skip steps that nobody reported, but never comes back to our hands.
_AFTER_HAND_OVER = [F.DELIVERY_FAILED, F.DELIVERED, F.RETURN_PENDING, F.RETURNING, F.RETURNED]
_MISHAPS = [F.LOST, F.DAMAGED]

FULFILLMENT_FLOW = Flow(
    "fulfillment",
    {
        F.UNALLOCATED: [F.ALLOCATED, F.CANCELLED],
        F.ALLOCATED: [
            *[F.UNALLOCATED, F.RELEASED, F.PICKING, F.PICKED, F.PACKED],
            *[F.HANDED_OVER, F.CANCELLED],
        ],
        F.RELEASED: [
            *[F.UNALLOCATED, F.ALLOCATED, F.PICKING, F.PICKED, F.PACKED],
            *[F.HANDED_OVER, F.CANCELLED],
        ],
        F.PICKING: [F.ALLOCATED, F.RELEASED, F.PICKED, F.PACKED, F.HANDED_OVER, F.CANCELLED],
        F.PICKED: [F.ALLOCATED, F.RELEASED, F.PICKING, F.PACKED, F.HANDED_OVER, F.CANCELLED],
        F.PACKED: [F.ALLOCATED, F.RELEASED, F.PICKED, F.HANDED_OVER, F.CANCELLED],
        F.HANDED_OVER: [F.IN_TRANSIT, F.OUT_FOR_DELIVERY, *_AFTER_HAND_OVER, *_MISHAPS],
        F.IN_TRANSIT: [F.OUT_FOR_DELIVERY, *_AFTER_HAND_OVER, *_MISHAPS],
        F.OUT_FOR_DELIVERY: [F.IN_TRANSIT, *_AFTER_HAND_OVER, *_MISHAPS],
        F.DELIVERY_FAILED: [
            *[F.IN_TRANSIT, F.OUT_FOR_DELIVERY, F.DELIVERED],
            *[F.RETURN_PENDING, F.RETURNING, F.RETURNED, *_MISHAPS],
        ],
        F.DELIVERED: [F.RETURN_PENDING, F.RETURNING, F.RETURNED],
        F.RETURN_PENDING: [
            *[F.IN_TRANSIT, F.OUT_FOR_DELIVERY, F.DELIVERY_FAILED, F.DELIVERED],
            *[F.RETURNING, F.RETURNED, *_MISHAPS],
        ],
        F.RETURNING: [F.DELIVERED, F.RETURNED, *_MISHAPS],
        F.RETURNED: [],
        F.LOST: [F.IN_TRANSIT, F.DELIVERED, F.RETURNING, F.RETURNED],
        F.DAMAGED: [F.RETURNING, F.RETURNED],
        F.CANCELLED: [],
    },
)

PAYMENT_FLOW = Flow(
    "payment",
    {
        P.UNPAID: [P.PENDING, P.PARTIALLY_PAID, P.PAID, P.VOIDED],
        P.PENDING: [P.UNPAID, P.PARTIALLY_PAID, P.PAID, P.VOIDED],
        P.PARTIALLY_PAID: [P.UNPAID, P.PAID, P.PARTIALLY_REFUNDED, P.REFUNDED],
        P.PAID: [P.UNPAID, P.PARTIALLY_PAID, P.PARTIALLY_REFUNDED, P.REFUNDED],
        P.PARTIALLY_REFUNDED: [P.REFUNDED],
        P.REFUNDED: [],
        P.VOIDED: [],
    },
)

COD_FLOW = Flow(
    "cod",
    {
        C.NONE: [C.TO_COLLECT],
        C.TO_COLLECT: [
            *[C.NONE, C.COLLECTED, C.IN_STATEMENT, C.REMITTED, C.MISMATCH, C.WRITTEN_OFF],
        ],
        C.COLLECTED: [C.IN_STATEMENT, C.REMITTED, C.MISMATCH, C.WRITTEN_OFF],
        C.IN_STATEMENT: [C.COLLECTED, C.REMITTED, C.MISMATCH, C.WRITTEN_OFF],
        C.REMITTED: [C.MISMATCH],
        C.MISMATCH: [C.IN_STATEMENT, C.REMITTED, C.WRITTEN_OFF],
        C.WRITTEN_OFF: [],
    },
)

INVOICE_FLOW = Flow(
    "invoice",
    {
        I.NOT_REQUIRED: [I.DRAFT, I.QUEUED],
        I.DRAFT: [I.NOT_REQUIRED, I.QUEUED],
        I.QUEUED: [I.NOT_REQUIRED, I.DRAFT, I.UNKNOWN, I.ISSUED, I.CODED, I.REJECTED],
        I.UNKNOWN: [I.QUEUED, I.ISSUED, I.CODED, I.REJECTED],
        I.ISSUED: [I.CODED, I.REJECTED, I.ADJUSTED, I.REPLACED],
        I.CODED: [I.ADJUSTED, I.REPLACED],
        I.REJECTED: [I.NOT_REQUIRED, I.DRAFT, I.QUEUED],
        I.ADJUSTED: [I.DRAFT, I.QUEUED, I.REPLACED],
        I.REPLACED: [I.DRAFT, I.QUEUED],
    },
)

Q = Quotation.Status

QUOTATION_FLOW = Flow(
    "quotation",
    {
        Q.DRAFT: [Q.SENT, Q.DECLINED],
        # Back to draft is a new version; what was sent stays as it was.
        Q.SENT: [Q.DRAFT, Q.ACCEPTED, Q.DECLINED, Q.EXPIRED],
        Q.ACCEPTED: [Q.DRAFT, Q.DECLINED, Q.CONVERTED],
        Q.DECLINED: [Q.DRAFT],
        Q.EXPIRED: [Q.DRAFT, Q.DECLINED],
        Q.CONVERTED: [],
    },
)

R = RecurringOrder.Status

RECURRING_FLOW = Flow(
    "recurring",
    {
        R.ACTIVE: [R.PAUSED, R.ENDED],
        R.PAUSED: [R.ACTIVE, R.ENDED],
        # Written again with a later end it goes on.
        R.ENDED: [R.ACTIVE],
    },
)

B = Return.Status

RETURN_FLOW = Flow(
    "return",
    {
        # A parcel may stand at the door before anybody answered.
        B.REQUESTED: [B.COMING, B.RECEIVED, B.REJECTED, B.CANCELLED],
        B.COMING: [B.REQUESTED, B.RECEIVED, B.REJECTED, B.CANCELLED],
        # More pieces of it came after all.
        B.RECEIVED: [B.COMING, B.CREDITED, B.DONE],
        B.CREDITED: [B.DONE],
        B.DONE: [],
        B.REJECTED: [B.REQUESTED],
        B.CANCELLED: [B.REQUESTED],
    },
)
OPEN_RETURNS = frozenset({B.REQUESTED, B.COMING, B.RECEIVED})

BEFORE_HAND_OVER = frozenset(
    {F.UNALLOCATED, F.ALLOCATED, F.RELEASED, F.PICKING, F.PICKED, F.PACKED}
)
IN_WORK = frozenset({F.RELEASED, F.PICKING, F.PICKED, F.PACKED})
# States that only a person's verb enters and leaves; goods still in our hands do not change them.
_DECIDED = frozenset({S.DRAFT, S.PENDING_CONFIRMATION, S.ON_HOLD})
_INVOICE_DONE = frozenset({I.NOT_REQUIRED, I.ISSUED, I.CODED, I.ADJUSTED, I.REPLACED})
_COD_DONE = frozenset({C.NONE, C.REMITTED, C.WRITTEN_OFF})

_BY_FULFILLMENT = {
    F.UNALLOCATED: S.CONFIRMED,
    F.ALLOCATED: S.CONFIRMED,
    **dict.fromkeys(IN_WORK, S.PROCESSING),
    F.HANDED_OVER: S.SHIPPED,
    F.IN_TRANSIT: S.SHIPPED,
    F.OUT_FOR_DELIVERY: S.SHIPPED,
    F.DELIVERY_FAILED: S.SHIPPED,
    F.LOST: S.SHIPPED,
    F.DAMAGED: S.SHIPPED,
    F.DELIVERED: S.DELIVERED,
    F.RETURN_PENDING: S.RETURNING,
    F.RETURNING: S.RETURNING,
    F.RETURNED: S.RETURNED,
    F.CANCELLED: S.CANCELLED,
}

_TAB_OF_STATUS = {
    S.DRAFT: T.DRAFT,
    S.PENDING_CONFIRMATION: T.TO_CONFIRM,
    S.ON_HOLD: T.ON_HOLD,
    S.SHIPPED: T.SHIPPING,
    S.DELIVERED: T.DELIVERED,
    S.RETURNING: T.RETURNING,
    S.RETURNED: T.RETURNING,
    S.PARTIALLY_RETURNED: T.RETURNING,
    S.COMPLETED: T.COMPLETED,
    S.CANCELLED: T.CANCELLED,
}


def derive_order_status(
    status: str, *, fulfillment: str, payment: str, cod: str, invoice: str
) -> str:
    """The coarse state that follows from the others; `status` is the present one.

    Delivered becomes completed once the money is here and the invoice, if any, is done.
    """
    if status == S.CANCELLED or (status in _DECIDED and fulfillment in BEFORE_HAND_OVER - IN_WORK):
        return status
    if status == S.ON_HOLD and fulfillment in IN_WORK:
        return status
    if status == S.PARTIALLY_RETURNED and fulfillment == F.DELIVERED:
        return status
    derived = _BY_FULFILLMENT[F(fulfillment)]
    if derived == S.DELIVERED and is_settled(payment=payment, cod=cod, invoice=invoice):
        return S.COMPLETED
    return derived


def is_settled(*, payment: str, cod: str, invoice: str) -> bool:
    """Nothing is owed any more: money received, invoice done when one was started."""
    return payment == P.PAID and cod in _COD_DONE and invoice in _INVOICE_DONE


def derive_tab(status: str, *, fulfillment: str, has_shipment: bool, labels_printed: int) -> str:
    """The tab of the list under which the order stands."""
    tab = _TAB_OF_STATUS.get(S(status))
    if tab is not None:
        return tab
    if fulfillment == F.UNALLOCATED:
        return T.WAITING_STOCK
    if fulfillment == F.ALLOCATED and not has_shipment:
        return T.TO_ARRANGE
    if not labels_printed:
        return T.TO_PRINT
    return T.TO_HAND_OVER if fulfillment == F.PACKED else T.PACKING
