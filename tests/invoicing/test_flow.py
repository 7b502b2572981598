"""From an order to its coded invoice through tasks and events, as workers do it."""

import pytest
from django.core.management import call_command

from invoicing.models import Invoice, Payment
from invoicing.services.invoices import draft_invoice, issue_invoice
from invoicing.tasks import sweep_invoices
from oms.kernel.models import Event
from oms.kernel.tasks import relay_events
from orders.models import Order
from orders.services.intake import place_orders
from orders.services.lifecycle import cancel_order
from orders.services.new_order import NewLine, NewOrder
from tests.invoicing.build import CLERK, make_account, make_order, symbol
from tests.invoicing.conftest import CREATE, Issuer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("eager")]


def test_the_button_leads_to_a_coded_invoice_with_its_paper(issuer: Issuer) -> None:
    make_account()
    issuer.control("POST", "code_delay", {"seconds": 0})
    order = make_order()
    issue_invoice(draft_invoice(order.pk, actor=CLERK).pk, actor=CLERK)
    invoice = Invoice.objects.get(order=order)
    assert (invoice.status, invoice.number, bool(invoice.pdf)) == ("coded", 1, True)
    told = Event.objects.filter(about_kind="order", about_id=order.pk).order_by("id")
    assert list(told.values_list("name", flat=True)) == [
        "invoice.drafted",
        "invoice.queued",
        "invoice.coded",
    ]


def test_the_sweep_takes_up_what_was_left(issuer: Issuer) -> None:
    make_account(series=symbol("K"))
    invoice = draft_invoice(make_order().pk, actor=CLERK)
    issuer.fault("rate_limit", CREATE)
    issue_invoice(invoice.pk, actor=CLERK)
    Invoice.objects.update(next_attempt_at="2026-01-01T00:00:00Z")
    sweep_invoices()
    invoice.refresh_from_db()
    assert (invoice.status, bool(invoice.pdf), invoice.next_attempt_at) == ("issued", True, None)


def test_cancelling_the_order_drops_its_draft(issuer: Issuer) -> None:
    make_account()
    order = make_order(status="confirmed")
    draft_invoice(order.pk, actor=CLERK)
    cancel_order(order.pk, actor=CLERK, reason="Khách đổi ý")
    relay_events()
    assert Invoice.objects.get(order=order).status == "dropped"
    order.refresh_from_db()
    assert (order.status, order.invoice_status) == ("cancelled", "not_required")


def test_a_prepaid_order_brings_its_payment_and_the_books_agree(issuer: Issuer) -> None:
    new = NewOrder(
        source="website",
        lines=[NewLine(quantity=1, unit_price_vnd=90_000, name="Áo thun", sku="LA")],
        remote_id="W1",
        shop_ref=3,
        paid_vnd=90_000,
    )
    [placed] = place_orders([new], actor=CLERK)
    relay_events()
    relay_events()
    payment = Payment.objects.get()
    assert (payment.amount_vnd, payment.applications.get().order_id) == (90_000, placed.order_id)
    assert Order.objects.get(pk=placed.order_id).paid_vnd == 90_000
    call_command("check_books")
