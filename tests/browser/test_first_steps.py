"""A-28: from an empty shop to the first printed label by the steps on the screen alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from oms.sandbox.run import Sandbox, running_sandbox
from orders.models import Order
from shipping.models import Package
from tests.browser.checks import DESKTOP, PHONE, faults_of, watch
from tests.labels import scan_pdf

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ghn(tmp_path: Path, settings: Any, redis_clean: object, eager: None) -> Iterator[Sandbox]:
    """GHN answers on this machine; nothing of the shop exists."""
    settings.MEDIA_ROOT = tmp_path / "media"
    with running_sandbox(tmp_path / "sandbox", ["ghn"]) as sandbox:
        keys = sandbox.credentials()["ghn"]
        settings.PARTNERS = settings.PARTNERS | {"ghn": {**settings.PARTNERS["ghn"], **keys}}
        yield sandbox


class Newcomer:
    """Somebody who knows nothing but what the page says: he presses what stands there."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        watch(page)

    def next_step(self, title: str) -> None:
        """The first step on the first page that is not done, which must be this one."""
        self.page.goto("/")
        steps = self.page.locator("#first-steps li").filter(has=self.page.locator("a"))
        self.faults += faults_of(self.page)
        expect(steps.first.get_by_role("link")).to_have_text(title)
        steps.first.get_by_role("link").click()
        expect(self.page.locator("h1")).to_be_visible()

    def fill(self, **texts: str) -> None:
        for name, text in texts.items():
            self.page.locator(f"main [name='{name}']").fill(text)

    def press(self, name: str, *, then: str) -> None:
        """A button or link of the page, and what must be read afterwards."""
        main = self.page.locator("main")
        button = main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name))
        button.first.click()
        expect(self.page.locator("body")).to_contain_text(then)
        self.faults += faults_of(self.page)


def set_the_shop_up(me: Newcomer, ghn: Sandbox) -> None:
    me.next_step("Khai kho")
    me.page.select_option("main [name='province']", label="Hồ Chí Minh")
    me.fill(code="TD", name="Kho Thủ Đức", contact_name="Lan", phone="0901234567")
    me.fill(street="12 đường số 3", ward="Phường Thủ Đức")
    me.press("Lưu kho", then="Kho Thủ Đức")

    me.next_step("Thêm hàng bán")
    me.fill(name="Áo thun", sku="AO-01", price_vnd="149.000", weight_g="250")
    me.press("Tạo sản phẩm", then="Chưa có tồn nên chưa bán được.")

    me.next_step("Đưa hàng vào kho")
    me.press("Nhận hàng đã về", then="Hàng đến")
    me.press("Chưa có nhà cung cấp này?", then="Tên nhà cung cấp")
    me.fill(code="XM", name="Xưởng may A")
    me.press("Lưu", then="Xưởng may A")

    me.next_step("Đưa hàng vào kho")
    me.press("Nhận hàng đã về", then="Hàng đến")
    me.fill(supplier="Xưởng may A", rows="50*AO-01")
    me.page.select_option("main [name='warehouse']", label="Kho Thủ Đức")
    me.press("Tiếp: kiểm và nhập kho", then="Ghi vào kho")
    me.press("Nhập kho", then="Đã nhập kho")

    me.next_step("Nối hãng vận chuyển")
    me.press("Giao Hàng Nhanh", then="Địa chỉ nhận trạng thái")
    keys = ghn.credentials()["ghn"]
    me.fill(name="GHN của shop", shop_id=str(keys["shop_id"]), token=keys["token"])
    me.press("Lưu", then="Đã lưu tài khoản vận chuyển.")


def sell_and_print(me: Newcomer, folder: Path) -> None:
    me.next_step("Có đơn đầu tiên")
    message = "Chị Lan 0912 345 678, 12 Lê Lợi, P. Bến Nghé, Q1, HCM. 2 AO-01"
    me.fill(message=message)
    me.press("Đọc tin nhắn", then="Đọc được")
    me.press("Lưu", then="Đã tạo đơn")

    me.next_step("In vận đơn đầu tiên")
    me.press("Xác nhận đơn", then="Đã xác nhận đơn.")
    me.press("Tạo vận đơn", then="So giá các hãng")
    me.press("So giá các hãng", then="GHN của shop")
    me.press("Tạo vận đơn", then="In vận đơn")
    package = Package.objects.get()
    me.press("In vận đơn", then="Mở PDF")
    link = me.page.get_by_role("link", name="Mở PDF").first.get_attribute("href")
    label = me.page.context.request.get(link).body()
    assert package.tracking_number in scan_pdf(label, folder)
    me.press("Đã in xong", then="Đã in")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a28_from_an_empty_shop_to_the_first_label_by_the_steps_on_the_screen(
    browser_page: Page, browser_login, user_factory, ghn: Sandbox, tmp_path: Path, size
):
    browser_page.set_viewport_size(size)
    browser_page.emulate_media(reduced_motion="reduce")
    browser_login(user_factory("owner"))
    me = Newcomer(browser_page)
    set_the_shop_up(me, ghn)
    sell_and_print(me, tmp_path)
    assert Order.objects.get().label_printed_count == 1
    browser_page.goto("/")
    expect(browser_page.locator("#first-steps")).to_have_count(0)
    assert me.faults == []
