"""The verbs of an order while it is in our hands: submit, confirm, hold, release, cancel."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext as _

from inventory.models import Variant
from inventory.services import stock
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError, TransitionRefused
from oms.kernel.sql import retry_deadlock
from oms.kernel.text import clean_line
from orders.models import Order, OrderLine, OrderLineComponent, Reason
from orders.selectors.demands import line_demands
from orders.selectors.reasons import code_of_reason, keep_days_of
from orders.services.freezing import freeze_components
from orders.services.granting import TermsRefused, apply_terms, of_customers_with_terms
from orders.services.moot import close_found, close_moot, close_oversold
from orders.services.risk_checks import risk_refusals
from orders.services.states import (
    Change,
    apply_states,
    lock_order,
    lock_orders,
    move_stock,
    save_changes,
    set_derived_status,
)
from orders.states import BEFORE_HAND_OVER, ORDER_FLOW, PAYMENT_FLOW

Status, Fulfillment = Order.Status, Order.Fulfillment
MOST_AT_ONCE = 200
MOST_CANCEL_NOTE = 150


@dataclass(slots=True)
class Verdict:
    """What became of each order of a batch; one that needed no change is not refused."""

    orders: dict[int, Order] = field(default_factory=dict)
    refused: dict[int, DomainError] = field(default_factory=dict)

    def refuse(self, order_id: int, refusal: DomainError) -> None:
        self.refused[order_id] = refusal

    def only(self, order_id: int) -> Order:
        """The one order that was asked about; raises its refusal, and what is not there."""
        if order_id in self.refused:
            raise self.refused[order_id]
        if order_id not in self.orders:
            raise Order.DoesNotExist
        return self.orders[order_id]


@retry_deadlock
@transaction.atomic
def submit_order(order_id: int, *, actor: Actor, accept_terms: bool = False) -> Order:
    """Turn a draft into an order that waits for confirmation, and promise its stock.

    Outside its customer's terms it raises TermsRefused and stays a draft, unless that is accepted.
    """
    change = Change(lock_order(order_id), "order.placed")
    if change.order.status != Status.DRAFT:
        return change.order
    _refuse_discarded(change.order)
    if of_customers_with_terms([change.order]):
        apply_terms(change, accept=accept_terms)
    change.order.status = Status.PENDING_CONFIRMATION
    promise_stock([change], actor=actor)
    save_changes([change], actor=actor)
    return change.order


@retry_deadlock
@transaction.atomic
def confirm_order(order_id: int, *, actor: Actor) -> Order:
    """Say that the buyer really wants the order, and promise its stock unless that is done.

    Without stock it waits under "Chờ hàng", or raises InsufficientStock when one of its goods may
    not be ordered beyond the stock. A draft outside its customer's terms raises TermsRefused. A
    repeat changes nothing.
    """
    return confirm_orders([order_id], actor=actor).only(order_id)


@retry_deadlock
@transaction.atomic
def confirm_orders(order_ids: Collection[int], *, actor: Actor) -> Verdict:
    """Confirm several orders with the statements of one; who is refused keeps nobody back."""
    verdict, changes = decide(order_ids, "order.confirmed", needs_confirming)
    unlinked = set(
        OrderLine.objects.filter(order__in=[c.order.pk for c in changes], variant=None)
        .values_list("order_id", flat=True)
        .distinct()
    )
    for order_id in unlinked:
        verdict.refuse(order_id, unlinked_refusal())
    _grant_drafts(changes, verdict)
    for order_id, refusal in risk_refusals([change.order for change in changes]).items():
        verdict.refuse(order_id, refusal)
    changes = [change for change in changes if change.order.pk not in verdict.refused]
    short = promise_stock(changes, actor=actor)
    for order_id in firm_orders(short):
        verdict.refuse(order_id, stock.InsufficientStock(short[order_id]))
    changes = [change for change in changes if change.order.pk not in verdict.refused]
    for change in changes:
        change.order.status = Status.CONFIRMED
    save_changes(changes, actor=actor)
    return verdict


def unlinked_refusal() -> DomainError:
    return DomainError(
        _("Đơn có hàng chưa liên kết với sản phẩm trong kho."), code="order.unlinked"
    )


def _grant_drafts(changes: Sequence[Change], verdict: Verdict) -> None:
    """A draft that becomes an order is asked for its customer's terms; others were before."""
    drafts = [change.order for change in changes if change.order.status == Status.DRAFT]
    bound = {order.pk for order in of_customers_with_terms(drafts)}
    owed: Counter[int | None] = Counter()
    for change in changes:
        if change.order.pk not in bound:
            continue
        try:
            apply_terms(change, accept=False, besides=owed[change.order.customer_id])
        except TermsRefused as refusal:
            verdict.refuse(change.order.pk, refusal)
            continue
        if change.order.due_on is not None:
            owed[change.order.customer_id] += change.order.balance_vnd


def needs_confirming(order: Order) -> bool:
    """False when that is done. Raises TransitionRefused when it may not be done now."""
    if order.status == Status.ON_HOLD:
        raise TransitionRefused(_("Đơn đang tạm giữ; hãy bỏ giữ trước."), code="order.held")
    if order.status == Status.CANCELLED:
        ORDER_FLOW.check(order.status, Status.CONFIRMED)
    _refuse_discarded(order)
    return order.status in {Status.DRAFT, Status.PENDING_CONFIRMATION}


@retry_deadlock
@transaction.atomic
def hold_order(order_id: int, *, actor: Actor, reason: str, keep_days: int | None = None) -> Order:
    """Stop an order from moving on until somebody releases it. A repeat changes nothing.

    It keeps its promised goods for so many days, or as its reason says; 0 gives them back now.
    """
    verdict = hold_orders([order_id], actor=actor, reason=reason, keep_days=keep_days)
    return verdict.only(order_id)


@retry_deadlock
@transaction.atomic
def hold_orders(
    order_ids: Collection[int], *, actor: Actor, reason: str, keep_days: int | None = None
) -> Verdict:
    reason = clean_line(reason, 255, field="reason")
    days = keep_days_of(reason) if keep_days is None else keep_days
    until = now() + timedelta(days=days)
    verdict, changes = decide(order_ids, "order.held", needs_holding)
    for change in changes:
        order = change.order
        change.data["reason"] = reason
        order.status_before_hold, order.status = order.status, Status.ON_HOLD
        order.hold_reason = reason
        if can_give_back(order) and days:
            order.stock_kept_until = until
        elif can_give_back(order):
            order.fulfillment_status = Fulfillment.UNALLOCATED
    move_stock(changes, actor=actor)
    save_changes(changes, actor=actor)
    return verdict


def can_give_back(order: Order) -> bool:
    """Goods are promised to it, and lie in no parcel yet that a carrier knows."""
    has_shipment = bool(order.tracking_number or order.carrier_code)
    return order.fulfillment_status == Fulfillment.ALLOCATED and not has_shipment


def needs_holding(order: Order) -> bool:
    ORDER_FLOW.check(order.status, Status.ON_HOLD)
    return order.status != Status.ON_HOLD


@retry_deadlock
@transaction.atomic
def release_hold(order_id: int, *, actor: Actor) -> Order:
    """Put a held order back where it was; stock that was given back is promised again."""
    return release_holds([order_id], actor=actor).only(order_id)


@retry_deadlock
@transaction.atomic
def release_holds(order_ids: Collection[int], *, actor: Actor) -> Verdict:
    verdict, changes = decide(order_ids, "order.released", is_held)
    for change in changes:
        order = change.order
        order.status = order.status_before_hold or Status.PENDING_CONFIRMATION
        order.status_before_hold = order.hold_reason = ""
    close_found([change.order for change in changes])
    promise_stock(changes, actor=actor)
    for change in changes:
        set_derived_status(change.order)  # its parcel may have been cancelled meanwhile
    save_changes(changes, actor=actor)
    return verdict


def is_held(order: Order) -> bool:
    return order.status == Status.ON_HOLD


@retry_deadlock
@transaction.atomic
def cancel_order(order_id: int, *, actor: Actor, reason: str) -> Order:
    """Cancel an order that is still in our hands and free its stock.

    A second call changes nothing. Raises TransitionRefused once it has left.
    """
    return cancel_orders([order_id], actor=actor, reason=reason).only(order_id)


@retry_deadlock
@transaction.atomic
def cancel_orders(
    order_ids: Collection[int], *, actor: Actor, reason: str, note: str = ""
) -> Verdict:
    """Cancel each of them; `note` stands beside the reason, whose code alone a channel is told."""
    code = code_of_reason(Reason.Kind.CANCEL, reason)
    note = clean_line(note, MOST_CANCEL_NOTE, field="note")
    reason = clean_line(f"{reason} – {note}" if note else reason, 255, field="reason")
    verdict, changes = decide(order_ids, "order.cancelled", needs_cancelling)
    for change in changes:
        order = change.order
        change.data["reason"] = order.cancel_reason = reason
        order.cancel_code = code
        order.status = Status.CANCELLED
        order.fulfillment_status = Fulfillment.CANCELLED
        if order.cod_status == Order.Cod.TO_COLLECT:
            order.cod_status = Order.Cod.NONE
        if PAYMENT_FLOW.allows(order.payment_status, Order.Payment.VOIDED):
            order.payment_status = Order.Payment.VOIDED
    close_moot([change.order for change in changes])
    move_stock(changes, actor=actor)
    save_changes(changes, actor=actor)
    return verdict


def needs_cancelling(order: Order) -> bool:
    ORDER_FLOW.check(order.status, Status.CANCELLED)
    _refuse_discarded(order)
    return order.status != Status.CANCELLED


def decide(
    order_ids: Collection[int], event_name: str, wanted: Callable[[Order], bool]
) -> tuple[Verdict, list[Change]]:
    """Lock the orders and ask of each: to be changed, left as it is, or refused."""
    verdict, changes = Verdict(), []
    for order in lock_orders(order_ids):
        verdict.orders[order.pk] = order
        try:
            if wanted(order):
                changes.append(Change(order, event_name))
        except DomainError as refusal:
            verdict.refuse(order.pk, refusal)
    return verdict, changes


@retry_deadlock
@transaction.atomic
def complete_at_counter(order_id: int, *, actor: Actor) -> Order:
    """Hand the goods to the buyer in the shop: no shipment. Its stock must be promised."""
    order = lock_order(order_id)
    if order.fulfillment_status in BEFORE_HAND_OVER:
        order = apply_states(
            order_id,
            actor=actor,
            event_name="order.handed_to_buyer",
            fulfillment=Fulfillment.HANDED_OVER,
        )
    return apply_states(
        order_id, actor=actor, event_name="order.delivered", fulfillment=Fulfillment.DELIVERED
    )


@retry_deadlock
@transaction.atomic
def allocate_waiting(variant_ids: Collection[int], *, actor: Actor) -> list[int]:
    """Promise stock to orders that wait for these goods. Returns the ids that got it.

    Confirmed orders first, then by priority and age; each whole or not at all.
    """
    waiting = (
        Order.objects.filter(
            fulfillment_status=Fulfillment.UNALLOCATED,
            status__in=[Status.PENDING_CONFIRMATION, Status.CONFIRMED],
        )
        .filter(wants(variant_ids))
        .annotate(turn=Case(When(status=Status.CONFIRMED, then=Value(0)), default=Value(1)))
        .order_by("turn", "-priority", "placed_at", "id")
        .values_list("pk", flat=True)
        .distinct()[:MOST_AT_ONCE]
    )
    turn = {order_id: place for place, order_id in enumerate(waiting)}
    changes = [
        Change(order, "order.allocated")
        for order in lock_orders(turn)
        if order.fulfillment_status == Fulfillment.UNALLOCATED
        and order.status in {Status.PENDING_CONFIRMATION, Status.CONFIRMED}
    ]
    changes.sort(key=lambda change: turn[change.order.pk])
    promise_stock(changes, actor=actor)
    save_changes(changes, actor=actor)
    return [
        change.order.pk
        for change in changes
        if change.order.fulfillment_status == Fulfillment.ALLOCATED
    ]


def promise_stock(changes: Sequence[Change], *, actor: Actor) -> dict[int, list[stock.Shortage]]:
    """Promise stock to the orders that have none. Returns what is short, by order."""
    bare = {
        change.order.pk: change.order
        for change in changes
        if change.order.fulfillment_status == Fulfillment.UNALLOCATED
    }
    freeze_components(bare)
    demands: dict[int, list[stock.Demand]] = {order_id: [] for order_id in bare}
    unlinked = set()
    for row in line_demands(bare):
        if row.variant_id is None:
            unlinked.add(row.order_id)
        else:
            demands[row.order_id].append(
                stock.Demand(row.line_id, row.variant_id, row.quantity, row.order_id, row.per_set)
            )
    wanted = [d for order_id, rows in demands.items() if order_id not in unlinked for d in rows]
    outcome = stock.promise_groups(wanted, actor=actor)
    for order_id, picks in outcome.picks.items():
        bare[order_id].fulfillment_status = Fulfillment.ALLOCATED
        bare[order_id].warehouse_id = picks[0].warehouse_id if picks else None
    close_oversold([bare[order_id] for order_id in outcome.picks])
    return outcome.short


def wants(variant_ids: Collection[int]) -> Q:
    """Orders with one of these goods on a line, or in a bundle on a line; each by its index."""
    ids = list(variant_ids)
    lines = OrderLine.objects.filter(variant__in=ids).order_by().values("order_id")
    parts = OrderLineComponent.objects.filter(variant__in=ids).order_by()
    return Q(pk__in=lines.union(parts.values("line__order_id")))


def _refuse_discarded(order: Order) -> None:
    if order.discarded_at is not None:
        raise TransitionRefused(
            _("Đơn nháp đã xóa; hãy mở lại bằng “Tiếp tục” trước."), code="order.discarded"
        )


def firm_orders(short: Mapping[int, Sequence[stock.Shortage]]) -> set[int]:
    """Of the orders that are short: those with goods that may not be ordered beyond the stock.

    What is short is one of these goods itself, or a part of a bundle of them.
    """
    pairs = {(order_id, row.variant_id) for order_id, rows in short.items() for row in rows}
    if not pairs:
        return set()
    variants = {variant_id for _order_id, variant_id in pairs}
    firm = set(
        Variant.objects.filter(pk__in=variants, allow_backorder=False).values_list("pk", flat=True)
    )
    bundles = set(
        OrderLineComponent.objects.filter(
            line__order__in=list(short), variant__in=variants, line__variant__allow_backorder=False
        ).values_list("line__order_id", "variant_id")
    )
    return {order_id for order_id, variant in pairs if variant in firm} | {
        order_id for order_id, variant in pairs & bundles
    }


def refuse_backorder(order_id: int, short: Sequence[stock.Shortage]) -> None:
    """Raise InsufficientStock when something short may not be ordered beyond the stock."""
    if firm_orders({order_id: short}):
        raise stock.InsufficientStock(short)
