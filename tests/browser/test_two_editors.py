"""Two people change one order in two browsers: nobody's typing is lost, each field is decided."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from oms.accounts.models import User
from orders.models import Order
from orders.services import lifecycle
from tests.browser.checks import faults_of, watch
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import ACTOR, place

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page_of(browser: Browser, live_server, login) -> Callable[[User], Page]:
    """A browser of its own for each user."""
    opened = []

    def enter(user: User) -> Page:
        context = browser.new_context(base_url=live_server.url, locale="vi-VN")
        context.set_default_timeout(30_000)
        opened.append(context)
        cookie = login(user).cookies["sessionid"]
        context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
        page = context.new_page()
        watch(page)
        return page

    yield enter
    for context in opened:
        context.close()


def test_c65_two_editors_meet_and_settle_field_by_field(page_of, user_factory, redis_clean):
    warehouse, shirt = make_warehouse("TD"), make_variant("AO-01")
    put(shirt, warehouse, 20)
    order = lifecycle.confirm_order(place((shirt, 2), is_cod=True).pk, actor=ACTOR)
    lan = page_of(user_factory("sales", first_name="Lan"))
    minh = page_of(user_factory("sales", first_name="Minh"))
    for page in (lan, minh):
        page.goto(f"/orders/{order.pk}/edit/")
    lan.get_by_label("Số nhà, đường").fill("8 Hàng Gai")
    lan.get_by_label("Số lượng").first.fill("3")
    lan.get_by_role("button", name="Xem trước").click()
    expect(lan.locator("#effects")).to_contain_text("300.000")
    lan.locator("button[data-key=F9]").click()
    expect(lan.get_by_text("Đã lưu thay đổi của đơn.")).to_be_visible()
    assert faults_of(lan) == []
    minh.get_by_label("Số nhà, đường").fill("9 Hàng Bông")
    minh.get_by_label("Ghi chú nội bộ").fill("Khách quen")
    minh.locator("button[data-key=F9]").click()
    conflict = minh.locator("#conflict")
    expect(conflict).to_contain_text("8 Hàng Gai")
    expect(conflict).to_contain_text("Lan")
    expect(minh.get_by_label("Số nhà, đường")).to_have_value("9 Hàng Bông")
    expect(minh.get_by_label("Số lượng").first).to_have_value("3")
    assert [fault for fault in faults_of(minh) if "409" not in fault] == []
    conflict.get_by_label("Của người kia").check()
    minh.locator("button[data-key=F9]").click()
    expect(minh.get_by_text("Đã lưu thay đổi của đơn.")).to_be_visible()
    order = Order.objects.get(pk=order.pk)
    assert (order.street, order.internal_note) == ("8 Hàng Gai", "Khách quen")
    assert order.lines.get().quantity == 3
