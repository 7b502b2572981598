"""The orders of templates, each day once: made on time, made up for, skipped, or told as failed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import islice, takewhile

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.selectors.prices import price_for
from oms.kernel.actors import Actor
from oms.kernel.clock import now, today
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.sql import retry_deadlock
from orders.models import Order, OrderProblem, RecurringLine, RecurringOrder, RecurringRun
from orders.services.intake import place_and_confirm
from orders.services.lifecycle import confirm_order
from orders.services.new_order import NewLine, NewOrder
from orders.services.problems import open_problem
from orders.services.recurring import advance, lock_template, rhythm_of
from orders.services.terms import place_on_terms

MAKER = Actor.system("recurring")
# Orders of one template in one go; what is left comes with the next look.
MOST_AT_ONCE = 31
MOST_TEMPLATES = 500
Status, Outcome, Missed = RecurringOrder.Status, RecurringRun.Outcome, RecurringOrder.Missed


def due_templates(day: date | None = None) -> list[int]:
    """Templates with a day that has come, by the company's calendar."""
    rows = RecurringOrder.objects.filter(status=Status.ACTIVE, next_on__lte=day or today())
    return list(rows.order_by("next_on", "pk").values_list("pk", flat=True)[:MOST_TEMPLATES])


@retry_deadlock
@transaction.atomic
def make_due(template_id: int, *, day: date | None = None) -> list[RecurringRun]:
    """Make the orders of a template up to today; each of its days is written once.

    What an order refuses (goods no longer sold, no stock of goods that may not be owed) leaves a
    draft under "Cần xử lý" with the cause, and the next days go on. A repeat makes nothing.
    """
    template, day = lock_template(template_id), day or today()
    if template.status != Status.ACTIVE or template.next_on is None or template.next_on > day:
        return []
    days = _days_until(template, day)
    wanted = _wanted(template.missed, days, day)
    lines = list(template.lines.select_related("variant__product").order_by("position"))
    runs = [_make(template, lines, on) if on in wanted else _miss(template, on) for on in days]
    RecurringRun.objects.bulk_create(runs)
    advance(template, days[-1])
    return runs


@retry_deadlock
@transaction.atomic
def retry_run(run_id: int, *, actor: Actor) -> RecurringRun:
    """Make the order of a day of which not even a draft could be kept.

    What is refused again keeps its place with the new cause; a day that has its order, or that was
    left out meanwhile, is not touched.
    """
    template, run = _lock_run(run_id)
    if not run.is_waiting:
        return run
    lines = list(template.lines.select_related("variant__product").order_by("position"))
    again = _make(template, lines, run.due_on, actor=actor)
    run.outcome, run.order, run.message = again.outcome, again.order, again.message
    run.save(update_fields=["outcome", "order", "message"])
    return run


@transaction.atomic
def leave_out_run(run_id: int, *, actor: Actor) -> RecurringRun:
    """Give up the order of a day that could not be made. A repeat changes nothing."""
    template, run = _lock_run(run_id)
    if run.is_waiting:
        run.outcome, run.message = Outcome.SKIPPED, _("Bỏ qua theo yêu cầu")
        run.save(update_fields=["outcome", "message"])
        data = {"text": run.due_on.strftime("%d/%m/%Y")}
        record_event("recurring.skipped", template, actor=actor, data=data)
    return run


def _lock_run(run_id: int) -> tuple[RecurringOrder, RecurringRun]:
    runs = RecurringRun.objects
    template = lock_template(runs.values_list("template_id", flat=True).get(pk=run_id))
    return template, runs.get(pk=run_id)


def _days_until(template: RecurringOrder, day: date) -> list[date]:
    last = min(day, template.ends_on or day)
    days = takewhile(lambda on: on <= last, rhythm_of(template).days(template.next_on or day))
    return list(islice(days, MOST_AT_ONCE) if template.missed == Missed.ALL else days)


def _wanted(missed: str, days: Sequence[date], day: date) -> set[date]:
    """The days whose orders are made: today's always, of those that passed what the rule says."""
    if missed == Missed.ALL:
        return set(days)
    newest = days[-1]
    return {newest} if missed == Missed.LAST or newest == day else set()


def _miss(template: RecurringOrder, on: date) -> RecurringRun:
    return RecurringRun(
        template=template,
        due_on=on,
        outcome=Outcome.SKIPPED,
        message=_("Đã qua ngày khi hệ thống không chạy"),
        created_at=now(),
    )


def _make(
    template: RecurringOrder, lines: Sequence[RecurringLine], on: date, *, actor: Actor = MAKER
) -> RecurringRun:
    new = _order_of(template, lines, on)
    run = RecurringRun(template=template, due_on=on, outcome=Outcome.MADE, created_at=now())
    try:
        with transaction.atomic():
            run.order = _place(new, lines)
    except DomainError as refusal:
        run.outcome, run.message = Outcome.FAILED, refusal.message[:500]
        run.order = _keep_as_draft(template, new, run)
    number = run.order.number if run.order else ""
    name = "recurring.made" if run.outcome == Outcome.MADE else "recurring.failed"
    data = {"text": number, "message": run.message, "due_on": on.strftime("%d/%m/%Y")}
    record_event(name, template, actor=actor, data=data)
    if run.order:
        told = {"text": template.number}
        record_event("order.from_recurring", run.order, actor=actor, data=told)
    return run


def _place(new: NewOrder, lines: Sequence[RecurringLine]) -> Order:
    """Placed, and confirmed unless something about it needs a person."""
    gone = [line.variant.sku for line in lines if not line.variant.is_active]
    if gone:
        raise DomainError(
            _("Hàng đã ngừng bán: %s.") % ", ".join(gone), code="recurring.goods_gone"
        )
    placed = place_on_terms(new, actor=MAKER)
    order_id = placed.order_id or 0
    if not placed.problem:
        return confirm_order(order_id, actor=MAKER)
    return Order.objects.get(pk=order_id)


def _keep_as_draft(template: RecurringOrder, new: NewOrder, run: RecurringRun) -> Order | None:
    """The goods of the day as a draft in the queue of what needs a person; None if even that fails.

    A discount that is larger than the goods of the day falls with them.
    """
    goods = sum(line.quantity * line.unit_price_vnd for line in new.lines)
    draft = replace(new, draft=True, discount_vnd=min(new.discount_vnd, goods))
    try:
        with transaction.atomic():
            placed = place_and_confirm(draft, actor=MAKER)
    except DomainError:
        return None
    message = _("%(number)s ngày %(day)s: %(why)s") % {
        "number": template.number,
        "day": run.due_on.strftime("%d/%m/%Y"),
        "why": run.message,
    }
    data = {"recurring_id": template.pk}
    problem = open_problem(
        placed.order_id or 0, OrderProblem.Kind.RECURRING, message, data, actor=MAKER
    )
    return problem.order


def _order_of(template: RecurringOrder, lines: Sequence[RecurringLine], on: date) -> NewOrder:
    prices = _prices(template, lines, on)
    return NewOrder(
        source=template.source,
        request_key=f"recurring:{template.pk}:{on}",
        recipient_name=template.recipient_name,
        recipient_phone=template.recipient_phone,
        street=template.street,
        ward=template.ward,
        district=template.district,
        province=template.province,
        new_ward_code=template.new_ward_code,
        internal_note=template.internal_note,
        discount_vnd=template.discount_vnd,
        shipping_fee_buyer_vnd=template.shipping_fee_vnd,
        is_cod=template.is_cod,
        lines=tuple(
            NewLine(
                variant_id=line.variant_id,
                sku=line.variant.sku,
                name=line.variant.full_name,
                quantity=line.quantity,
                unit_price_vnd=prices.get(line.variant_id, line.unit_price_vnd),
                vat_rate=line.variant.product.vat_rate,
            )
            for line in lines
        ),
    )


def _prices(template: RecurringOrder, lines: Sequence[RecurringLine], on: date) -> dict[int, int]:
    """What the lists say that day for so many, or nothing where the template keeps its prices."""
    if template.price_rule == RecurringOrder.Prices.FIXED:
        return {}
    bought: dict[int, int] = {}
    for line in lines:
        bought[line.variant_id] = bought.get(line.variant_id, 0) + line.quantity
    customer = template.customer.merged_into or template.customer
    group = customer.group.name if customer.group else ""
    found = price_for(bought, source=template.source, on=on, group=group)
    return {pk: price.price_vnd for pk, price in found.items()}
