"""Opening returns and deciding on them: whoever tells of one joins the one that is open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError, TransitionRefused
from oms.kernel.events import record_event
from oms.kernel.numbering import next_code
from oms.kernel.sql import retry_deadlock
from oms.kernel.text import clean_line
from orders.models import Order, Reason, Return, ReturnLine, ReturnSource
from orders.services.states import lock_order
from orders.states import BEFORE_HAND_OVER, OPEN_RETURNS, RETURN_FLOW

Status, Origin = Return.Status, Return.Origin
TAKING = (Status.REQUESTED, Status.COMING)
REFUSED_AT_DOOR = "refused"
Source = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReturn:
    """What is known of a return when it opens.

    `items` is {order line: sets}; None: all that has not come back; empty: nobody knows which.
    """

    origin: str
    items: Mapping[int, int] | None = None
    status: str = Status.REQUESTED
    wish: str = Return.Wish.REFUND
    reason_code: str = ""
    note: str = ""
    tracking_number: str = ""
    source: Source | None = None
    request_key: UUID | None = None
    started_at: datetime | None = None


@retry_deadlock
@transaction.atomic
def open_return(order_id: int, new: NewReturn, *, actor: Actor) -> Return:
    """The open return of an order, made when there is none, with what is now known beside it.

    The same source or form again changes nothing. A carrier's word that goods are on their way
    settles a wish that nobody answered. Raises DomainError for goods that have not left, and for
    more than was bought.
    """
    order = lock_order(order_id)
    known = _known(new)
    if known is not None:
        return known
    if order.fulfillment_status in BEFORE_HAND_OVER | {Order.Fulfillment.CANCELLED}:
        raise DomainError(_("Hàng của đơn chưa giao đi, không có gì để trả."), "return.not_sent")
    items = _items(order, new.items)
    document = open_of(order_id)
    is_new = document is None
    if document is None:
        document = _create(order, new)
    elif new.origin in (Origin.BUYER, Origin.STAFF):
        message = _("Đơn này đang có phiếu trả %(number)s.") % {"number": document.number}
        raise DomainError(message, "return.open")
    _add_lines(document, items)
    if not is_new:
        _join(document, new, actor)
    if new.source is not None:
        ReturnSource.objects.create(document=document, kind=new.source[0], source_id=new.source[1])
    if is_new:
        _tell(document, "return.opened", actor)
    return document


def open_of(order_id: int) -> Return | None:
    """The return of a locked order that is still to be dealt with."""
    rows = Return.objects.select_for_update().filter(order=order_id, status__in=OPEN_RETURNS)
    return rows.first()


def _known(new: NewReturn) -> Return | None:
    if new.request_key is not None:
        found = Return.objects.filter(request_key=new.request_key).first()
        if found is not None:
            return found
    if new.source is None:
        return None
    kind, source_id = new.source
    return Return.objects.filter(sources__kind=kind, sources__source_id=source_id).first()


def _items(order: Order, wanted: Mapping[int, int] | None) -> dict[int, int]:
    """Sets by line, checked against what the buyer still has."""
    left = {line.pk: line.quantity - line.returned for line in order.lines.all()}
    if wanted is None:
        return {pk: units for pk, units in left.items() if units}
    items = {pk: units for pk, units in wanted.items() if units}
    if any(not 0 < units <= left.get(pk, 0) for pk, units in items.items()):
        raise DomainError(
            _("Không thể trả nhiều hơn số khách đang giữ."), "return.too_many", "quantity"
        )
    return items


def _create(order: Order, new: NewReturn) -> Return:
    reason = Reason.objects.filter(kind=Reason.Kind.RETURN, code=new.reason_code).first()
    moment = now()
    return Return.objects.create(
        number=f"TH{next_code('return')}",
        order=order,
        origin=new.origin,
        status=new.status,
        wish=new.wish,
        reason=reason,
        note=clean_line(new.note, 500, field="note"),
        tracking_number=new.tracking_number[:80],
        request_key=new.request_key,
        started_at=new.started_at or moment,
        created_at=moment,
    )


def _add_lines(document: Return, items: Mapping[int, int]) -> None:
    """What is told beside what was expected: of a line the larger number."""
    rows = {row.line_id: row for row in document.lines.all()}
    for line_id, units in items.items():
        row = rows.get(line_id)
        if row is None:
            ReturnLine.objects.create(document=document, line_id=line_id, quantity=units)
        elif row.quantity < units:
            row.quantity = units
            row.save(update_fields=["quantity"])


def _join(document: Return, new: NewReturn, actor: Actor) -> None:
    """A second teller: goods that are on their way need no answer any more."""
    changed = []
    if new.tracking_number and not document.tracking_number:
        document.tracking_number = new.tracking_number[:80]
        changed.append("tracking_number")
    if document.status == Status.REQUESTED and new.status == Status.COMING:
        document.status = Status.COMING
        document.started_at = new.started_at or document.started_at
        changed += ["status", "started_at"]
    if changed:
        document.save(update_fields=changed)
    _tell(document, "return.joined", actor, {"origin": new.origin})


@retry_deadlock
@transaction.atomic
def approve_return(return_id: int, *, actor: Actor, tracking_number: str = "") -> Return:
    """Let the buyer send the goods. A repeat changes nothing but the parcel's number."""
    document = lock_return(return_id)
    refuse_received(document)
    number = clean_line(tracking_number, 80, field="tracking_number")
    if number:
        document.tracking_number = number
        document.save(update_fields=["tracking_number"])
    if document.status != Status.COMING:
        move(document, Status.COMING, "return.approved", actor)
    return document


@retry_deadlock
@transaction.atomic
def reject_return(return_id: int, *, reason: str, actor: Actor) -> Return:
    """Say no, with the words that the buyer reads."""
    return _end(return_id, Status.REJECTED, reason, "return.rejected", actor)


@retry_deadlock
@transaction.atomic
def cancel_return(return_id: int, *, reason: str, actor: Actor) -> Return:
    """Nothing comes back after all. Refused once pieces were scanned in."""
    return _end(return_id, Status.CANCELLED, reason, "return.cancelled", actor)


def _end(return_id: int, status: str, reason: str, event: str, actor: Actor) -> Return:
    document = lock_return(return_id)
    if document.status == status:
        return document
    text = clean_line(reason, 255, field="reason")
    if not text:
        raise DomainError(_("Hãy ghi lý do."), "return.reason", "reason")
    if document.lines.filter(pieces__isnull=False).exists():
        raise DomainError(_("Đã có hàng nhận về, không hủy được phiếu."), "return.has_pieces")
    document.answer, document.closed_at = text, now()
    move(document, status, event, actor, {"reason": text}, "answer", "closed_at")
    return document


@retry_deadlock
@transaction.atomic
def reopen_return(return_id: int, *, actor: Actor) -> Return:
    """A refused or cancelled one, or one that was approved too early, waits for an answer again."""
    document = lock_return(return_id)
    if document.status == Status.REQUESTED:
        return document
    RETURN_FLOW.check(document.status, Status.REQUESTED)
    if open_of(document.order_id) not in (None, document):
        raise DomainError(_("Đơn này đang có phiếu trả khác."), "return.open")
    _items(document.order, dict(document.lines.values_list("line_id", "quantity")))
    document.answer, document.closed_at = "", None
    move(document, Status.REQUESTED, "return.reopened", actor, None, "answer", "closed_at")
    return document


@transaction.atomic
def withdraw_source(kind: str, source_id: int, *, reason: str, actor: Actor) -> None:
    """Who told of a return takes it back: one that only he told of, and of which nothing has come,
    is called off.
    """
    source = ReturnSource.objects.filter(kind=kind, source_id=source_id).first()
    if source is None:
        return
    document = lock_return(source.document_id)
    others = document.sources.exclude(pk=source.pk).exists()
    own = document.origin in (Origin.CARRIER, Origin.MARKETPLACE)
    untouched = not document.lines.filter(pieces__isnull=False).exists()
    if own and not others and untouched and document.status in TAKING:
        # Told anew later it opens another one.
        source.delete()
        cancel_return(document.pk, reason=reason, actor=actor)


def refuse_received(document: Return) -> None:
    """A page may be older than the reception, or than the end of the return."""
    if document.status not in TAKING:
        raise TransitionRefused(_("Phiếu trả này không còn chờ hàng."), "return.not_waiting")


def lock_return(return_id: int) -> Return:
    """Order first, then the return, as everywhere."""
    order_id = Return.objects.values_list("order_id", flat=True).get(pk=return_id)
    order = lock_order(order_id)
    document = Return.objects.select_for_update().get(pk=return_id)
    document.order = order
    return document


def move(
    document: Return,
    status: str,
    event: str,
    actor: Actor,
    data: dict[str, Any] | None = None,
    *changed: str,
) -> None:
    """Take an edge of the table, with these columns saved beside it."""
    RETURN_FLOW.check(document.status, status)
    document.status = status
    document.save(update_fields=["status", *changed])
    _tell(document, event, actor, data)


def _tell(document: Return, event: str, actor: Actor, data: dict[str, Any] | None = None) -> None:
    told = {"number": document.number, **(data or {})}
    record_event(event, document, actor=actor, data=told, about=("order", document.order_id))
