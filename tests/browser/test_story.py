"""The main job by clicks: connect a shop, ship an order, get an invoice and the money."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Page, expect

from oms.accounts.models import User
from oms.kernel.books import check_books
from oms.kernel.clock import now
from orders.models import Order
from shipping.models import Package
from tests.browser.checks import DESKTOP, PHONE, faults_of, watch
from tests.labels import scan_pdf
from tests.partners import SHOP_NAME, Partners, beat

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BUYER = "Nguyễn Thị Hồng Nhung"


class Seller:
    """A person at the browser who presses what the page shows, and looks at every page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        watch(page)

    def open(self, address: str) -> None:
        self.page.goto(address)
        self.look()

    def look(self) -> None:
        self.faults += faults_of(self.page)

    def press(self, name: str, *, within: str = "main") -> None:
        """Press the button or link of this name and wait for the page it leads to."""
        place = self.page.locator(within)
        target = place.get_by_role("button", name=name, exact=True).or_(
            place.get_by_role("link", name=name, exact=True)
        )
        target.first.click()
        self.page.wait_for_load_state()
        self.look()

    def agree(self, name: str) -> None:
        """Answer the question that a dangerous button asks first."""
        dialog = self.page.locator("#confirm-dialog")
        dialog.get_by_role("button", name=name, exact=True).click()
        self.page.wait_for_load_state()
        self.look()

    def reads(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)


# The list that led there stands behind it.
ORDER_PAGE = re.compile(r"/orders/(\d+)/")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_seller_does_the_whole_job_by_clicks(
    partners: Partners,
    demo_owner: User,
    browser_page: Page,
    tmp_path: Path,
    size: dict[str, int],
) -> None:
    browser_page.set_viewport_size(size)  # type: ignore[arg-type]
    browser_page.emulate_media(reduced_motion="reduce")
    seller = Seller(browser_page)
    here = partners.our_url

    # Log in as the demo owner.
    seller.open(f"{here}/")
    browser_page.get_by_label("Tên đăng nhập").fill("chushop")
    browser_page.get_by_label("Mật khẩu").fill("donnhanh")
    seller.press("Đăng nhập", within=".login")

    # Connect the shop: over to Shopee's consent page and back.
    seller.open(f"{here}/channels/")
    seller.press("Kết nối Shopee")
    browser_page.get_by_role("button", name="Đồng ý ủy quyền").click()
    browser_page.wait_for_url(f"{here}/channels/*/")
    seller.look()
    seller.reads(f"Đã kết nối {SHOP_NAME}")
    partners.settle()

    # Find the order by the buyer's name without accents, and confirm it.
    seller.open(f"{here}/orders/?q=nguyen+thi+hong+nhung")
    browser_page.locator("tbody a.ref").first.click()
    browser_page.wait_for_url(ORDER_PAGE)
    seller.look()
    [order_id] = ORDER_PAGE.findall(browser_page.url)
    order = Order.objects.get(pk=order_id)
    assert (order.recipient_name, order.is_cod) == (BUYER, True)
    seller.press("Xác nhận đơn")
    seller.reads("Đã xác nhận đơn.")

    # Ship with GHN.
    seller.press("Tạo vận đơn")
    seller.press("Xem phí")
    seller.press("Tạo vận đơn")
    package = Package.objects.get(fulfilment__order=order)
    seller.reads(package.tracking_number)
    partners.settle()
    [there] = partners.shopee("GET", f"orders?order_sn={order.remote_id}")
    assert there["packages"][0]["tracking_number"] == package.tracking_number

    # Print the label and say so.
    seller.open(order_url := f"{here}/orders/{order.pk}/")
    seller.press("In vận đơn")
    address = browser_page.get_by_role("link", name="Mở PDF").get_attribute("href")
    label = browser_page.context.request.get(f"{here}{address}")
    assert package.tracking_number in scan_pdf(label.body(), tmp_path)
    seller.press("Đã in xong")

    # Hand it over by scanning its number.
    seller.open(order_url)
    seller.press("Bàn giao")
    browser_page.get_by_label("Quét mã vận đơn hoặc mã kiện").fill(package.tracking_number)
    seller.press("Bàn giao kiện này")

    # The carrier delivers.
    partners.ghn("POST", "walk", {"order_code": package.tracking_number, "status": "delivered"})
    partners.settle()
    seller.open(order_url)
    seller.reads("Khách đã nhận hàng")

    # The invoice, with a number at once and the authority's code later.
    partners.sinvoice("POST", "code_delay", {"seconds": 60})
    seller.press("Lập hóa đơn")
    preview = browser_page.get_by_role("link", name="Xem trước PDF").get_attribute("href")
    assert browser_page.context.request.get(f"{here}{preview}").body().startswith(b"%PDF")
    browser_page.get_by_role("button", name="Phát hành").click()
    seller.agree("Phát hành")
    invoice = order.invoices.get()
    seller.reads(invoice.invoice_no)
    partners.sandbox.clock.advance(61)
    with time_machine.travel(now() + timedelta(minutes=20), tick=True):
        beat()
    invoice.refresh_from_db()
    browser_page.reload()
    seller.look()
    seller.reads(invoice.tax_authority_code)
    paper = browser_page.get_by_role("link", name="Tải PDF").first.get_attribute("href")
    assert browser_page.context.request.get(f"{here}{paper}").body().startswith(b"%PDF")

    # The carrier's money.
    seller.open(f"{here}/cod/")
    browser_page.get_by_role("checkbox", name=package.tracking_number).check()
    browser_page.get_by_label("Mã giao dịch", exact=True).fill("FT26326001")
    seller.press("Đã nhận đủ tiền")
    seller.open(order_url)
    seller.reads("Hoàn thành đơn")
    order.refresh_from_db()
    assert (order.status, order.payment_status, order.cod_status) == (
        "completed",
        "paid",
        "remitted",
    )
    assert {name: found for name, found in check_books().items() if found} == {}
    assert "\n".join(seller.faults) == ""
