"""Proofs that the money rows agree; each names the rows that do not."""

from collections.abc import Iterator

from django.db.models import Case, F, IntegerField, OuterRef, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from invoicing.models import Invoice, InvoiceLine, PaymentApplication
from orders.models import Order


def payments_equal_paid() -> Iterator[str]:
    """What is applied to an order is what it says was paid."""
    applied = (
        PaymentApplication.objects.filter(order=OuterRef("pk"))
        .order_by()
        .values("order")
        .annotate(total=Sum("amount_vnd"))
        .values("total")
    )
    wrong = (
        Order.objects.annotate(applied=Coalesce(Subquery(applied), 0))
        .exclude(applied=F("paid_vnd"))
        .order_by("pk")
    )
    for number, paid, found in wrong.values_list("number", "paid_vnd", "applied").iterator():
        yield f"order {number}: paid_vnd {paid}, payments applied {found}"


def invoice_lines_equal_totals() -> Iterator[str]:
    """The lines of an invoice sum to its total."""
    sign = Case(When(kind="discount", then=Value(-1)), default=1, output_field=IntegerField())
    summed = (
        InvoiceLine.objects.filter(invoice=OuterRef("pk"))
        .order_by()
        .values("invoice")
        .annotate(total=Sum(F("gross_vnd") * sign))
        .values("total")
    )
    wrong = (
        Invoice.objects.annotate(summed=Coalesce(Subquery(summed), 0))
        .exclude(summed=F("total_vnd"))
        .order_by("pk")
    )
    for key, total, found in wrong.values_list("pk", "total_vnd", "summed").iterator():
        yield f"invoice {key}: total {total}, lines {found}"
