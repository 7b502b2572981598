"""Templates of recurring orders as lists and pages show them."""

from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum

from oms.kernel.pages import Page, keyset_page
from oms.kernel.text import fold
from orders.models import RecurringLine, RecurringOrder, RecurringRun
from orders.selectors.customers import customers_visible_to, is_limited

RUNS_SHOWN = 30


def recurring_visible_to(user: Any) -> QuerySet[RecurringOrder]:
    """A limited user sees the templates of the customers that he sees."""
    rows = RecurringOrder.objects.all()
    if not is_limited(user):
        return rows
    customers = customers_visible_to(user).values("pk")
    return rows.filter(Q(customer__in=customers) | Q(customer__merged_into__in=customers))


def recurring_list(
    user: Any, *, q: str = "", status: str = "", after: str = "", before: str = ""
) -> Page[RecurringOrder]:
    """Newest first, each with `pieces` and `last_outcome`; the number of statements is fixed."""
    rows = recurring_visible_to(user).select_related("customer")
    if status in RecurringOrder.Status.values:
        rows = rows.filter(status=status)
    for word in fold(q).split():
        rows = rows.filter(
            Q(number__icontains=word)
            | Q(customer__name_folded__contains=word)
            | Q(recipient_phone__endswith=word.lstrip("0"))
        )
    newest = RecurringRun.objects.filter(template=OuterRef("pk")).order_by("-due_on")
    pieces = (
        RecurringLine.objects.filter(template=OuterRef("pk"))
        .order_by()
        .values("template")
        .annotate(n=Sum("quantity"))
    )
    rows = rows.annotate(
        last_outcome=Subquery(newest.values("outcome")[:1]),
        pieces=Subquery(pieces.values("n")),
    )
    return keyset_page(rows, keys=("-id",), after=after, before=before)


def waiting_runs(user: Any) -> QuerySet[RecurringRun]:
    """Days whose order was refused and of which there is no draft, the oldest first."""
    rows = RecurringRun.objects.filter(outcome=RecurringRun.Outcome.FAILED, order=None)
    if not user.has_perm("orders.view_recurring"):
        return rows.none()
    if is_limited(user):
        rows = rows.filter(template__in=recurring_visible_to(user))
    return rows.select_related("template").order_by("created_at", "pk")


def runs_of(template: RecurringOrder) -> list[RecurringRun]:
    """The newest days of a template with their orders."""
    return list(template.runs.select_related("order").order_by("-due_on")[:RUNS_SHOWN])


def lines_of(template: RecurringOrder) -> list[RecurringLine]:
    rows = template.lines.select_related("variant__product")
    return list(rows.order_by("position"))
