"""The main job from end to end: a shop is connected, an order comes in, and money goes home.

Real services, real HTTP to partners on this machine, webhooks into a live server.
"""

import io
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from pypdf import PdfReader

from channels_sync.models import RemotePackage, Shop
from channels_sync.services.connecting import connect_shop
from inventory.models import StockLevel, Variant
from inventory.selectors.availability import available
from invoicing.models import Invoice
from invoicing.services.invoices import draft_invoice, issue_invoice, preview_invoice
from oms.accounts.models import User
from oms.kernel.actors import Actor
from oms.kernel.books import check_books
from oms.kernel.clock import now
from oms.kernel.events import timeline_of
from orders.models import Order, OrderProblem
from orders.services.lifecycle import confirm_order
from orders.services.shortages import propose_for_order
from shipping.labels.batch import print_batch
from shipping.labels.build import packages_for_print
from shipping.models import BookingState, CarrierAccount, CodStatus, Package
from shipping.services.cod import record_remittance
from shipping.services.handover import hand_over
from shipping.services.labels import confirm_printed
from shipping.services.shipments import ShipmentRequest, create_shipment
from tests.labels import scan_pdf
from tests.partners import FIRST_SHOP, SECOND_SHOP, SHOP_NAME, Partners, beat

pytestmark = pytest.mark.django_db(transaction=True)

SKU = "AT-DEN-M"
# The order's own history names every step and who took it.
STEPS = [
    ("order.placed", "partner"),
    ("order.confirmed", "user"),
    ("shipment.created", "user"),
    ("shipment.booked", "partner"),
    ("channel.arranged", "partner"),
    ("label.printed", "user"),
    ("order.shipped", "user"),
    ("order.delivered", "partner"),
    ("invoice.drafted", "user"),
    ("invoice.issued", "system"),
    ("invoice.coded", "system"),
    ("cod.remitted", "user"),
    ("order.completed", "user"),
]


def connect(partners: Partners, shop_id: int, actor: Actor) -> Shop:
    [shop] = connect_shop(
        "shopee", partners.consent_code(shop_id), returned={"shop_id": str(shop_id)}, actor=actor
    )
    return shop


def own_fleet_order(shop: Shop) -> Order:
    """The COD order of two shirts whose buyer Shopee shows in clear."""
    return Order.objects.get(shop_ref=shop.pk, recipient_name="Nguyễn Thị Hồng Nhung")


def shipment_of(order: Order) -> ShipmentRequest:
    account = CarrierAccount.objects.get(carrier="ghn")
    return ShipmentRequest(account.pk, "2", weight_g=440, length_cm=25, width_cm=20, height_cm=6)


@dataclass(slots=True)
class Journey:
    """One order on its way, and the people and partners who meet it."""

    partners: Partners
    actor: Actor
    order: Order
    variant: Variant
    package: Package | None = None

    def seen(self) -> tuple[Order, Package]:
        """The order and its parcel as they are stored by now."""
        assert self.package is not None
        self.order.refresh_from_db()
        self.package.refresh_from_db()
        return self.order, self.package

    def level(self) -> StockLevel:
        return StockLevel.objects.get(variant=self.variant, warehouse__code="TD")


def test_an_order_travels_from_the_marketplace_to_money_in_the_bank(
    partners: Partners, demo_owner: User, tmp_path: Path
) -> None:
    journey = shops_are_connected(partners, Actor.user(demo_owner))
    what_was_sold_beyond_the_stock_is_told_and_bought(journey)
    a_sale_takes_from_the_other_shop(journey)
    confirming_holds_the_goods(journey)
    a_parcel_is_booked_once_and_the_marketplace_is_told(journey)
    a_scanner_reads_the_label(journey, tmp_path)
    handing_over_takes_the_goods_off_the_books(journey)
    the_carrier_reports_until_the_buyer_has_it(journey)
    the_invoice_gets_its_number_and_code(journey)
    the_transfer_completes_the_order(journey)
    told = [(event.name, event.actor_kind) for event in timeline_of("order", journey.order.pk)]
    assert [step for step in STEPS if step not in told] == []
    assert {name: found for name, found in check_books().items() if found} == {}


def shops_are_connected(partners: Partners, actor: Actor) -> Journey:
    """Listings are linked by SKU, orders come in, the shops hear what may be sold."""
    variant = Variant.objects.get(sku=SKU)
    first, second = (connect(partners, number, actor) for number in (FIRST_SHOP, SECOND_SHOP))
    beat()
    assert first.status == second.status == Shop.Status.CONNECTED
    order = own_fleet_order(first)
    assert (order.status, order.is_cod) == ("pending_confirmation", True)
    assert order.shop_name == SHOP_NAME
    assert order.recipient_phone == "+84903456721"
    free = available([variant.pk])[variant.pk]
    assert partners.sold_as(SKU, FIRST_SHOP) == partners.sold_as(SKU, SECOND_SHOP) == free
    return Journey(partners, actor, order, variant)


def what_was_sold_beyond_the_stock_is_told_and_bought(journey: Journey) -> None:
    """The demo shop sold its last pieces itself; each such order has its cause and its remedy."""
    sold = OrderProblem.objects.filter(kind=OrderProblem.Kind.OVERSOLD).order_by("message")
    assert [problem.message for problem in sold] == [
        "Sàn đã bán quá tồn, còn thiếu 1 × AT-TRANG-L.",
        "Sàn đã bán quá tồn, còn thiếu 1 × VAY-HOA-S.",
    ]
    for problem in sold:
        [draft] = propose_for_order(problem.order_id, actor=journey.actor)
        assert draft.supplier is not None


def a_sale_takes_from_the_other_shop(journey: Journey) -> None:
    partners, variant = journey.partners, journey.variant
    free = available([variant.pk])[variant.pk]
    partners.shopee("POST", "orders", {"lines": [{"sku": SKU, "quantity": 3}], "cod": True})
    partners.settle()
    assert available([variant.pk])[variant.pk] == free - 3
    assert partners.sold_as(SKU, SECOND_SHOP) == free - 3


def confirming_holds_the_goods(journey: Journey) -> None:
    confirm_order(journey.order.pk, actor=journey.actor)
    journey.order.refresh_from_db()
    assert (journey.order.status, journey.order.fulfillment_status) == ("confirmed", "allocated")


def a_parcel_is_booked_once_and_the_marketplace_is_told(journey: Journey) -> None:
    """One parcel at our own carrier, and Shopee knows its number."""
    partners = journey.partners
    request = shipment_of(journey.order)
    journey.package = create_shipment(journey.order.pk, request, actor=journey.actor)
    order, package = journey.seen()
    assert package.booking_state == BookingState.BOOKED
    assert package.cod_vnd == order.total_vnd
    assert order.tracking_number == package.tracking_number != ""
    parcels = partners.ghn("GET", "state?collection=orders")["orders"]
    references = [row["client_order_code"] for row in parcels.values()]
    assert references.count(package.reference) == 1
    partners.settle()
    remote = RemotePackage.objects.get(remote_order__order=order)
    assert remote.arrangement == RemotePackage.Arrangement.ARRANGED
    [at_shopee] = partners.shopee("GET", f"orders?order_sn={order.remote_id}")
    assert at_shopee["status"] in ("PROCESSED", "SHIPPED")
    assert at_shopee["packages"][0]["tracking_number"] == package.tracking_number


def a_scanner_reads_the_label(journey: Journey, folder: Path) -> None:
    _order, package = journey.seen()
    label = print_batch(packages_for_print([package.pk], Package.objects.all()))
    assert package.tracking_number in scan_pdf(label, folder)
    confirm_printed([package.pk], actor=journey.actor)


def handing_over_takes_the_goods_off_the_books(journey: Journey) -> None:
    _order, package = journey.seen()
    before = journey.level()
    assert hand_over([package.pk], actor=journey.actor).done == [package.pk]
    after = journey.level()
    assert (after.on_hand, after.reserved) == (before.on_hand - 2, before.reserved - 2)


def the_carrier_reports_until_the_buyer_has_it(journey: Journey) -> None:
    """Every step by webhook, until the buyer has the parcel and GHN the cash."""
    _order, package = journey.seen()
    walk = {"order_code": package.tracking_number, "status": "delivered"}
    journey.partners.ghn("POST", "walk", walk)
    journey.partners.settle()
    order, package = journey.seen()
    assert (package.status, package.cod_status) == ("delivered", CodStatus.COLLECTED)
    assert (order.status, order.fulfillment_status) == ("delivered", "delivered")


def the_invoice_gets_its_number_and_code(journey: Journey) -> None:
    """A preview takes no number; the tax authority's code and the PDF come later."""
    partners, order = journey.partners, journey.order
    partners.sinvoice("POST", "code_delay", {"seconds": 60})
    invoice = draft_invoice(order.pk, actor=journey.actor)
    assert "BAN NHAP" in first_page(preview_invoice(invoice.pk))
    assert invoice.number is None
    issue_invoice(invoice.pk, actor=journey.actor)
    invoice.refresh_from_db()
    assert invoice.status == Invoice.Status.ISSUED
    assert (invoice.invoice_no != "", invoice.tax_authority_code) == (True, "")
    assert invoice.total_vnd == order.total_vnd
    partners.sandbox.clock.advance(61)
    with time_machine.travel(now() + timedelta(minutes=20), tick=True):
        beat()
    invoice.refresh_from_db()
    assert invoice.status == Invoice.Status.CODED
    assert invoice.tax_authority_code != ""
    with invoice.pdf.open("rb") as stored:
        assert str(invoice.number) in first_page(stored.read())


def the_transfer_completes_the_order(journey: Journey) -> None:
    _order, package = journey.seen()
    record_remittance(package.pk, package.cod_vnd, "FT26326001", actor=journey.actor)
    order, _package = journey.seen()
    assert (order.payment_status, order.cod_status) == ("paid", "remitted")
    assert (order.status, order.balance_vnd) == ("completed", 0)


def first_page(content: bytes) -> str:
    return PdfReader(io.BytesIO(content)).pages[0].extract_text()
