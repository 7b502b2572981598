"""What invoicing does when an order changes."""

from collections.abc import Sequence
from datetime import datetime

from invoicing.selectors.active import active_invoice
from invoicing.services.invoices import draft_invoice, drop_invoice
from invoicing.services.prepaid import adopt_all_prepaid, adopt_prepaid
from invoicing.services.proposals import propose_adjustment, propose_missing
from oms.kernel.actors import Actor
from oms.kernel.events import on_event, on_events
from oms.kernel.models import Event


@on_events("order.placed")
def book_prepaid(events: Sequence[Event]) -> None:
    adopt_all_prepaid([event.subject_id for event in events])


@on_event("order.payment_updated")
def book_paid_later(event: Event) -> None:
    """Nothing when only the way of payment changed, or when a later word came first."""
    if "paid_at" not in event.data:
        return
    paid_at = event.data["paid_at"]
    adopt_prepaid(
        event.subject_id,
        told=str(event.pk),
        received_at=datetime.fromisoformat(paid_at) if paid_at else event.created_at,
    )


@on_event("order.edited", "order.split", "order.merged")
def draft_anew(event: Event) -> None:
    """A draft follows its order; what has gone out is a legal paper and stays."""
    invoice = active_invoice(event.subject_id)
    if invoice is not None and invoice.is_editable:
        draft_invoice(event.subject_id, actor=Actor.system("order-edited"))


@on_event("return.credited")
def propose(event: Event) -> None:
    """What went out as a legal paper is adjusted by another one; accounts are told by how much."""
    propose_adjustment(event.subject_id, actor=Actor.system("return-credited"))


@on_event("invoice.issued", "invoice.coded")
def propose_late(event: Event) -> None:
    """It went out in full: goods may have come back while it was a draft or on its way."""
    propose_missing(event.subject_id, actor=Actor.system("invoice-issued"))


@on_event("order.cancelled")
def drop_draft(event: Event) -> None:
    drop_invoice(event.subject_id, actor=Actor.system("order-cancelled"))
