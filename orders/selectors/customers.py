"""Finding customers, and what their page tells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Func, Max, OuterRef, Q, QuerySet

from oms.kernel.errors import DomainError
from oms.kernel.pages import Page, keyset_page
from oms.kernel.phones import normalise_phone
from oms.kernel.text import fold
from orders.models import Customer, CustomerGroup, Order
from orders.selectors.customer_figures import Figures, figures_of
from orders.selectors.lists import orders_visible_to
from orders.selectors.risks import with_risk
from orders.selectors.search import SHORTEST_TAIL, tail

ADDRESSES_SHOWN = 8
TWINS_SHOWN = 5
EXPORT_STEP = 500

# What a list can be sorted by: the keyset and the rows that its partial index holds.
SORTS: dict[str, tuple[tuple[str, ...], Q]] = {
    "": (("-id",), Q()),
    "spent": (("-spent_vnd", "-id"), Q(spent_vnd__gt=0)),
    "profit": (("-profit_vnd", "-id"), ~Q(profit_vnd=0)),
    "refused": (("-refused_count", "-id"), Q(refused_count__gt=0)),
    "orders": (("-orders_count", "-id"), Q(orders_count__gt=0)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFilters:
    q: str = ""
    group_id: int | None = None
    tag: str = ""
    risky: bool = False
    sort: str = ""


def find_customer(phone: str) -> Customer | None:
    """The customer with this phone, typed in any usual form; of a merged one, who was kept."""
    try:
        e164 = normalise_phone(phone)
    except DomainError:
        return None
    found = Customer.objects.select_related("merged_into").filter(phone=e164).first()
    return found.merged_into or found if found else None


def group_of_phone(phone: str) -> str:
    """The name of the group that this phone's prices come from, or empty."""
    customer = find_customer(phone)
    if customer is None or customer.group_id is None:
        return ""
    return CustomerGroup.objects.get(pk=customer.group_id).name


def customers_visible_to(user: Any) -> QuerySet[Customer]:
    """Customers without the merged ones; a limited user sees those of the orders that he sees.

    A customer who never ordered belongs to no shop and is seen by all.
    """
    rows = Customer.objects.filter(merged_into=None)
    if not is_limited(user):
        return rows
    own = Order.objects.filter(customer=OuterRef("pk"))
    seen = orders_visible_to(user).filter(customer=OuterRef("pk"))
    return rows.filter(Exists(seen) | ~Exists(own))


def is_limited(user: Any) -> bool:
    return user.shop_scope() is not None or user.warehouse_scope() is not None


def customer_list(
    user: Any, filters: CustomerFilters, *, after: str = "", before: str = "", size: int = 50
) -> Page[Customer]:
    """One page with `figures`, of the orders that the user may see. Three or four statements.

    Sorting by figures is for those who see all orders: the kept figures are of all of them.
    """
    sort = "" if is_limited(user) else filters.sort
    keys, held = SORTS.get(sort, SORTS[""])
    rows = _filtered(customers_visible_to(user), filters).filter(held).select_related("group")
    page = keyset_page(rows, keys=keys, after=after, before=before, size=size)
    add_figures(page.rows, user)
    return page


def customers_matching(user: Any, filters: CustomerFilters) -> QuerySet[Customer]:
    """The same rows without figures, newest first."""
    return _filtered(customers_visible_to(user), filters).order_by("-id")


def add_figures(rows: Sequence[Customer], user: Any) -> None:
    """Give each customer `figures`; profit only to who may see costs."""
    with_profit = user.has_perm("inventory.view_cost")
    found = figures_of([row.pk for row in rows], user=user, with_profit=with_profit)
    for row in rows:
        row.figures = found[row.pk]  # type: ignore[attr-defined]


def _filtered(rows: QuerySet[Customer], filters: CustomerFilters) -> QuerySet[Customer]:
    digits = "".join(letter for letter in filters.q if letter.isdigit())
    if len(digits) >= SHORTEST_TAIL:
        rows = rows.filter(_with_tail(tail(digits)[::-1]))
    else:
        for word in fold(filters.q).split():
            rows = rows.filter(name_folded__contains=word)
    if filters.group_id is not None:
        rows = rows.filter(group=filters.group_id)
    if filters.tag:
        rows = rows.filter(tags__contains=[filters.tag])
    return rows.filter(with_risk()) if filters.risky else rows


def _with_tail(reversed_tail: str) -> Q:
    """A phone's last digits, his own or those of one who was merged into him."""
    merged = Customer.objects.filter(
        phone_reversed__startswith=reversed_tail, merged_into__isnull=False
    )
    return Q(phone_reversed__startswith=reversed_tail) | Q(pk__in=merged.values("merged_into"))


def customers_for_export(user: Any, filters: CustomerFilters) -> Iterator[Customer]:
    """The whole list, a page at a time, in the order of the list."""
    after = ""
    while True:
        page = customer_list(user, filters, after=after, size=EXPORT_STEP)
        yield from page.rows
        if not page.next_cursor:
            return
        after = page.next_cursor


def known_tags() -> list[str]:
    """The tags in use, for a filter."""
    tags = (
        Customer.objects.exclude(tags=[])
        .order_by()
        .values_list(Func("tags", function="unnest"), flat=True)
    )
    return sorted(set(tags.distinct()), key=fold)


@dataclass(frozen=True, slots=True)
class UsedAddress:
    """Where parcels of a customer went, how often and when last."""

    text: str
    phone: str
    name: str
    times: int
    last_at: datetime


def addresses_of(customer: Customer, user: Any) -> list[UsedAddress]:
    """The newest addresses of the customer's orders, each once."""
    rows = (
        orders_visible_to(user)
        .filter(customer=customer)
        .exclude(street="")
        .values_list("street", "ward", "district", "province", "recipient_phone", "recipient_name")
        .annotate(times=Count("pk"), last=Max("placed_at"))
        .order_by("-last")[:ADDRESSES_SHOWN]
    )
    return [
        UsedAddress(", ".join(part for part in row[:4] if part), row[4], row[5], row[6], row[7])
        for row in rows
    ]


def twins_of(customer: Customer, user: Any) -> list[Customer]:
    """Customers who may be the same person: the same e-mail, tax code, or full name."""
    same = Q(name_folded=customer.name_folded) if " " in customer.name_folded else Q(pk=None)
    if customer.email:
        same |= Q(email__iexact=customer.email)
    if customer.tax_code:
        same |= Q(tax_code=customer.tax_code)
    rows = customers_visible_to(user).filter(same, erased_at=None).exclude(pk=customer.pk)
    return list(rows.order_by("-id")[:TWINS_SHOWN])


def figures_for(customer: Customer, user: Any) -> Figures:
    with_profit = user.has_perm("inventory.view_cost")
    return figures_of([customer.pk], user=user, with_profit=with_profit)[customer.pk]


def group_choices() -> list[tuple[str, str]]:
    """Groups as price lists name them."""
    return [(name, name) for name in CustomerGroup.objects.values_list("name", flat=True)]
