"""The main job from end to end: a shop is connected, an order comes in, and money goes home.

Real services, real HTTP to partners on this machine, webhooks into a live server.
"""

import io
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
from orders.models import Order
from orders.services.lifecycle import confirm_order
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


def connect(partners: Partners, shop_id: int, actor: Actor) -> Shop:
    [shop] = connect_shop(
        "shopee", partners.consent_code(shop_id), returned={"shop_id": str(shop_id)}, actor=actor
    )
    return shop


def own_fleet_order(shop: Shop) -> Order:
    """The COD order of two shirts whose buyer Shopee shows in clear."""
    return Order.objects.get(shop_ref=shop.pk, recipient_name="Nguyễn Thị Hồng Nhung")


def shipment_of(order: Order) -> ShipmentRequest:
    account = CarrierAccount.objects.get()
    return ShipmentRequest(account.pk, "2", weight_g=440, length_cm=25, width_cm=20, height_cm=6)


def test_an_order_travels_from_the_marketplace_to_money_in_the_bank(
    partners: Partners, demo_owner: User, tmp_path: Path
) -> None:
    actor = Actor.user(demo_owner)
    variant = Variant.objects.get(sku=SKU)

    # Connect: listings are linked by SKU, orders come in, the shops hear what may be sold.
    first, second = (connect(partners, number, actor) for number in (FIRST_SHOP, SECOND_SHOP))
    beat()
    assert first.status == second.status == Shop.Status.CONNECTED
    order = own_fleet_order(first)
    assert (order.status, order.is_cod) == ("pending_confirmation", True)
    assert order.shop_name == SHOP_NAME
    assert order.recipient_phone == "+84903456721"
    free = available([variant.pk])[variant.pk]
    assert partners.sold_as(SKU, FIRST_SHOP) == partners.sold_as(SKU, SECOND_SHOP) == free

    # A new sale in one shop takes from what the other shop may sell.
    partners.shopee("POST", "orders", {"lines": [{"sku": SKU, "quantity": 3}], "cod": True})
    partners.settle()
    assert available([variant.pk])[variant.pk] == free - 3
    assert partners.sold_as(SKU, SECOND_SHOP) == free - 3

    # Confirm: the goods are held for this order.
    confirm_order(order.pk, actor=actor)
    order.refresh_from_db()
    assert (order.status, order.fulfillment_status) == ("confirmed", "allocated")
    level = StockLevel.objects.get(variant=variant, warehouse__code="TD")
    on_hand, reserved = level.on_hand, level.reserved

    # Ship with our own carrier: one parcel at GHN, and Shopee is told its number.
    package = create_shipment(order.pk, shipment_of(order), actor=actor)
    package.refresh_from_db()
    order.refresh_from_db()
    assert package.booking_state == BookingState.BOOKED
    assert package.cod_vnd == order.total_vnd
    assert order.tracking_number == package.tracking_number != ""
    parcels = partners.ghn("GET", "state?collection=orders")["orders"]
    assert [row["client_order_code"] for row in parcels.values()] == [package.reference]
    partners.settle()
    remote = RemotePackage.objects.get(remote_order__order=order)
    assert remote.arrangement == RemotePackage.Arrangement.ARRANGED
    [at_shopee] = partners.shopee("GET", f"orders?order_sn={order.remote_id}")
    assert at_shopee["status"] in ("PROCESSED", "SHIPPED")
    assert at_shopee["packages"][0]["tracking_number"] == package.tracking_number

    # Print: a scanner reads the carrier's number off the label.
    label = print_batch(packages_for_print([package.pk], Package.objects.all()))
    assert package.tracking_number in scan_pdf(label, tmp_path)
    confirm_printed([package.pk], actor=actor)

    # Hand over: the goods leave the books.
    assert hand_over([package.pk], actor=actor).done == [package.pk]
    level.refresh_from_db()
    assert (level.on_hand, level.reserved) == (on_hand - 2, reserved - 2)

    # GHN reports every step by webhook until the buyer has the parcel and GHN the cash.
    partners.ghn("POST", "walk", {"order_code": package.tracking_number, "status": "delivered"})
    partners.settle()
    package.refresh_from_db()
    order.refresh_from_db()
    assert (package.status, package.cod_status) == ("delivered", CodStatus.COLLECTED)
    assert (order.status, order.fulfillment_status) == ("delivered", "delivered")

    # Invoice: a preview takes no number; the tax authority's code and the PDF come later.
    partners.sinvoice("POST", "code_delay", {"seconds": 60})
    invoice = draft_invoice(order.pk, actor=actor)
    assert "BAN NHAP" in first_page(preview_invoice(invoice.pk))
    assert invoice.number is None
    issue_invoice(invoice.pk, actor=actor)
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

    # Money: GHN's transfer pays the order and completes it.
    record_remittance(package.pk, package.cod_vnd, "FT26326001", actor=actor)
    order.refresh_from_db()
    assert (order.payment_status, order.cod_status) == ("paid", "remitted")
    assert (order.status, order.balance_vnd) == ("completed", 0)

    # The order's own history names every step and who took it.
    told = [(event.name, event.actor_kind) for event in timeline_of("order", order.pk)]
    for step in [
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
    ]:
        assert step in told, told
    assert {name: found for name, found in check_books().items() if found} == {}


def first_page(content: bytes) -> str:
    return PdfReader(io.BytesIO(content)).pages[0].extract_text()
