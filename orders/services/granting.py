"""What a locked order is asked before it counts: the terms agreed with its customer."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from oms.kernel.clock import today
from oms.kernel.errors import DomainError
from oms.kernel.money import format_vnd
from orders.models import Customer, Order
from orders.selectors.customers import find_customer
from orders.selectors.terms import Terms, exposure, terms_of
from orders.services.states import Change

_FIELDS = ("payment_days", "credit_limit_vnd", "min_order_vnd")


class TermsRefused(DomainError):
    """The order is outside what was agreed with the customer; who may can insist."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__(" ".join(reasons), code="terms.refused")


def of_customers_with_terms(orders: Sequence[Order]) -> list[Order]:
    """Of these orders those for which something was agreed; one statement, none for no orders."""
    ours = [order for order in orders if order.shop_ref is None]
    own = {order.customer_id for order in ours if order.customer_id is not None}
    if not own:
        return []
    said = Q()
    for name in _FIELDS:
        said |= Q(**{f"{name}__isnull": False}) | Q(**{f"group__{name}__isnull": False})
    bound = set(Customer.objects.filter(said, pk__in=own).values_list("pk", flat=True))
    return [order for order in ours if order.customer_id in bound]


def apply_terms(
    change: Change, *, accept: bool, quoted_days: int | None = None, besides: int = 0
) -> list[str]:
    """Check a locked order and set the day on which it must be paid; the caller saves it.

    What the customer owes is read under the lock of his row, so that two orders at once do not both
    fit. `besides` is what he owes for orders that are not saved yet. `quoted_days` were promised to
    him and count instead of today's. Cash on delivery and paid orders fall due by no terms;
    marketplaces have their own. Raises TermsRefused unless somebody accepts that; returns what he
    accepted. A repeat changes nothing.
    """
    order = change.order
    if order.customer_id is None or order.shop_ref is not None or order.due_on is not None:
        return []
    terms = _locked_terms(order.customer_id)
    days = terms.payment_days if quoted_days is None else quoted_days
    owes = days is not None and not order.is_cod and order.balance_vnd > 0
    above = _above_limit(order, terms, besides) if owes else []
    reasons = [*_below_minimum(order, terms), *above]
    if reasons and not accept:
        raise TermsRefused(reasons)
    if owes and days is not None:
        order.payment_days = days
        order.due_on = today(order.placed_at) + timedelta(days=days)
        change.data["due_on"] = order.due_on.strftime("%d/%m/%Y")
    if reasons:
        change.data["reason"] = " ".join(reasons)
    return reasons


def lock_buyer(phone: str) -> None:
    """Lock the customer of a phone before his order takes stock: the order of locks everywhere."""
    customer = find_customer(phone)
    if customer is not None:
        _locked_terms(customer.pk)


def recheck_limit(order: Order, owed_before: int, *, accept: bool) -> None:
    """A change made a locked order on terms dearer: the limit is asked again, under the same lock.

    Raises TermsRefused unless somebody accepts that.
    """
    if order.due_on is None or order.customer_id is None or order.balance_vnd <= owed_before:
        return
    reasons = _above_limit(order, _locked_terms(order.customer_id), 0)
    if reasons and not accept:
        raise TermsRefused(reasons)


def _locked_terms(customer_id: int) -> Terms:
    rows = Customer.objects.select_for_update(no_key=True, of=("self",))
    return terms_of(rows.select_related("group").get(pk=customer_id))


def _below_minimum(order: Order, terms: Terms) -> list[str]:
    goods = order.goods_vnd - order.discount_vnd
    if terms.min_order_vnd is None or goods >= terms.min_order_vnd:
        return []
    told = {"goods": format_vnd(goods), "least": format_vnd(terms.min_order_vnd)}
    return [_("Tiền hàng %(goods)s chưa đạt mức tối thiểu %(least)s.") % told]


def _above_limit(order: Order, terms: Terms, besides: int) -> list[str]:
    limit = terms.credit_limit_vnd
    if limit is None:
        return []
    before = exposure(order.customer_id or 0, without=order.pk) + besides
    if before + order.balance_vnd <= limit:
        return []
    told = {
        "owed": format_vnd(before),
        "more": format_vnd(order.balance_vnd),
        "limit": format_vnd(limit),
    }
    return [_("Khách đang nợ %(owed)s, thêm %(more)s là vượt hạn mức công nợ %(limit)s.") % told]
