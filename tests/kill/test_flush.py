"""Redis loses everything between the commit and the worker: the rows tell what is to be done."""

import json
from collections.abc import Callable

import pytest
import redis
from django.test import Client

from channels_sync.models import Shop
from invoicing.models import Invoice
from oms.kernel.models import Event, InboxMessage
from orders.models import Order
from shipping.models import Package
from shipping.services import booking
from tests.kill.conftest import SECRET, Partners, Start
from tests.kill.worker import until

pytestmark = [pytest.mark.kill, pytest.mark.django_db(transaction=True)]


def test_an_empty_redis_loses_nothing(
    partners: Partners,
    shop: Shop,
    make_package: Callable[[], Package],
    make_invoice: Callable[[], Invoice],
    start: Start,
    redis_clean: redis.Redis,
    client: Client,
) -> None:
    [number] = partners.sandbox.control("shopee", "POST", "orders", {"push": False})["order_sns"]
    sent = make_package()
    booking.attempt(sent.pk)
    sent.refresh_from_db()
    package, invoice = make_package(), make_invoice()
    call = {
        "Type": "Switch_status",
        "ClientOrderCode": sent.reference,
        "OrderCode": sent.tracking_number,
        "Status": "picked",
        "Time": "2026-10-06T04:12:31.120Z",
    }
    answer = client.post(f"/hooks/ghn/{SECRET}/", json.dumps(call), content_type="application/json")
    assert answer.status_code == 200
    assert Event.objects.filter(published_at=None).exists()
    redis_clean.flushdb()
    with start():
        until(lambda: Package.objects.get(pk=package.pk).booking_state == "booked")
        until(lambda: Invoice.objects.get(pk=invoice.pk).number)
        until(lambda: Order.objects.filter(shop_ref=shop.pk, remote_id=number).exists())
        until(lambda: not Event.objects.filter(published_at=None).exists())
        until(lambda: not InboxMessage.objects.filter(processed_at=None).exists())
    assert len(partners.rows("ghn", "orders")) == 2
    assert Package.objects.get(pk=sent.pk).status == "in_transit"
    assert len(partners.rows("sinvoice", "invoices")) == 1
    assert Order.objects.filter(shop_ref=shop.pk, remote_id=number).count() == 1
