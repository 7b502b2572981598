"""The rows that count: an order's invoice, the company and account in use."""

from invoicing.models import Company, Invoice, IssuerAccount


def active_invoice(order_id: int) -> Invoice | None:
    """The one invoice of an order that counts."""
    return (
        Invoice.objects.filter(order_id=order_id, kind=Invoice.Kind.ORIGINAL)
        .exclude(status=Invoice.Status.DROPPED)
        .first()
    )


def default_account() -> IssuerAccount | None:
    """The active account of the default company."""
    return (
        IssuerAccount.objects.filter(is_active=True, company__is_default=True)
        .select_related("company")
        .first()
    )


def default_company() -> Company | None:
    return Company.objects.filter(is_default=True).first()
