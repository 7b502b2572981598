"""Selling on terms: minimum order, credit limit, and the day on which an order must be paid."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import today
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.money import format_vnd
from oms.kernel.sql import retry_deadlock
from orders.models import Customer, CustomerGroup, Order
from orders.selectors.customers import find_customer
from orders.selectors.terms import Terms, exposure, terms_of
from orders.services.intake import place_orders
from orders.services.lifecycle import submit_order
from orders.services.new_order import NewOrder, Placed
from orders.services.states import Change, lock_order, save_changes

MOST_DAYS = 365


class TermsRefused(DomainError):
    """The order is outside what was agreed with the customer; who may can insist."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__(" ".join(reasons), code="terms.refused")


def place_on_terms(new: NewOrder, *, actor: Actor, accept: bool = False) -> Placed:
    """Place one order under its customer's terms; raises DomainError when it cannot be kept.

    Outside the terms (below the minimum, above the limit) it raises TermsRefused and nothing is
    kept, unless somebody accepts that. Drafts agree to nothing yet.
    """
    if new.draft or not terms_of(find_customer(new.recipient_phone)).any:
        return _place(new, actor)
    return _place_on_terms(new, actor, accept)


def _place(new: NewOrder, actor: Actor) -> Placed:
    [placed] = place_orders([new], actor=actor)
    if placed.order_id is None:
        raise DomainError(placed.problem, code="order.refused")
    return placed


@retry_deadlock
@transaction.atomic
def _place_on_terms(new: NewOrder, actor: Actor, accept: bool) -> Placed:
    placed = _place(new, actor)
    if placed.created:
        grant_terms(placed.order_id or 0, actor=actor, accept=accept)
    return placed


@retry_deadlock
@transaction.atomic
def submit_on_terms(order_id: int, *, actor: Actor, accept: bool = False) -> Order:
    """Turn a draft into an order under its customer's terms; refused it stays a draft."""
    submit_order(order_id, actor=actor)
    return grant_terms(order_id, actor=actor, accept=accept)


@transaction.atomic
def grant_terms(
    order_id: int, *, actor: Actor, accept: bool = False, quoted_days: int | None = None
) -> Order:
    """Check a placed order against its customer's terms and set the day on which it must be paid.

    What the customer owes is read under the lock of his row, so that two orders at once do not both
    fit. `quoted_days` were promised to him and count instead of today's. Cash on delivery and
    paid orders fall due by no terms. A repeat changes nothing.
    """
    order = lock_order(order_id)
    if order.customer_id is None or order.due_on is not None:
        return order
    customer = Customer.objects.select_for_update(no_key=True, of=("self",))
    terms = terms_of(customer.select_related("group").get(pk=order.customer_id))
    days = terms.payment_days if quoted_days is None else quoted_days
    owes = days is not None and not order.is_cod and order.balance_vnd > 0
    reasons = [*_below_minimum(order, terms), *(_above_limit(order, terms) if owes else [])]
    if reasons and not accept:
        raise TermsRefused(reasons)
    change = Change(order, "order.terms_set")
    if owes and days is not None:
        order.payment_days = days
        order.due_on = today(order.placed_at) + timedelta(days=days)
        change.data["text"] = order.due_on.strftime("%d/%m/%Y")
    if reasons:
        change.event_name, change.data["reason"] = "order.terms_exceeded", " ".join(reasons)
    save_changes([change], actor=actor, always=bool(reasons))
    return order


def _below_minimum(order: Order, terms: Terms) -> list[str]:
    goods = order.goods_vnd - order.discount_vnd
    if terms.min_order_vnd is None or goods >= terms.min_order_vnd:
        return []
    told = {"goods": format_vnd(goods), "least": format_vnd(terms.min_order_vnd)}
    return [_("Tiền hàng %(goods)s chưa đạt mức tối thiểu %(least)s.") % told]


def _above_limit(order: Order, terms: Terms) -> list[str]:
    limit = terms.credit_limit_vnd
    if limit is None:
        return []
    before = exposure(order.customer_id or 0, without=order.pk)
    if before + order.balance_vnd <= limit:
        return []
    told = {
        "owed": format_vnd(before),
        "more": format_vnd(order.balance_vnd),
        "limit": format_vnd(limit),
    }
    return [_("Khách đang nợ %(owed)s, thêm %(more)s là vượt hạn mức công nợ %(limit)s.") % told]


def recheck_limit(order: Order, owed_before: int, *, accept: bool) -> None:
    """A change made a locked order on terms dearer: the limit is asked again, under the same lock.

    Raises TermsRefused unless somebody accepts that.
    """
    if order.due_on is None or order.customer_id is None or order.balance_vnd <= owed_before:
        return
    customer = Customer.objects.select_for_update(no_key=True, of=("self",))
    terms = terms_of(customer.select_related("group").get(pk=order.customer_id))
    reasons = _above_limit(order, terms)
    if reasons and not accept:
        raise TermsRefused(reasons)


@transaction.atomic
def restart_terms(order_id: int, day: date, *, actor: Actor) -> date | None:
    """Count the agreed days from the day of the invoice. Returns the day on which it falls due."""
    order = lock_order(order_id)
    if order.payment_days is None:
        return None
    due_on = day + timedelta(days=order.payment_days)
    if due_on != order.due_on:
        change = Change(order, "order.terms_set", {"text": due_on.strftime("%d/%m/%Y")})
        order.due_on = due_on
        save_changes([change], actor=actor)
    return due_on


def save_terms(row: Customer | CustomerGroup, terms: Terms, *, actor: Actor) -> None:
    """Write what was agreed, with before and after; orders that exist keep theirs."""
    if terms.payment_days is not None and terms.payment_days > MOST_DAYS:
        raise DomainError(
            _("Mua chịu nhiều nhất %d ngày.") % MOST_DAYS, code="terms.days", field="payment_days"
        )
    _save_terms(type(row), row.pk, terms, actor)


@transaction.atomic
def _save_terms(
    model: type[Customer] | type[CustomerGroup], pk: int, terms: Terms, actor: Actor
) -> None:
    row = model._default_manager.select_for_update(of=("self",)).get(pk=pk)
    columns = ("payment_days", "credit_limit_vnd", "min_order_vnd")
    changes = {
        name: [getattr(row, name), getattr(terms, name)]
        for name in columns
        if getattr(row, name) != getattr(terms, name)
    }
    if not changes:
        return
    for name in changes:
        setattr(row, name, getattr(terms, name))
    row.save(update_fields=list(changes))
    name = "customer.terms_set" if isinstance(row, Customer) else "customer_group.terms_set"
    record_event(name, row, actor=actor, data={"changes": changes})
