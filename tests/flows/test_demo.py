"""The demo shop as it is loaded: what waits for a person, and that each button puts it right."""

import pytest
from django.urls import reverse

from oms.accounts.models import User
from orders.models import OrderProblem
from orders.selectors.attention import cases, with_deadlines
from shipping.models import BookingState, Package, PickWave
from shipping.selectors.picking import ready_to_pick
from tests.partners import Partners

pytestmark = pytest.mark.django_db(transaction=True)
Kind = OrderProblem.Kind


def test_a17_the_demo_queue_holds_one_order_of_each_cause(
    partners: Partners, demo_owner: User, client
) -> None:
    rows = with_deadlines(cases(demo_owner).rows, demo_owner)
    found = {case.problem.kind: case for case in rows}
    assert sorted(found) == sorted(
        [Kind.UNKNOWN_SKU, Kind.BAD_ADDRESS, Kind.SHIPPING, Kind.RECURRING, Kind.COD_DIFFERENCE]
    )
    assert len(found) == len(rows)
    assert "Tân Định" in found[Kind.BAD_ADDRESS].problem.message
    assert "tỉnh ghi trong số nhà" in found[Kind.SHIPPING].problem.message
    client.force_login(demo_owner)
    for case in rows:
        assert client.get(case.fix_url).status_code == 200
    parcel = Package.objects.get(fulfilment__order=found[Kind.SHIPPING].order)
    assert parcel.booking_state == BookingState.REFUSED
    form = client.get(found[Kind.SHIPPING].fix_url).content.decode()
    assert "Lưu và làm lại vận đơn" in form


def test_a58_the_demo_floor_has_a_wave_to_pick_and_parcels_that_wait(
    partners: Partners, demo_owner: User, client
) -> None:
    client.force_login(demo_owner)
    [wave] = PickWave.objects.all()
    assert (wave.status, wave.members.count()) == (PickWave.Status.RELEASED, 4)
    # Two of the floor's own, and the parcel that its carrier refused.
    assert ready_to_pick(demo_owner, wave.warehouse_id).count() == 3
    page = client.get(reverse("shipping:wave", args=[wave.pk])).content.decode()
    assert wave.number in page
