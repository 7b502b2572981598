"""The invoice pages in a real browser: accessible, no script errors, the draft is corrected."""

import pytest
from playwright.sync_api import Page

from invoicing.models import Invoice
from invoicing.services.invoices import draft_invoice
from tests.invoicing.build import CLERK, make_account, make_order

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_company_buyer_is_typed_and_kept(
    browser_page: Page, browser_login, owner, redis_clean
) -> None:
    make_account()
    invoice = draft_invoice(make_order().pk, actor=CLERK)
    browser_login(owner)
    browser_page.set_default_timeout(60_000)  # the first page also builds stylesheet and font
    browser_page.goto(f"/invoices/{invoice.pk}/")
    browser_page.get_by_label("Người mua", exact=False).first.select_option("company")
    browser_page.get_by_label("Mã số thuế").fill("0100109107")
    browser_page.get_by_label("Tên công ty").fill("Công ty CP Sao Mai")
    browser_page.get_by_label("Địa chỉ").fill("1 Tràng Tiền, Hà Nội")
    browser_page.get_by_role("button", name="Lưu người mua").click()
    browser_page.get_by_text("sai chữ số kiểm tra").wait_for()
    browser_page.get_by_label("Mã số thuế").fill("0100109106")
    browser_page.get_by_role("button", name="Lưu người mua").click()
    browser_page.get_by_text("Đã lưu thông tin người mua").wait_for()
    assert Invoice.objects.get(pk=invoice.pk).buyer_tax_code == "0100109106"
