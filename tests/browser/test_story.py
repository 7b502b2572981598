"""The main job by clicks: connect a shop, ship an order, get an invoice and the money."""

import re
from dataclasses import dataclass, field
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
from tests.browser.checks import DESKTOP, PHONE, answered, faults_of, watch
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
        with answered(self.page):
            target.first.click()
        self.look()

    def agree(self, name: str) -> None:
        """Answer the question that a dangerous button asks first."""
        dialog = self.page.locator("#confirm-dialog")
        with answered(self.page):
            dialog.get_by_role("button", name=name, exact=True).click()
        self.look()

    def reads(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)


# The list that led there stands behind it.
ORDER_PAGE = re.compile(r"/orders/(\d+)/")


@dataclass
class Job:
    """The one order of the story, and the people and partners around it."""

    seller: Seller
    partners: Partners
    folder: Path
    order: Order = field(init=False)
    package: Package = field(init=False)

    @property
    def page(self) -> Page:
        return self.seller.page

    def open(self, address: str) -> None:
        self.seller.open(f"{self.partners.our_url}{address}")

    def open_order(self) -> None:
        self.open(f"/orders/{self.order.pk}/")

    def fetch(self, link: str) -> bytes:
        """What the page offers to open or to keep."""
        address = self.page.get_by_role("link", name=link).first.get_attribute("href")
        return self.page.context.request.get(f"{self.partners.our_url}{address}").body()


def log_in(job: Job) -> None:
    job.open("/")
    job.page.get_by_label("Tên đăng nhập").fill("chushop")
    job.page.get_by_label("Mật khẩu").fill("donnhanh")
    job.seller.press("Đăng nhập", within=".login")


def connect_the_shop(job: Job) -> None:
    """Over to Shopee's consent page and back."""
    job.open("/channels/")
    job.seller.press("Kết nối Shopee")
    job.page.get_by_role("button", name="Đồng ý ủy quyền").click()
    job.page.wait_for_url(f"{job.partners.our_url}/channels/*/")
    job.seller.look()
    job.seller.reads(f"Đã kết nối {SHOP_NAME}")
    job.partners.settle()


def find_and_confirm(job: Job) -> None:
    """By the buyer's name without accents."""
    job.open("/orders/?q=nguyen+thi+hong+nhung")
    job.page.locator("tbody a.ref").first.click()
    job.page.wait_for_url(ORDER_PAGE)
    job.seller.look()
    [order_id] = ORDER_PAGE.findall(job.page.url)
    job.order = Order.objects.get(pk=order_id)
    assert (job.order.recipient_name, job.order.is_cod) == (BUYER, True)
    job.seller.press("Xác nhận đơn")
    job.seller.reads("Đã xác nhận đơn.")


def ship_with_ghn(job: Job) -> None:
    job.seller.press("Tạo vận đơn")
    job.seller.press("So giá các hãng")
    job.seller.press("Tạo vận đơn")
    job.package = Package.objects.get(fulfilment__order=job.order)
    job.seller.reads(job.package.tracking_number)
    job.partners.settle()
    [there] = job.partners.shopee("GET", f"orders?order_sn={job.order.remote_id}")
    assert there["packages"][0]["tracking_number"] == job.package.tracking_number


def print_the_label(job: Job) -> None:
    job.open_order()
    job.seller.press("In vận đơn")
    assert job.package.tracking_number in scan_pdf(job.fetch("Mở PDF"), job.folder)
    job.seller.press("Đã in xong")


def hand_over_by_scan(job: Job) -> None:
    job.open_order()
    job.seller.press("Bàn giao")
    box = job.page.get_by_label("Quét mã vận đơn hoặc mã kiện")
    box.fill(job.package.tracking_number)
    job.page.get_by_role("button", name="Nhận", exact=True).click()
    job.seller.reads("kiện thứ 1 của biên bản")
    job.seller.look()


def carrier_delivers(job: Job) -> None:
    moved = {"order_code": job.package.tracking_number, "status": "delivered"}
    job.partners.ghn("POST", "walk", moved)
    job.partners.settle()
    job.open_order()
    job.seller.reads("Khách đã nhận hàng")


def issue_the_invoice(job: Job) -> None:
    """A number at once, the authority's code later."""
    job.partners.sinvoice("POST", "code_delay", {"seconds": 60})
    job.seller.press("Lập hóa đơn")
    assert job.fetch("Xem trước PDF").startswith(b"%PDF")
    job.page.get_by_role("button", name="Phát hành").click()
    job.seller.agree("Phát hành")
    invoice = job.order.invoices.get()
    job.seller.reads(invoice.invoice_no)
    job.partners.sandbox.clock.advance(61)
    with time_machine.travel(now() + timedelta(minutes=20), tick=True):
        beat()
    invoice.refresh_from_db()
    job.page.reload()
    job.seller.look()
    job.seller.reads(invoice.tax_authority_code)
    assert job.fetch("Tải PDF").startswith(b"%PDF")


def receive_the_money(job: Job) -> None:
    job.open("/cod/")
    job.page.get_by_role("checkbox", name=job.package.tracking_number).check()
    job.page.get_by_label("Mã giao dịch", exact=True).fill("FT26326001")
    job.seller.press("Đã nhận đủ tiền")
    job.open_order()
    job.seller.reads("Hoàn thành đơn")


STEPS = [
    log_in,
    connect_the_shop,
    find_and_confirm,
    ship_with_ghn,
    print_the_label,
    hand_over_by_scan,
    carrier_delivers,
    issue_the_invoice,
    receive_the_money,
]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a28_a_seller_does_the_whole_job_by_clicks(
    partners: Partners,
    demo_owner: User,
    browser_page: Page,
    tmp_path: Path,
    size: dict[str, int],
) -> None:
    browser_page.set_viewport_size(size)  # type: ignore[arg-type]
    browser_page.emulate_media(reduced_motion="reduce")
    job = Job(Seller(browser_page), partners, tmp_path)
    for step in STEPS:
        step(job)
    order = Order.objects.get(pk=job.order.pk)
    states = (order.status, order.payment_status, order.cod_status)
    assert states == ("completed", "paid", "remitted")
    assert {name: found for name, found in check_books().items() if found} == {}
    assert "\n".join(job.seller.faults) == ""
