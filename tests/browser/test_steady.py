"""D12: nothing moves under the cursor, while a page is drawn or when news come in."""

from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from playwright.sync_api import Page, expect

from inventory.models import Variant
from inventory.services.images import add_image, make_thumbnail
from oms.accounts.models import User
from orders.services.lifecycle import confirm_order
from tests.browser.checks import DESKTOP, PHONE, watch
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import ACTOR, place

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST = 0.02
WATCH_SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) {
    const moved = shift.sources.map(({ node }) => node?.parentElement?.outerHTML.slice(0, 80));
    window.shifts.push([shift.value, moved]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""
TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture
def shirt(settings: object, tmp_path: Path) -> Variant:
    """With a picture that the rows of the list show."""
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    shirt, out = make_variant("AO-01"), BytesIO()
    Image.new("RGB", (64, 64), "red").save(out, "PNG")
    picture = add_image(
        shirt.product_id, SimpleUploadedFile("ao.png", out.getvalue(), "image/png"), actor=ACTOR
    )
    make_thumbnail(picture.pk)
    put(shirt, make_warehouse(), 100)
    return shirt


def moved(page: Page) -> list[object]:
    """What moved since the page was opened, when it is more than may be."""
    page.wait_for_load_state("networkidle")
    page.evaluate(TWO_FRAMES)
    shifts = page.evaluate("window.shifts")
    return shifts if sum(value for value, _nodes in shifts) > MOST else []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_d12_pages_stand_still_while_they_load_and_when_news_come(
    browser_page: Page, browser_login, owner: User, shirt: Variant, redis_clean, size
) -> None:
    page = browser_page
    orders = [place((shirt, 1)) for _n in range(12)]
    watch(page)
    page.add_init_script(WATCH_SHIFTS)
    page.set_viewport_size(size)  # type: ignore[arg-type]
    browser_login(owner)
    found = {}
    for address in ("/", "/orders/new/", f"/orders/{orders[0].pk}/", "/orders/"):
        page.goto(address)
        found[address] = moved(page)
    # Somebody orders, and somebody else confirms an order that is on the screen.
    place((shirt, 1))
    confirm_order(orders[-1].pk, actor=ACTOR)
    page.evaluate("document.dispatchEvent(new Event('list:changed'))")
    expect(page.locator(".news-bar")).to_contain_text("1 đơn mới")
    expect(page.locator(f"#order-{orders[-1].pk}")).to_contain_text("Đã xác nhận")
    found["news"] = moved(page)
    assert {address: shifts for address, shifts in found.items() if shifts} == {}
    assert page.problems == []  # type: ignore[attr-defined]
