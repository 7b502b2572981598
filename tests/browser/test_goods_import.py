"""A spreadsheet in a real browser: sent, mapped, looked at, imported, and the rest fetched."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from inventory.models import GoodsImport, Variant
from oms.accounts.models import User
from oms.kernel.tables import read_table
from tests.browser.checks import DESKTOP, PHONE, faults_of, watch
from tests.inventory.files import xlsx

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROWS = (
    ["Mã SKU", "Tên hàng", "Đơn giá", "Thuộc tính 1", "Giá trị 1"],
    ["00123", "Áo thun", 149_000, "Màu", "Đen"],
    ["00124", "Áo thun", "149.000", "Màu", "Trắng"],
    ["", "Không mã", 1000, "", ""],
    ["CUP", "Cốc", "1.200,5", "", ""],
)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_c72_a_file_is_sent_mapped_previewed_imported_and_mended(
    browser_page: Page,
    browser_login: Callable[[User], None],
    owner: User,
    redis_clean,
    eager: None,
    tmp_path: Path,
    size: dict[str, int],
) -> None:
    file = tmp_path / "hang.xlsx"
    file.write_bytes(xlsx(*ROWS))
    watch(browser_page)
    browser_page.set_viewport_size(size)  # type: ignore[arg-type]
    browser_login(owner)
    faults = []
    browser_page.goto(reverse("inventory:product_list"))
    browser_page.get_by_role("link", name="Nhập từ Excel").click()
    browser_page.get_by_role("link", name="Chọn tệp Sản phẩm và phiên bản").wait_for()
    faults += faults_of(browser_page)
    browser_page.get_by_role("link", name="Chọn tệp Sản phẩm và phiên bản").click()
    browser_page.get_by_label("Tệp xlsx, xls, ods hoặc csv").set_input_files(file)
    faults += faults_of(browser_page)
    browser_page.get_by_role("button", name="Gửi và ghép cột").click()
    browser_page.get_by_text("Cột nào trong tệp là cột nào ở đây?").wait_for()
    assert browser_page.get_by_label("Tên sản phẩm").input_value() == "1"
    assert browser_page.get_by_label("Giá bán").input_value() == "2"
    faults += faults_of(browser_page)
    browser_page.get_by_role("button", name="Kiểm tra tệp").click()
    browser_page.get_by_role("button", name="Nhập 2 dòng tốt").wait_for()
    assert browser_page.get_by_text("“1.200,5” không phải là số tiền").is_visible()
    faults += faults_of(browser_page)
    browser_page.get_by_role("button", name="Nhập 2 dòng tốt").click()
    link = browser_page.get_by_role("link", name="Tải 2 dòng chưa nhập")
    link.wait_for()
    faults += faults_of(browser_page)
    with browser_page.expect_download() as download:
        link.click()
    failed = read_table(io.BytesIO(Path(download.value.path()).read_bytes())).rows
    assert [row[:3] for row in failed[1:]] == [["", "Không mã", "1000"], ["CUP", "Cốc", "1.200,5"]]
    assert failed[1][-1] == "Thiếu giá trị."
    assert sorted(Variant.objects.values_list("sku", flat=True)) == ["00123", "00124"]
    assert GoodsImport.objects.get().status == "done"
    assert "\n".join(faults) == ""
