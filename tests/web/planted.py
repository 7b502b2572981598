"""A house of two halves with odd numbers in it, and a walk over every address of the resolver.

Each half has its own shop and warehouse, and its own names in everything that hangs on them. Costs
are numbers that stand nowhere else: where one of them is read, a cost is read.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pypdf import PdfReader

from channels_sync.models import (
    FeeRate,
    Listing,
    MoneyWord,
    RemoteOrder,
    RemotePackage,
    ReturnRequest,
    Settlement,
    Shop,
    SyncProblem,
)
from channels_sync.ports import FeeKind, FeeLine
from channels_sync.services.fees import keep_fees
from inventory.exports.lists import EXPORTS
from inventory.models import Bin, PackageType, PriceList, Variant, Warehouse
from inventory.services.counting import create_count, start_count
from inventory.services.landed import NewCost, add_landed_cost
from inventory.services.replenishment import plan_everything
from inventory.services.transfers import create_transfer, put_line
from inventory.services.variants import VariantEdit, update_variants
from inventory.views.exports import EXPORT
from invoicing.models import Company, Invoice, IssuerAccount
from oms.accounts.models import ApiKey
from oms.accounts.services.api_keys import make_key
from oms.kernel import clock
from oms.kernel.alerts import Crossing, settle_alerts
from oms.kernel.events import record_event
from orders.models import Customer, Order
from orders.services.customer_figures import refresh_figures
from orders.services.quoting import send_quotation
from orders.services.recurring import new_recurring
from orders.services.states import apply_states
from shipping.models import BookingState, CarrierAccount, Fulfilment, Package
from tests.api.calls import signed_headers
from tests.architecture.test_urls import addresses
from tests.inventory.makers import ACTOR, make_variant
from tests.inventory.purchases import make_supplier, offer, order_goods, receive_goods
from tests.orders.makers import place
from tests.orders.quotes import quote
from tests.orders.test_recurring import plan_of

COST = 7_301_003
LANDED = 5_301_007
# Where costs are kept, whatever page they come from.
COSTLY = {
    "inventory.Variant": ("cost_vnd",),
    "inventory.StockLevel": ("value_vnd",),
    "inventory.StockMovement": ("value_vnd",),
    "inventory.PurchaseOrder": ("goods_vnd", "tax_vnd", "total_vnd"),
    "inventory.PurchaseLine": ("unit_price_vnd", "net_vnd", "tax_vnd"),
    "inventory.SupplierPrice": ("price_vnd",),
    "inventory.ReceiptLine": ("price_vnd", "value_vnd"),
    "inventory.LandedCost": ("amount_vnd", "on_hand_vnd", "left_vnd"),
    "inventory.ReplenishmentProposal": ("amount_vnd",),
    "inventory.PackageType": ("cost_vnd",),
    "orders.Customer": ("profit_vnd",),
}
SMALLEST_COST = 1_000_000


class Half:
    """One shop, one warehouse, and an order with all that hangs on it."""

    def __init__(self, word: str, phone: str, price_vnd: int) -> None:
        moment = clock.now()
        self.word = word
        self.place = Warehouse.objects.create(code=f"K{word}", name=f"Kho {word}")
        Bin.objects.create(warehouse=self.place, code=f"KE-{word}")
        self.shop = Shop.objects.create(
            marketplace="shopee", name=f"Gian {word}", remote_shop_id=word, connected_at=moment
        )
        self.shop.stock_warehouses.add(self.place)
        self.variant = make_variant(f"AO-{word}", cost_vnd=price_vnd)
        supplier = make_supplier()
        offer(supplier, self.variant, price_vnd)
        bought = order_goods(self.place, (self.variant, 10, price_vnd), supplier=supplier)
        receipt = receive_goods(bought, 10)
        cost = NewCost("freight", "quantity", LANDED, note="xe")
        add_landed_cost(receipt.pk, cost, actor=ACTOR)
        order_goods(self.place, (self.variant, 3, price_vnd), supplier=supplier)
        self.order = self.sold(phone, f"DON{word}")
        self.sell_and_deliver(phone, f"GIAO{word}")
        start_count(
            create_count(self.place.pk, "full", key=uuid4(), note=word, actor=ACTOR).pk, actor=ACTOR
        )
        self.invoice_and_parcel(moment)
        self.channel_rows(moment)
        quotation = quote((self.variant, 1, 50_000), phone=phone, name=f"Khách {word}")
        send_quotation(quotation.pk, key=word, actor=ACTOR)
        new_recurring(
            plan_of(self.variant, phone=phone, name=f"Khách {word}"), request_key=word, actor=ACTOR
        )
        PriceList.objects.create(
            name=f"Giá {word}", shop_ref=self.shop.pk, created_at=moment, source="shopee"
        )
        record_event("order.note_added", self.order, actor=ACTOR, data={"text": f"ghi {word}"})

    def sold(self, phone: str, remote_id: str) -> Order:
        return place(
            (self.variant, 1),
            source="shopee",
            shop_ref=self.shop.pk,
            shop_name=self.shop.name,
            remote_id=remote_id,
            recipient_name=f"Khách {self.word}",
            recipient_phone=phone,
            warehouse_ids=[self.place.pk],
            confirm=True,
        )

    def sell_and_deliver(self, phone: str, remote_id: str) -> None:
        order = self.sold(phone, remote_id)
        for state in ("handed_over", "delivered"):
            apply_states(order.pk, actor=ACTOR, event_name="x", fulfillment=state)
        refresh_figures([order.customer_id or 0])

    def invoice_and_parcel(self, moment: Any) -> None:
        fulfilment = Fulfilment.objects.create(order=self.order, warehouse=self.place)
        account = CarrierAccount.objects.create(
            carrier="ghn", name=f"GHN {self.word}", credentials={"token": "x"}, shop_id=self.word,
            warehouse=self.place, webhook_secret=self.word,
        )  # fmt: skip
        self.package = Package.objects.create(
            fulfilment=fulfilment, account=account, reference=f"PK{self.word}", carrier_code="ghn",
            tracking_number=f"VD{self.word}", booking_state=BookingState.BOOKED, weight_g=100,
            length_cm=1, width_cm=1, height_cm=1, cod_vnd=1000, cod_status="collected",
        )  # fmt: skip
        company, _made = Company.objects.get_or_create(
            tax_code="0100109106", defaults={"legal_name": "X", "is_default": True}
        )
        issuer, _made = IssuerAccount.objects.get_or_create(
            company=company, defaults={"issuer": "sinvoice", "username": "x", "password": "x"}
        )
        self.invoice = Invoice.objects.create(
            order=self.order, account=issuer, buyer_name=f"Khách {self.word}",
            net_vnd=0, tax_vnd=0, total_vnd=0,
        )  # fmt: skip

    def channel_rows(self, moment: Any) -> None:
        remote = RemoteOrder.objects.create(
            shop=self.shop, remote_id=f"R{self.word}", order=self.order, version=1,
            remote_created_at=moment, remote_updated_at=moment,
        )  # fmt: skip
        RemotePackage.objects.create(remote_order=remote, package_number=f"P{self.word}")
        Listing.objects.create(shop=self.shop, remote_item_id="1", name=f"Hàng sàn {self.word}")
        SyncProblem.objects.create(
            shop=self.shop, kind=SyncProblem.Kind.BAD_ORDER, remote_id=f"R{self.word}",
            message=self.word, seen_at=moment,
        )  # fmt: skip

        self.channel_money(moment)

    def channel_money(self, moment: Any) -> None:
        """A statement with a line of the order, a rate of the shop, and a return."""
        day, number = clock.today(), f"BANG-{self.word}"
        line = FeeLine(number, f"R{self.word}", FeeKind.GOODS, "Goods", 1_000, day, number, True)
        strange = replace(line, key=f"{number}:X", name=f"LẠ-{self.word}", word=f"LẠ-{self.word}")
        keep_fees(self.shop.pk, [line, strange])
        Settlement.objects.create(
            shop=self.shop, number=number, first_day=day, last_day=day, told_vnd=999, seen_at=moment
        )
        FeeRate.objects.create(
            marketplace="shopee", shop=self.shop, kind="service", percent=1, valid_from=day,
            source=f"Biểu phí {self.word}", created_at=moment,
        )  # fmt: skip
        ReturnRequest.objects.create(
            shop=self.shop, remote_id=f"TRA{self.word}", remote_order_id=f"R{self.word}",
            order=self.order, remote_status="CLOSED", state="closed", version=1, asked_at=moment,
            remote_updated_at=moment, seen_at=moment, buyer_text=f"lời khách {self.word}",
        )  # fmt: skip

    def words(self, *, of_shop: bool) -> list[str]:
        """What tells that this half exists; goods and suppliers are everybody's."""
        order = [self.order.number, f"Khách {self.word}", f"VD{self.word}", f"PK{self.word}"]
        if of_shop:
            money = [
                f"LẠ-{self.word}",
                f"BANG-{self.word}",
                f"Biểu phí {self.word}",
                f"TRA{self.word}",
            ]
            goods = [f"Gian {self.word}", f"Hàng sàn {self.word}", f"Giá {self.word}"]
            return [*order, *goods, *money]
        return [*order, f"Kho {self.word}", f"KE-{self.word}", f"GHN {self.word}"]


class House:
    """Two halves, and what lies between them."""

    def __init__(self) -> None:
        self.ours = Half("CHUNGTA", "0912000111", COST)
        self.theirs = Half("BIMAT", "0913000222", COST + 10_000)
        transfer = create_transfer(
            self.theirs.place.pk,
            Warehouse.objects.create(code="KX", name="Kho BIMAT xa").pk,
            key=uuid4(),
            actor=ACTOR,
        )
        put_line(transfer.pk, self.theirs.variant.pk, 1)
        PackageType.objects.create(
            code="T1", name="Thùng", length_cm=9, width_cm=9, height_cm=9, cost_vnd=COST + 20_000
        )
        self.change_cost(self.ours.variant, COST + 30_000)
        alert = Crossing(
            key="1", message="Sắp hết ở Kho BIMAT", permission="inventory.view_stock",
            place=("warehouse", self.theirs.place.pk),
        )  # fmt: skip
        settle_alerts("stock.low", [alert], actor=ACTOR)
        plan_everything(day=date(2026, 11, 22))

    def change_cost(self, variant: Variant, cost_vnd: int) -> None:
        """So that the old and the new cost stand in the history."""
        edit = VariantEdit(
            variant_id=variant.pk, sku=variant.sku, barcodes=[], price_vnd=variant.price_vnd,
            weight_g=0, cost_vnd=cost_vnd,
        )  # fmt: skip
        update_variants(variant.product_id, [edit], actor=ACTOR)

    def costs(self) -> dict[str, str]:
        """Each cost as it is written on pages and in files, and the column it stands in."""
        found: dict[str, str] = {}
        for name, fields in COSTLY.items():
            for row in apps.get_model(name).objects.values_list(*fields):
                for field, value in zip(fields, row, strict=True):
                    if value and abs(value) >= SMALLEST_COST:
                        found[str(abs(value))] = f"{name}.{field}"
                        found[f"{abs(value):,}".replace(",", ".")] = f"{name}.{field}"
        return found


# What the number in an address is of, by the words before it.
KINDS = (
    ("api/v1/orders/", Order), ("api/v1/runs/", "orders.BulkRun"),
    ("invoices/orders/", Order), ("channels/orders/", Order), ("orders/tags/", "orders.Tag"),
    ("orders/views/", "orders.OrderView"), ("orders/", Order),
    ("quotations/", "orders.Quotation"), ("recurring/", "orders.RecurringOrder"),
    ("customers/groups/", "orders.CustomerGroup"), ("customers/merges/", "orders.CustomerMerge"),
    ("customers/", Customer), ("invoices/settings/", IssuerAccount), ("invoices/", Invoice),
    ("jobs/", "kernel.Job"), ("users/", "accounts.User"), ("roles/", "accounts.Role"),
    ("products/bulk/", "kernel.Job"), ("products/prices/", "inventory.PriceList"),
    ("products/categories/", "inventory.Category"), ("products/variants/", Variant),
    ("products/images/", "inventory.ProductImage"), ("products/imports/", "inventory.GoodsImport"),
    ("products/", "inventory.Product"), ("stock/transfers/", "inventory.Transfer"),
    ("stock/lots/", "inventory.Lot"), ("stock/counts/", "inventory.StockCount"),
    ("warehouses/boxes/", PackageType), ("warehouses/bins/", Bin), ("warehouses/", Warehouse),
    ("suppliers/", "inventory.Supplier"), ("purchases/", "inventory.PurchaseOrder"),
    ("receipts/", "inventory.GoodsReceipt"), ("exports/", "inventory.GoodsExport"),
    ("shipments/", Package), ("cod/", Package), ("settings/carriers/", CarrierAccount),
    ("channels/listings/", Listing), ("channels/packages/", RemotePackage),
    ("channels/problems/", SyncProblem), ("channels/payouts/", SyncProblem),
    ("channels/returns/", ReturnRequest), ("channels/settlements/", Settlement),
    ("channels/money/", MoneyWord), ("channels/fees/", FeeRate),
    ("channels/products/", "inventory.Product"), ("channels/", Shop),
)  # fmt: skip
NAMES = {
    "variant_id": Variant, "warehouse_id": Warehouse, "supplier_id": "inventory.Supplier",
    "order_id": Order, "order_pk": Order,
}  # fmt: skip
TEXTS = {
    "profile": ["products", "opening_stock"],
    "kind": [kind for kind, export in EXPORTS.items() if export.needs == EXPORT],
    "code": ["shopee"],
}
# Without a worker the house says that it is not well; the style page has no data; a preview is
# drawn by the provider of invoices, from lines that the invoice's own page shows.
NO_PAGES = {"healthz", "web:style", "invoicing:preview"}
ROUTE_PART = re.compile(r"<(?:(\w+):)?(\w+)>")


def every_address(each: int) -> Iterator[str]:
    """Each address of the resolver with the newest `each` objects of its kind, if there are any."""
    for route, name, _view in addresses():
        if name in NO_PAGES:
            continue
        parts = ROUTE_PART.findall(route)
        for values in _arguments(route, parts, each):
            try:
                yield reverse(name, kwargs=values)
            except NoReverseMatch:
                continue


def _arguments(route: str, parts: list[tuple[str, str]], each: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [{}]
    for kind, name in parts:
        values = TEXTS.get(name, ["x"]) if kind != "int" else _ids(route, name, each)
        found = [{**row, name: value} for row in found for value in values]
    return found


def _ids(route: str, name: str, each: int) -> list[int]:
    """The newest of what stands before the number; of a kind that is new here, one."""
    model: type[Model] | str | None = NAMES.get(name)
    if model is None and name == "pk":
        model = next((kind for start, kind in KINDS if route.startswith(start)), None)
    if model is None:
        return [1]
    rows = (apps.get_model(model) if isinstance(model, str) else model)._default_manager
    return list(rows.order_by("-pk").values_list("pk", flat=True)[:each])


class Reader(Client):
    """A client that looks at answers only: Django's own keeps a copy of every template's context,
    which takes longer than most pages do.
    """

    key: ApiKey | None = None

    def force_login(self, user: Any, backend: str | None = None) -> None:
        """With a key of the same user, by which the addresses for programs are read."""
        super().force_login(user, backend)
        self.key = make_key(f"{user.username} {uuid4().hex[:8]}", user.pk, by=user)

    def request(self, **request: Any) -> Any:
        if self.key and request["PATH_INFO"].startswith("/api/"):
            request |= signed_headers(self.key, request["REQUEST_METHOD"], request["PATH_INFO"])
        return self.handler(self._base_environ(**request))


def text_of(client: Client, address: str, data: dict[str, str] | None = None) -> str:
    """What an address shows to who asks, spreadsheets and papers opened; empty when refused."""
    answer: Any = client.get(address) if data is None else client.post(address, data)
    assert answer.status_code < 500, address
    if answer.status_code not in (200, 422):
        return ""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"\n".join(book.read(name) for name in book.namelist())
    if content[:4] == b"%PDF":
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return str(content.decode(errors="replace"))
