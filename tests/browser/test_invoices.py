"""The invoice pages in a real browser: accessible, no script errors, the draft is corrected."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from invoicing.models import Invoice
from invoicing.services.invoices import draft_invoice, issue_invoice
from tests.invoicing.build import CLERK, make_account, make_order

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def check(page: Page, name: str) -> None:
    """Nothing for axe to say, nothing wider than the screen, no script error."""
    violations = Axe().run(page).response["violations"]
    assert [rule["id"] for rule in violations] == []
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert not wide, name
    assert page.problems == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [1280, 390])
def test_invoice_pages_are_accessible_on_desktop_and_phone(
    browser_page: Page, browser_login, owner, redis_clean, width: int
) -> None:
    make_account()
    first = make_order([(2, 108_000, 8), (1, 50_000, 5)], discount=20_000, shipping=30_000)
    invoice = draft_invoice(first.pk, actor=CLERK)
    waiting = draft_invoice(make_order().pk, actor=CLERK)
    issue_invoice(waiting.pk, actor=CLERK)
    browser_login(owner)
    browser_page.set_default_timeout(60_000)  # the first page also builds stylesheet and font
    browser_page.set_viewport_size({"width": width, "height": 900})
    paths = {
        "list": "/invoices/",
        "draft": f"/invoices/{invoice.pk}/",
        "queued": f"/invoices/{waiting.pk}/",
        "settings": "/invoices/settings/",
        "order": f"/orders/{first.pk}/",
    }
    for name, path in paths.items():
        browser_page.goto(path)
        if os.environ.get("SHOTS"):
            shot = Path(os.environ["SHOTS"]) / f"{name}-{width}.png"
            browser_page.screenshot(path=shot, full_page=True)
        check(browser_page, name)


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
