"""SIGKILL in the middle of the three works that touch the outside world."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import F

from channels_sync.models import Shop
from channels_sync.tasks import poll_shop
from inventory.models import Variant
from invoicing.models import Invoice, Submission
from oms.kernel import books
from oms.kernel.models import Event
from orders.models import Order
from shipping.models import Package
from shipping.services.booking import DEAD_SEND
from tests.kill.conftest import Partners, Start
from tests.kill.worker import until

pytestmark = [pytest.mark.kill, pytest.mark.django_db(transaction=True)]

HELD = 6.0  # seconds that a partner keeps the line: the moment in which the worker dies
ORDERS = 120  # more than one page of the marketplace's list


def findings() -> list[books.Finding]:
    return [finding for found in books.check_books().values() for finding in found]


def imported(shop: Shop, numbers: list[str]) -> Counter[str]:
    rows = Order.objects.filter(shop_ref=shop.pk, remote_id__in=numbers)
    return Counter(rows.values_list("remote_id", flat=True))


@pytest.mark.parametrize("moment", ["while details are read", "after a page was placed"])
def test_an_import_that_was_killed_places_each_order_once(
    partners: Partners, shop: Shop, variants: dict[str, Variant], start: Start, moment: str
) -> None:
    placed = {"push": False, "count": ORDERS, "lines": [{"sku": "AT-DEN-M", "quantity": 1}]}
    numbers = partners.sandbox.control("shopee", "POST", "orders", placed)["order_sns"]
    reading = moment == "while details are read"
    if reading:
        partners.fault("shopee", "delay", "*/get_order_detail", HELD)
    poll_shop.delay(shop.pk)
    with start(beat=False) as worker:
        if reading:
            until(lambda: partners.is_hit("shopee"))
        else:
            until(lambda: imported(shop, numbers))
        worker.kill()
    assert len(imported(shop, numbers)) < ORDERS
    with start():
        until(lambda: len(imported(shop, numbers)) == ORDERS)
        until(lambda: not Event.objects.filter(published_at=None).exists())
    assert imported(shop, numbers) == Counter(dict.fromkeys(numbers, 1))
    assert findings() == []


@pytest.mark.parametrize("fault", ["delay", "timeout_after_work"])
def test_a_booking_that_was_killed_makes_one_parcel(
    partners: Partners, make_package: Callable[[], Package], start: Start, fault: str
) -> None:
    partners.fault("ghn", fault, "*/create", HELD)
    package = make_package()
    with start(beat=False) as worker:
        until(lambda: partners.is_hit("ghn"))
        worker.kill()
    package.refresh_from_db()
    assert (package.booking_state, package.tracking_number) == ("unknown", "")
    until(lambda: partners.rows("ghn", "orders"))
    Package.objects.filter(pk=package.pk).update(next_attempt_at=F("next_attempt_at") - DEAD_SEND)
    with start():
        until(lambda: Package.objects.get(pk=package.pk).booking_state == "booked")
    package.refresh_from_db()
    [parcel] = partners.rows("ghn", "orders")
    assert parcel["client_order_code"] == package.reference
    assert parcel["order_code"] == package.tracking_number
    order = Order.objects.get(pk=package.fulfilment.order_id)
    assert order.tracking_number == package.tracking_number
    assert findings() == []


@pytest.mark.parametrize("fault", ["delay", "timeout_after_work"])
def test_an_invoice_that_was_killed_is_issued_once(
    partners: Partners, make_invoice: Callable[[], Invoice], start: Start, fault: str
) -> None:
    partners.fault("sinvoice", fault, "*/createInvoice/*", HELD)
    invoice = make_invoice()
    with start(beat=False) as worker:
        until(lambda: partners.is_hit("sinvoice"))
        worker.kill()
    [send] = Submission.objects.filter(invoice=invoice)
    assert (send.kind, send.finished_at) == ("send", None)
    until(lambda: partners.rows("sinvoice", "invoices"))
    ninety_seconds_pass(invoice)
    with start():
        until(lambda: Invoice.objects.get(pk=invoice.pk).number)
    invoice.refresh_from_db()
    [issued] = partners.rows("sinvoice", "invoices")
    assert issued["invoiceNo"] == invoice.invoice_no
    assert invoice.status in ("issued", "coded")
    outcomes = Submission.objects.filter(invoice=invoice).order_by("id")
    assert list(outcomes.values_list("kind", "outcome")) == [
        ("send", "unknown"),
        ("look_up", "issued"),
    ]
    assert Order.objects.get(pk=invoice.order_id).invoice_status == invoice.status


def ninety_seconds_pass(invoice: Invoice) -> None:
    """Every time that was written moves back as far: nothing is made due that would not be."""
    passed = timedelta(seconds=90)
    Submission.objects.filter(invoice=invoice).update(started_at=F("started_at") - passed)
    Invoice.objects.filter(pk=invoice.pk).update(next_attempt_at=F("next_attempt_at") - passed)
