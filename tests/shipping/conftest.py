"""An order with promised stock, a GHN account, and GHN itself over HTTP."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from django.conf import settings

from inventory.models import Product, Variant, Warehouse
from inventory.services import stock
from oms.kernel.actors import Actor
from oms.sandbox.run import Sandbox, running_sandbox
from orders.models import Order
from orders.services.intake import NewLine, NewOrder, place_orders
from shipping.models import CarrierAccount, Package
from shipping.services.shipments import ShipmentRequest, create_shipment

ACTOR = Actor.system("test")
numbers = count(1)


class Ghn:
    """The sandbox of GHN as a test steers it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.credentials = sandbox.credentials()["ghn"]

    def steer(self, action: str, **body: Any) -> Any:
        return self.sandbox.control("ghn", "POST", action, body)

    def fault(self, kind: str, path: str = "*", **options: Any) -> None:
        self.steer("faults", kind=kind, path=path, **options)

    def orders(self) -> dict[str, Any]:
        found = self.sandbox.control("ghn", "GET", "state?collection=orders")
        return found.get("orders", {})

    def calls(self, path: str) -> int:
        return len(self.sandbox.control("ghn", "GET", f"calls?path={path}"))


@pytest.fixture
def ghn(tmp_path, redis_clean, monkeypatch) -> Iterator[Ghn]:
    with running_sandbox(tmp_path, ["ghn"]) as sandbox:
        partners = {**settings.PARTNERS, "ghn": {"base_url": sandbox.url("ghn")}}
        monkeypatch.setattr(settings, "PARTNERS", partners)
        yield Ghn(sandbox)


@pytest.fixture
def warehouse(db) -> Warehouse:
    return Warehouse.objects.create(
        code="KHO1",
        name="Kho chính",
        phone="+84912345678",
        street="1 Lê Lợi",
        ward="Phường Bến Thành",
        province="Hồ Chí Minh",
    )


@pytest.fixture
def variant(warehouse) -> Variant:
    product = Product.objects.create(name="Áo thun", name_folded="ao thun")
    made = Variant.objects.create(
        product=product,
        sku="AT-01",
        title="Đen / L",
        price_vnd=325_000,
        weight_g=400,
        length_cm=25,
        width_cm=20,
        height_cm=3,
    )
    stock.post(
        [
            stock.Posting(
                variant_id=made.pk, warehouse_id=warehouse.pk, quantity=500, kind="opening"
            )
        ],
        actor=ACTOR,
    )
    return made


@pytest.fixture
def account(warehouse) -> CarrierAccount:
    return CarrierAccount.objects.create(
        carrier="ghn",
        name="GHN chính",
        shop_id="190001",
        credentials={"token": "a1b2c3d4-0000-4000-8000-000000190001"},
        webhook_secret="bi-mat-cua-webhook",
    )


@pytest.fixture
def make_order(variant) -> Callable[..., Order]:
    """A confirmed COD order of two pieces with 30.000 ₫ of the buyer's fee, unless told."""

    def make(**fields: Any) -> Order:
        new = NewOrder(
            **{
                "source": "phone",
                "request_key": f"test-{next(numbers)}",
                "lines": [NewLine(quantity=2, unit_price_vnd=325_000, variant_id=variant.pk)],
                "recipient_name": "Nguyễn Thị Ánh",
                "recipient_phone": "0987654321",
                "street": "12 đường số 3",
                "ward": "Phường Tân Định",
                "province": "Hồ Chí Minh",
                "shipping_fee_buyer_vnd": 30_000,
                "is_cod": True,
                "confirm": True,
                **fields,
            }
        )
        [placed] = place_orders([new], actor=ACTOR)
        assert placed.order_id, placed.problem
        return Order.objects.get(pk=placed.order_id)

    return make


@pytest.fixture
def order(make_order) -> Order:
    return make_order()


def wanted(account: CarrierAccount, **changes: Any) -> ShipmentRequest:
    fields = {
        "account_id": account.pk,
        "service_code": "2",
        "weight_g": 850,
        "length_cm": 25,
        "width_cm": 20,
        "height_cm": 6,
    }
    return ShipmentRequest(**{**fields, **changes})


@pytest.fixture
def package(order, account) -> Package:
    """Queued, not sent yet."""
    return create_shipment(order.pk, wanted(account), actor=ACTOR)


@pytest.fixture
def booked(package) -> Package:
    """With a tracking number, without a carrier on the line."""
    from shipping.ports import Booking
    from shipping.services import booking

    booking._claim(package)
    booking.booked(package, Booking("LX7ABC", sort_code="190-G-01-A9", fee_vnd=24_250))
    return Package.objects.get(pk=package.pk)
