"""A product with three times four variants is made, priced and put in a bundle in the browser."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from inventory.models import Product
from oms.accounts.models import User
from tests.browser.checks import DESKTOP, PHONE, faults_of, watch
from tests.inventory.makers import make_variant, make_warehouse, put

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a32_a_product_of_three_by_four_variants_is_made_and_priced(
    browser_page: Page,
    browser_login: Callable[[User], None],
    owner: User,
    size: dict[str, int],
) -> None:
    page = browser_page
    watch(page)
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.emulate_media(reduced_motion="reduce")
    browser_login(owner)
    faults = make_product(page)
    product = Product.objects.get()
    assert product.variants.count() == 12
    assert product.description == "<p>Vải dày</p>"
    faults += price_variants(page, product)
    faults += add_a_value(page, product)
    assert "\n".join(faults) == ""


def make_product(page: Page) -> list[str]:
    page.goto(reverse("inventory:product_new"))
    page.get_by_label("Tên sản phẩm").fill("Áo khoác")
    page.locator(".rich-text").click()
    page.keyboard.type("Vải dày")
    for number, (name, values) in enumerate(
        [("Màu", "Đen, Trắng, Xanh"), ("Cỡ", "S, M, L, XL")], start=1
    ):
        page.locator(f"[name=option{number}_name]").fill(name)
        page.locator(f"[name=option{number}_values]").fill(values)
    page.locator("[name=sku]").fill("AK")
    page.locator("[name=weight_g]").fill("400")
    page.locator("[name=price_vnd]").fill("324.000")
    page.locator("[name=cost_vnd]").press_sequentially("150.000")
    # 324.000 at 8 percent is 300.000 before tax.
    expect(page.locator("#margin")).to_contain_text("150.000")
    expect(page.locator("#margin")).to_contain_text("50,0%")
    faults = faults_of(page)
    page.get_by_role("button", name="Tạo sản phẩm").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Áo khoác")
    return faults + faults_of(page)


def price_variants(page: Page, product: Product) -> list[str]:
    """One price and two barcodes are typed in the table; the margin of the row follows."""
    page.get_by_role("link", name="Sửa phiên bản").click()
    row = page.locator("tbody tr").first
    row.locator("[name=v-0-barcodes]").fill("893001 893002")
    row.locator("[name=v-0-price_vnd]").fill("216.000")
    row.locator("[name=v-0-cost_vnd]").press_sequentially("")
    row.locator("[name=v-0-price_vnd]").press("End")
    expect(row).to_contain_text("25,0%")
    faults = faults_of(page)
    page.locator("button[data-key=F9]").click()
    expect(page.get_by_text("Đã lưu 1 phiên bản.")).to_be_visible()
    first = product.variants.order_by("pk").first()
    assert first is not None and first.price_vnd == 216_000
    assert set(first.barcodes.values_list("code", flat=True)) == {"893001", "893002"}
    return faults


def add_a_value(page: Page, product: Product) -> list[str]:
    page.get_by_label("Giá trị mới của Cỡ").fill("XXL")
    page.get_by_label("Giá trị mới của Cỡ").press("Enter")
    expect(page.get_by_text("Đã thêm “XXL”")).to_be_visible()
    assert product.variants.count() == 15
    return faults_of(page)


def test_c37_a_bundle_is_put_together_in_the_browser(
    browser_page: Page, browser_login: Callable[[User], None], owner: User
) -> None:
    warehouse, shirt, bundle = make_warehouse(), make_variant("AO"), make_variant("BO")
    put(shirt, warehouse, 7)
    watch(browser_page)
    browser_login(owner)
    browser_page.goto(reverse("inventory:product_detail", args=[bundle.product_id]))
    browser_page.get_by_role("link", name="Làm combo").click()
    browser_page.locator("[name=c-0-sku]").fill("AO")
    browser_page.locator("[name=c-0-quantity]").fill("2")
    browser_page.locator("button[data-key=F9]").click()
    table = browser_page.get_by_role("region", name="Phiên bản và tồn kho")
    expect(table.get_by_text("2 × AO")).to_be_visible()
    expect(table.get_by_text("3 bộ")).to_be_visible()
    assert faults_of(browser_page) == []


def test_a33_prices_are_changed_in_bulk_in_the_browser(
    browser_page: Page, browser_login: Callable[[User], None], owner: User, eager: None
) -> None:
    make_variant("AO")
    watch(browser_page)
    browser_login(owner)
    faults = []
    for name in ("price_list_list", "price_list_new", "category_list", "bulk_edit"):
        browser_page.goto(reverse(f"inventory:{name}"))
        faults += faults_of(browser_page)
    browser_page.get_by_label("Tăng giảm (%)").fill("10")
    browser_page.get_by_role("button", name="Xem trước").click()
    expect(browser_page.get_by_role("cell", name="110.000")).to_be_visible()
    faults += faults_of(browser_page)
    browser_page.get_by_role("button", name="Sửa 1 dòng").click()
    expect(browser_page.get_by_role("button", name="Trả lại như cũ")).to_be_visible()
    faults += faults_of(browser_page)
    assert "\n".join(faults) == ""
