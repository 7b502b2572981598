"""Goods are received with a scanner: keys come faster than answers, and none is lost."""

import pytest
from playwright.sync_api import Page, expect

from inventory.models import GoodsReceipt
from tests.browser.checks import DESKTOP, PHONE, faults_of, watch
from tests.inventory.makers import level, make_variant, make_warehouse
from tests.inventory.purchases import make_supplier, order_goods

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a49_goods_are_received_by_scan(
    user_factory, browser_login, browser_page: Page, redis_clean, size: dict[str, int]
) -> None:
    page, place = browser_page, make_warehouse()
    shirt, cap = make_variant("AO-DO-M"), make_variant("00123")
    shirt.barcodes.create(code="8936000000104")
    order = order_goods(
        place, (shirt, 3, 72_000), (cap, 2, 41_000), supplier=make_supplier(name="Xưởng may Xanh")
    )
    browser_login(user_factory("owner"))
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.emulate_media(reduced_motion="reduce")
    watch(page)
    page.goto(f"/purchases/{order.pk}/")
    faults = faults_of(page)
    page.get_by_role("button", name="Nhận hàng").click()
    expect(page.locator("#scan")).to_be_focused()
    for code in ("8936000000104", "AO-DO-M", "00123", "8936000000104"):
        page.keyboard.type(code)
        page.keyboard.press("Enter")
    answer = page.locator(".scan-answer")
    expect(answer).to_contain_text("AO-DO-M: 3 / 3")
    expect(answer).to_have_class("scan-answer scan-answer-good")
    expect(page.locator("#scan")).to_be_focused()
    faults += faults_of(page)
    page.keyboard.type("KHONG-CO")
    page.keyboard.press("Enter")
    expect(answer).to_have_class("scan-answer scan-answer-bad")
    page.problems.clear()  # type: ignore[attr-defined]  # the browser notes the refused answer
    page.keyboard.type("5*00123")
    page.keyboard.press("Enter")
    expect(answer).to_have_class("scan-answer scan-answer-over")
    page.get_by_role("textbox", name="00123").fill("2")
    page.get_by_role("button", name="Lưu số đã gõ").click()
    page.get_by_role("button", name="Nhập kho").click()
    expect(page.locator("main")).to_contain_text("Hàng đã nhập")
    faults += faults_of(page)
    assert faults == []
    assert GoodsReceipt.objects.get().status == "posted"
    assert (level(shirt, place), level(cap, place)) == ((3, 0), (2, 0))
