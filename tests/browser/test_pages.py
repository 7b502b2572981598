"""Every page of the owner, narrow and wide, light and dark; and the keys that work everywhere."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from channels_sync.models import Shop
from channels_sync.services.connecting import connect_shop
from inventory.models import Bin, Lot, Product, StockCount, Transfer, Warehouse
from invoicing.models import Invoice
from invoicing.services.invoices import draft_invoice
from oms.accounts.models import Role, User
from oms.accounts.services.roles import save_role
from oms.kernel.actors import Actor
from orders.models import Order, Quotation, QuotationVersion, RecurringOrder
from orders.services.quote_answers import path_of
from shipping.models import CarrierAccount, Package
from shipping.services.shipments import ShipmentRequest, create_shipment
from tests.browser.checks import DESKTOP, PHONE, faults_of, watch
from tests.partners import FIRST_SHOP, Partners, beat

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def busy_shop(partners: Partners, demo_owner: User) -> User:
    """A connected shop, a parcel at the carrier and a draft invoice beside the demo's orders."""
    actor = Actor.user(demo_owner)
    connect_shop(
        "shopee",
        partners.consent_code(FIRST_SHOP),
        returned={"shop_id": str(FIRST_SHOP)},
        actor=actor,
    )
    beat()
    order = Order.objects.filter(tab="to_arrange", province="Hồ Chí Minh", shop_ref=None).earliest(
        "pk"
    )
    account = CarrierAccount.objects.get()
    size = ShipmentRequest(account.pk, "2", weight_g=500, length_cm=20, width_cm=20, height_cm=10)
    create_shipment(order.pk, size, actor=actor)
    draft_invoice(order.pk, actor=actor)
    save_role(None, "Trực đêm", {"orders.view_order"}, by=demo_owner)
    return demo_owner


def addresses() -> list[str]:
    """Every page that is opened with GET, with something to show on it."""
    package = Package.objects.latest("pk")
    order_id = package.fulfilment.order_id
    unlinked = Order.objects.filter(shop_ref__isnull=False, needs_attention=True).earliest("pk")
    ready = Order.objects.filter(tab="to_arrange", shop_ref=None).latest("pk")
    return [
        reverse("web:home"),
        reverse("orders:list"),
        reverse("orders:list") + "?tab=attention",
        reverse("orders:list") + "?q=khong-co-gi",
        reverse("orders:list") + "?codes=DH1,KHONG&sort=pasted",
        reverse("orders:filters"),
        reverse("orders:columns"),
        reverse("orders:view_new"),
        reverse("orders:view_list"),
        reverse("web:palette") + "?q=don",
        reverse("orders:new"),
        reverse("orders:attention"),
        reverse("orders:quotation_list"),
        reverse("orders:quotation_new"),
        reverse("orders:recurring_list"),
        reverse("orders:recurring_new"),
        reverse("orders:recurring_detail", args=[RecurringOrder.objects.earliest("pk").pk]),
        reverse("orders:quotation_detail", args=[Quotation.objects.earliest("pk").pk]),
        path_of(QuotationVersion.objects.filter(sent_at__isnull=False).earliest("pk")),
        reverse("orders:reason_list"),
        reverse("orders:tag_list"),
        reverse("orders:special"),
        reverse("orders:edit", args=[ready.pk]),
        reverse("orders:split", args=[ready.pk]),
        reverse("orders:detail", args=[order_id]),
        reverse("orders:detail", args=[unlinked.pk]),
        reverse("shipping:create", args=[ready.pk]),
        reverse("shipping:package_list"),
        reverse("shipping:package_detail", args=[package.pk]),
        reverse("shipping:print") + f"?ids={package.pk}",
        reverse("shipping:hand_over"),
        reverse("shipping:cod_list"),
        reverse("shipping:account_list"),
        reverse("shipping:account_new"),
        reverse("shipping:account_edit", args=[CarrierAccount.objects.get().pk]),
        reverse("inventory:product_list"),
        reverse("inventory:product_new"),
        reverse("inventory:product_detail", args=[Product.objects.earliest("pk").pk]),
        reverse("inventory:import_list"),
        reverse("inventory:import_new", args=["opening_stock"]),
        reverse("inventory:stock_list"),
        reverse("inventory:transfer_list"),
        reverse("inventory:transfer_new"),
        reverse("inventory:transfer_detail", args=[Transfer.objects.earliest("pk").pk]),
        reverse("inventory:count_list"),
        reverse("inventory:count_today"),
        reverse("inventory:count_detail", args=[StockCount.objects.earliest("pk").pk]),
        reverse("inventory:count_scan", args=[StockCount.objects.earliest("pk").pk]),
        reverse("inventory:quarantine_list"),
        reverse("inventory:lot_list"),
        reverse("inventory:lot_detail", args=[Lot.objects.exclude(code="").earliest("pk").pk]),
        reverse("inventory:space"),
        reverse("inventory:box_list"),
        reverse("inventory:bin_edit", args=[Bin.objects.earliest("pk").pk]),
        reverse("inventory:warehouse_list"),
        reverse("inventory:warehouse_detail", args=[Warehouse.objects.earliest("pk").pk]),
        reverse("invoicing:invoice_list"),
        reverse("invoicing:invoice_detail", args=[Invoice.objects.latest("pk").pk]),
        reverse("invoicing:settings"),
        reverse("channels_sync:shop_list"),
        reverse("channels_sync:shop_detail", args=[Shop.objects.earliest("pk").pk]),
        reverse("web:health"),
        reverse("web:account"),
        reverse("web:second_factor"),
        reverse("web:users"),
        reverse("web:user_new"),
        reverse("web:user", args=[User.objects.earliest("pk").pk]),
        reverse("web:roles"),
        reverse("web:role_new"),
        reverse("web:role", args=[Role.objects.latest("pk").pk]),
        reverse("web:audit"),
        reverse("orders:rate_list"),
        reverse("web:style"),
    ]


# Colours do not depend on the size, nor places on the colours: two of the four show every fault.
@pytest.mark.parametrize(
    ("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop-light", "phone-dark"]
)
def test_every_page_fits_works_and_can_be_read(
    browser_page: Page,
    browser_login: Callable[[User], None],
    busy_shop: User,
    size: dict[str, int],
    scheme: str,
) -> None:
    watch(browser_page)
    browser_page.set_viewport_size(size)  # type: ignore[arg-type]
    browser_page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    browser_login(busy_shop)
    faults = []
    for address in addresses():
        answer = browser_page.goto(address)
        assert answer is not None
        if answer.status != 200:
            faults.append(f"{address}: {answer.status}")
        faults += faults_of(browser_page)
    assert "\n".join(faults) == ""


def test_the_list_is_walked_with_the_keyboard(
    browser_page: Page, browser_login: Callable[[User], None], busy_shop: User
) -> None:
    watch(browser_page)
    browser_login(busy_shop)
    browser_page.goto("/orders/")
    browser_page.keyboard.press("/")
    assert browser_page.evaluate("document.activeElement.id") == "search"
    browser_page.keyboard.press("Escape")
    for key in "jjk":
        browser_page.keyboard.press(key)
    rows = browser_page.locator("tbody tr")
    assert "focused" in (rows.nth(0).get_attribute("class") or "")
    where = rows.nth(0).get_attribute("data-href")
    browser_page.keyboard.press("Enter")
    browser_page.wait_for_selector("#panel h2")
    browser_page.keyboard.press("o")
    browser_page.wait_for_url(f"**{where}")
    browser_page.keyboard.press("F1")
    browser_page.wait_for_url("**/orders/new/")
    assert browser_page.problems == []  # type: ignore[attr-defined]
