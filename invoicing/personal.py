"""What invoices keep about buyers. Issued ones stay whole: the law has them kept for ten years."""

from collections.abc import Sequence
from typing import Any

from invoicing.models import Invoice
from invoicing.states import EDITABLE
from oms.kernel.erasing import Scrub
from orders.ports import PersonalData, register_personal_data

BUYER = ("buyer_name", "buyer_legal_name", "buyer_address", "buyer_phone", "buyer_email")


def collect(order_ids: Sequence[int]) -> dict[int, Any]:
    """Invoices by order, issued or not."""
    found: dict[int, Any] = {}
    for row in Invoice.objects.filter(order__in=order_ids).order_by("pk"):
        card = {name: getattr(row, name) for name in (*BUYER, "buyer_tax_code")}
        card |= {"series": row.series, "number": row.number, "total_vnd": row.total_vnd}
        found.setdefault(row.order_id, []).append(card)
    return found


def erase(order_ids: Sequence[int], scrub: Scrub) -> None:
    """Only what was never issued is emptied."""
    never_sent = sorted({*EDITABLE, Invoice.Status.DROPPED})
    never_issued = Invoice.objects.filter(order__in=order_ids, status__in=never_sent)
    never_issued.update(**dict.fromkeys((*BUYER, "buyer_tax_code", "buyer_folded"), ""))


def register() -> None:
    """Called once by wiring."""
    register_personal_data(PersonalData("invoices", collect, erase))
