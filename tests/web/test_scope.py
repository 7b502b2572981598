"""Ids are no keys: what lies in another shop or warehouse is not found, printed or changed."""

import pytest
from django.urls import reverse

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
from inventory.models import Product, StockLevel, Variant, Warehouse
from invoicing.models import Company, Invoice, IssuerAccount
from oms.kernel import clock
from orders.models import Order, OrderLine
from orders.selectors.lines import lines_with_stock
from shipping.models import BookingState, Fulfilment, Package
from shipping.selectors.packages import packages_visible_to
from tests.inventory.makers import put
from tests.orders import makers

pytestmark = pytest.mark.django_db


class House:
    """One order with all that hangs on it, in shop 1 and the first warehouse."""

    def __init__(self) -> None:
        self.moment = clock.now()
        self.place, self.other_place = (
            Warehouse.objects.create(code=code, name=f"Kho {code}") for code in "AB"
        )
        self.shop, self.other_shop = (
            Shop.objects.create(
                marketplace="shopee", name=name, remote_shop_id=number, connected_at=self.moment
            )
            for number, name in (("1", "Một"), ("2", "Hai"))
        )
        self._order()
        self._paper()
        self._remote_side()
        self._remote_money()

    def _order(self) -> None:
        moment = self.moment
        self.order = Order.objects.create(
            number="DH1",
            source="shopee",
            status="confirmed",
            tab="to_arrange",
            shop_ref=self.shop.pk,
            remote_id="R1",
            warehouse_id=self.place.pk,
            placed_at=moment,
            created_at=moment,
            updated_at=moment,
        )
        self.line = OrderLine.objects.create(
            order=self.order,
            position=1,
            sku="A",
            name="Áo",
            quantity=1,
            unit_price_vnd=0,
            total_vnd=0,
        )

    def _paper(self) -> None:
        """Its parcel and its invoice."""
        self.package = Package.objects.create(
            fulfilment=Fulfilment.objects.create(order=self.order, warehouse=self.place),
            reference="DH1-X",
            carrier_code="ghn",
            tracking_number="GHN1",
            booking_state=BookingState.BOOKED,
            weight_g=100,
            length_cm=1,
            width_cm=1,
            height_cm=1,
            cod_vnd=1000,
            cod_status="collected",
        )
        company = Company.objects.create(legal_name="X", tax_code="0100109106", is_default=True)
        account = IssuerAccount.objects.create(
            company=company, issuer="sinvoice", username="x", password="x"
        )
        self.invoice = Invoice.objects.create(
            order=self.order, account=account, net_vnd=0, tax_vnd=0, total_vnd=0
        )

    def _remote_side(self) -> None:
        """What the shop's marketplace knows of it."""
        moment = self.moment
        self.remote = RemoteOrder.objects.create(
            shop=self.shop,
            remote_id="R1",
            order=self.order,
            version=1,
            remote_created_at=moment,
            remote_updated_at=moment,
        )
        self.parcel = RemotePackage.objects.create(remote_order=self.remote, package_number="P1")
        self.listing = Listing.objects.create(shop=self.shop, remote_item_id="1", name="Áo")
        self.problem, self.payout = (
            SyncProblem.objects.create(
                shop=self.shop, kind=kind, remote_id="R1", message="x", seen_at=moment
            )
            for kind in (SyncProblem.Kind.BAD_ORDER, SyncProblem.Kind.PAYOUT_DIFFERS)
        )
        self.wish = ReturnRequest.objects.create(
            shop=self.shop,
            remote_id="TRA1",
            remote_order_id="R1",
            remote_status="CLOSED",
            state="closed",
            version=1,
            asked_at=moment,
            remote_updated_at=moment,
            seen_at=moment,
        )

    def _remote_money(self) -> None:
        day = self.moment.date()
        self.settlement = Settlement.objects.create(
            shop=self.shop, number="T1", first_day=day, last_day=day, seen_at=self.moment
        )
        line = FeeLine("K1", "R1", FeeKind.OTHER, "NEW", 5, day, "T1", is_paid=True, word="NEW")
        keep_fees(self.shop.pk, [line])
        self.word = MoneyWord.objects.get()
        self.rate = FeeRate.objects.create(
            marketplace="shopee",
            shop=self.shop,
            kind="service",
            valid_from=day,
            source="x",
            created_at=self.moment,
        )

    def addresses(self) -> list[str]:
        order, package, invoice = [self.order.pk], [self.package.pk], [self.invoice.pk]
        shop, parcel, listing = [self.shop.pk], [self.parcel.pk], [self.listing.pk]
        names = {
            "orders:detail": order,
            "orders:act": [self.order.pk, "confirm"],
            "orders:promises": order,
            "orders:promise": [self.order.pk, self.line.pk],
            "orders:link_line": [self.order.pk, self.line.pk],
            "orders:resolve_problem": [self.order.pk, "shipping"],
            "shipping:create": order,
            "shipping:quote": order,
            **{f"shipping:{n}": package for n in ("package_detail", "retry", "cancel")},
            "shipping:carrier_label": package,
            "shipping:cod_receive": package,
            "invoicing:draft": order,
            "invoicing:receive_payment": order,
            **{f"invoicing:{n}": invoice for n in ("invoice_detail", "buyer", "issue", "look_up")},
            "invoicing:preview": invoice,
            "invoicing:pdf": invoice,
            **{f"channels_sync:{n}": shop for n in ("shop_detail", "shop_change", "shop_sync")},
            "channels_sync:shop_reconcile": shop,
            "channels_sync:shop_disconnect": shop,
            "channels_sync:answer_cancel": order,
            "channels_sync:cancel_some": order,
            "channels_sync:waybill": parcel,
            "channels_sync:waybill_again": parcel,
            "channels_sync:listing_link": listing,
            "channels_sync:listing_unlink": listing,
            "channels_sync:problem_retry": [self.problem.pk],
            "channels_sync:money_word": [self.word.pk],
            "channels_sync:payout_accept": [self.payout.pk],
            "channels_sync:fee_rate_remove": [self.rate.pk],
            **{
                f"channels_sync:settlement_{n}": [self.settlement.pk]
                for n in ("detail", "again", "import")
            },
            **{
                f"channels_sync:return_{n}": [self.wish.pk]
                for n in ("detail", "accept", "dispute", "again")
            },
        }
        return [reverse(name, args=args) for name, args in names.items()]


@pytest.fixture
def house(db) -> House:
    return House()


def test_nothing_of_another_shop_is_found(house, user_factory, login) -> None:
    client = login(user_factory("manager", shop_ids=[house.other_shop.pk]))
    for address in house.addresses():
        answers = {client.get(address).status_code, client.post(address).status_code}
        assert answers <= {404, 405} and 404 in answers, address


def test_nothing_of_another_warehouse_is_found(house, user_factory, login) -> None:
    client = login(user_factory("manager", warehouse_ids=[house.other_place.pk]))
    for address in house.addresses():
        if "/channels/" in address and "/orders/" not in address and "/packages/" not in address:
            continue
        answers = {client.get(address).status_code, client.post(address).status_code}
        assert answers <= {404, 405} and 404 in answers, address
    assert client.get(f"/warehouses/{house.place.pk}/").status_code == 404


def test_ticked_packages_of_another_warehouse_are_left_out(house, user_factory, login) -> None:
    client = login(user_factory("manager", warehouse_ids=[house.other_place.pk]))
    ids = {"ids": str(house.package.pk), "reference": "FT1"}
    assert client.get("/shipments/labels.pdf", ids).status_code == 302
    for address in ("/shipments/printed/", "/shipments/packed/", "/shipments/hand-over/"):
        client.post(address, ids)
    client.post("/cod/received/", ids)
    house.package.refresh_from_db()
    assert (house.package.label_printed_count, house.package.status) == (0, "released")
    assert house.package.cod_status == "collected"


def test_parcels_of_orders_without_a_shop_are_seen_like_the_orders(house, user_factory) -> None:
    user = user_factory("manager", shop_ids=[house.other_shop.pk])
    assert not packages_visible_to(user).exists()
    Order.objects.update(shop_ref=None, remote_id="")
    assert packages_visible_to(user).get() == house.package


def test_an_order_shows_the_stock_of_the_users_warehouses_only(house, user_factory) -> None:
    product = Product.objects.create(name="Áo", name_folded="ao")
    variant = Variant.objects.create(product=product, sku="A", price_vnd=1)
    for place in (house.place, house.other_place):
        StockLevel.objects.create(variant=variant, warehouse=place, on_hand=5)
    OrderLine.objects.update(variant=variant)
    limited = user_factory("warehouse", warehouse_ids=[house.place.pk])
    [line] = lines_with_stock(house.order, limited)
    assert [row.warehouse for row in line.stock_rows] == ["Kho A"]
    [line] = lines_with_stock(house.order, user_factory("owner"))
    assert [row.warehouse for row in line.stock_rows] == ["Kho A", "Kho B"]


def test_who_holds_stock_names_no_order_of_another_shop(house, user_factory, login) -> None:
    product = Product.objects.create(name="Áo", name_folded="ao")
    variant = Variant.objects.create(product=product, sku="AO")
    put(variant, house.place, 100)
    held = []
    for shop, quantity in ((house.shop, 3), (house.other_shop, 5), (None, 7)):
        order = makers.place(
            (variant, quantity),
            source="shopee" if shop else "phone",
            shop_ref=shop.pk if shop else None,
            remote_id=f"S{quantity}",
        )
        held.append(order.number)
    address = reverse("inventory:stock_explain", args=[variant.pk, house.place.pk])

    def page(**scope: list[int]) -> str:
        return login(user_factory("warehouse", **scope)).get(address).content.decode()

    everything = page()
    assert all(number in everything for number in held)
    assert "ở gian hàng khác" not in everything
    limited = page(shop_ids=[house.shop.pk])
    assert held[0] in limited and held[2] in limited
    assert held[1] not in limited
    assert "thêm 5 ở gian hàng khác" in limited
