"""Partners over HTTP, goods on the shelf, accounts, and workers that know where all of it is."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from channels_sync.models import Shop
from channels_sync.services.connecting import connect_shop
from inventory.models import Variant, Warehouse
from inventory.services import stock
from inventory.services.catalogue import NewProduct, create_products
from invoicing.models import Company, Invoice, IssuerAccount
from invoicing.services.accounts import save_account, save_company
from invoicing.services.invoices import draft_invoice, issue_invoice
from oms.kernel.actors import Actor
from oms.sandbox.run import Sandbox, running_sandbox
from orders.models import Order
from orders.services.intake import NewLine, NewOrder, place_and_confirm
from shipping.models import CarrierAccount, Package
from shipping.services.shipments import ShipmentRequest, create_shipment
from tests.kill.worker import Worker, working

ACTOR = Actor.system("test")
SKUS = ("AT-DEN-M", "AT-DEN-L", "AT-TRANG-M", "AT-TRANG-L", "SRM-120", "BINH-750", "NOI-5L",
        "VAY-HOA-S", "VAY-HOA-M", "OP-14", "MU-LT", "TUI-VAI")  # fmt: skip
SECRET = "bi-mat-cua-webhook"
_keys = count(1)

Start = Callable[..., AbstractContextManager[Worker]]


class Partners:
    """Shopee, GHN and S-Invoice, with a hand on their faults and an eye on their books."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.given = sandbox.credentials()

    def fault(self, name: str, kind: str, path: str, seconds: float = 0) -> None:
        body = {"kind": kind, "path": path, "seconds": seconds}
        self.sandbox.control(name, "POST", "faults", body)

    def is_hit(self, name: str) -> bool:
        """The call that the fault waited for is being made now."""
        return not self.sandbox.control(name, "GET", "faults")

    def rows(self, name: str, collection: str) -> list[Any]:
        return self.sandbox.partner(name).db.all(collection)

    def environment(self) -> dict[str, str]:
        shopee = self.given["shopee"]
        return {
            "SHOPEE_BASE_URL": shopee["base_url"],
            "SHOPEE_PARTNER_ID": str(shopee["partner_id"]),
            "SHOPEE_PARTNER_KEY": shopee["partner_key"],
            "GHN_BASE_URL": self.given["ghn"]["base_url"],
            "SINVOICE_BASE_URL": self.given["sinvoice"]["base_url"],
        }


@pytest.fixture
def partners(
    tmp_path: Path, settings: Any, redis_clean: object, transactional_db: None
) -> Iterator[Partners]:
    with running_sandbox(tmp_path / "sandbox", ["shopee", "ghn", "sinvoice"]) as sandbox:
        given = sandbox.credentials()
        settings.PARTNERS = {**settings.PARTNERS, **given}
        yield Partners(sandbox)


@pytest.fixture
def start(tmp_path: Path, partners: Partners) -> Start:
    """`with start(beat=False) as worker`: a worker that is gone after the block."""
    return partial(working, tmp_path, partners.environment())


@pytest.fixture
def warehouse(transactional_db: None) -> Warehouse:
    return Warehouse.objects.create(
        code="KHO1",
        name="Kho chính",
        phone="+84912345678",
        street="1 Lê Lợi",
        ward="Phường Bến Thành",
        province="Hồ Chí Minh",
    )


@pytest.fixture
def variants(warehouse: Warehouse) -> dict[str, Variant]:
    """What the marketplace's shop sells, 1,000 of each on the shelf."""
    sizes = {"weight_g": 400, "length_cm": 25, "width_cm": 20, "height_cm": 3}
    goods = [NewProduct(name=f"Hàng {sku}", sku=sku, price_vnd=325_000, **sizes) for sku in SKUS]
    create_products(goods, actor=ACTOR)
    made = {variant.sku: variant for variant in Variant.objects.all()}
    stock.post(
        [stock.Posting(v.pk, warehouse.pk, 1000, "opening") for v in made.values()], actor=ACTOR
    )
    return made


@pytest.fixture
def make_order(variants: dict[str, Variant]) -> Callable[[], Order]:
    """A confirmed order of two pieces, cash on delivery."""

    def make() -> Order:
        line = NewLine(quantity=2, unit_price_vnd=325_000, variant_id=variants["AT-DEN-M"].pk)
        new = NewOrder(
            source="phone",
            request_key=f"kill-{next(_keys)}",
            lines=[line],
            recipient_name="Nguyễn Thị Ánh",
            recipient_phone="0987654321",
            street="12 đường số 3",
            ward="Phường Tân Định",
            province="Hồ Chí Minh",
            is_cod=True,
            confirm=True,
        )
        return Order.objects.get(pk=place_and_confirm(new, actor=ACTOR).order_id)

    return make


@pytest.fixture
def make_package(
    make_order: Callable[[], Order], warehouse: Warehouse, partners: Partners
) -> Callable[[], Package]:
    """A package that waits for its booking."""
    given = partners.given["ghn"]
    account = CarrierAccount.objects.create(
        carrier="ghn",
        name="GHN chính",
        shop_id=str(given["shop_id"]),
        credentials={"token": given["token"]},
        warehouse=warehouse,
        webhook_secret=SECRET,
    )

    def make() -> Package:
        size = {"weight_g": 850, "length_cm": 25, "width_cm": 20, "height_cm": 6}
        request = ShipmentRequest(account_id=account.pk, service_code="2", **size)
        return create_shipment(make_order().pk, request, actor=ACTOR)

    return make


@pytest.fixture
def make_invoice(make_order: Callable[[], Order], partners: Partners) -> Callable[[], Invoice]:
    """An invoice that waits to be sent."""
    given = partners.given["sinvoice"]
    seller = given["accounts"][0]
    company = Company(
        legal_name=seller["name"], tax_code=seller["tax_code"], address=seller["address"]
    )
    save_company(company, actor=ACTOR)
    account = IssuerAccount(
        company=company,
        username=given["username"],
        password=given["password"],
        template_code=given["template_code"],
        series=given["series"],
    )
    save_account(account, actor=ACTOR)

    def make() -> Invoice:
        draft = draft_invoice(make_order().pk, actor=ACTOR)
        return issue_invoice(draft.pk, actor=ACTOR)

    return make


@pytest.fixture
def shop(partners: Partners, variants: dict[str, Variant]) -> Shop:
    """A shop that gave consent just now; nothing of it is read yet."""
    code = partners.sandbox.control("shopee", "POST", "issue_code", {})["code"]
    [connected] = connect_shop("shopee", code, returned={"shop_id": "88012345"}, actor=ACTOR)
    return connected
