"""Two customers who are one person: their orders under one name, and back again."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import EventRow, record_event, record_events
from oms.kernel.phones import show_phone
from oms.kernel.sql import retry_deadlock
from orders.models import Customer, CustomerMerge, Order
from orders.services.customer_figures import refresh_figures

FILLED = ("email", "company_name", "tax_code", "address")


@retry_deadlock
@transaction.atomic
def merge_customers(kept_id: int, merged_id: int, *, actor: Actor) -> CustomerMerge:
    """Move the orders of one customer to another, who takes over what he lacks.

    The merged one stays as the key of his phone: later orders of that phone go to the kept one.
    Raises DomainError when one of them is merged or erased already.
    """
    if kept_id == merged_id:
        raise DomainError(_("Hãy chọn hai khách hàng khác nhau."), code="customer.merge_same")
    kept, merged = _lock_both(kept_id, merged_id)
    for customer in (kept, merged):
        if not customer.is_live:
            raise DomainError(
                _("%(name)s đã được gộp hoặc đã xóa dữ liệu.") % {"name": customer.name},
                code="customer.not_live",
            )
    order_ids = list(Order.objects.filter(customer=merged).values_list("pk", flat=True))
    followers = list(Customer.objects.filter(merged_into=merged).values_list("pk", flat=True))
    _move(order_ids, kept, before=merged, actor=actor)
    Customer.objects.filter(pk__in=[merged.pk, *followers]).update(merged_into=kept)
    _take_over(kept, merged)
    merge = CustomerMerge.objects.create(
        kept=kept,
        merged=merged,
        order_ids=order_ids,
        follower_ids=followers,
        actor_label=actor.label,
        created_at=now(),
    )
    _tell("customer.merged", merge, actor)
    refresh_figures([kept.pk, merged.pk])
    return merge


def _lock_both(one: int, other: int) -> tuple[Customer, Customer]:
    """Both rows, locked by id, against orders that come in meanwhile."""
    rows = Customer.objects.select_for_update().filter(pk__in=[one, other]).order_by("pk")
    found = {row.pk: row for row in rows}
    if len(found) < 2:
        raise DomainError(_("Không tìm thấy khách hàng này."), code="customer.unknown")
    return found[one], found[other]


def _take_over(kept: Customer, merged: Customer) -> None:
    for name in FILLED:
        if not getattr(kept, name):
            setattr(kept, name, getattr(merged, name))
    kept.group_id = kept.group_id or merged.group_id
    kept.tags = sorted({*kept.tags, *merged.tags})
    kept.save(update_fields=[*FILLED, "group", "tags"])


def _move(order_ids: list[int], to: Customer, *, before: Customer, actor: Actor) -> None:
    Order.objects.filter(pk__in=order_ids).update(customer=to)
    data = {"changes": {"customer": [_label(before), _label(to)]}}
    record_events(
        [EventRow("order.customer_changed", "order", pk, data) for pk in order_ids], actor=actor
    )


def _label(customer: Customer) -> str:
    return f"{customer.name} ({show_phone(customer.phone or '')})"


def _tell(name: str, merge: CustomerMerge, actor: Actor) -> None:
    data = {
        "kept": _label(merge.kept),
        "merged": _label(merge.merged),
        "orders": len(merge.order_ids),
    }
    for customer in (merge.kept, merge.merged):
        record_event(name, customer, actor=actor, data=data)


def why_not_undone(merge: CustomerMerge) -> str:
    """The reason in words, or empty when the merge can still be taken back."""
    if merge.undone_at is not None:
        return _("Lần gộp này đã được hoàn tác.")
    if merge.kept.erased_at is not None or merge.merged.erased_at is not None:
        return _("Dữ liệu của khách đã bị xóa nên không tách lại được.")
    if merge.kept.merged_into_id is not None:
        return _("Khách được giữ lại sau đó đã gộp vào khách khác; hãy hoàn tác lần gộp đó trước.")
    return ""


@retry_deadlock
@transaction.atomic
def undo_merge(merge_id: int, *, actor: Actor) -> CustomerMerge:
    """Give the merged customer his orders back, with those that his phone made since.

    What the kept one took over (address, tags) stays with him. Raises DomainError with the reason
    when it is too late.
    """
    merge = CustomerMerge.objects.select_for_update().get(pk=merge_id)
    merge.kept, merge.merged = _lock_both(merge.kept_id, merge.merged_id)
    reason = why_not_undone(merge)
    if reason:
        raise DomainError(reason, code="customer.merge_final")
    phones = _phones([merge.merged_id, *merge.follower_ids])
    back = Order.objects.filter(customer=merge.kept).filter(
        Q(pk__in=merge.order_ids) | Q(recipient_phone__in=phones, placed_at__gte=merge.created_at)
    )
    _move(list(back.values_list("pk", flat=True)), merge.merged, before=merge.kept, actor=actor)
    Customer.objects.filter(pk=merge.merged_id).update(merged_into=None)
    Customer.objects.filter(pk__in=merge.follower_ids).update(merged_into=merge.merged)
    merge.undone_at = now()
    merge.save(update_fields=["undone_at"])
    _tell("customer.merge_undone", merge, actor)
    refresh_figures([merge.kept_id, merge.merged_id])
    return merge


def _phones(customer_ids: Iterable[int]) -> list[str]:
    rows = Customer.objects.filter(pk__in=list(customer_ids)).exclude(phone=None)
    return [phone for phone in rows.values_list("phone", flat=True) if phone]
