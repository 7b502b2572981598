"""What the staff say to each other about an order."""

from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.text import clean_text
from orders.models import OrderNote

NOTE_LENGTH = 2000


@transaction.atomic
def add_note(order_id: int, text: str, *, actor: Actor) -> OrderNote:
    """Add a note; it cannot be changed or taken back."""
    text = clean_text(text, NOTE_LENGTH, field="text").strip()
    if not text:
        raise DomainError(_("Ghi chú đang trống."), code="note.empty", field="text")
    note = OrderNote.objects.create(
        order_id=order_id,
        text=text,
        author_id=actor.id,
        author_label=actor.label,
        created_at=now(),
    )
    record_event("order.note_added", ("order", order_id), actor=actor, data={"text": text})
    return note
