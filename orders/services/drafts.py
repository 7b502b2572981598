"""Drafts: written again, deleted for a while, and gone after thirty days."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.counters import bump
from oms.kernel.errors import DomainError
from oms.kernel.phones import reversed_digits
from oms.kernel.sql import retry_deadlock
from orders.models import Customer, Order, OrderLine, OrderProblem, RecurringRun
from orders.services import intake_sql
from orders.services.drafting import Draft, draft_order, search_text
from orders.services.moot import close_moot
from orders.services.new_order import NewOrder
from orders.services.states import Change, lock_order, save_changes

KEPT_DAYS = 30
MOST_AT_ONCE = 500
# What belongs to the order and not to how it is filled in.
_OWN = {
    *("request_key", "status", "fulfillment_status", "tab", "needs_attention", "warehouse_id"),
    *("confirmed_at", "placed_at", "shop_ref", "shop_name", "remote_id", "remote_status"),
    *("remote_version", "priority", "pieces", "sku_count", "search_folded"),
}


@retry_deadlock
@transaction.atomic
def rewrite_draft(order_id: int, new: NewOrder, *, version: int, actor: Actor) -> Order:
    """Fill a draft in again; one that was deleted comes back. It stays a draft.

    `version` is what the form was opened with: another one means that somebody was faster.
    """
    change = Change(_locked_draft(order_id), "order.draft_changed")
    order = change.order
    if order.version != version:
        raise DomainError(
            _("Đơn nháp vừa được người khác thay đổi; hãy mở lại trước khi lưu."),
            code="order.version",
        )
    draft = draft_order(new, now())
    for name, value in draft.row.items():
        if name in intake_sql.ORDER_COLUMNS and name not in _OWN:
            setattr(order, name, value)
    order.discarded_at = None
    order.ship_by_at = new.ship_by_at
    order.customer_id = _customer_id(draft)
    order.search_folded = search_text(draft.row["name_folded"], draft.lines)
    order.lines.all().delete()
    OrderLine.objects.bulk_create([_line(order_id, row) for row in draft.lines])
    if draft.problems:
        rows = [OrderProblem(order_id=order_id, created_at=now(), **row) for row in draft.problems]
        OrderProblem.objects.bulk_create(rows)
        order.needs_attention = True
    save_changes([change], actor=actor, always=True)
    return order


@retry_deadlock
@transaction.atomic
def discard_draft(order_id: int, *, actor: Actor) -> Order:
    """Delete a draft: it stands under "Xóa gần đây" until the purge. A repeat changes nothing."""
    change = Change(_locked_draft(order_id), "order.draft_discarded")
    if change.order.discarded_at is None:
        change.order.discarded_at = now()
        close_moot([change.order])
        save_changes([change], actor=actor)
    return change.order


def purge_discarded(*, moment: datetime | None = None) -> int:
    """Remove what was deleted more than KEPT_DAYS ago. Returns how many; a repeat finds none."""
    before = (moment or now()) - timedelta(days=KEPT_DAYS)
    old = Order.objects.filter(tab=Order.Tab.DELETED, discarded_at__lt=before).order_by("pk")
    with transaction.atomic():
        ids = list(old.select_for_update(no_key=True).values_list("pk", flat=True)[:MOST_AT_ONCE])
        attention = Order.objects.filter(pk__in=ids, needs_attention=True).count()
        _leave_out_runs(ids)
        Order.objects.filter(pk__in=ids).delete()
        if ids:
            moves = {f"orders:{Order.Tab.DELETED}": -len(ids)}
            bump(moves | {"orders:needs_attention": -attention})
    return len(ids)


def _leave_out_runs(order_ids: list[int]) -> None:
    """Who deleted the draft of a recurring order's day has decided about that day."""
    runs = RecurringRun.objects.filter(order__in=order_ids)
    runs.update(outcome=RecurringRun.Outcome.SKIPPED, order=None)


def _locked_draft(order_id: int) -> Order:
    order = lock_order(order_id)
    if order.status != Order.Status.DRAFT:
        raise DomainError(_("Đơn này không còn là nháp."), code="order.not_draft")
    return order


def _customer_id(draft: Draft) -> int | None:
    if draft.phone is None:
        return None
    defaults = {
        "name": draft.row["recipient_name"],
        "name_folded": draft.row["name_folded"],
        "phone_reversed": reversed_digits(draft.phone),
        "created_at": now(),
    }
    return Customer.objects.get_or_create(phone=draft.phone, defaults=defaults)[0].pk


def _line(order_id: int, row: dict[str, object]) -> OrderLine:
    kept = {name: row[name] for name in intake_sql.LINE_COLUMNS}
    if kept["vat_rate"] is None:
        kept["vat_rate"] = OrderLine._meta.get_field("vat_rate").default
    return OrderLine(order_id=order_id, **kept)
