"""Which state of a stock document may follow which."""

from inventory.models import StockCount, Transfer
from oms.kernel.flow import Flow

_T = Transfer.Status

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
