"""Every page of the owner, wide and light, narrow and dark."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from channels_sync.models import Shop
from channels_sync.services.connecting import connect_shop
from inventory.models import (
    Bin,
    Lot,
    Product,
    PurchaseOrder,
    StockCount,
    Supplier,
    Transfer,
    Warehouse,
)
from invoicing.models import Invoice
from invoicing.services.invoices import draft_invoice, issue_invoice
from oms.accounts.models import Role, User
from oms.accounts.services.roles import save_role
from oms.kernel.actors import Actor
from orders.models import Order, Quotation, QuotationVersion, RecurringOrder
from orders.services.quote_answers import path_of
from shipping.models import CarrierAccount, Package, PickWave, RuleSet
from shipping.services.pick_tasks import claim_task
from shipping.services.routing_trials import start_trial
from shipping.services.shipments import ShipmentRequest, create_shipment
from tests.browser.checks import DESKTOP, PHONE, faults_of, watch
from tests.partners import FIRST_SHOP, Partners, beat

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def busy_shop(partners: Partners, demo_owner: User) -> User:
    """A connected shop, a parcel at the carrier, invoices beside the demo's orders."""
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
    account = CarrierAccount.objects.get(carrier="ghn")
    size = ShipmentRequest(account.pk, "2", weight_g=500, length_cm=20, width_cm=20, height_cm=10)
    create_shipment(order.pk, size, actor=actor)
    issued = Order.objects.filter(shop_ref=None, shipped_at__isnull=False).earliest("pk")
    issue_invoice(draft_invoice(issued.pk, actor=actor).pk, actor=actor)
    draft_invoice(order.pk, actor=actor)
    save_role(None, "Trực đêm", {"orders.view_order"}, by=demo_owner)
    return demo_owner


def addresses() -> list[str]:
    """Every page that is opened with GET, with something to show on it."""
    return [
        *order_pages(),
        *parcel_pages(),
        *floor_pages(),
        *goods_pages(),
        *house_pages(),
    ]


def ready() -> Order:
    return Order.objects.filter(tab="to_arrange", shop_ref=None).latest("pk")


def order_pages() -> list[str]:
    order_id = Package.objects.latest("pk").fulfilment.order_id
    unlinked = Order.objects.filter(shop_ref__isnull=False, needs_attention=True).earliest("pk")
    return [
        reverse("orders:list"),
        reverse("orders:list") + "?tab=attention",
        reverse("orders:list") + "?q=khong-co-gi",
        reverse("orders:list") + "?codes=DH1,KHONG&sort=pasted",
        reverse("orders:filters"),
        reverse("orders:columns"),
        reverse("orders:view_new"),
        reverse("orders:view_list"),
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
        reverse("orders:edit", args=[ready().pk]),
        reverse("orders:split", args=[ready().pk]),
        reverse("orders:detail", args=[order_id]),
        reverse("orders:detail", args=[unlinked.pk]),
        reverse("orders:rate_list"),
    ]


def parcel_pages() -> list[str]:
    package = Package.objects.latest("pk")
    return [
        reverse("shipping:create", args=[ready().pk]),
        reverse("shipping:package_list"),
        reverse("shipping:package_detail", args=[package.pk]),
        reverse("shipping:print") + f"?ids={package.pk}",
        reverse("shipping:hand_over"),
        reverse("shipping:cod_list"),
        reverse("shipping:account_list"),
        reverse("shipping:account_new"),
        reverse("shipping:account_edit", args=[CarrierAccount.objects.get(carrier="ghn").pk]),
    ]


def floor_pages() -> list[str]:
    """Stations and the settings behind them; the demo has a wave that waits for its picker."""
    wave = PickWave.objects.earliest("pk")
    owner = User.objects.filter(role="owner").earliest("pk")
    task = claim_task(wave.tasks.earliest("pk").pk, picker_id=owner.pk, actor=Actor.user(owner))
    rule_set = RuleSet.objects.filter(rules__isnull=False).earliest("pk")
    trial = start_trial(
        *RuleSet.objects.values_list("pk", flat=True)[:2],
        warehouse_ids=None,
        shop_ids=None,
        actor=Actor.user(owner),
    )
    return [
        reverse("shipping:floor"),
        reverse("shipping:picking"),
        reverse("shipping:wave", args=[wave.pk]),
        reverse("shipping:wall", args=[wave.pk]),
        reverse("shipping:pick", args=[task.pk]),
        reverse("shipping:pack"),
        reverse("shipping:one_piece"),
        reverse("shipping:return_station"),
        reverse("shipping:track"),
        reverse("shipping:routing"),
        reverse("shipping:rule_set", args=[rule_set.pk]),
        reverse("shipping:rule_edit", args=[rule_set.pk, rule_set.rules.earliest("pk").pk]),
        reverse("shipping:routing_compare"),
        reverse("shipping:routing_trial", args=[trial.pk]),
        reverse("shipping:status_map"),
        reverse("shipping:status_edit", args=["ghn"], query={"code": "storing"}),
        reverse("channels_sync:settlement_list"),
        reverse("channels_sync:fee_rate_list"),
        reverse("channels_sync:return_list"),
        reverse("web:api_keys"),
    ]


def goods_pages() -> list[str]:
    return [
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
        *purchase_pages(),
        reverse("inventory:quarantine_list"),
        reverse("inventory:lot_list"),
        reverse("inventory:lot_detail", args=[Lot.objects.exclude(code="").earliest("pk").pk]),
        reverse("inventory:space"),
        reverse("inventory:box_list"),
        reverse("inventory:bin_edit", args=[Bin.objects.earliest("pk").pk]),
        reverse("inventory:warehouse_list"),
        reverse("inventory:warehouse_detail", args=[Warehouse.objects.earliest("pk").pk]),
    ]


def purchase_pages() -> list[str]:
    return [
        reverse("inventory:purchase_list"),
        reverse("inventory:purchase_new"),
        *(
            reverse("inventory:purchase_detail", args=[order.pk])
            for order in PurchaseOrder.objects.order_by("pk")
        ),
        reverse("inventory:supplier_list"),
        reverse("inventory:supplier_new"),
        reverse("inventory:supplier_detail", args=[Supplier.objects.earliest("pk").pk]),
        reverse("inventory:stock_value"),
    ]


def house_pages() -> list[str]:
    """Invoices, channels, people and everything else."""
    return [
        reverse("web:home"),
        reverse("web:palette") + "?q=don",
        reverse("invoicing:invoice_list"),
        *(
            reverse("invoicing:invoice_detail", args=[invoice.pk])
            for invoice in Invoice.objects.order_by("pk")
        ),
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
        reverse("web:style"),
    ]


def test_every_page_fits_works_and_can_be_read(
    browser_page: Page, browser_login: Callable[[User], None], busy_shop: User
) -> None:
    """Each page is loaded once, wide and light, then made narrow and dark where it stands.

    Colours do not depend on the size, nor places on the colours: two of the four show every fault.
    """
    watch(browser_page)
    browser_login(busy_shop)
    faults: list[str] = []
    judged: set[str] = set()
    for address in addresses():
        browser_page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
        browser_page.emulate_media(color_scheme="light", reduced_motion="reduce")
        answer = browser_page.goto(address)
        assert answer is not None
        if answer.status != 200:
            faults.append(f"{address}: {answer.status}")
        faults += faults_of(browser_page, judged)
        browser_page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        browser_page.emulate_media(color_scheme="dark")
        faults += faults_of(browser_page, judged)
    assert "\n".join(faults) == ""
