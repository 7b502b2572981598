"""The order desk in the states that a click leaves it in: read by axe on a dark phone.

Wide and light they are read where they are used: bulk, keys, two editors.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from oms.accounts.models import User
from orders.models import Order
from orders.services.overselling import tell_oversold
from tests.browser.checks import DESKTOP, PHONE, answered, faults_of, watch
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.edits import edited
from tests.orders.makers import ACTOR, place

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The browser notes each answer that refuses; that the page says why is what is looked at.
REFUSED = ("409", "422")


@pytest.fixture
def orders(redis_clean: object) -> dict[str, Order]:
    """One of each kind of row, two of one buyer among them."""
    shirt = make_variant("AO-01")
    put(shirt, make_warehouse("TD"), 20)
    one = {"recipient_phone": "0912345678", "street": "8 Hàng Gai"}
    rows = {
        "twin": place((shirt, 2), confirm=True, is_cod=True, **one),
        "plain": place((shirt, 2), confirm=True, is_cod=True, **one),
        "unlinked": place(("LẠ", 1)),
        "ward": place((shirt, 1), ward="Phường Tân Đinhh", province="Hồ Chí Minh"),
        "sold": place((shirt, 99), source="shopee", shop_ref=7, remote_id="S1"),
    }
    assert tell_oversold(rows["sold"].pk, actor=ACTOR)
    return rows


def list_states(page: Page) -> Iterator[str]:
    page.goto("/orders/?source=phone")
    for name in ("Thêm bộ lọc", "Nhiều mã", "Cột", "Lưu bộ lọc"):
        page.get_by_role("link", name=name).click()
        sheet = page.locator("#sheet")
        expect(sheet).to_be_visible()
        yield name
        sheet.get_by_role("button", name="Đóng").first.click()
        expect(sheet).to_be_hidden()
    page.locator(".row-tick").first.check()
    expect(page.locator("#bulk")).to_be_visible()
    yield "bulk bar"
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    yield "palette"
    page.keyboard.press("Escape")
    # The tick has the focus: Enter opens the row, it presses no button of the bar.
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_be_focused()
    yield "panel"
    page.keyboard.press("Escape")
    page.goto("/orders/?tab=completed")
    expect(page.locator(".empty")).to_be_visible()
    yield "empty list"


def order_states(page: Page, orders: dict[str, Order]) -> Iterator[str]:
    for name in ("unlinked", "ward", "sold"):
        page.goto(f"/orders/{orders[name].pk}/")
        expect(page.locator(".notice-red").first).to_be_visible()
        yield name
    page.goto(f"/orders/{orders['plain'].pk}/")
    page.get_by_text("Xem và gộp").click()
    page.locator("summary", has_text="Hủy đơn").click()
    expect(page.get_by_label("Lý do hủy")).to_be_visible()
    yield "merge and cancel"
    page.locator("form[action$='/merge/'] button").first.click()
    expect(page.locator("#confirm-dialog")).to_be_visible()
    yield "asked again"


def form_states(page: Page, orders: dict[str, Order]) -> Iterator[str]:
    page.goto("/orders/new/")
    with answered(page):
        page.locator("#entry button[data-key=F9]").click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    yield "entry with errors"
    page.goto(f"/orders/{orders['plain'].pk}/edit/")
    page.get_by_label("Số lượng").first.fill("50")
    page.get_by_role("button", name="Xem trước").click()
    expect(page.locator("#effects")).to_contain_text("5.000.000")
    yield "preview"
    edited(orders["plain"], street="9 Hàng Bông")
    page.get_by_label("Số nhà, đường").fill("7 Hàng Đào")
    page.locator("button[data-key=F9]").click()
    expect(page.locator("#conflict")).to_contain_text("9 Hàng Bông")
    yield "conflict"
    page.goto(f"/orders/{orders['sold'].pk}/split/")
    yield "refused split"


def test_every_state_of_the_desk_can_be_read_on_a_dark_phone(
    browser_page: Page,
    browser_login: Callable[[User], None],
    owner: User,
    orders: dict[str, Order],
) -> None:
    page = browser_page
    watch(page)
    browser_login(owner)
    judged: set[str] = set()
    faults: list[str] = []
    states = (list_states(page), order_states(page, orders), form_states(page, orders))
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    for walk in states:
        for state in walk:
            page.set_viewport_size(PHONE)  # type: ignore[arg-type]
            faults += [f"{state}: {fault}" for fault in faults_of(page, judged)]
            page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    told = [fault for fault in faults if not any(code in fault for code in REFUSED)]
    assert "\n".join(told) == ""
