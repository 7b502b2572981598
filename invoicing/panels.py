"""What invoicing adds to the order page: its invoice, its payments, and the next step."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from invoicing.forms import PaymentForm
from invoicing.models import PaymentApplication, Refund
from invoicing.selectors.active import active_invoice
from invoicing.selectors.screens import next_step
from oms.kernel.clock import today
from oms.kernel.currencies import HOME
from oms.kernel.errors import DomainError
from orders.models import Order
from orders.ports import register_panel
from orders.selectors.rates import rate_on

VIEW = "invoicing.view_invoice"


def register() -> None:
    """Called once by wiring."""
    register_panel("payments", 30, payment_panel)
    register_panel("invoice", 40, invoice_panel)


def invoice_panel(request: HttpRequest, order: Order) -> str | None:
    if not request.user.has_perm(VIEW):
        return None
    invoice = active_invoice(order.pk)
    context = {
        "order": order,
        "invoice": invoice,
        "next": next_step(invoice) if invoice else None,
        "can_draft": order.status not in (Order.Status.DRAFT, Order.Status.CANCELLED),
    }
    return render_to_string("invoicing/panel_invoice.html", context, request)


def payment_panel(request: HttpRequest, order: Order) -> str | None:
    if not request.user.has_perm(VIEW):
        return None
    may_receive = order.balance_vnd > 0 and order.status != Order.Status.CANCELLED
    owed = order.balance_minor if order.is_foreign else order.balance_vnd
    due = order.refund_due_minor if order.is_foreign else order.refund_due_vnd
    context = {
        "order": order,
        "applications": PaymentApplication.objects.filter(order=order)
        .select_related("payment")
        .order_by("-payment__received_at", "-pk"),
        "form": _payment_form(order, owed) if may_receive else None,
        "refunds": Refund.objects.filter(order=order),
        "refund_form": _payment_form(order, due) if due else None,
    }
    return render_to_string("invoicing/panel_payments.html", context, request)


def _payment_form(order: Order, amount: int) -> PaymentForm:
    """All that is open is proposed, at the last known rate."""
    currency = order.currency if order.is_foreign else HOME
    method = "cash" if order.source == Order.Source.COUNTER else "bank"
    initial = {"amount": amount, "method": method}
    if currency == HOME:
        return PaymentForm(initial=initial)
    try:
        known = rate_on(currency, today())
    except DomainError as missing:
        return PaymentForm(initial=initial, currency=currency, rate_help=missing.message)
    return PaymentForm(
        initial=initial | {"rate": known.rate}, currency=currency, rate_help=known.sentence
    )
