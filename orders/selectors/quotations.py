"""Quotations as lists, pages and papers show them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from inventory.selectors.availability import available
from oms.kernel.clock import today
from oms.kernel.counters import read_counters
from oms.kernel.pages import Page, keyset_page
from oms.kernel.text import fold
from orders.models import Quotation, QuotationLine, QuotationVersion
from orders.selectors.customers import customers_visible_to, is_limited

COUNTERS = "quotations:"
SOON_DAYS = 3
Status = Quotation.Status


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotationFilters:
    """`expiry`: "soon" runs out within SOON_DAYS, "late" ran out unanswered."""

    q: str = ""
    status: str = ""
    customer_id: int | None = None
    expiry: str = ""

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> "QuotationFilters":
        """The filters in an address; an unknown value is none."""
        status, expiry = str(params.get("status") or ""), str(params.get("expiry") or "")
        customer = str(params.get("customer") or "")
        return cls(
            q=str(params.get("q") or "").strip()[:100],
            status=status if status in Status.values else "",
            customer_id=int(customer) if customer.isdecimal() and len(customer) < 18 else None,
            expiry=expiry if expiry in {"soon", "late"} else "",
        )


@dataclass(frozen=True, slots=True)
class Short:
    """Goods of which more is quoted than can be promised now."""

    sku: str
    name: str
    wanted: int
    left: int


def quotations_visible_to(user: Any) -> QuerySet[Quotation]:
    """A limited user sees the quotations of the customers that he sees."""
    rows = Quotation.objects.all()
    if not is_limited(user):
        return rows
    customers = customers_visible_to(user).values("pk")
    return rows.filter(Q(customer__in=customers) | Q(customer__merged_into__in=customers))


def quotation_list(
    user: Any, filters: QuotationFilters, *, after: str = "", before: str = "", size: int = 50
) -> Page[Quotation]:
    """Newest first; the number of statements is fixed."""
    rows = quotations_visible_to(user).select_related("current", "customer", "order")
    if filters.status:
        rows = rows.filter(status=filters.status)
    if filters.customer_id is not None:
        pk = filters.customer_id
        rows = rows.filter(Q(customer=pk) | Q(customer__merged_into=pk))
    if filters.expiry == "soon":
        last = today() + timedelta(days=SOON_DAYS)
        rows = rows.filter(status=Status.SENT, current__valid_until__range=(today(), last))
    elif filters.expiry == "late":
        rows = rows.filter(
            Q(status=Status.EXPIRED) | Q(status=Status.SENT, current__valid_until__lt=today())
        )
    for word in fold(filters.q).split():
        rows = rows.filter(search_folded__contains=word)
    return keyset_page(rows, keys=("-id",), after=after, before=before, size=size)


def quotation_counts(user: Any) -> dict[str, int]:
    """How many are in each state: kept counters, or counted for who does not see all."""
    if is_limited(user):
        rows = quotations_visible_to(user).order_by().values_list("status").annotate(n=Count("pk"))
        return dict(rows)
    kept = read_counters(COUNTERS)
    return {status: kept.get(COUNTERS + status, 0) for status in Status.values}


def quotations_of(user: Any, customer_id: int, *, most: int = 10) -> list[Quotation]:
    """The newest of one customer."""
    filters = QuotationFilters(customer_id=customer_id)
    return quotation_list(user, filters, size=most).rows


def quotation_paper(version: QuotationVersion) -> dict[str, Any]:
    """What the printed quotation, the mail and the buyer's page say: no cost is among it."""
    return {
        "quotation": version.quotation,
        "version": version,
        "lines": list(version.lines.order_by("position")),
    }


def shortages(lines: Iterable[QuotationLine], free: Mapping[int, int]) -> list[Short]:
    """Which of the goods are short, each once, by what is quoted of it altogether."""
    wanted: dict[int, int] = {}
    first: dict[int, QuotationLine] = {}
    for line in lines:
        wanted[line.variant_id] = wanted.get(line.variant_id, 0) + line.quantity
        first.setdefault(line.variant_id, line)
    return [
        Short(line.sku, line.name, wanted[pk], free.get(pk, 0))
        for pk, line in first.items()
        if wanted[pk] > free.get(pk, 0)
    ]


def shortages_now(lines: Sequence[QuotationLine]) -> list[Short]:
    """What could not be promised if the order came now."""
    return shortages(lines, available({line.variant_id for line in lines}))
