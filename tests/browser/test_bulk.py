"""PRODUCT A-24, D5, D12: tick, look before, job, undo, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from orders.models import BulkRun, Order
from tests.browser.checks import faults_of, watch
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import place

pytestmark = pytest.mark.django_db(transaction=True)


def states() -> list[str]:
    return list(Order.objects.order_by("pk").values_list("status", flat=True))


def test_a24_orders_are_ticked_looked_at_confirmed_and_taken_back(
    browser_page: Page, browser_login, user_factory, redis_clean, eager
):
    shirt = make_variant("AO-01")
    put(shirt, make_warehouse("TD"), 100)
    place((shirt, 1), is_cod=True)
    place((shirt, 1), is_cod=True)
    place(("LẠ", 1))
    browser_login(user_factory("owner"))
    page = browser_page
    watch(page)
    page.emulate_media(reduced_motion="reduce")
    page.goto("/orders/")
    bar = page.locator("#bulk")
    expect(bar).to_be_hidden()
    for tick in page.locator("input[data-row-check]").all():
        tick.check()
    expect(bar).to_contain_text("3 đơn đã chọn")
    expect(bar).to_contain_text("COD 200.000")
    assert faults_of(page) == []
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    page.locator("input[data-check-all]").check()
    bar.get_by_role("button", name="Xác nhận đơn").click()

    expect(page.get_by_text("2 đơn làm được")).to_be_visible()
    page.get_by_text("Có hàng chưa liên kết với kho").click()
    assert faults_of(page) == []
    page.get_by_role("button", name="Xác nhận đơn: 2 đơn").click()

    expect(page).to_have_url(re.compile(r"/orders/bulk/\d+/$"))
    expect(page.get_by_text("2 thành công")).to_be_visible()
    expect(page.get_by_text("1 không thành công")).to_be_visible()
    assert faults_of(page) == []
    assert states() == ["confirmed", "confirmed", "pending_confirmation"]
    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.get_by_role("heading", name="Hoàn tác: Xác nhận đơn")).to_be_visible()
    assert states() == ["pending_confirmation"] * 3
    assert BulkRun.objects.count() == 2


def test_c60_first_the_page_then_a_clear_bar_for_the_whole_filter(
    browser_page: Page, browser_login, user_factory, redis_clean, eager
):
    shirt = make_variant("AO-01")
    put(shirt, make_warehouse("TD"), 100)
    for _n in range(53):
        place((shirt, 1), source="zalo")
    place((shirt, 1), source="phone")
    browser_login(user_factory("owner"))
    page = browser_page
    watch(page)
    page.emulate_media(reduced_motion="reduce")
    page.goto("/orders/?source=zalo")
    page.locator("input[data-check-all]").check()
    bar = page.locator("#bulk")
    expect(bar).to_contain_text("50 đơn đã chọn")
    whole = bar.get_by_label("Chọn tất cả 53 đơn khớp bộ lọc")
    expect(whole).not_to_be_checked()
    whole.check()
    bar.get_by_role("button", name="Xác nhận đơn").click()
    expect(page.get_by_text("53 đơn làm được")).to_be_visible()
    place((shirt, 1), source="zalo")
    page.get_by_role("button", name="Xác nhận đơn: 53 đơn").click()
    expect(page.get_by_text("53 thành công")).to_be_visible()
    assert (states().count("confirmed"), states().count("pending_confirmation")) == (53, 2)
