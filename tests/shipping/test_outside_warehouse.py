"""A-65: a warehouse that somebody else runs works by API. Its program knows docs/api.md alone."""

import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from inventory.models import StockCount, Warehouse
from inventory.services.count_approval import approve_count
from oms.accounts.models import Role, User
from oms.accounts.services.api_keys import make_key
from oms.kernel.books import check_books
from oms.kernel.clock import now
from oms.kernel.models import Event
from orders.models import Order
from orders.services.lifecycle import cancel_order
from shipping.models import Fulfilment, Package, ShortPick
from shipping.ports import Booking
from shipping.services import booking
from shipping.services.shipments import create_shipment
from tests.inventory.makers import level, make_variant, make_warehouse, put
from tests.orders.makers import place
from tests.shipping.conftest import ACTOR, wanted

pytestmark = pytest.mark.django_db
FULFILMENTS, COUNTS = "/api/v1/fulfilments/", "/api/v1/stock-counts/"


class Partner:
    """The program of the other house: it signs as the page of the API says, and nothing else."""

    def __init__(self, code: str, secret: str) -> None:
        self.code, self.secret = code, secret

    def call(self, method: str, address: str, data: Any = None, **changed: str) -> Any:
        body = b"" if data is None else json.dumps(data).encode()
        at = changed.get("at") or str(int(time.time()))
        text = "\n".join([at, method, address, hashlib.sha256(body).hexdigest()])
        signature = hmac.new(self.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        headers = {"HTTP_X_KEY": self.code, "HTTP_X_TIME": at, "HTTP_X_SIGNATURE": signature}
        return Client().generic(method, address, body, content_type="application/json", **headers)

    def waiting(self) -> list[dict[str, Any]]:
        return self.call("GET", FULFILMENTS).json()["fulfilments"]

    def say(self, pk: int, step: str, data: Any = None) -> Any:
        return self.call("POST", f"{FULFILMENTS}{pk}/{step}/", data)


@pytest.fixture(autouse=True)
def empty_redis(redis_clean: object) -> None:
    """Limits and repeats begin at nothing."""


@pytest.fixture
def outside() -> Warehouse:
    return make_warehouse("3PL", kind="third_party", province="Hồ Chí Minh")


@pytest.fixture
def partner(outside, owner, user_factory) -> Partner:
    Role.objects.create(
        code="kho-ngoai", name="Kho ngoài", name_folded="kho ngoai",
        permissions=["shipping.serve_warehouse"], created_at=now(),
    )  # fmt: skip
    user = user_factory("kho-ngoai", warehouse_ids=[outside.pk])
    key = make_key("Kho ABC", user.pk, by=owner)
    return Partner(key.code, key.secret)


@pytest.fixture
def goods(outside):
    shirt = make_variant("AO-3PL")
    put(shirt, outside, 20)
    return shirt


def sent(goods, account, units: int = 2) -> Fulfilment:
    """An order whose parcel is booked and waits in the other house."""
    order = place((goods, units), confirm=True)
    package = create_shipment(order.pk, wanted(account), actor=ACTOR)
    booking._claim(package)
    booking.booked(package, Booking(f"LX3PL{package.pk}", fee_vnd=20_000))
    return Fulfilment.objects.get(order=order)


def test_a65_a_fulfilment_goes_out_and_comes_back_step_by_step(
    partner,
    goods,
    account,
    outside,
) -> None:
    fulfilment = sent(goods, account)
    [told] = partner.waiting()
    package = Package.objects.get()
    assert told == {
        "id": fulfilment.pk,
        "order": fulfilment.order.number,
        "warehouse": "3PL",
        "status": "released",
        "stop": "",
        "ship_by_at": told["ship_by_at"],
        "lines": [{"sku": "AO-3PL", "name": goods.full_name, "barcodes": [], "quantity": 2}],
        "parcel": {
            "carrier": "ghn", "tracking_number": package.tracking_number, "weight_g": 850,
        },
    }  # fmt: skip
    states = []
    for step in ("picked", "packed", "handed-over"):
        answer = partner.say(fulfilment.pk, step)
        assert answer.status_code == 200, answer.json()
        states.append((answer.json()["status"], Order.objects.get().fulfillment_status))
    assert states == [("picked",) * 2, ("packed",) * 2, ("handed_over",) * 2]
    assert (partner.waiting(), level(goods, outside)) == ([], (18, 0))
    assert Event.objects.filter(name="order.shipped", actor_label="Kho ABC").count() == 1
    assert not any(check_books().values())


def test_a65_the_label_comes_out_when_the_parcel_is_packed(partner, goods, account) -> None:
    fulfilment = sent(goods, account)
    address = f"{FULFILMENTS}{fulfilment.pk}/label/"
    early = partner.call("GET", address)
    assert (early.status_code, early.json()["error"]["code"]) == (422, "label.not_packed")
    partner.say(fulfilment.pk, "packed")
    paper, stream = partner.call("GET", address), partner.call("GET", f"{address}?as=zpl")
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert Package.objects.get().tracking_number.encode() in stream.content
    assert stream.content.startswith(b"^XA")
    cancel_order(fulfilment.order_id, actor=ACTOR, reason="Khách đổi ý")
    late = partner.call("GET", address)
    assert (late.status_code, late.json()["error"]["code"]) == (422, "order.cancelled")


def test_a65_late_and_repeated_words_change_nothing(partner, goods, account, outside) -> None:
    fulfilment = sent(goods, account)
    for step in ("handed-over", "picked", "handed-over", "packed"):
        answer = partner.say(fulfilment.pk, step)
        assert (answer.status_code, answer.json()["status"]) == (200, "handed_over")
    assert level(goods, outside) == (18, 0)
    assert Event.objects.filter(name="order.shipped").count() == 1
    short = {"lines": [{"sku": "AO-3PL", "missing": 1}]}
    late = partner.say(fulfilment.pk, "short", short)
    assert (late.status_code, late.json()["error"]["code"]) == (422, "package.has_left")


def test_a65_missing_goods_hold_the_order_once(partner, goods, account) -> None:
    fulfilment = sent(goods, account)
    for lines in ([{"sku": "LA", "missing": 1}], [{"sku": "AO-3PL", "missing": 3}]):
        refused = partner.say(fulfilment.pk, "short", {"lines": lines})
        assert (refused.status_code, refused.json()["error"]["code"]) == (422, "short.goods")
    short = {"lines": [{"sku": "AO-3PL", "missing": 1}]}
    for _time in range(2):
        answer = partner.say(fulfilment.pk, "short", short)
        assert (answer.status_code, answer.json()["stop"]) == (200, "held")
    assert ShortPick.objects.count() == 1
    stopped = partner.say(fulfilment.pk, "packed")
    assert (stopped.status_code, stopped.json()["error"]["code"]) == (422, "order.held")


def test_a65_a_cancelled_order_is_stopped_there(partner, goods, account) -> None:
    fulfilment = sent(goods, account)
    cancel_order(fulfilment.order_id, actor=ACTOR, reason="Khách đổi ý")
    answer = partner.say(fulfilment.pk, "packed")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "order.cancelled")
    told = partner.call("GET", f"{FULFILMENTS}{fulfilment.pk}/").json()
    assert told["stop"] == "cancelled"


def test_a65_a_key_sees_its_own_warehouse_and_nothing_else(
    partner,
    goods,
    account,
    owner,
    user_factory,
) -> None:
    mine = sent(goods, account)
    other = make_warehouse("3PL-B", kind="third_party", province="Hồ Chí Minh")
    Fulfilment.objects.filter(pk=mine.pk).update(warehouse=other)
    ours = make_warehouse("NHA")
    assert partner.waiting() == []
    assert partner.call("GET", f"{FULFILMENTS}{mine.pk}/").status_code == 404
    assert partner.call("GET", f"{FULFILMENTS}{mine.pk}/label/").status_code == 404
    assert partner.say(mine.pk, "packed").status_code == 404
    for place_ in (other, ours):
        data = {"warehouse": place_.code, "reference": "x", "lines": [{"sku": "A", "on_hand": 1}]}
        assert partner.call("POST", COUNTS, data).status_code == 404
    for address in ("/api/v1/orders/", "/api/v1/actions/"):
        assert partner.call("GET", address).status_code == 403
    sales = make_key("Website", user_factory("sales").pk, by=owner)
    assert Partner(sales.code, sales.secret).call("GET", FULFILMENTS).status_code == 403


def test_a65_a_key_of_one_shop_sees_nothing_of_another(partner, goods, account) -> None:
    fulfilment = sent(goods, account)
    Order.objects.update(shop_ref=8, remote_id="2603A")
    User.objects.filter(role="kho-ngoai").update(shop_ids=[7])
    assert partner.waiting() == []
    assert partner.say(fulfilment.pk, "picked").status_code == 404
    User.objects.filter(role="kho-ngoai").update(shop_ids=[8])
    assert [row["id"] for row in partner.waiting()] == [fulfilment.pk]


def test_a65_forged_and_old_words_are_refused(partner, goods, account) -> None:
    fulfilment = sent(goods, account)
    forger = Partner(partner.code, "bi-mat-doan-mo")
    assert forger.say(fulfilment.pk, "handed-over").status_code == 401
    address = f"{FULFILMENTS}{fulfilment.pk}/handed-over/"
    old = partner.call("POST", address, at=str(int(time.time()) - 301))
    assert old.status_code == 401
    assert Fulfilment.objects.get().status == "released"
    assert partner.say(fulfilment.pk, "stolen").status_code == 404


def test_a65_stock_counts_come_back_and_wait_for_approval(partner, goods, outside) -> None:
    socks = make_variant("TAT")
    put(socks, outside, 5)
    data = {
        "warehouse": "3PL",
        "reference": "KK-2026-11-23",
        "lines": [{"sku": "AO-3PL", "on_hand": 17}, {"sku": "LA", "on_hand": 1}],
    }
    for _time in range(2):
        answer = partner.call("POST", COUNTS, data)
        told = answer.json()
        assert (answer.status_code, told["status"]) == (200, "review"), told
        assert (told["differences"], told["unknown"]) == (1, ["LA"])
    count = StockCount.objects.get()
    assert (level(goods, outside), level(socks, outside)) == ((20, 0), (5, 0))
    approve_count(count.pk, limit_vnd=None, actor=ACTOR)
    assert (level(goods, outside), level(socks, outside)) == ((17, 0), (5, 0))
    for wrong in ({"sku": "AO-3PL"}, {"sku": "", "on_hand": 1}, {"sku": "A", "on_hand": -1}):
        answer = partner.call("POST", COUNTS, data | {"reference": "B", "lines": [wrong]})
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "api.field")
    assert not any(check_books().values())


def test_a65_statements_do_not_grow_with_rows(partner, goods, account, outside) -> None:
    counts = []
    for size in (1, 6):
        for _n in range(size):
            sent(goods, account, 1)
        partner.waiting()
        with CaptureQueriesContext(connection) as seen:
            partner.waiting()
        counts.append(len(seen))
    assert counts[0] == counts[1]
