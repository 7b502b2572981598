"""What invoicing adds to the order page: its invoice, its payments, and the next step."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from invoicing.forms import PaymentForm
from invoicing.models import PaymentApplication, Refund
from invoicing.selectors.active import active_invoice
from invoicing.selectors.screens import next_step
from oms.kernel.money import format_vnd
from orders.models import Order
from orders.ports import register_panel

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
    owed_vnd = order.balance_vnd
    may_receive = owed_vnd > 0 and order.status != Order.Status.CANCELLED
    context = {
        "order": order,
        "applications": PaymentApplication.objects.filter(order=order)
        .select_related("payment")
        .order_by("-payment__received_at", "-pk"),
        "owed_vnd": owed_vnd,
        "form": _payment_form(order, owed_vnd) if may_receive else None,
        "refunds": Refund.objects.filter(order=order),
        "refund_form": _payment_form(order, order.refund_due_vnd) if order.refund_due_vnd else None,
    }
    return render_to_string("invoicing/panel_payments.html", context, request)


def _payment_form(order: Order, owed_vnd: int) -> PaymentForm:
    amount = format_vnd(owed_vnd).split("\u00a0")[0]
    method = "cash" if order.source == Order.Source.COUNTER else "bank"
    return PaymentForm(initial={"amount_vnd": amount, "method": method})
