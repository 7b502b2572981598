"""What invoicing adds to the order page: its invoice, its payments, and the next step."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from invoicing.forms import PaymentForm, ProposalForm
from invoicing.models import AdjustmentProposal, Invoice, PaymentApplication, Refund
from invoicing.selectors.active import active_invoice
from invoicing.selectors.screens import next_step
from oms.kernel.clock import today
from oms.kernel.currencies import HOME
from oms.kernel.errors import DomainError
from orders.models import Order, Return
from orders.ports import register_panel, register_return_panel
from orders.selectors.rates import rate_on

VIEW = "invoicing.view_invoice"
DECIDED = (Return.Status.CREDITED, Return.Status.DONE)


def register() -> None:
    """Called once by wiring."""
    register_panel("payments", 30, payment_panel)
    register_panel("invoice", 40, invoice_panel)
    register_return_panel("money", 10, return_panel)


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


def return_panel(request: HttpRequest, document: Return) -> str | None:
    """What is due to the buyer because of a return, and by what the invoice is to be adjusted."""
    if not request.user.has_perm(VIEW) or document.status not in DECIDED:
        return None
    order = document.order
    due = order.refund_due_minor if order.is_foreign else order.refund_due_vnd
    found = AdjustmentProposal.objects.filter(document=document)
    proposal = found.select_related("invoice", "adjusting").first()
    context = {
        "order": order,
        "document": document,
        "refunds": Refund.objects.filter(order=order),
        "refund_form": _payment_form(order, due) if due else None,
        "proposal": proposal,
        "can_send": proposal is not None and can_send(proposal),
        "proposal_lines": proposal.lines.select_related("invoice_line") if proposal else [],
        "proposal_form": ProposalForm(),
    }
    return render_to_string("invoicing/panel_return.html", context, request)


def can_send(proposal: AdjustmentProposal) -> bool:
    """Nothing was decided, and nothing is under way."""
    made = proposal.adjusting
    return proposal.status == AdjustmentProposal.Status.OPEN and (
        made is None or made.status == Invoice.Status.REJECTED
    )


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
