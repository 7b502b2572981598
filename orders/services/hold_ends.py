"""The end of a hold's goods: a warning the day before, then they are others' again."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from inventory.services import stock
from oms.kernel.actors import Actor
from oms.kernel.clock import local, now
from oms.kernel.errors import DomainError, TransitionRefused
from oms.kernel.sql import retry_deadlock
from orders.models import Order, OrderProblem
from orders.models.reasons import MOST_KEEP_DAYS
from orders.services.hold_warnings import KIND, close_warnings, warn
from orders.services.lifecycle import Verdict, decide, promise_stock, unlinked_refusal
from orders.services.states import Change, lock_orders, move_stock, save_changes

Status, Fulfillment = Order.Status, Order.Fulfillment
SYSTEM = Actor.system("holds")
WARN_BEFORE = timedelta(days=1)
AT_ONCE = 200


def settle_holds(*, moment: datetime | None = None) -> tuple[int, int]:
    """Warn of what ends within a day and give back what has ended; (warned, given back).

    Every order is done once: a repeat finds nothing left to do.
    """
    moment = moment or now()
    warned = ended = 0
    while done := _warn_some(moment):
        warned += done
    while done := _end_some(moment):
        ended += done
    return warned, ended


@retry_deadlock
@transaction.atomic
def keep_longer(order_ids: Collection[int], days: int, *, actor: Actor) -> Verdict:
    """Held orders keep their goods for so many days from now; what was given back is promised
    again, or the order is refused with InsufficientStock."""
    if not 1 <= days <= MOST_KEEP_DAYS:
        raise DomainError(
            _("Giữ hàng từ 1 đến %(most)d ngày.") % {"most": MOST_KEEP_DAYS},
            code="hold.days",
            field="days",
        )
    until = now() + timedelta(days=days)
    verdict, changes = decide(order_ids, "order.kept_longer", may_keep_longer)
    short = promise_stock(changes, actor=actor)
    for order in (change.order for change in changes):
        if order.pk in short:
            verdict.refuse(order.pk, stock.InsufficientStock(short[order.pk]))
        elif order.fulfillment_status == Fulfillment.UNALLOCATED:
            verdict.refuse(order.pk, unlinked_refusal())
    changes = [change for change in changes if change.order.pk not in verdict.refused]
    for change in changes:
        change.order.stock_kept_until = until
        change.data["text"] = told(until)
    close_warnings([change.order for change in changes])
    save_changes(changes, actor=actor)
    return verdict


def may_keep_longer(order: Order) -> bool:
    """Whether the order is held and its goods could still go to somebody else."""
    if order.status != Status.ON_HOLD:
        raise TransitionRefused(_("Đơn không bị tạm giữ."), code="hold.none")
    if order.fulfillment_status == Fulfillment.UNALLOCATED or order.stock_kept_until is not None:
        return True
    raise TransitionRefused(
        _("Hàng của đơn đã vào kiện, không có hạn giữ."), code="hold.without_end"
    )


def told(until: datetime) -> str:
    return f"{local(until):%d/%m/%Y %H:%M}"


def _ending(before: datetime) -> QuerySet[Order]:
    held = Order.objects.filter(status=Status.ON_HOLD, stock_kept_until__lte=before)
    return held.order_by("stock_kept_until", "pk")


@retry_deadlock
@transaction.atomic
def _warn_some(moment: datetime) -> int:
    """Who was warned in this last day is left alone, also when somebody has ticked that off."""
    told_before = OrderProblem.objects.filter(
        Q(resolved_at=None) | Q(created_at__gte=OuterRef("stock_kept_until") - WARN_BEFORE),
        order=OuterRef("pk"),
        kind=KIND,
    )
    soon = moment + WARN_BEFORE
    rows = _ending(soon).filter(~Exists(told_before), stock_kept_until__gt=moment)
    changes = [Change(order, "order.problem_opened") for order in _locked(rows, soon)]
    for change in changes:
        change.data["message"] = _(
            "Hàng đang giữ cho đơn sẽ tự trả lại kho lúc %(at)s; lý do tạm giữ: %(why)s"
        ) % {
            "at": told(change.order.stock_kept_until or soon),
            "why": change.order.hold_reason or "–",
        }
    _tell(changes, moment)
    return len(changes)


@retry_deadlock
@transaction.atomic
def _end_some(moment: datetime) -> int:
    orders = _locked(_ending(moment), moment)
    changes = [
        Change(order, "order.stock_given_back")
        for order in orders
        if order.fulfillment_status == Fulfillment.ALLOCATED
    ]
    for change in changes:
        change.order.stock_kept_until = None
        change.order.fulfillment_status = Fulfillment.UNALLOCATED
        change.data["message"] = _(
            "Hàng giữ cho đơn đã tự trả lại kho lúc %(at)s: giữ thêm hoặc bỏ giữ để lấy lại hàng, "
            "nếu không thì hủy đơn."
        ) % {"at": told(moment)}
    _tell(changes, moment)
    # Goods that somebody has begun to pack meanwhile are not taken out of the box.
    ended = {change.order.pk for change in changes}
    others = [order.pk for order in orders if order.pk not in ended]
    Order.objects.filter(pk__in=others).update(stock_kept_until=None)
    return len(orders)


def _locked(rows: QuerySet[Order], before: datetime) -> list[Order]:
    """The first of these orders, locked; one that somebody changed in between drops out."""
    found = lock_orders(rows.values_list("pk", flat=True)[:AT_ONCE])
    return [
        order
        for order in found
        if order.status == Status.ON_HOLD
        and order.stock_kept_until is not None
        and order.stock_kept_until <= before
    ]


def _tell(changes: Sequence[Change], moment: datetime) -> None:
    """Write the warnings and the orders, with the stock that goes back."""
    if not changes:
        return
    for change in changes:
        change.data["kind"] = KIND.value
        change.order.needs_attention = True
    warn({change.order.pk: change.data["message"] for change in changes}, moment=moment)
    move_stock(changes, actor=SYSTEM)
    save_changes(changes, actor=SYSTEM)
