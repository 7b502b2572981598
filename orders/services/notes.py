"""What the staff say to each other about an order."""

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import EventRow, record_events
from oms.kernel.files import files_with_rows
from oms.kernel.text import clean_text
from orders.models import OrderNote
from orders.services.mentions import people_named_in, tell_mentioned
from orders.services.note_files import check_files, keep_files

NOTE_LENGTH = 2000


@files_with_rows()
def add_note(
    order_id: int, text: str, *, actor: Actor, files: Sequence[UploadedFile] = ()
) -> OrderNote:
    """Add a note with pictures or PDF; it cannot be changed or taken back.

    Whoever it names with @ finds an alert.
    """
    checked = check_files(files)
    [note] = add_notes([order_id], text, actor=actor)
    keep_files(note, checked)
    return note


@transaction.atomic
def add_notes(order_ids: Sequence[int], text: str, *, actor: Actor) -> list[OrderNote]:
    """The same note on several orders, with the statements of one."""
    text = clean_text(text, NOTE_LENGTH, field="text").strip()
    if not text:
        raise DomainError(_("Ghi chú đang trống."), code="note.empty", field="text")
    moment, people = now(), people_named_in(text)
    notes = OrderNote.objects.bulk_create(
        OrderNote(
            order_id=order_id,
            text=text,
            author_id=actor.id,
            author_label=actor.label,
            mention_ids=sorted(people),
            created_at=moment,
        )
        for order_id in order_ids
    )
    rows = [EventRow("order.note_added", "order", pk, {"text": text}) for pk in order_ids]
    record_events(rows, actor=actor)
    if people:
        tell_mentioned({note.order_id: note.pk for note in notes}, people, text, actor=actor)
    return notes
