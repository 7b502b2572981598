"""Goods kept by lot come back into the lots that they left from, serial numbers likewise."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.models import LotBalance, LotMovement, Warehouse
from inventory.selectors.availability import available
from inventory.services.lot_naming import Named, name_lots, set_tracking
from oms.kernel.books import check_books
from oms.kernel.clock import today
from oms.kernel.errors import DomainError
from orders.models import Return, ReturnPiece
from orders.services.taking_back import Taken, take_back
from shipping.services.handover import hand_over
from shipping.services.tracking import apply_event
from shipping.stations import returns as station
from tests.inventory.makers import make_warehouse
from tests.shipping.floor import ACTOR, make_shop, waiting
from tests.shipping.test_tracking import told

pytestmark = pytest.mark.django_db


def make(tracking: str, *parts: tuple[str, int, int | None]):
    """A shop with one product kept so; parts: code, pieces, days until its date."""
    shop = make_shop("A-1", units=sum(units for _code, units, _days in parts))
    shop.quarantine = make_warehouse(kind=Warehouse.Kind.QUARANTINE)
    shop.variant = shop.goods["A-1"]
    set_tracking(shop.variant.product_id, tracking, actor=ACTOR)
    named = [
        Named(code, units, None if days is None else today() + timedelta(days=days))
        for code, units, days in parts
        if code
    ]
    name_lots(shop.variant.pk, shop.warehouse.pk, named, actor=ACTOR)
    return shop


def turned_back(shop, units: int) -> Return:
    parcel = waiting(shop, A_1=units)
    hand_over([parcel.pk], actor=ACTOR)
    apply_event(parcel.pk, told("return", 1))
    return Return.objects.latest("id")


def lots_at(shop, place=None) -> dict[str, int]:
    rows = LotBalance.objects.filter(warehouse=place or shop.warehouse, on_hand__gt=0)
    return dict(rows.values_list("lot__code", "on_hand"))


def scan(clerk, *codes: str):
    for code in codes:
        answer = station.scan(code, key=uuid4(), user=clerk)
    return answer


@pytest.fixture
def clerk(user_factory):
    return user_factory("warehouse")


def test_a91_a_whole_parcel_goes_back_into_the_lots_it_left_from_without_a_question(clerk):
    shop = make("lot", ("SOON", 2, 10), ("LATER", 5, 90), ("", 3, None))
    document = turned_back(shop, 4)
    assert lots_at(shop) == {"LATER": 3, "": 3}
    assert scan(clerk, document.number, "1").tone == "good"
    assert lots_at(shop) == {"SOON": 2, "LATER": 5, "": 3}
    assert not any(check_books().values())


def test_c38_from_several_lots_the_station_asks_and_another_buyers_lot_is_refused(clerk):
    shop = make("lot", ("SOON", 2, 10), ("LATER", 5, 90), ("OTHER", 5, 200))
    document = turned_back(shop, 4)
    asked = scan(clerk, document.number, "A-1", "1")
    assert (asked.tone, "LATER, SOON" in asked.title) == ("bad", True)
    assert not ReturnPiece.objects.exists()
    assert scan(clerk, "HỦY", "OTHER").tone == "bad"  # not a lot of this order, nor any goods
    held = scan(clerk, "LATER")
    assert (held.tone, held.title) == ("good", "A-1 · LATER × 1")
    assert scan(clerk, "1").tone == "good"
    assert lots_at(shop) == {"LATER": 4, "OTHER": 5}
    scan(clerk, "SOON", "SOON", "3")  # damaged: written off out of its own lot
    assert lots_at(shop, shop.quarantine) == {}
    scrapped = LotMovement.objects.filter(movement__kind="scrap")
    assert [(row.lot.code, row.quantity) for row in scrapped] == [("SOON", -2)]
    assert scan(clerk, "1").tone == "good"  # what is left can only be LATER
    assert lots_at(shop) == {"LATER": 5, "OTHER": 5}
    assert not any(check_books().values())


def test_a_lot_that_expired_on_its_way_comes_back_and_is_not_on_sale(clerk, frozen):
    shop = make("lot", ("SOON", 2, 10), ("LATER", 5, 90))
    document = turned_back(shop, 2)
    frozen.shift(timedelta(days=11))
    scan(clerk, document.number, "1")
    assert lots_at(shop) == {"SOON": 2, "LATER": 5}
    assert available([shop.variant.pk])[shop.variant.pk] == 5
    assert not any(check_books().values())


def test_a_serial_number_comes_back_as_itself_and_once(clerk):
    shop = make("serial", ("IMEI-1", 1, None), ("IMEI-2", 1, None), ("IMEI-3", 1, None))
    document = turned_back(shop, 2)
    assert scan(clerk, document.number, "A-1", "2").tone == "bad"
    assert scan(clerk, "HỦY", "IMEI-3").tone == "bad"  # never left
    scan(clerk, "IMEI-2")
    assert scan(clerk, "IMEI-2").tone == "bad"  # one piece, not two
    assert scan(clerk, "2").tone == "warn"
    assert (lots_at(shop), lots_at(shop, shop.quarantine)) == ({"IMEI-3": 1}, {"IMEI-2": 1})
    scan(clerk, "1")
    assert lots_at(shop) == {"IMEI-1": 1, "IMEI-3": 1}
    assert not any(check_books().values())


def test_pieces_without_a_name_come_back_without_one(clerk):
    shop = make("lot", ("SOON", 2, 10), ("", 3, None))
    document = turned_back(shop, 4)
    assert scan(clerk, document.number, "A-1", "1").tone == "good"
    assert lots_at(shop) == {"": 2}


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(picks=st.lists(st.tuples(st.sampled_from("XYZ"), st.integers(1, 3)), max_size=5))
def test_any_way_back_never_puts_more_into_a_lot_than_left_from_it(db, picks):
    with transaction.atomic():
        bring_back(picks)
        transaction.set_rollback(True)


def bring_back(picks) -> None:
    shop = make("lot", ("X", 3, 5), ("Y", 3, 6), ("Z", 3, 7))
    document = turned_back(shop, 7)
    lots = {row.code: row.pk for row in shop.variant.lots.exclude(code="")}
    for lot, units in picks:
        piece = Taken(shop.variant.pk, units, "restock", lots[lot])
        try:
            take_back(
                document.pk, [piece], warehouse_id=shop.warehouse.pk, key=uuid4(), actor=ACTOR
            )
        except DomainError as refusal:
            assert refusal.code in ("return.lot", "return.too_many")
    back = sum(ReturnPiece.objects.values_list("quantity", flat=True))
    here = lots_at(shop)
    assert (sum(here.values()), all(units <= 3 for units in here.values())) == (2 + back, True)
    assert not any(check_books().values())
