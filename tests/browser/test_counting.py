"""Counting with a scanner on a phone: keys come fast, none is lost, none counts twice."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from inventory.models import Barcode
from inventory.services import counting
from oms.accounts.models import User
from tests.browser.checks import PHONE, faults_of, watch
from tests.inventory.makers import ACTOR, make_variant, make_warehouse, put

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def phone(browser_page: Page, browser_login: Callable[[User], None], user_factory, redis_clean):
    watch(browser_page)
    browser_page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    browser_login(user_factory("warehouse"))
    return browser_page


def test_goods_are_counted_by_scan_on_a_phone(phone: Page) -> None:
    warehouse, shirt, cap = make_warehouse(), make_variant("AT-01"), make_variant("MU-01")
    Barcode.objects.create(variant=shirt, code="8936000000999")
    put(shirt, warehouse, 5)
    put(cap, warehouse, 2)
    count = counting.create_count(warehouse.pk, "full", key=uuid4(), actor=ACTOR)
    phone.goto(f"/stock/counts/{count.pk}/")
    phone.get_by_role("button", name="Bắt đầu đếm").click()
    phone.wait_for_url("**/scan/")
    assert phone.evaluate("document.activeElement.id") == "id_code"
    for _ in range(5):  # a scanner types the code and presses Enter, and does not wait
        phone.keyboard.type("8936000000999")
        phone.keyboard.press("Enter")
    expect(phone.get_by_label("Đếm được AT-01")).to_have_value("5")
    phone.keyboard.type("KHONG-CO")
    phone.keyboard.press("Enter")
    expect(phone.get_by_text("Không có hàng mang mã")).to_be_visible()
    assert phone.evaluate("document.activeElement.id") == "id_code"
    assert [text for text in phone.problems if "422" not in text] == []  # type: ignore[attr-defined]
    phone.problems.clear()  # type: ignore[attr-defined]
    phone.keyboard.type("MU-01")
    phone.get_by_label("Số lượng").fill("3")
    phone.get_by_label("Số lượng").press("Enter")
    expect(phone.get_by_text("MU-01: đã đếm 3")).to_be_visible()
    assert faults_of(phone) == []
    phone.get_by_label("Đếm được MU-01").fill("2")
    phone.get_by_label("Đếm được MU-01").press("Enter")
    expect(phone.get_by_text("MU-01: đã đếm 2")).to_be_visible()
    phone.get_by_role("button", name="Đếm xong").click()
    expect(phone.get_by_text("Đã gửi phiếu đi duyệt")).to_be_visible()
    assert faults_of(phone) == []
    counted = count.lines.order_by("variant__sku").values_list("counted", flat=True)
    assert list(counted) == [5, 2]


def test_scans_made_without_network_are_sent_when_it_is_back(phone: Page) -> None:
    warehouse, shirt = make_warehouse(), make_variant("AT-01")
    put(shirt, warehouse, 3)
    count = counting.create_count(warehouse.pk, "full", key=uuid4(), actor=ACTOR)
    counting.start_count(count.pk, actor=ACTOR)
    phone.goto(f"/stock/counts/{count.pk}/scan/")
    phone.context.set_offline(True)
    for _ in range(3):
        phone.keyboard.type("AT-01")
        phone.keyboard.press("Enter")
    expect(phone.locator(".message-network")).to_be_visible()
    phone.context.set_offline(False)
    expect(phone.get_by_label("Đếm được AT-01")).to_have_value("3")
    expect(phone.locator(".message-network")).to_have_count(0)
    assert count.lines.get().counted == 3
