"""An invoice is adjusted at the issuer when goods come back: once, looked up when in doubt."""

from datetime import timedelta

import pytest
from django.urls import reverse

from invoicing.models import AdjustmentProposal, Invoice
from invoicing.services import submission
from invoicing.services.adjusting_invoices import issue_adjustment
from invoicing.services.invoices import draft_invoice, issue_invoice
from invoicing.services.papers import follow_invoice
from invoicing.services.proposals import decide_proposal, propose_adjustment
from oms.kernel.books import check_books
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from orders.models import Order
from tests.invoicing.build import CLERK, make_account
from tests.invoicing.conftest import CREATE, Issuer
from tests.invoicing.test_races import at_once
from tests.invoicing.test_return_money import credited, paid
from tests.orders.returns import make_goods, sold


def came_back(*, discount: int = 0, vat_rate: int = 8) -> AdjustmentProposal:
    """The proposal for one piece of three, off an invoice that the sandbox issued."""
    shop = make_goods(33_333)
    [goods] = shop.goods
    type(goods.product).objects.filter(pk=goods.product_id).update(vat_rate=vat_rate)
    order = sold((goods, 3), discount_vnd=discount)
    order.lines.update(vat_rate=vat_rate)
    paid(order, order.total_vnd)
    make_account()
    invoice = issue_invoice(draft_invoice(order.pk, actor=CLERK).pk, actor=CLERK)
    assert submission.submit(invoice.pk).is_legal
    document = credited(order, shop.shop, (goods, 1, "restock"))
    proposal = propose_adjustment(document.pk, actor=CLERK)
    assert proposal is not None
    return proposal


@pytest.mark.django_db
def test_c40_the_difference_goes_out_by_the_issuers_rules_and_ends_the_proposal(issuer: Issuer):
    proposal = came_back(discount=9_999)
    first = proposal.invoice
    made = issue_adjustment(proposal.pk, actor=CLERK)
    assert issue_adjustment(proposal.pk, actor=CLERK).pk == made.pk  # a second click
    with pytest.raises(DomainError, match="đang được gửi"):
        decide_proposal(proposal.pk, adjusted=True, answer="C26TAA9", actor=CLERK)
    made = submission.submit(made.pk)
    proposal.refresh_from_db()
    order = Order.objects.get(pk=first.order_id)
    assert (made.status, made.kind, made.total_vnd) == ("issued", "adjustment", proposal.total_vnd)
    assert (proposal.status, proposal.answer, order.invoice_status) == (
        *("done", made.invoice_no, "adjusted"),
    )
    _first, told = [row["payload"] for row in issuer.invoices()]
    info, sums = told["generalInvoiceInfo"], told["summarizeInfo"]
    assert (info["adjustmentType"], info["adjustmentInvoiceType"]) == ("5", "1")
    assert (info["originalInvoiceId"], info["originalTemplateCode"]) == (first.invoice_no, "1/001")
    assert info["additionalReferenceDesc"] == f"Phiếu trả hàng {proposal.document.number}"
    assert [row["isIncreaseItem"] for row in told["itemInfo"]] == [False, True]
    assert [row["selection"] for row in told["itemInfo"]] == [1, 1]
    assert (sums["totalAmountWithTax"], sums["isTotalAmountPos"]) == (proposal.total_vnd, False)
    assert [row["taxableAmountPos"] for row in told["taxBreakdowns"]] == [False]
    assert issue_adjustment(proposal.pk, actor=CLERK).pk == made.pk
    assert len(issuer.invoices()) == 2
    assert not any(check_books().values())


@pytest.mark.django_db
def test_a_lost_answer_is_looked_up_and_never_numbered_twice(issuer: Issuer):
    made = issue_adjustment(came_back().pk, actor=CLERK)
    issuer.fault("timeout_after_work", CREATE)
    assert submission.submit(made.pk).status == "unknown"
    issuer.heal()
    issuer.wait_for_invoices(2)
    found = submission.submit(made.pk, moment=now() + timedelta(minutes=5))
    proposal = AdjustmentProposal.objects.get()
    assert (found.status, proposal.status, proposal.answer) == ("issued", "done", found.invoice_no)
    assert len(issuer.invoices()) == 2


@pytest.mark.django_db
def test_a_refusal_is_a_problem_and_may_be_sent_again_or_answered_by_hand(issuer: Issuer):
    proposal = came_back()
    made = issue_adjustment(proposal.pk, actor=CLERK)
    Invoice.objects.filter(pk=made.pk).update(template_code="1/999")
    assert submission.submit(made.pk).status == "rejected"
    order = Order.objects.get(pk=made.order_id)
    assert (order.invoice_status, order.needs_attention) == ("issued", True)
    assert issue_invoice(made.pk, actor=CLERK).status == "rejected"  # only its proposal sends it
    Invoice.objects.filter(pk=made.pk).update(template_code="1/001")
    assert issue_adjustment(proposal.pk, actor=CLERK).status == "queued"
    Invoice.objects.filter(pk=made.pk).update(status="rejected")
    decide_proposal(proposal.pk, adjusted=False, answer="Khách không cần", actor=CLERK)
    made.refresh_from_db()
    proposal.refresh_from_db()
    assert (made.status, proposal.status) == ("dropped", "dismissed")


@pytest.mark.django_db
def test_the_first_invoices_code_that_comes_later_leaves_the_order_adjusted(issuer: Issuer):
    proposal = came_back()
    submission.submit(issue_adjustment(proposal.pk, actor=CLERK).pk)
    issuer.control("POST", "give_code", {"invoiceNo": proposal.invoice.invoice_no})
    assert follow_invoice(proposal.invoice_id).status == "coded"
    assert Order.objects.get(pk=proposal.invoice.order_id).invoice_status == "adjusted"


@pytest.mark.django_db
def test_a95_the_accountant_sends_it_from_the_return(issuer: Issuer, login, user_factory):
    proposal = came_back()
    client = login(user_factory("accountant"))
    back = reverse("orders:return_detail", args=[proposal.document_id])
    send = reverse("invoicing:proposal_issue", args=[proposal.pk])
    assert send in client.get(back).content.decode()
    made = client.post(send).url
    assert made == reverse("invoicing:invoice_detail", args=[Invoice.objects.latest("pk").pk])
    assert back in client.get(made).content.decode()  # an amendment is decided on the return
    page = client.get(back).content.decode()
    assert (send in page, "Hóa đơn điều chỉnh" in page) == (False, True)
    assert login(user_factory("warehouse")).post(send).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_adjusting_invoice(issuer: Issuer):
    proposal = came_back()
    made = at_once(*[lambda: issue_adjustment(proposal.pk, actor=CLERK).pk] * 2)
    assert len(set(made)) == 1
    at_once(*[lambda: submission.submit(made[0])] * 2)
    assert len(issuer.invoices()) == 2
