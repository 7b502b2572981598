"""A proposal becomes a purchase order with a click, on a desk and on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from inventory.models import PurchaseOrder
from inventory.services.replenishment import recompute
from tests.inventory.makers import make_variant, make_warehouse
from tests.inventory.test_replenishment import past_sales, supplier

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def check(page: Page) -> None:
    violations = Axe().run(page).response["violations"]
    assert [rule["id"] for rule in violations] == []
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert page.problems == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [1280, 390])
def test_a50_a_proposal_is_turned_into_a_purchase_order(
    browser_page: Page, browser_login, owner, redis_clean, width: int
) -> None:
    shirt = make_variant("AO")
    past_sales(shirt, make_warehouse("KHO"), length=14)
    supplier(shirt)
    recompute([shirt.pk])
    browser_login(owner)
    browser_page.set_default_timeout(60_000)  # the first page also builds stylesheet and font
    browser_page.set_viewport_size({"width": width, "height": 900})
    browser_page.goto(f"/replenishment/variant/{shirt.pk}/")
    check(browser_page)
    browser_page.goto("/replenishment/")
    browser_page.get_by_text("dự kiến còn").click()
    browser_page.get_by_text("thêm 7 ngày xem lại").wait_for()
    check(browser_page)
    browser_page.get_by_role("button", name="Lập đơn nhập các dòng đã chọn").click()
    browser_page.get_by_text("Đã lập đơn nhập nháp").wait_for()
    order = PurchaseOrder.objects.get()
    assert browser_page.url.endswith(f"/purchases/{order.pk}/")
    assert order.lines.get().variant == shirt
