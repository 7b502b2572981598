"""Sentences of the floor and the carriers that no other test decides (docs/flows/floor-rows.md)."""

from datetime import date
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db.models import F
from django.urls import reverse

from inventory.models import Bin
from inventory.services.places import set_home
from oms.kernel.errors import DomainError
from oms.kernel.events import timeline_of
from orders.models import Order
from orders.ports import charges_of_orders
from shipping.carriers.ghn.status import STATUS as GHN
from shipping.carriers.viettel_post.status import STATUS as VIETTEL_POST
from shipping.models import Manifest, Package
from shipping.selectors.picking import ready_to_pick, stops_of
from shipping.services.ledger import follow_package
from shipping.services.statements import NewLine, open_statement, take_lines
from shipping.services.tracking import apply_event
from shipping.stations import hand_over, pack
from shipping.stations.codes import Command
from tests.inventory.makers import level, make_variant, make_warehouse, put
from tests.orders.makers import place
from tests.shipping.floor import ACTOR, booked_parcel, make_shop, make_wave, pick_all, take, waiting
from tests.shipping.test_tracking import told

# PRODUCT D4: the carrier's code, our state, and what a person has to look at.
GHN_STATES = {
    "": ("ready_to_pick", "picking", "money_collect_picking", "exception"),
    "in_transit": ("picked", "storing", "transporting", "sorting"),
    "out_for_delivery": ("delivering", "money_collect_delivering"),
    "delivered": ("delivered",),
    "delivery_failed": ("delivery_fail",),
    "return_pending": ("waiting_to_return",),
    "returning": ("return", "return_transporting", "return_sorting", "returning", "return_fail"),
    "returned": ("returned",),
    "cancelled": ("cancel",),
    "lost": ("lost",),
    "damaged": ("damage",),
}
VIETTEL_POST_STATES = {
    "": ("-100", "104"),
    "out_for_delivery": ("500", "508"),
    "delivery_failed": ("506",),
    "delivered": ("501",),
    "return_pending": ("505",),
    "returning": ("515",),
    "returned": ("504",),
    "cancelled": ("107",),
}


@pytest.mark.parametrize(
    ("table", "rows"), [(GHN, GHN_STATES), (VIETTEL_POST, VIETTEL_POST_STATES)]
)
def test_d4_the_carriers_codes_mean_what_the_product_says(table, rows) -> None:
    for ours, codes in rows.items():
        assert {table[code].status for code in codes} == {ours}
    needs_a_person = {code for code, meaning in table.items() if meaning.problem}
    assert {"delivery_fail", "return_fail", "exception", "lost", "damage", "506"} & set(
        table
    ) <= needs_a_person


@pytest.fixture
def shop(db) -> SimpleNamespace:
    return make_shop("A-1", "B-1")


@pytest.fixture
def packer(user_factory):
    return user_factory("warehouse")


def test_a66_each_stage_of_the_floor_has_its_time(shop, packer) -> None:
    parcel = waiting(shop, A_1=1)
    task = take(make_wave(shop, [parcel], "single").tasks.get(), packer.pk)
    pick_all(task, packer.pk)
    for code in (parcel.tracking_number, "A-1"):
        pack.scan(code, key=uuid4(), user=packer)
    hand_over.scan(parcel.tracking_number, key=uuid4(), user=packer)
    apply_event(parcel.pk, told("delivered", 1))
    stages = (
        *("order.placed", "order.confirmed", "shipment.booked", "shipment.picking"),
        *("shipment.picked", "shipment.packed", "order.shipped", "order.delivered"),
    )
    history = timeline_of("order", parcel.fulfilment.order_id).filter(name__in=stages)
    times = dict(history.values_list("name", "created_at"))
    assert [name for name in stages if name not in times] == []
    moments = [times[name] for name in stages]
    assert moments == sorted(moments)


def test_a73_a_fee_lowers_the_profit_of_who_pays_it_less_the_buyers_share(shop) -> None:
    """Estimated until a statement lists the parcel; nothing where the receiver pays."""
    ours, theirs = waiting(shop, A_1=1), waiting(shop, A_1=1)
    Order.objects.update(shipping_fee_buyer_vnd=10_000, total_vnd=F("total_vnd") + 10_000)
    for parcel, payer in ((ours, "shop"), (theirs, "receiver")):
        Package.objects.filter(pk=parcel.pk).update(fee_payer=payer, fee_vnd=24_000)
        parcel.refresh_from_db()
        follow_package(parcel, actor=ACTOR)
    ids = [ours.fulfilment.order_id, theirs.fulfilment.order_id]
    assert charges_of_orders(ids) == {ids[0]: (14_000, False)}
    statement = open_statement(shop.account.pk, "BK1", date(2026, 11, 1), actor=ACTOR)
    line = NewLine(ours.tracking_number, 1, ours.tracking_number, "", 0, 24_000)
    take_lines(statement.pk, [line], actor=ACTOR)
    assert charges_of_orders(ids) == {ids[0]: (14_000, True)}


def test_a76_the_end_of_a_record_names_the_parcels_that_stay(shop, packer, login) -> None:
    gone, stays, raw = (waiting(shop, A_1=1) for _n in range(3))
    for parcel in (gone, stays):
        for code in (parcel.tracking_number, "A-1"):
            pack.scan(code, key=uuid4(), user=packer)
    count = hand_over.scan(gone.tracking_number, key=uuid4(), user=packer)
    end = hand_over.scan(Command.DONE.code, key=uuid4(), user=packer)
    assert count.big == "1"
    assert f"Còn 1 kiện chưa đưa: {stays.tracking_number}." in end.text
    assert raw.tracking_number not in end.text  # nobody has packed it yet
    assert [row.pk for row in Manifest.objects.get().packages.all()] == [gone.pk]
    page = login(packer).get(reverse("shipping:hand_over")).content.decode()
    assert stays.tracking_number in page


def test_c69_a_walk_takes_from_the_warehouse_that_promised_and_from_no_other(packer) -> None:
    near, far = make_warehouse(), make_warehouse()
    shirt = make_variant("A-1", weight_g=200)
    for warehouse, units in ((near, 5), (far, 9)):
        put(shirt, warehouse, units)
        shelf = Bin.objects.create(warehouse=warehouse, code=f"{warehouse.code}-1")
        set_home(shirt.pk, shelf.pk)
    shop = SimpleNamespace(warehouse=far, account=None)
    parcel = booked_parcel(shop, place((shirt, 2), warehouse_ids=[far.pk], confirm=True))
    assert not ready_to_pick(packer, near.pk).exists()
    with pytest.raises(DomainError):
        make_wave(SimpleNamespace(warehouse=near), [parcel], "single")
    task = take(make_wave(shop, [parcel], "single").tasks.get(), packer.pk)
    [stop] = stops_of(task)
    assert (stop.quantity, stop.line.bin.code) == (2, f"{far.code}-1")
    pick_all(task, packer.pk)
    hand_over.scan(parcel.tracking_number, key=uuid4(), user=packer)
    assert (level(shirt, near), level(shirt, far)) == ((5, 0), (7, 0))
    assert Order.objects.get().status == "shipped"
