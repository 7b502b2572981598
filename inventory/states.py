"""Which state of a stock document may follow which."""

from inventory.models import PurchaseOrder, StockCount, SupplierReturn, Transfer
from oms.kernel.flow import Flow

_T = Transfer.Status
_P = PurchaseOrder.Status
_S = SupplierReturn.Status

TRANSFER_FLOW = Flow(
    "transfer",
    {
        _T.DRAFT: {_T.SHIPPED, _T.CANCELLED},
        # Called back before anything arrived: the source has exactly what it had.
        _T.SHIPPED: {_T.PARTLY_RECEIVED, _T.RECEIVED, _T.CANCELLED},
        _T.PARTLY_RECEIVED: {_T.RECEIVED},
        _T.RECEIVED: set(),
        _T.CANCELLED: set(),
    },
)

_C = StockCount.Status

COUNT_FLOW = Flow(
    "stock_count",
    {
        _C.DRAFT: {_C.COUNTING, _C.CANCELLED},
        _C.COUNTING: {_C.REVIEW, _C.CANCELLED},
        # Back to counting when somebody asks for a recount.
        _C.REVIEW: {_C.COUNTING, _C.APPROVED, _C.CANCELLED},
        _C.APPROVED: set(),
        _C.CANCELLED: set(),
    },
)
PURCHASE_FLOW = Flow(
    "purchase",
    {
        _P.DRAFT: {_P.CONFIRMED, _P.CANCELLED},
        # What was never received may be called off; what has begun to arrive is closed as it is.
        _P.CONFIRMED: {_P.PARTLY_RECEIVED, _P.RECEIVED, _P.CANCELLED},
        _P.PARTLY_RECEIVED: {_P.RECEIVED},
        _P.RECEIVED: set(),
        _P.CANCELLED: set(),
    },
)
SUPPLIER_RETURN_FLOW = Flow("supplier_return", {_S.SENT: {_S.CREDITED}, _S.CREDITED: set()})
