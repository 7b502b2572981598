"""D10: from a message to a saved order with the keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from orders.models import Order
from tests.browser.checks import DESKTOP, PHONE, faults_of, watch
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import place

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MESSAGE = """Chị Nguyễn Thị Hoa 0912 345 678
12 Lê Lợi, phường Bến Nghé, quận 1, TP.HCM
2 AO-01 1 nồi đất"""
# A practised person needs about 0.28 s a key, and some seconds to read the form once.
SECONDS_A_KEY, SECONDS_TO_READ, TARGET_SECONDS = 0.28, 8, 25

PUT_ON_CLIPBOARD = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const box = document.activeElement;
  box.value += text;
  box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
}"""


class Hands:
    """Counts what a person presses; pasting is Ctrl and V."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys = page, 0

    def press(self, key: str) -> None:
        self.keys += 1
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.keys += len(text)
        self.page.keyboard.type(text)

    def paste(self, text: str) -> None:
        self.keys += 2
        self.page.evaluate(PUT_ON_CLIPBOARD, text)

    @property
    def seconds(self) -> float:
        return self.keys * SECONDS_A_KEY + SECONDS_TO_READ


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a06_an_order_is_entered_from_a_message_by_keyboard(
    user_factory, browser_login, browser_page: Page, redis_clean, size: dict[str, int]
) -> None:
    page, hands = browser_page, Hands(browser_page)
    shirt, pot = make_variant("AO-01"), make_variant("NOI-DAT")
    put(shirt, make_warehouse(), 10)
    put(pot, make_warehouse(), 10)
    earlier = place((shirt, 1), recipient_phone="0912345678")
    browser_login(user_factory("owner"))
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.emulate_media(reduced_motion="reduce")
    watch(page)
    page.goto("/orders/")
    hands.press("F1")
    expect(page.locator("#message")).to_be_focused()
    faults = faults_of(page)
    hands.paste(MESSAGE)
    doubtful = page.locator("#id_lines-1-item")
    expect(doubtful).to_be_focused()
    expect(page.locator("#id_name")).to_have_value("Nguyễn Thị Hoa")
    expect(page.locator("main")).to_contain_text(earlier.number)
    expect(page.locator(".read-doubt")).to_contain_text(["nồi đất"])
    faults += faults_of(page)
    hands.press("Control+a")
    hands.type("NOI-DAT")
    hands.press("F9")
    expect(page.locator("h1")).to_contain_text("DH")
    order = Order.objects.exclude(pk=earlier.pk).get()
    expect(page.locator("h1")).to_contain_text(order.number)
    faults += faults_of(page)
    assert faults == []
    assert sorted(order.lines.values_list("sku", "quantity")) == [("AO-01", 2), ("NOI-DAT", 1)]
    assert (order.ward, order.district) == ("Phường Bến Nghé", "Quận 1")
    assert hands.keys == 12
    assert hands.seconds < TARGET_SECONDS
