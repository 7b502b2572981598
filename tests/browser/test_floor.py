"""The floor by keyboard events only: what a scanner and a keyboard type, and nothing else."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from oms.accounts.models import User
from orders.models import Order
from shipping.models import Manifest, Package, PackLine, Scan
from tests.browser.checks import PHONE, faults_of, watch
from tests.browser.keyboard import press, scan
from tests.shipping.floor import make_shop, waiting

# Three parcels each: two of one, one of each of two, and one piece that skips the wall.
ROUNDS = 4
LONGEST = 120_000  # for dozens of scans in their turn on a busy machine
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def floor(browser_page: Page, browser_login: Callable[[User], None], user_factory, redis_clean):
    watch(browser_page)
    # The label's PDF is drawn elsewhere; a frame that loads it would only cost time here.
    browser_page.route("**/labels.pdf*", lambda route: route.fulfill(body="", status=200))
    # The browser's print dialog swallows what is typed while it stands.
    browser_page.add_init_script("window.print = () => {}")
    browser_login(user_factory("warehouse"))
    return browser_page


def said(page: Page, text: str) -> None:
    """The answer to the last of many scans: each is sent when the one before is answered."""
    expect(page.locator("[data-scan-answer]")).to_contain_text(text, timeout=LONGEST)


def test_c68_parcels_go_from_the_shelf_to_the_carrier_by_keyboard_alone(floor: Page) -> None:
    shop = make_shop("A-1", "B-1", "C-1")
    parcels = [
        parcel
        for _round in range(ROUNDS)
        for parcel in (
            waiting(shop, A_1=2),
            waiting(shop, A_1=1, B_1=1),
            waiting(shop, C_1=1),
        )
    ]
    floor.set_viewport_size(PHONE)  # type: ignore[arg-type]
    floor.goto("/floor/picking/")
    assert faults_of(floor) == []
    press(floor, "Lên đợt và nhặt ngay")
    floor.wait_for_url("**/waves/*/")
    assert faults_of(floor) == []
    press(floor, "Nhận phiếu và nhặt")
    floor.wait_for_url("**/tasks/*/")
    assert floor.evaluate("document.activeElement.id") == "scan"
    scan(floor, f"{3 * ROUNDS}*", "A-1", f"{ROUNDS}*", "C-1", "KHONG-CO", f"{ROUNDS}*", "B-1")
    expect(floor.get_by_text("Phiếu này đã nhặt xong")).to_be_visible(timeout=LONGEST)
    assert [text for text in floor.problems if "422" not in text] == []  # type: ignore[attr-defined]
    floor.problems.clear()  # type: ignore[attr-defined]
    assert faults_of(floor) == []
    press(floor, "Chia hàng")
    floor.wait_for_url("**/wall/")
    scan(floor, *["A-1"] * (3 * ROUNDS), *["B-1"] * ROUNDS)
    said(floor, "Ngăn K đã đủ")  # the last parcel of two pieces, by its letter among twelve
    assert faults_of(floor) == []
    press(floor, "Đóng gói")
    floor.wait_for_url("**/packing/")
    for parcel in parcels:
        scan(floor, parcel.tracking_number)
        lines = parcel.fulfilment.order.lines.values_list("quantity", "sku")
        scan(floor, *(f"{quantity}*{sku}" for quantity, sku in lines))
        said(floor, f"{parcel.fulfilment.order.number} xong")
    assert faults_of(floor) == []
    press(floor, "Bàn giao vận chuyển")
    floor.wait_for_url("**/hand-over/")
    scan(floor, *(parcel.tracking_number for parcel in parcels))
    said(floor, f"kiện thứ {len(parcels)}")
    scan(floor, "CMD-XONG")
    said(floor, "Xong biên bản")
    assert faults_of(floor) == []
    assert set(Order.objects.values_list("status", "label_printed_count")) == {("shipped", 1)}
    assert Manifest.objects.get().packages.count() == len(parcels) == 12


def test_c68_scans_wait_for_the_network_over_a_reload_and_are_sent_once(floor: Page) -> None:
    shop = make_shop("A-1", "B-1")
    parcel = waiting(shop, A_1=5, B_1=1)
    floor.goto("/floor/packing/")
    scan(floor, parcel.tracking_number)
    expect(floor.get_by_text("còn 6 món", exact=True)).to_be_visible()
    floor.context.set_offline(True)
    scan(floor, "A-1", "A-1")
    expect(floor.locator("[data-scan-waiting]")).to_contain_text("đang giữ 2 lượt quét")
    kept = floor.evaluate("JSON.stringify(localStorage)")
    floor.context.set_offline(False)
    expect(floor.get_by_text("còn 4 món", exact=True)).to_be_visible()
    # A machine that died before it heard the answers sends the same scans when it is up again.
    floor.evaluate("kept => Object.assign(localStorage, JSON.parse(kept))", kept)
    floor.reload()
    expect(floor.locator("[data-scan-waiting]")).to_be_hidden()
    scan(floor, "A-1")
    expect(floor.get_by_text("còn 3 món", exact=True)).to_be_visible()
    assert PackLine.objects.get(variant=shop.goods["A-1"]).packed == 3
    assert Scan.objects.count() == 4


def test_c68_scans_keep_their_order_when_the_clock_is_put_back(floor: Page) -> None:
    """A piece that overtook its waybill would be refused, and nothing would close the box."""
    shop = make_shop("A-1", "B-1")
    parcel = waiting(shop, A_1=1, B_1=1)
    floor.goto("/floor/packing/")
    floor.evaluate("(() => { let at = Date.now(); Date.now = () => (at -= 1000); })()")
    floor.context.set_offline(True)
    scan(floor, parcel.tracking_number, "A-1", "B-1")
    expect(floor.locator("[data-scan-waiting]")).to_contain_text("đang giữ 3 lượt quét")
    floor.context.set_offline(False)
    said(floor, f"{parcel.fulfilment.order.number} xong")
    codes = Scan.objects.order_by("id").values_list("code", "is_good")
    assert list(codes) == [(parcel.tracking_number, True), ("A-1", True), ("B-1", True)]


def test_c68_a_scan_waits_when_somebody_signed_in_beside_it(floor: Page) -> None:
    """Its page's proof of origin is of the sign-in before: the page is fetched anew, once."""
    shop = make_shop("A-1", "B-1")
    parcel = waiting(shop, A_1=1, B_1=1)
    floor.goto("/floor/packing/")
    scan(floor, parcel.tracking_number)
    said(floor, parcel.fulfilment.order.number)
    floor.context.clear_cookies(name="csrftoken")
    with floor.expect_navigation():
        scan(floor, "A-1")
    expect(floor.get_by_text("còn 1 món", exact=True)).to_be_visible()
    assert PackLine.objects.get(variant=shop.goods["A-1"]).packed == 1
    assert floor.evaluate("localStorage.length") == 0


def test_c68_each_tab_sends_its_own_scans_and_those_of_a_tab_that_is_gone(floor: Page) -> None:
    """Two stations in one browser: the answer comes where the scan was made, and once."""
    shop = make_shop("A-1", "B-1")
    parcel = waiting(shop, A_1=2, B_1=1)
    floor.goto("/floor/packing/")
    scan(floor, parcel.tracking_number)
    said(floor, parcel.fulfilment.order.number)
    beside = floor.context.new_page()
    beside.goto("/shipments/hand-over/")
    floor.route("**/floor/packing/**", lambda route: route.abort())  # this tab alone hears nothing
    scan(floor, "A-1")
    expect(floor.locator("[data-scan-waiting]")).to_contain_text("đang giữ 1 lượt quét")
    scan(beside, "KHONG-CO")
    expect(beside.locator("[data-scan-answer=bad]")).to_be_visible()
    beside.reload()
    expect(beside.locator("[data-scan-waiting]")).to_be_hidden()
    assert floor.evaluate("localStorage.length") == 1
    assert not Scan.objects.filter(code="A-1").exists()

    floor.close()
    beside.reload()
    beside.evaluate(
        "async () => { while (localStorage.length) await new Promise(go => setTimeout(go, 50)) }"
    )
    expect(beside.locator("[data-scan-answer]")).to_have_count(0)  # that was said at another table
    assert Scan.objects.filter(code="A-1").count() == 1


def test_c68_a_scan_that_is_refused_for_good_is_kept_until_somebody_read_it(floor: Page) -> None:
    """Nothing that was scanned goes without a word: not over a reload either."""
    shop = make_shop("A-1")
    waiting(shop, A_1=1)
    floor.goto("/floor/packing/")
    floor.route("**/floor/packing/scan/**", lambda route: route.fulfill(status=404, body=""))
    scan(floor, "A-1")
    refused = floor.locator("[data-scan-refused]")
    expect(refused).to_contain_text("CHƯA được ghi")
    expect(refused.get_by_text("A-1", exact=True)).to_be_visible()
    floor.reload()
    expect(refused.get_by_text("A-1", exact=True)).to_be_visible()
    assert [fault for fault in faults_of(floor) if "404" not in fault] == []
    refused.get_by_role("button", name="Đã xem").click()
    expect(refused).to_be_hidden()
    assert floor.evaluate("localStorage.length") == 0


def test_c67_a_click_beside_the_field_loses_no_scan_and_the_screen_turns_red(floor: Page) -> None:
    shop = make_shop("A-1", "B-1")
    parcel = waiting(shop, A_1=1)
    floor.goto("/floor/packing/")
    scan(floor, parcel.tracking_number)
    said(floor, parcel.fulfilment.order.number)
    floor.locator("h1").click()
    scan(floor, "B-1")
    expect(floor.locator(".scan-flash-bad")).to_have_count(1)
    said(floor, "SAI HÀNG")
    expect(floor.locator(".scan-flash")).to_have_count(0)  # the colour goes, the text stays
    said(floor, "SAI HÀNG")
    assert Package.objects.get().verified_at is None
