"""What invoicing adds to the order page: its invoice, its payments, and the next step."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from invoicing.forms import PaymentForm
from invoicing.models import PaymentApplication, Refund
from invoicing.selectors.active import active_invoice
from invoicing.selectors.screens import next_step
from oms.accounts.models import User
from oms.kernel.money import format_vnd
from orders.models import Order
from orders.ports import NextAction, register_next_action, register_panel

LEFT_THE_HOUSE = frozenset({Order.Status.SHIPPED, Order.Status.DELIVERED, Order.Status.COMPLETED})
VIEW, ISSUE = "invoicing.view_invoice", "invoicing.issue_invoice"


def register() -> None:
    """Called once by wiring."""
    register_panel("payments", 30, payment_panel)
    register_panel("invoice", 40, invoice_panel)
    register_next_action(invoice_action)


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


def invoice_action(user: User, order: Order) -> NextAction | None:
    """Goods that left the house need their invoice."""
    if order.status not in LEFT_THE_HOUSE or not user.has_perm(ISSUE):
        return None
    labels = {
        Order.Invoice.NOT_REQUIRED: _("Lập hóa đơn"),
        Order.Invoice.DRAFT: _("Kiểm tra và phát hành hóa đơn"),
        Order.Invoice.REJECTED: _("Sửa hóa đơn"),
    }
    label = labels.get(Order.Invoice(order.invoice_status))
    if label is None:
        return None
    url = reverse("invoicing:draft", args=[order.pk])
    return NextAction(label=label, url=url, method="post", permission=ISSUE, icon="receipt-text")


def _payment_form(order: Order, owed_vnd: int) -> PaymentForm:
    amount = format_vnd(owed_vnd).split("\u00a0")[0]
    method = "cash" if order.source == Order.Source.COUNTER else "bank"
    return PaymentForm(initial={"amount_vnd": amount, "method": method})
