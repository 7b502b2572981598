"""The pages of invoicing: who sees them, what they say, and what their buttons do."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from invoicing.models import Company, Invoice, IssuerAccount, Payment
from invoicing.services import submission
from invoicing.services.invoices import draft_invoice, issue_invoice
from invoicing.services.papers import follow_invoice
from oms.accounts.models import User
from tests.invoicing.build import CLERK, PASSWORD, TAX_CODE, make_order
from tests.invoicing.conftest import CREATE, Issuer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("account")]


def page(name: str, *args: object) -> str:
    return reverse(f"invoicing:{name}", args=args)


def drafted() -> Invoice:
    return draft_invoice(make_order().pk, actor=CLERK)


def text_of(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def buyer_form(invoice: Invoice, **changes: object) -> dict[str, object]:
    return {
        "kind": "company",
        "legal_name": "Công ty CP Sao Mai",
        "tax_code": "0100109106",
        "address": "Hà Nội",
        "version": invoice.version,
        **changes,
    }


def test_the_list_shows_invoices_and_filters_by_state(owner_client: Client) -> None:
    first, second = drafted(), drafted()
    Invoice.objects.filter(pk=second.pk).update(status="queued")
    shown = text_of(owner_client, page("invoice_list"))
    assert first.order.number in shown
    assert second.order.number in shown
    only = text_of(owner_client, page("invoice_list") + "?status=queued")
    assert first.order.number not in only
    assert second.order.number in only


@pytest.mark.parametrize("ask", ["number", "tax_code", "name"])
def test_the_list_is_searched_by_order_tax_code_and_buyer(owner_client: Client, ask: str) -> None:
    found, other = drafted(), drafted()
    owner_client.post(page("buyer", found.pk), buyer_form(found))
    q = {"number": found.order.number, "tax_code": "0100109106", "name": "sao mai"}[ask]
    shown = owner_client.get(page("invoice_list"), {"q": q}).content.decode()
    assert found.order.number in shown
    assert other.order.number not in shown


def test_odd_filters_and_cursors_give_the_first_page(owner_client: Client) -> None:
    invoice = drafted()
    url = page("invoice_list") + "?status=vang&days=x&after=%%%&before=zz"
    assert invoice.order.number in text_of(owner_client, url)


def test_the_list_needs_the_same_queries_for_one_row_and_for_twenty(owner_client: Client) -> None:
    drafted()
    text_of(owner_client, page("invoice_list"))
    with CaptureQueriesContext(
        connection,
    ) as one:
        text_of(owner_client, page("invoice_list"))
    for _ in range(19):
        drafted()
    with CaptureQueriesContext(connection) as twenty:
        text_of(owner_client, page("invoice_list"))
    assert len(twenty) == len(one)


def test_the_draft_shows_lines_words_and_what_is_missing(owner_client: Client) -> None:
    invoice = draft_invoice(make_order(status="pending_confirmation").pk, actor=CLERK)
    shown = text_of(owner_client, page("invoice_detail", invoice.pk))
    assert "Hai trăm mười sáu nghìn đồng" in shown
    assert "Đơn hàng chưa được xác nhận." in shown
    assert "Bán cho người tiêu dùng" in shown or "Người mua không lấy hóa đơn" in shown


def test_a_wrong_tax_code_comes_back_with_what_was_typed(owner_client: Client) -> None:
    invoice = drafted()
    answer = owner_client.post(
        page("buyer", invoice.pk), buyer_form(invoice, tax_code="0100109107")
    )
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "kiểm tra" in shown
    assert "0100109107" in shown
    assert "Công ty CP Sao Mai" in shown


def test_the_issue_button_queues(owner_client: Client) -> None:
    invoice = drafted()
    owner_client.post(page("issue", invoice.pk))
    invoice.refresh_from_db()
    assert invoice.status == "queued"


def test_the_page_asks_again_only_while_something_is_under_way(owner_client: Client) -> None:
    invoice = drafted()
    url = page("invoice_detail", invoice.pk)
    assert "every 4s" not in text_of(owner_client, url)
    issue_invoice(invoice.pk, actor=CLERK)
    assert "every 4s" in text_of(owner_client, url)


def test_a_blocked_invoice_says_why(owner_client: Client) -> None:
    invoice = draft_invoice(make_order(status="pending_confirmation").pk, actor=CLERK)
    answer = owner_client.post(page("issue", invoice.pk), follow=True)
    assert "chưa được xác nhận" in answer.content.decode()
    invoice.refresh_from_db()
    assert invoice.status == "draft"


def test_the_preview_is_the_issuers_pdf(owner_client: Client, issuer: Issuer) -> None:
    answer = owner_client.get(page("preview", drafted().pk))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert issuer.invoices() == []


def test_a_preview_that_fails_goes_back_with_the_reason(
    owner_client: Client, issuer: Issuer
) -> None:
    issuer.fault("status_5xx", "*/createInvoiceDraftPreview/*", status=503, times=3)
    answer = owner_client.get(page("preview", drafted().pk), follow=True)
    assert "Chưa xem trước được" in answer.content.decode()


def test_unknown_is_explained_and_looked_up_by_a_button(
    owner_client: Client, issuer: Issuer
) -> None:
    invoice = issue_invoice(drafted().pk, actor=CLERK)
    issuer.fault("timeout_after_work", CREATE)
    submission.submit(invoice.pk)
    shown = text_of(owner_client, page("invoice_detail", invoice.pk))
    assert "không bao giờ có hai hóa đơn" in shown
    owner_client.post(page("look_up", invoice.pk))
    invoice.refresh_from_db()
    assert invoice.status == "issued"
    assert len(issuer.invoices()) == 1


def test_the_issued_paper_can_be_downloaded_and_nothing_cancels(
    owner_client: Client, issuer: Issuer
) -> None:
    invoice = issue_invoice(drafted().pk, actor=CLERK)
    invoice = submission.submit(invoice.pk)
    issuer.control("POST", "give_code", {"invoiceNo": invoice.invoice_no})
    follow_invoice(invoice.pk)
    answer = owner_client.get(page("pdf", invoice.pk))
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert f'{invoice.invoice_no}.pdf"' in answer["Content-Disposition"]
    shown = text_of(owner_client, page("invoice_detail", invoice.pk))
    assert "Hủy hóa đơn" not in shown
    assert page("issue", invoice.pk) not in shown
    assert page("buyer", invoice.pk) not in shown


def test_no_paper_yet_is_a_404(owner_client: Client) -> None:
    assert owner_client.get(page("pdf", drafted().pk)).status_code == 404


@pytest.mark.parametrize(
    ("role", "may"), [("owner", True), ("accountant", True), ("sales", False), ("viewer", False)]
)
def test_who_may_issue(
    role: str, may: bool, user_factory: Callable[..., User], login: Callable[[User], Client]
) -> None:
    invoice = drafted()
    client = login(user_factory(role))
    assert (page("issue", invoice.pk) in text_of(client, page("invoice_detail", invoice.pk))) == may
    assert (client.post(page("issue", invoice.pk)).status_code == 302) == may
    invoice.refresh_from_db()
    assert (invoice.status == "queued") == may


def test_an_invoice_of_a_shop_out_of_scope_does_not_exist(
    user_factory: Callable[..., User], login: Callable[[User], Client]
) -> None:
    invoice = draft_invoice(make_order(shop_ref=7, remote_id="R7").pk, actor=CLERK)
    client = login(user_factory("accountant", shop_ids=[8]))
    assert client.get(page("invoice_detail", invoice.pk)).status_code == 404
    assert client.post(page("issue", invoice.pk)).status_code == 404
    assert invoice.order.number not in text_of(client, page("invoice_list"))


def test_the_order_page_shows_invoice_and_payments(owner_client: Client) -> None:
    order = make_order()
    shown = text_of(owner_client, reverse("orders:detail", args=[order.pk]))
    assert page("draft", order.pk) in shown
    assert page("receive_payment", order.pk) in shown


def test_the_draft_button_opens_the_draft(owner_client: Client) -> None:
    order = make_order()
    answer = owner_client.post(page("draft", order.pk))
    invoice = Invoice.objects.get(order=order)
    assert answer["Location"] == page("invoice_detail", invoice.pk)


def test_without_an_account_the_owner_is_led_to_the_settings(owner_client: Client) -> None:
    IssuerAccount.objects.update(is_active=False)
    answer = owner_client.post(page("draft", make_order().pk))
    assert answer["Location"] == page("settings")


def test_a_payment_form_sent_twice_books_once(owner_client: Client) -> None:
    order = make_order()
    form = {
        "amount": "216.000",
        "method": "bank",
        "reference": "FT1",
        "key": "6f0a6a1e-5b0e-4d0b-9d57-0d5f1b5a0c01",
    }
    for _ in range(2):
        owner_client.post(page("receive_payment", order.pk), form)
    order.refresh_from_db()
    assert (order.payment_status, Payment.objects.count()) == ("paid", 1)


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [("1.25", "hiểu hai cách"), ("999.000.000", "còn phải thu"), ("abc", "không phải là số tiền")],
)
def test_a_wrong_payment_is_refused_with_a_sentence(
    owner_client: Client, amount: str, sentence: str
) -> None:
    order = make_order()
    form = {"amount": amount, "method": "bank", "key": "6f0a6a1e-5b0e-4d0b-9d57-0d5f1b5a0c01"}
    answer = owner_client.post(page("receive_payment", order.pk), form, follow=True)
    assert sentence in answer.content.decode()
    assert Payment.objects.count() == 0


def test_only_accounting_receives_money(
    user_factory: Callable[..., User], login: Callable[[User], Client]
) -> None:
    order = make_order()
    client = login(user_factory("sales"))
    assert client.post(page("receive_payment", order.pk), {}).status_code == 403
    shown = text_of(client, reverse("orders:detail", args=[order.pk]))
    assert page("receive_payment", order.pk) not in shown


def account_form(**changes: Any) -> dict[str, Any]:
    return {
        "issuer": "sinvoice",
        "username": TAX_CODE,
        "password": "",
        "template_code": "1/001",
        "series": "c26taa",
        **changes,
    }


@pytest.mark.usefixtures("frozen")
def test_an_empty_password_keeps_the_stored_one_which_is_never_shown(owner_client: Client) -> None:
    owner_client.post(page("account"), account_form())
    account = IssuerAccount.objects.get(is_active=True)
    assert (account.password, account.series) == (PASSWORD, "C26TAA")
    assert PASSWORD not in text_of(owner_client, page("settings"))


@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize(
    "wrong", [{"series": "C25TAA"}, {"series": "CXTAA"}, {"template_code": "0/001"}]
)
def test_forms_and_symbols_that_are_not_in_force_are_refused(
    owner_client: Client, wrong: dict[str, str]
) -> None:
    assert owner_client.post(page("account"), account_form(**wrong)).status_code == 422
    assert IssuerAccount.objects.get(is_active=True).series == "C26TAA"


def test_the_login_can_be_tried(owner_client: Client, issuer: Issuer) -> None:
    account = IssuerAccount.objects.get(is_active=True)
    answer = owner_client.post(page("check_account", account.pk), follow=True)
    assert "Đăng nhập thành công" in answer.content.decode()
    account.password = "sai"
    account.save()
    answer = owner_client.post(page("check_account", account.pk), follow=True)
    assert "không nhận tên đăng nhập" in answer.content.decode()


def test_the_tax_code_of_a_company_with_invoices_is_fixed(owner_client: Client) -> None:
    company = Company.objects.get()
    form = {"legal_name": "Tên mới", "address": "Hà Nội", "tax_code": "0100109106"}
    Invoice.objects.filter(pk=drafted().pk).update(status="queued")
    assert owner_client.post(page("company"), form).status_code == 422
    company.refresh_from_db()
    assert company.tax_code == TAX_CODE
    owner_client.post(page("company"), form | {"tax_code": TAX_CODE})
    company.refresh_from_db()
    assert company.legal_name == "Tên mới"


def test_settings_are_for_those_who_may_change_them(
    user_factory: Callable[..., User], login: Callable[[User], Client]
) -> None:
    client = login(user_factory("accountant"))
    assert client.get(page("settings")).status_code == 403
    assert client.post(page("company"), {}).status_code == 403
