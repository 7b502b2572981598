"""Which state of a stock document may follow which."""

from inventory.models import Transfer
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
