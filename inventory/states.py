"""State tables of inventory's documents: which state may follow which."""

from inventory.models import PurchaseOrder, SupplierReturn
from oms.kernel.flow import Flow

P = PurchaseOrder.Status

PURCHASE_FLOW = Flow(
    "purchase",
    {
        P.DRAFT: [P.CONFIRMED, P.CANCELLED],
        # What was never received may be called off; what has begun to arrive is closed as it is.
        P.CONFIRMED: [P.PARTLY_RECEIVED, P.RECEIVED, P.CANCELLED],
        P.PARTLY_RECEIVED: [P.RECEIVED],
        P.RECEIVED: [],
        P.CANCELLED: [],
    },
)
SUPPLIER_RETURN_FLOW = Flow(
    "supplier_return",
    {
        SupplierReturn.Status.SENT: [SupplierReturn.Status.CREDITED],
        SupplierReturn.Status.CREDITED: [],
    },
)
