"""What must not break the shop: unknown goods, markup, forged webhooks, a partner that is down."""

import io
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from channels_sync.models import Shop
from channels_sync.services.connecting import connect_shop
from oms.accounts.models import User
from oms.kernel.actors import Actor
from oms.kernel.books import check_books
from oms.kernel.breaker import partner_health
from oms.kernel.clock import now
from oms.kernel.inbox import rejected_count
from oms.kernel.models import InboxMessage
from oms.kernel.redis import redis_client
from orders.models import Order
from orders.services.lifecycle import confirm_order
from shipping.labels.batch import print_batch
from shipping.labels.build import packages_for_print
from shipping.models import BookingState, CarrierAccount, Package
from shipping.services.shipments import ShipmentRequest, create_shipment
from tests.partners import FIRST_SHOP, Partners, beat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(partners: Partners, demo_owner: User) -> Shop:
    code = partners.consent_code(FIRST_SHOP)
    actor = Actor.user(demo_owner)
    [shop] = connect_shop("shopee", code, returned={"shop_id": str(FIRST_SHOP)}, actor=actor)
    beat()
    return shop


@pytest.fixture
def browser(demo_owner: User) -> Client:
    client = Client()
    client.force_login(demo_owner)
    return client


def page_of(client: Client, order: Order) -> str:
    answer = client.get(reverse("orders:detail", args=[order.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def ghn_account() -> CarrierAccount:
    return CarrierAccount.objects.get(carrier="ghn")


def request_of(**changed: object) -> ShipmentRequest:
    account = ghn_account()
    sizes = {"weight_g": 440, "length_cm": 25, "width_cm": 20, "height_cm": 6}
    return ShipmentRequest(account.pk, "2", **(sizes | changed))  # type: ignore[arg-type]


def test_a_marketplace_order_with_an_unknown_sku_is_mended_on_its_page(
    shop: Shop, browser: Client
) -> None:
    order = Order.objects.get(shop_ref=shop.pk, lines__sku="KHAN-BANDANA")
    line = order.lines.get(variant=None)
    assert order.needs_attention
    fix = reverse("orders:link_line", args=[order.pk, line.pk])
    assert fix in page_of(browser, order)
    assert browser.post(fix, {"sku": "TUI-VAI"}).status_code == 302
    order.refresh_from_db()
    assert (order.needs_attention, order.fulfillment_status) == (False, "allocated")
    assert browser.post(reverse("orders:act", args=[order.pk, "confirm"])).status_code == 302
    assert "Sắp xếp giao với sàn" in page_of(browser, order)
    assert not any(check_books().values())


def test_a_buyers_markup_stays_text_on_page_label_and_invoice(
    partners: Partners, shop: Shop, demo_owner: User, browser: Client
) -> None:
    note = "<b>Giao nhanh</b> 🎁 <script>alert('xin chào')</script>"
    [number] = partners.shopee(
        "POST",
        "orders",
        {"cod": True, "masked": False, "note": note, "address": {"name": "Lê <i>Na</i>"}},
    )["order_sns"]
    partners.settle()
    order = Order.objects.get(remote_id=number)
    assert order.buyer_note == note
    page = page_of(browser, order)
    assert "<script>alert" not in page
    assert "<i>Na</i>" not in page

    actor = Actor.user(demo_owner)
    confirm_order(order.pk, actor=actor)
    package = create_shipment(order.pk, request_of(note="<u>nhẹ tay</u>"), actor=actor)
    label = print_batch(packages_for_print([package.pk], Package.objects.all()))
    assert "Lê <i>Na</i>" in PdfReader(io.BytesIO(label)).pages[0].extract_text()

    opened = browser.post(reverse("invoicing:draft", args=[order.pk]), follow=True)
    assert "<i>Na</i>" not in opened.content.decode()
    preview = browser.get(reverse("invoicing:preview", args=[order.invoices.get().pk]))
    assert preview["Content-Type"] == "application/pdf"


def test_an_order_whose_receiver_is_hidden_is_left_to_the_marketplace(
    shop: Shop, demo_owner: User, browser: Client
) -> None:
    actor = Actor.user(demo_owner)
    ready = Order.objects.filter(
        shop_ref=shop.pk, remote_status="READY_TO_SHIP", fulfillment_status="allocated"
    )
    masked = ready.filter(recipient_phone__contains="*", needs_attention=False).earliest("pk")
    confirm_order(masked.pk, actor=actor)
    page = page_of(browser, masked)
    assert "Sắp xếp giao với sàn" in page
    create = reverse("shipping:create", args=[masked.pk])
    assert create not in page
    sent = {"account": ghn_account().pk, "service_code": "2", "weight_g": 100}
    sent |= {"length_cm": 9, "width_cm": 9, "height_cm": 9}
    answer = browser.post(create, sent | {"inspection_note": "look", "fee_payer": "shop"})
    assert answer.status_code == 422
    assert "Sàn che thông tin người nhận" in answer.content.decode()
    assert not Package.objects.filter(fulfilment__order=masked).exists()


@pytest.mark.parametrize(
    ("source", "address"),
    [("ghn", "/hooks/ghn/khong-dung/"), ("shopee", "/hooks/shopee/")],
)
def test_a_forged_webhook_is_refused_counted_and_not_kept(
    partners: Partners, client: Client, source: str, address: str
) -> None:
    before, kept = rejected_count(source), InboxMessage.objects.count()
    forged = {"Authorization": "0" * 64}
    body = {"OrderCode": "X", "Status": "delivered"}
    answer = client.post(address, body, content_type="application/json", headers=forged)
    assert answer.status_code == 401
    assert rejected_count(source) == before + 1
    assert InboxMessage.objects.count() == kept


def test_a_carrier_that_is_down_is_told_retried_and_shown_on_the_health_page(
    partners: Partners, demo_owner: User, browser: Client
) -> None:
    partners.ghn("POST", "faults", {"kind": "status_5xx", "path": "*/create", "status": 503})
    order = Order.objects.filter(tab="to_arrange", province="Hồ Chí Minh").earliest("pk")
    package = create_shipment(order.pk, request_of(), actor=Actor.user(demo_owner))
    package.refresh_from_db()
    assert package.booking_state == BookingState.UNKNOWN
    page = page_of(browser, order)
    assert "sẽ không tạo trùng vận đơn" in page
    assert "Tra cứu ngay" in page
    assert health_of("ghn") == "amber"
    tiles = browser.get(reverse("web:health")).content.decode().split('href="#messages-failing"')[0]
    assert "Gián đoạn, đang tự thử lại" in tiles
    assert "badge-red" not in tiles

    partners.ghn("DELETE", "faults")
    with time_machine.travel(now() + timedelta(minutes=5), tick=True):
        beat()
        beat()
    package.refresh_from_db()
    assert package.booking_state == BookingState.BOOKED
    parcels = partners.ghn("GET", "state?collection=orders")["orders"]
    references = [row["client_order_code"] for row in parcels.values()]
    assert references.count(package.reference) == 1
    assert health_of("ghn") == "green"


def health_of(partner: str) -> str:
    [found] = [health for health in partner_health() if health.partner == partner]
    return found.state.value


def test_a_price_that_a_carrier_does_not_tell_keeps_nobody_from_shipping(
    partners: Partners, browser: Client
) -> None:
    partners.ghn("POST", "faults", {"kind": "status_5xx", "path": "*", "status": 503, "times": 20})
    CarrierAccount.objects.exclude(carrier="ghn").update(is_active=False)
    order = Order.objects.filter(tab="to_arrange", province="Hồ Chí Minh").earliest("pk")
    sent = {"account": ghn_account().pk, "service_code": "2", "weight_g": 500}
    sent |= {"length_cm": 20, "width_cm": 20, "height_cm": 5}
    sent |= {"fee_payer": "shop", "inspection_note": "look"}
    quote = browser.post(reverse("shipping:quote", args=[order.pk]), sent).content.decode()
    assert "Chưa có giá" in quote
    assert "Vẫn tạo được vận đơn" in quote

    assert browser.post(reverse("shipping:create", args=[order.pk]), sent).status_code == 302
    package = Package.objects.get(fulfilment__order=order)
    assert package.booking_state in (BookingState.QUEUED, BookingState.UNKNOWN)
    assert "Hệ thống tự thử lại" in page_of(browser, order)
    assert health_of("ghn") == "amber"

    partners.ghn("DELETE", "faults")
    redis_client().delete("breaker:ghn:open", "breaker:ghn:failures")
    with time_machine.travel(now() + timedelta(minutes=5), tick=True):
        beat()
        beat()
    package.refresh_from_db()
    assert package.booking_state == BookingState.BOOKED
    assert health_of("ghn") == "green"
