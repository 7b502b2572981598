"""Templates of recurring orders: written, paused, resumed, skipped once, ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import now, today
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.numbering import next_code
from orders.models import RecurringLine, RecurringOrder, RecurringRun
from orders.recurrence import Rhythm
from orders.services.customers import customer_of_phone
from orders.services.drafting import Draft, draft_order
from orders.services.new_order import NewLine, NewOrder
from orders.states import RECURRING_FLOW

Status, Outcome = RecurringOrder.Status, RecurringRun.Outcome
_ADDRESS = ("street", "ward", "district", "province")
_PLAIN = (
    *("source", "new_ward_code", "discount_vnd", "shipping_fee_vnd", "is_cod"),
    *("price_rule", "missed", "ends_on"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a form says. Goods are named by `variant_id`; prices include VAT."""

    source: str
    phone: str
    name: str
    lines: Sequence[NewLine]
    rhythm: Rhythm
    ends_on: date | None = None
    price_rule: str = RecurringOrder.Prices.LIST
    missed: str = RecurringOrder.Missed.LAST
    street: str = ""
    ward: str = ""
    district: str = ""
    province: str = ""
    new_ward_code: str = ""
    discount_vnd: int = 0
    shipping_fee_vnd: int = 0
    is_cod: bool = False
    internal_note: str = ""


def new_recurring(plan: Plan, *, request_key: str, actor: Actor) -> RecurringOrder:
    """Write a template down; it runs from its first day on. The same key again finds it."""
    try:
        return _new_recurring(plan, request_key, actor)
    except IntegrityError:
        found = RecurringOrder.objects.filter(request_key=request_key).first()
        if found is None:
            raise
        return found


@transaction.atomic
def _new_recurring(plan: Plan, request_key: str, actor: Actor) -> RecurringOrder:
    template = RecurringOrder(
        number=f"DK{next_code('recurring')}", request_key=request_key, created_at=now()
    )
    _fill(template, plan, today())
    _write_lines(template, plan)
    record_event("recurring.added", template, actor=actor, data={"number": template.number})
    return template


@transaction.atomic
def change_recurring(
    template_id: int, plan: Plan, *, edit_version: int, actor: Actor
) -> RecurringOrder:
    """Fill a template in again: orders that it made stay. An ended one begins anew.

    Raises DomainError when somebody else saved it meanwhile.
    """
    template = lock_template(template_id)
    if template.edit_version != edit_version:
        raise DomainError(
            _("Đơn định kỳ vừa được người khác sửa; hãy mở lại trước khi lưu."),
            code="recurring.version",
        )
    last = template.runs.order_by("-due_on").first()
    begin = max(today(), last.due_on if last else date.min)
    done = last is not None and last.due_on == begin
    template.edit_version += 1
    _fill(template, plan, begin, skip_first=done)
    _write_lines(template, plan)
    data = {"text": str(template.next_on or "")}
    record_event("recurring.changed", template, actor=actor, data=data)
    return template


@transaction.atomic
def pause_recurring(template_id: int, *, actor: Actor) -> RecurringOrder:
    """Make no orders until it is resumed. A repeat changes nothing."""
    return _move(lock_template(template_id), Status.PAUSED, "recurring.paused", actor)


@transaction.atomic
def resume_recurring(template_id: int, *, actor: Actor) -> RecurringOrder:
    """Go on with the next day that is still ahead: what a pause left out is not missed."""
    template = lock_template(template_id)
    if template.status == Status.PAUSED:
        template.next_on = next_day(template, max(today(), template.next_on or today()))
    wanted = Status.ACTIVE if template.next_on else Status.ENDED
    return _move(template, wanted, "recurring.resumed", actor)


@transaction.atomic
def end_recurring(template_id: int, *, actor: Actor) -> RecurringOrder:
    """Make no more orders. A repeat changes nothing."""
    template = lock_template(template_id)
    template.next_on = None
    return _move(template, Status.ENDED, "recurring.ended", actor)


@transaction.atomic
def skip_next(template_id: int, *, due_on: date, actor: Actor) -> RecurringOrder:
    """Leave out the next day, which the user saw; a repeat finds another day next and does nothing.

    Raises DomainError when nothing is ahead.
    """
    template = lock_template(template_id)
    if template.next_on is None:
        raise DomainError(_("Đơn định kỳ này đã kết thúc."), code="recurring.ended")
    if template.next_on != due_on:
        return template
    RecurringRun.objects.create(
        template=template,
        due_on=due_on,
        outcome=Outcome.SKIPPED,
        message=_("Bỏ qua theo yêu cầu"),
        created_at=now(),
    )
    record_event("recurring.skipped", template, actor=actor, data={"text": str(due_on)})
    advance(template, due_on)
    return template


def lock_template(template_id: int) -> RecurringOrder:
    """The template, locked; everything that changes one or makes its orders starts here."""
    rows = RecurringOrder.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("customer__group", "customer__merged_into__group").get(
        pk=template_id
    )


def rhythm_of(template: RecurringOrder) -> Rhythm:
    return Rhythm(
        template.rhythm,
        template.starts_on,
        template.every,
        tuple(template.weekdays),
        template.month_day,
    )


def next_day(template: RecurringOrder, day: date) -> date | None:
    """The template's first day from `day` on; None when that is after its end."""
    found = rhythm_of(template).first_from(day)
    return None if template.ends_on and found > template.ends_on else found


def advance(template: RecurringOrder, done: date) -> None:
    """Set the next day after the one that is done with; a template without one has ended."""
    following = rhythm_of(template).after(done)
    template.next_on = None if template.ends_on and following > template.ends_on else following
    if template.next_on is None:
        RECURRING_FLOW.check(template.status, Status.ENDED)
        template.status = Status.ENDED
    template.save(update_fields=["next_on", "status"])


def _move(template: RecurringOrder, status: str, event_name: str, actor: Actor) -> RecurringOrder:
    if template.status == status:
        return template
    RECURRING_FLOW.check(template.status, status)
    template.status = status
    template.save(update_fields=["status", "next_on"])
    record_event(event_name, template, actor=actor, data={"text": str(template.next_on or "")})
    return template


def _fill(template: RecurringOrder, plan: Plan, begin: date, *, skip_first: bool = False) -> None:
    draft = _read(plan)
    template.customer = customer_of_phone(draft.phone or "", name=draft.row["recipient_name"])
    template.recipient_name = draft.row["recipient_name"]
    template.recipient_phone = draft.phone or ""
    for column in (*_ADDRESS, "internal_note"):
        setattr(template, column, draft.row[column])
    for column in _PLAIN:
        setattr(template, column, getattr(plan, column))
    rhythm = plan.rhythm
    template.rhythm, template.every = rhythm.kind, rhythm.every
    template.weekdays, template.month_day = sorted(set(rhythm.weekdays)), rhythm.month_day
    template.starts_on = rhythm.starts_on
    first = rhythm.after(begin) if skip_first else rhythm.first_from(begin)
    if plan.ends_on is not None and first > plan.ends_on:
        raise DomainError(
            _("Ngày kết thúc đến trước kỳ đầu tiên."), code="recurring.end", field="ends_on"
        )
    template.next_on = first
    if template.status == Status.ENDED:
        RECURRING_FLOW.check(template.status, Status.ACTIVE)
        template.status = Status.ACTIVE
    template.save()


def _read(plan: Plan) -> Draft:
    """Check and clean a plan as an order is; raises DomainError for what cannot be kept."""
    if plan.rhythm.kind == RecurringOrder.Rhythm.WEEKS and not plan.rhythm.weekdays:
        raise DomainError(
            _("Hãy chọn ít nhất một thứ trong tuần."), code="recurring.weekdays", field="weekdays"
        )
    draft = draft_order(_order_of(plan), now())
    if draft.phone is None:
        message = draft.problems[0]["message"] if draft.problems else _("Cần số điện thoại.")
        raise DomainError(message, code="recurring.phone", field="phone")
    if not draft.row["recipient_name"]:
        raise DomainError(_("Thiếu tên khách hàng."), code="customer.name", field="name")
    return draft


def _order_of(plan: Plan) -> NewOrder:
    """The plan as an order that intake would read."""
    return NewOrder(
        source=plan.source,
        recipient_phone=plan.phone,
        recipient_name=plan.name,
        street=plan.street,
        ward=plan.ward,
        district=plan.district,
        province=plan.province,
        new_ward_code=plan.new_ward_code,
        internal_note=plan.internal_note,
        discount_vnd=plan.discount_vnd,
        shipping_fee_buyer_vnd=plan.shipping_fee_vnd,
        is_cod=plan.is_cod,
        lines=plan.lines,
        draft=True,
    )


def _write_lines(template: RecurringOrder, plan: Plan) -> None:
    template.lines.all().delete()
    RecurringLine.objects.bulk_create(
        RecurringLine(
            template=template,
            position=position,
            variant_id=line.variant_id or 0,
            quantity=line.quantity,
            unit_price_vnd=line.unit_price_vnd,
        )
        for position, line in enumerate(plan.lines, 1)
    )
