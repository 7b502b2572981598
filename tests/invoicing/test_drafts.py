"""Drafts: filled from the order, corrected by a person, and checked before they go out."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from invoicing.models import Invoice, InvoiceLine, IssuerAccount
from invoicing.services.buyers import BuyerData
from invoicing.services.invoices import (
    draft_invoice,
    drop_invoice,
    issue_invoice,
    update_buyer,
)
from invoicing.services.preflight import PreflightRefused, issue_blockers
from oms.kernel.errors import DomainError
from oms.kernel.models import Event
from orders.models import Order
from tests.invoicing.build import CLERK, make_account, make_customer, make_order, symbol

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("account")]
ICT = ZoneInfo("Asia/Ho_Chi_Minh")
COMPANY = BuyerData(
    "company",
    name="Trần Văn Bình",
    legal_name="Công ty CP Sao Mai",
    tax_code="0100109106",
    address="1 Tràng Tiền, Hà Nội",
    email="ketoan@saomai.example",
)


def at(year: int, month: int, day: int) -> time_machine.travel:
    return time_machine.travel(datetime(year, month, day, 9, tzinfo=ICT), tick=False)


def reasons(invoice: Invoice) -> list[str]:
    fresh = Invoice.objects.select_related("order", "account__company").get(pk=invoice.pk)
    return [reason.code for reason in issue_blockers(fresh)]


def test_a16_a_draft_is_filled_from_the_order() -> None:
    order = make_order([(2, 108_000, 8), (1, 50_000, -2)], discount=26_600, shipping=30_000)
    invoice = draft_invoice(order.pk, actor=CLERK)
    assert invoice.total_vnd == order.total_vnd == 269_400
    assert invoice.net_vnd + invoice.tax_vnd == 269_400
    assert invoice.words == "Hai trăm sáu mươi chín nghìn bốn trăm đồng"
    rows = invoice.lines.values_list("kind", "vat_rate", "gross_vnd")
    assert list(rows) == [
        ("goods", 8, 216_000),
        ("goods", -2, 50_000),
        ("fee", 8, 30_000),
        ("discount", 8, 21_600),
        ("discount", -2, 5_000),
    ]
    order.refresh_from_db()
    assert order.invoice_status == "draft"
    assert reasons(invoice) == []
    assert Event.objects.filter(name="invoice.drafted", subject_id=order.pk).count() == 1


def test_a_buyer_who_gives_nothing_is_named_as_the_law_of_the_day_says() -> None:
    with at(2026, 11, 22):
        now = draft_invoice(make_order().pk, actor=CLERK)
    with at(2026, 3, 2):
        earlier = draft_invoice(make_order().pk, actor=CLERK)
    assert now.buyer_name == "Bán cho người tiêu dùng"
    assert earlier.buyer_name == "Người mua không lấy hóa đơn"


def test_a_customer_with_a_tax_code_is_the_buyer() -> None:
    customer = make_customer(
        company_name="Công ty CP Sao Mai", tax_code="0100109106", address="Hà Nội"
    )
    invoice = draft_invoice(make_order(customer=customer).pk, actor=CLERK)
    assert (invoice.buyer_kind, invoice.buyer_tax_code) == ("company", "0100109106")
    assert invoice.buyer == "Công ty CP Sao Mai"


def test_a_second_draft_is_the_first_one_with_fresh_lines_and_the_same_buyer() -> None:
    order = make_order()
    first = draft_invoice(order.pk, actor=CLERK)
    update_buyer(first.pk, COMPANY, actor=CLERK)
    order.lines.update(quantity=3, total_vnd=324_000)
    Order.objects.filter(pk=order.pk).update(goods_vnd=324_000, total_vnd=324_000)
    second = draft_invoice(order.pk, actor=CLERK)
    assert second.pk == first.pk
    assert second.transaction_uuid == first.transaction_uuid
    assert (second.total_vnd, second.buyer_tax_code) == (324_000, "0100109106")
    assert Invoice.objects.count() == 1


def test_the_database_refuses_a_second_active_invoice(account: IssuerAccount) -> None:
    order = make_order()
    draft = draft_invoice(order.pk, actor=CLERK)
    with pytest.raises(IntegrityError, match="one_active_invoice_per_order"), transaction.atomic():
        Invoice.objects.create(
            order=order, account=account, net_vnd=0, tax_vnd=0, total_vnd=0, words=draft.words
        )


def test_the_database_refuses_lines_that_do_not_sum_to_the_total() -> None:
    invoice = draft_invoice(make_order().pk, actor=CLERK)
    with pytest.raises(IntegrityError, match="does not equal its lines"), transaction.atomic():
        InvoiceLine.objects.filter(invoice=invoice).update(
            net_vnd=1, listed_vnd=1, discount_vnd=0, tax_vnd=0, gross_vnd=1
        )
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_without_an_account_there_is_a_sentence() -> None:
    IssuerAccount.objects.update(is_active=False)
    with pytest.raises(DomainError, match="tài khoản phát hành"):
        draft_invoice(make_order().pk, actor=CLERK)
    assert Invoice.objects.count() == 0


def test_a_wrong_tax_code_is_refused_at_its_field() -> None:
    invoice = draft_invoice(make_order().pk, actor=CLERK)
    wrong = BuyerData("company", legal_name="Sao Mai", tax_code="0100109107", address="Hà Nội")
    with pytest.raises(DomainError, match="kiểm tra") as refusal:
        update_buyer(invoice.pk, wrong, actor=CLERK)
    assert refusal.value.field == "tax_code"
    invoice.refresh_from_db()
    assert invoice.buyer_kind == "consumer"


def test_two_people_do_not_overwrite_each_other() -> None:
    invoice = draft_invoice(make_order().pk, actor=CLERK)
    update_buyer(invoice.pk, COMPANY, actor=CLERK, version=1)
    with pytest.raises(DomainError, match="người khác"):
        update_buyer(invoice.pk, BuyerData("consumer"), actor=CLERK, version=1)
    invoice.refresh_from_db()
    assert invoice.buyer_tax_code == "0100109106"


def test_a_complete_draft_has_no_blockers() -> None:
    with at(2026, 11, 22):
        assert reasons(draft_invoice(make_order().pk, actor=CLERK)) == []


def test_every_blocker_is_named_at_once() -> None:
    with at(2026, 11, 22):
        order = make_order(status="pending_confirmation")
        invoice = draft_invoice(order.pk, actor=CLERK)
        update_buyer(invoice.pk, BuyerData("company"), actor=CLERK)
        Invoice.objects.filter(pk=invoice.pk).update(series="C25TAA", template_code="0/001")
        order.lines.update(quantity=1, total_vnd=108_000)
        Order.objects.filter(pk=order.pk).update(goods_vnd=108_000, total_vnd=108_000)
        found = reasons(invoice)
        with pytest.raises(PreflightRefused) as refusal:
            issue_invoice(invoice.pk, actor=CLERK)
    assert found == [
        "order.unconfirmed",
        "account.form",
        "account.symbol",
        "buyer",
        "buyer",
        "buyer",
        "lines.stale",
    ]
    assert len(refusal.value.reasons) == 7
    invoice.refresh_from_db()
    assert invoice.status == "draft"


def test_the_rate_of_the_day_of_issue_counts() -> None:
    make_account(series="C27TAA")
    order = make_order()
    with at(2026, 12, 31):
        invoice = draft_invoice(order.pk, actor=CLERK)
        assert invoice.lines.get().vat_rate == 8
    with at(2027, 1, 1):
        assert "lines.stale" in reasons(invoice)
        again = draft_invoice(order.pk, actor=CLERK)
        assert again.lines.get().vat_rate == 10
        assert again.total_vnd == order.total_vnd
        assert reasons(again) == []


def test_a_sales_invoice_has_no_vat() -> None:
    make_account(series=symbol(letters="TBB"), template_code="2/001")
    invoice = draft_invoice(make_order().pk, actor=CLERK)
    assert (invoice.net_vnd, invoice.tax_vnd) == (216_000, 0)
    assert invoice.lines.get().vat_rate == -2


def test_a_cancelled_order_loses_its_draft_and_may_not_get_another() -> None:
    order = make_order(status="confirmed")
    invoice = draft_invoice(order.pk, actor=CLERK)
    Order.objects.filter(pk=order.pk).update(status="cancelled", tab="cancelled")
    drop_invoice(order.pk, actor=CLERK)
    drop_invoice(order.pk, actor=CLERK)
    invoice.refresh_from_db()
    order.refresh_from_db()
    assert (invoice.status, order.invoice_status) == ("dropped", "not_required")
    with pytest.raises(DomainError, match="hủy"):
        draft_invoice(order.pk, actor=CLERK)


def test_an_invoice_that_may_exist_is_not_dropped_but_shown() -> None:
    order = make_order(status="confirmed")
    invoice = draft_invoice(order.pk, actor=CLERK)
    Invoice.objects.filter(pk=invoice.pk).update(status="unknown")
    Order.objects.filter(pk=order.pk).update(status="cancelled", tab="cancelled")
    drop_invoice(order.pk, actor=CLERK)
    invoice.refresh_from_db()
    assert invoice.status == "unknown"
    assert order.problems.get(kind="invoice").resolved_at is None
