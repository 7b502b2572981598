"""What invoicing does when an order changes."""

from invoicing.services.invoices import drop_invoice
from invoicing.services.payments import adopt_prepaid
from oms.kernel.actors import Actor
from oms.kernel.events import on_event
from oms.kernel.models import Event


@on_event("order.placed")
def book_prepaid(event: Event) -> None:
    adopt_prepaid(event.subject_id)


@on_event("order.cancelled")
def drop_draft(event: Event) -> None:
    drop_invoice(event.subject_id, actor=Actor.system("order-cancelled"))
