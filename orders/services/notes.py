"""What the staff say to each other about an order."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import EventRow, record_events
from oms.kernel.text import clean_text
from orders.models import OrderNote

NOTE_LENGTH = 2000


@transaction.atomic
def add_note(order_id: int, text: str, *, actor: Actor) -> OrderNote:
    """Add a note; it cannot be changed or taken back."""
    [note] = add_notes([order_id], text, actor=actor)
    return note


@transaction.atomic
def add_notes(order_ids: Sequence[int], text: str, *, actor: Actor) -> list[OrderNote]:
    """The same note on several orders, with the statements of one."""
    text = clean_text(text, NOTE_LENGTH, field="text").strip()
    if not text:
        raise DomainError(_("Ghi chú đang trống."), code="note.empty", field="text")
    moment = now()
    notes = OrderNote.objects.bulk_create(
        OrderNote(
            order_id=order_id,
            text=text,
            author_id=actor.id,
            author_label=actor.label,
            created_at=moment,
        )
        for order_id in order_ids
    )
    rows = [EventRow("order.note_added", "order", pk, {"text": text}) for pk in order_ids]
    record_events(rows, actor=actor)
    return notes
