"""The floor with real connections: a walk has one picker, a piece one box, a scan one effect."""

from uuid import uuid4

import pytest

from oms.accounts.models import User
from oms.kernel.errors import DomainError
from orders.models import Order
from shipping.models import Package, PackLine, PickLine, PickTask, Scan
from shipping.services.pick_pieces import pick
from shipping.services.pick_tasks import claim_next
from shipping.services.waves import create_wave
from shipping.stations import pack
from tests.races.test_stock_races import at_once
from tests.shipping.floor import ACTOR, make_shop, make_wave, waiting

pytestmark = pytest.mark.django_db(transaction=True)


def people(count: int) -> list[User]:
    return [User.objects.create(username=f"p{n}", role="warehouse") for n in range(count)]


def test_two_pickers_claim_one_wave_and_each_walk_has_one_of_them():
    shop = make_shop("A-1", "B-1", zones="AB")
    parcels = [waiting(shop, A_1=1, B_1=1) for _ in range(4)]
    wave, staff = make_wave(shop, parcels, "wave"), people(3)

    def claim(number: int) -> str:
        try:
            return str(claim_next(wave.pk, picker_id=staff[number].pk, actor=ACTOR).position)
        except DomainError:
            return "none left"

    assert at_once(3, claim) == {"0": 1, "1": 1, "none left": 1}
    assert len(set(PickTask.objects.values_list("picker", flat=True))) == 2
    assert set(Order.objects.values_list("fulfillment_status", flat=True)) == {"picking"}


def test_two_waves_over_the_same_orders_take_each_once():
    shop = make_shop("A-1")
    ids = [waiting(shop, A_1=1).fulfilment_id for _ in range(6)]

    def plan(number: int) -> str:
        chosen = ids if number else list(reversed(ids))
        try:
            wave = create_wave(shop.warehouse.pk, chosen, method="batch", key=uuid4(), actor=ACTOR)
        except DomainError:
            return "none"
        return str(wave.members.count())

    assert at_once(2, plan) == {"6": 1, "none": 1}
    assert PickLine.objects.count() == 6


def test_one_scan_from_two_tabs_and_two_scans_at_once_count_each_key_once():
    shop, [who] = make_shop("A-1"), people(1)
    wave = make_wave(shop, [waiting(shop, A_1=9)], "single")
    task = claim_next(wave.pk, picker_id=who.pk, actor=ACTOR)
    at_once(
        3,
        lambda _n: str(pick(task.pk, shop.goods["A-1"].pk, 1, picker_id=who.pk, actor=ACTOR).left),
    )
    assert PickLine.objects.get().picked == 3
    parcel, key = waiting(shop, A_1=2), uuid4()
    pack.scan(parcel.tracking_number, key=uuid4(), user=who)
    assert at_once(3, lambda _n: pack.scan("A-1", key=key, user=who).tone) == {"good": 3}
    assert (PackLine.objects.get().packed, Scan.objects.filter(key=key).count()) == (1, 1)


def test_two_tables_scan_the_same_goods_and_get_two_parcels():
    shop, staff = make_shop("A-1"), people(3)
    for _parcel in range(2):
        waiting(shop, A_1=1)
    tones = at_once(3, lambda n: pack.scan_one_piece("A-1", key=uuid4(), user=staff[n]).tone)
    assert tones == {"good": 2, "bad": 1}
    assert set(Package.objects.values_list("status", "label_printed_count")) == {("packed", 1)}
