"""The list of invoices, and what a user may see of them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet

from invoicing.models import Invoice
from oms.accounts.models import User
from oms.kernel.clock import now
from oms.kernel.pages import Page, keyset_page
from oms.kernel.text import fold
from orders.selectors.lists import orders_visible_to

KEYS = ("-created_at", "-id")


@dataclass(frozen=True)
class InvoiceFilters:
    status: str = ""
    q: str = ""
    days: int = 0


def invoices_visible_to(user: User | AnonymousUser) -> QuerySet[Invoice]:
    return Invoice.objects.filter(order__in=orders_visible_to(user))


def invoice_list(
    user: User | AnonymousUser,
    filters: InvoiceFilters,
    *,
    after: str = "",
    before: str = "",
    size: int = 50,
) -> Page[Invoice]:
    """Newest first; the search takes invoice numbers, order codes, tax codes and buyers."""
    rows = _filtered(invoices_visible_to(user), filters)
    if filters.status:
        rows = rows.filter(status=filters.status)
    rows = rows.select_related("order", "account")
    return keyset_page(rows, keys=KEYS, after=after, before=before, size=size)


def status_counts(user: User | AnonymousUser) -> dict[str, int]:
    """How many invoices each open state holds; the finished ones, ever more, are not counted."""
    open_states = [s for s in Invoice.Status.values if s not in ("coded", "issued", "dropped")]
    rows: Any = (
        invoices_visible_to(user)
        .filter(status__in=open_states)
        .order_by()
        .values("status")
        .annotate(count=Count("pk"))
    )
    return {row["status"]: row["count"] for row in rows}


def _filtered(rows: QuerySet[Invoice], filters: InvoiceFilters) -> QuerySet[Invoice]:
    if filters.days:
        rows = rows.filter(created_at__gte=now() - timedelta(days=filters.days))
    text = filters.q.strip()
    if text:
        rows = rows.filter(
            Q(invoice_no__iexact=text)
            | Q(order__number__iexact=text)
            | Q(order__remote_id=text)
            | Q(buyer_tax_code=text)
            | Q(buyer_folded__contains=fold(text))
        )
    return rows
