"""The whole keyboard of the desk in one browser, and the list with panel and palette open."""

import re

import pytest
from playwright.sync_api import Page, expect

from oms.accounts.models import User
from orders.models import Order
from tests.browser.checks import DESKTOP, PHONE, faults_of, watch
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import place

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASTE = """(box, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text", text);
    box.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def desk(browser_page: Page, browser_login, owner: User) -> Page:
    """Five orders, the newest first: E D C B A."""
    shirt = make_variant("AO-01")
    put(shirt, make_warehouse(), 100)
    for name in "ABCDE":
        place((shirt, 1), recipient_name=name)
    watch(browser_page)
    browser_page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    browser_login(owner)
    browser_page.goto("/orders/")
    return browser_page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def shown(page: Page) -> str:
    """The name of the buyer whose row has the focus."""
    return page.locator("tr.focused td[data-label='Khách hàng'] div").inner_text().split("\n")[0]


def number_of(name: str) -> str:
    return Order.objects.get(recipient_name=name).number


def walk_and_tick(page: Page) -> None:
    press(page, "j", "ArrowDown", "ArrowDown", "k")
    assert shown(page) == "D"
    press(page, "x", "j", "j", "Shift+X")
    expect(page.locator(".row-tick:checked")).to_have_count(3)
    press(page, "Escape")
    expect(page.locator(".row-tick:checked")).to_have_count(0)
    press(page, "a")
    expect(page.locator(".row-tick:checked")).to_have_count(5)
    press(page, "Escape", "ArrowUp", "ArrowUp")
    assert shown(page) == "D"


def work_in_the_panel(page: Page) -> None:
    panel = page.locator("#panel")
    press(page, "Enter")
    expect(panel.locator("h2")).to_be_focused()
    assert faults_of(page) == []
    press(page, "j")
    expect(panel.locator("h2")).to_have_text(number_of("C"))
    press(page, "Escape")
    expect(panel).to_be_hidden()
    # A letter for the focused row opens its panel and is pressed there.
    press(page, "c")
    expect(panel).to_contain_text("Đã xác nhận")
    press(page, "n")
    expect(panel.locator("textarea")).to_be_focused()
    # Letters are off while typing.
    page.keyboard.type("jcx")
    expect(panel.locator("textarea")).to_have_value("jcx")
    press(page, "Control+Enter")
    expect(panel.locator("p").filter(has_text="jcx")).to_be_visible()
    press(page, "Escape", "h")
    expect(panel.locator("#hold-reason")).to_be_focused()
    page.keyboard.type("Chờ khách")
    press(page, "Enter")
    expect(panel.locator("#hold-reason")).to_have_count(0)
    for key in ("e", "t", "m"):
        expect(panel.locator(f"[data-key='{key}']")).to_be_visible()
    press(page, "Escape")
    expect(panel).to_be_hidden()
    press(page, "o")
    expect(panel.locator("h2")).to_be_focused()
    press(page, "o")
    page.wait_for_url(re.compile(r"/orders/\d+/"))


def go_on_in_the_order(page: Page) -> None:
    first = page.url
    press(page, "]")
    page.wait_for_url(lambda url: url != first)
    press(page, "[")
    page.wait_for_url(first)
    press(page, "t")
    expect(page.locator("#marks details")).to_have_attribute("open", "")


def find_by_palette(page: Page) -> None:
    press(page, "Control+k")
    page.keyboard.type("tai khoan khong co")
    expect(page.locator("#palette-found")).to_contain_text("Không tìm thấy gì")
    page.locator("#palette input").fill("van don")
    expect(page.locator("#palette-found")).to_contain_text("Vận đơn")
    assert faults_of(page) == []
    press(page, "ArrowDown", "ArrowUp", "Enter")
    page.wait_for_url("**/shipments/")


def go_everywhere(page: Page) -> None:
    for key, address in (("p", "products"), ("k", "stock"), ("v", "shipments"), ("c", "customers")):
        press(page, "g", key)
        page.wait_for_url(f"**/{address}/")
    press(page, "g", "o")
    page.wait_for_url("**/orders/")
    press(page, "3")
    page.wait_for_url("**tab=to_confirm**")
    press(page, "?")
    expect(page.locator("#shortcuts")).to_be_visible()
    press(page, "Escape", "/")
    expect(page.locator("#search")).to_be_focused()
    press(page, "Escape", "F1")
    page.wait_for_url("**/orders/new/")


def press_function_keys(page: Page) -> None:
    """F1 opened the entry form: F3 goods, F4 customer, F6 discount, F8 how it is paid."""
    for key, field in (
        ("F4", "phone"),
        ("F3", "lines-0-item"),
        ("F6", "discount"),
        ("F8", "is_cod"),
    ):
        press(page, key)
        expect(page.locator(f"#id_{field}")).to_be_focused()
    order = Order.objects.get(recipient_name="C")
    page.goto(f"/orders/{order.pk}/")
    press(page, "F8")
    expect(page.locator("details:has([data-key=F8]) [name=amount]")).to_be_focused()
    press(page, "F6")
    page.wait_for_url("**/edit/")
    for key, field in (("F6", "discount_vnd"), ("F4", "recipient_phone")):
        press(page, key)
        expect(page.locator(f"#id_{field}")).to_be_focused()
    page.goto(f"/orders/{order.pk}/")
    press(page, "F4")
    page.wait_for_url("**/customers/*/")
    press(page, "F3")
    page.wait_for_url("**/products/")
    press(page, "F3")
    expect(page.locator("main [data-key=F3]")).to_be_focused()


def test_d8_c59_the_whole_keyboard_of_the_desk(desk: Page) -> None:
    walk_and_tick(desk)
    work_in_the_panel(desk)
    go_on_in_the_order(desk)
    find_by_palette(desk)
    go_everywhere(desk)
    press_function_keys(desk)
    assert desk.problems == []  # type: ignore[attr-defined]
    assert Order.objects.get(recipient_name="C").status == "on_hold"


def test_a_phone_shows_panel_palette_and_pasted_codes(desk: Page) -> None:
    desk.set_viewport_size(PHONE)  # type: ignore[arg-type]
    desk.emulate_media(color_scheme="dark", reduced_motion="reduce")
    desk.reload()
    desk.locator(".peek").first.click()
    expect(desk.locator("#panel")).to_contain_text("E")
    assert faults_of(desk) == []
    desk.locator("[data-panel-close]").click()
    desk.locator("#results input[type=search]").evaluate(
        PASTE, "\n".join([number_of("A"), number_of("B"), "KHONG"])
    )
    expect(desk.locator("#sheet textarea")).to_have_value(re.compile("KHONG"))
    assert faults_of(desk) == []
    desk.get_by_role("button", name="Tìm đơn").click()
    expect(desk.locator("tbody tr")).to_have_count(2)
    expect(desk.locator("#results p", has_text="Tìm thấy")).to_have_text("Tìm thấy 2 trong 3 mã.")
    assert desk.problems == []  # type: ignore[attr-defined]
