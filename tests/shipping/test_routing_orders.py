"""A-53, A-54: routed shipments: stored with the fulfilment, moved, divided, many at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inventory.models import Allocation, StockLevel, Warehouse
from inventory.services import stock
from oms.accounts.models import User
from oms.kernel.clock import now
from orders.bulk.registry import Wish
from orders.models import Order
from orders.services.intake import NewLine
from shipping.models import CarrierAccount, CarrierRate, Fulfilment, Package, RuleSet, WardRecord
from shipping.order_actions import ship
from shipping.routing.words import kept_reasons
from shipping.selectors.picking import ready_to_pick
from shipping.services.rates import remember
from shipping.services.routing import PRICE_LASTS, route_orders
from shipping.services.ward_records import count_ward_records
from tests.shipping.conftest import ACTOR


@pytest.fixture
def hanoi(variant) -> Warehouse:
    place = Warehouse.objects.create(
        code="KHO2", name="Kho Hà Nội", kind="branch", province="Hà Nội", priority=200
    )
    stock.post([stock.Posting(variant.pk, place.pk, 50, "opening")], actor=ACTOR)
    return place


@pytest.fixture
def ghtk(warehouse) -> CarrierAccount:
    return CarrierAccount.objects.create(
        carrier="ghtk", name="GHTK chính", shop_id="S1", credentials={"token": "t"}
    )


@pytest.fixture
def rates(account, ghtk) -> None:
    """What parcels of the test's order cost: 800 g with a box of 25 x 20 x 10, so 1.000 g."""
    heard = now()
    for row, fee_vnd, hours, zone in (
        (account, 22_000, 24, "local"),
        (account, 41_000, 72, "far"),
        (ghtk, 21_000, 72, "local"),
        (ghtk, 33_000, 120, "far"),
    ):
        CarrierRate.objects.create(
            account=row,
            service_code={"ghn": "2", "ghtk": "road"}[row.carrier],
            service_name=row.name,
            zone=zone,
            band_g=1000,
            fee_vnd=fee_vnd,
            hours=hours,
            heard_at=heard,
        )


@pytest.fixture
def to_hanoi(make_order) -> Callable[..., Order]:
    """Orders for the capital, promised in Saigon by its priority."""

    def make(**fields: Any) -> Order:
        place = {"street": "1 Đội Cấn", "ward": "Phường Ba Đình", "province": "Hà Nội"}
        return make_order(**place, **fields)

    return make


def shipped(user: User, *orders: Order) -> dict[int, str]:
    return dict(ship(Wish([order.pk for order in orders], user, {})))


def test_a53_with_two_warehouses_the_choice_and_its_reasons_are_stored_on_the_fulfilment(
    hanoi, rates, to_hanoi, owner
) -> None:
    order = to_hanoi()
    assert order.warehouse.code == "KHO1"
    assert shipped(owner, order) == {}
    fulfilment = Fulfilment.objects.get()
    package = Package.objects.get()
    assert (fulfilment.warehouse, package.carrier_code) == (hanoi, "ghn")
    route = fulfilment.route
    assert (route["chosen"]["place"], route["chosen"]["fee_vnd"]) == ("Kho Hà Nội", 22_000)
    assert (route["second"]["account"], route["second"]["fee_vnd"]) == ("GHTK chính", 21_000)
    said = kept_reasons(route)
    assert "Hàng được chuyển chỗ giữ về Kho Hà Nội." in said
    assert "Giao trong tỉnh." in said
    [held] = Allocation.objects.filter(status="open")
    assert (held.warehouse, held.quantity) == (hanoi, 2)


def test_a54_it_stands_in_the_chosen_warehouses_queue_by_priority(
    hanoi, warehouse, rates, to_hanoi, owner
) -> None:
    first, urgent = to_hanoi(), to_hanoi()
    Order.objects.filter(pk=urgent.pk).update(priority=5)
    assert shipped(owner, first, urgent) == {}
    waiting = ready_to_pick(owner, hanoi.pk)
    assert [row.order_id for row in waiting] == [urgent.pk, first.pk]
    assert not ready_to_pick(owner, warehouse.pk).exists()


def test_a53_a_closed_warehouse_and_one_out_of_scope_are_never_chosen(
    hanoi, warehouse, rates, to_hanoi, user_factory, owner
) -> None:
    clerk = user_factory("warehouse", warehouse_ids=[warehouse.pk])
    order, other = to_hanoi(), to_hanoi()
    assert shipped(clerk, order) == {}
    assert Fulfilment.objects.get().warehouse == warehouse
    Warehouse.objects.filter(pk=hanoi.pk).update(is_active=False)
    assert shipped(owner, other) == {}
    assert set(Fulfilment.objects.values_list("warehouse", flat=True)) == {warehouse.pk}


def test_a53_an_order_that_no_warehouse_has_whole_is_divided(
    hanoi, warehouse, rates, make_order, variant, owner
) -> None:
    stock.post([stock.Posting(variant.pk, warehouse.pk, -460, "adjustment")], actor=ACTOR)
    lines = [
        NewLine(quantity=30, unit_price_vnd=1_000, variant_id=variant.pk),
        NewLine(quantity=40, unit_price_vnd=1_000, variant_id=variant.pk),
    ]
    order = make_order(lines=lines)
    assert shipped(owner, order) == {}
    made = Fulfilment.objects.order_by("warehouse__priority")
    assert [row.warehouse for row in made] == [warehouse, hanoi]
    assert sum(line.quantity for row in made for line in row.lines.all()) == 70
    assert len({row.order_id for row in made}) == 2
    assert all(row.route["chosen"] for row in made)
    assert sum(Order.objects.values_list("total_vnd", flat=True)) == order.total_vnd


def test_a53_a_rule_set_may_forbid_dividing(hanoi, warehouse, make_order, variant, owner) -> None:
    RuleSet.objects.create(name="Không tách", is_current=True, may_split=False)
    stock.post([stock.Posting(variant.pk, warehouse.pk, -460, "adjustment")], actor=ACTOR)
    order = make_order(
        lines=[
            NewLine(quantity=30, unit_price_vnd=1_000, variant_id=variant.pk),
            NewLine(quantity=40, unit_price_vnd=1_000, variant_id=variant.pk),
        ]
    )
    [why] = shipped(owner, order).values()
    assert "không cho tự tách" in why
    assert not Fulfilment.objects.exists()


def test_a53_orders_of_one_batch_share_the_stock(hanoi, rates, to_hanoi, variant, owner) -> None:
    stock.post([stock.Posting(variant.pk, hanoi.pk, -47, "adjustment")], actor=ACTOR)
    orders = [to_hanoi() for _ in range(3)]
    assert shipped(owner, *orders) == {}
    there = Fulfilment.objects.filter(warehouse=hanoi)
    assert there.count() == 1
    level = StockLevel.objects.get(variant=variant, warehouse=hanoi)
    assert (level.on_hand, level.reserved) == (3, 2)


def test_a53_deciding_takes_as_many_statements_for_twenty_orders_as_for_one(
    hanoi, rates, to_hanoi, owner
) -> None:
    orders = [to_hanoi() for _ in range(20)]

    def statements(some: list[Order]) -> int:
        with CaptureQueriesContext(connection) as asked:
            routed = route_orders([order.pk for order in some], owner)
        assert all(row.decision.chosen for row in routed.values())
        return len(asked)

    assert statements(orders[:1]) == statements(orders)


def test_a53_a_person_may_choose_otherwise_and_that_is_kept_too(
    hanoi, warehouse, rates, ghtk, to_hanoi, owner_client
) -> None:
    order = to_hanoi()
    url = reverse("shipping:create", args=[order.pk])
    page = owner_client.get(url).content.decode()
    assert "Kho Hà Nội có đủ cả đơn" in page and "Lựa chọn thứ hai" in page
    form = {
        "account": str(ghtk.pk),
        "service_code": "road",
        "weight_g": "800",
        "length_cm": "20",
        "width_cm": "20",
        "height_cm": "10",
        "inspection_note": "look",
        "fee_payer": "shop",
    }
    owner_client.post(url, form)
    fulfilment = Fulfilment.objects.get()
    assert (fulfilment.warehouse, fulfilment.route["chosen"]) == (warehouse, None)
    assert kept_reasons(fulfilment.route) == ["Người tạo vận đơn tự chọn."]
    assert fulfilment.route["second"]["place"] == "Kho Hà Nội"


def test_a53_the_proposal_is_one_button(hanoi, rates, to_hanoi, owner_client) -> None:
    order = to_hanoi()
    url = reverse("shipping:create", args=[order.pk])
    owner_client.post(url, {"routed": "1"})
    package = Package.objects.get()
    assert package.fulfilment.warehouse == hanoi
    card = owner_client.get(reverse("shipping:package_detail", args=[package.pk])).content.decode()
    assert "Vì sao kho này, hãng này" in card and "Giao trong tỉnh." in card


def test_a53_prices_that_nobody_knows_are_asked_once_and_remembered(
    ghn, account, make_order, owner
) -> None:
    orders = [make_order(), make_order()]
    routed = route_orders([order.pk for order in orders], owner, asks=True)
    asked = ghn.calls("preview")
    assert asked > 0
    known = {(rate.zone, rate.band_g) for rate in CarrierRate.objects.all()}
    assert known == {("local", 1000)}
    assert {row.decision.chosen.price.fee_vnd for row in routed.values()} != {None}
    route_orders([orders[0].pk], owner, asks=True)
    assert ghn.calls("preview") == asked
    CarrierRate.objects.update(heard_at=now() - PRICE_LASTS - timedelta(minutes=1))
    route_orders([orders[0].pk], owner, asks=True)
    assert ghn.calls("preview") > asked
    assert remember([], []) == 0


def test_a53_how_carriers_fare_in_a_ward_is_counted_at_night(package, to_hanoi, account) -> None:
    order = package.fulfilment.order
    Package.objects.update(status="delivered")
    assert count_ward_records() == 1
    [record] = WardRecord.objects.all()
    assert (record.carrier_code, record.unit_path) == ("ghn", order.new_unit_path)
    assert (record.delivered, record.failed) == (1, 0)
    Package.objects.update(status="returned")
    count_ward_records()
    [record] = WardRecord.objects.all()
    assert (record.delivered, record.failed) == (0, 1)
