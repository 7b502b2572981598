"""Which state an invoice may go to next."""

from oms.kernel.flow import Flow

INVOICE_FLOW = Flow(
    "invoice",
    {
        "draft": {"queued", "dropped"},
        # `unknown`: sent, and nobody told us what became of it.
        "queued": {"unknown", "issued", "coded", "rejected", "dropped"},
        # back to `queued` only when the issuer said that it has no such invoice
        "unknown": {"queued", "issued", "coded", "rejected"},
        "rejected": {"queued", "dropped"},
        "issued": {"coded"},
        "coded": set(),
        "dropped": set(),
    },
)

EDITABLE = frozenset({"draft", "rejected"})
LEGAL = frozenset({"issued", "coded"})
WAITING = frozenset({"queued", "unknown"})
