"""Selling on terms: minimum order, credit limit, and the day on which an order must be paid."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.sql import retry_deadlock
from orders.models import Customer, CustomerGroup, Order
from orders.selectors.customers import find_customer
from orders.selectors.terms import Terms, terms_of
from orders.services.granting import apply_terms, lock_buyer
from orders.services.intake import place_orders
from orders.services.new_order import NewOrder, Placed
from orders.services.states import Change, lock_order, save_changes

MOST_DAYS = 365


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
    lock_buyer(new.recipient_phone)
    placed = _place(new, actor)
    if placed.created:
        grant_terms(placed.order_id or 0, actor=actor, accept=accept)
    return placed


@transaction.atomic
def grant_terms(
    order_id: int, *, actor: Actor, accept: bool = False, quoted_days: int | None = None
) -> Order:
    """Put a placed order under its customer's terms; as `apply_terms`, and saved."""
    change = Change(lock_order(order_id), "order.terms_set")
    reasons = apply_terms(change, accept=accept, quoted_days=quoted_days)
    if reasons:
        change.event_name = "order.terms_exceeded"
    save_changes([change], actor=actor, always=bool(reasons))
    return change.order


@transaction.atomic
def restart_terms(order_id: int, day: date, *, actor: Actor) -> date | None:
    """Count the agreed days from the day of the invoice. Returns the day on which it falls due."""
    order = lock_order(order_id)
    if order.payment_days is None:
        return None
    due_on = day + timedelta(days=order.payment_days)
    if due_on != order.due_on:
        change = Change(order, "order.terms_set", {"due_on": due_on.strftime("%d/%m/%Y")})
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
