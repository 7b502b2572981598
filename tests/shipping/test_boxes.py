"""A-61, A-62: the box that is proposed, the box that is taken, and what it costs the order."""

import pytest
from django.urls import reverse

from inventory.models import PackageType, StockMovement
from oms.kernel.errors import DomainError
from orders.bulk.registry import Wish
from orders.ports import costs_of_orders
from shipping.models import Package
from shipping.order_actions import ship
from shipping.ports import Booking
from shipping.services import booking
from shipping.services.handover import hand_over
from shipping.services.shipments import create_shipment
from tests.shipping.conftest import ACTOR, wanted
from tests.shipping.test_screens import form_data


@pytest.fixture
def boxes(variant) -> list[PackageType]:
    """Too low, just right, larger than needed, and the right one that is no longer bought."""
    sizes = [("S", 25, 20, 2), ("M", 26, 21, 7), ("L", 40, 30, 20), ("OLD", 25, 20, 6)]
    made = [
        PackageType.objects.create(
            code=code, name=f"Hộp {code}", length_cm=a, width_cm=b, height_cm=c,
            tare_g=90, cost_vnd=cost_vnd, is_active=code != "OLD",
        )
        for (code, a, b, c), cost_vnd in zip(sizes, (1_000, 2_500, 6_000, 100), strict=True)
    ]  # fmt: skip
    return made


def test_a61_the_form_proposes_the_smallest_box_that_fits(
    owner_client, order, account, boxes
) -> None:
    page = owner_client.get(reverse("shipping:create", args=[order.pk]))
    form = page.context["form"]
    assert form["box"].value() == boxes[1].pk
    assert form["weight_g"].value() == 800 + 90
    text = page.content.decode()
    assert "Hộp M (26 × 21 × 7 cm)" in text
    assert "Đề xuất thùng nhỏ nhất vừa hàng" in text
    assert "Hộp OLD" not in text
    sides = {"length_cm": "", "width_cm": "", "height_cm": ""}
    sent = form_data(account, box=boxes[1].pk, **sides)
    assert owner_client.post(reverse("shipping:create", args=[order.pk]), sent).status_code == 302
    package = Package.objects.get()
    assert (package.length_cm, package.width_cm, package.height_cm) == (26, 21, 7)
    assert (package.box, package.box_cost_vnd) == (boxes[1], 2_500)
    detail = owner_client.get(reverse("shipping:package_detail", args=[package.pk]))
    assert "Hộp M · 2.500" in detail.content.decode()


def test_a61_staff_may_take_another_box_or_none(owner_client, make_order, account, boxes) -> None:
    first, second, third = (make_order() for _ in range(3))
    sides = {"length_cm": "", "width_cm": "30", "height_cm": ""}
    sent = form_data(account, box=boxes[2].pk, **sides)
    owner_client.post(reverse("shipping:create", args=[first.pk]), sent)
    package = Package.objects.get()
    assert (package.box, package.length_cm, package.width_cm) == (boxes[2], 40, 30)
    owner_client.post(reverse("shipping:create", args=[second.pk]), form_data(account, box=""))
    assert Package.objects.get(fulfilment__order=second).box is None
    unsaid = form_data(account, box="", **sides)
    answer = owner_client.post(reverse("shipping:create", args=[third.pk]), unsaid)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"length_cm", "height_cm"}
    gone = form_data(account, box=boxes[3].pk)
    assert owner_client.post(reverse("shipping:create", args=[third.pk]), gone).status_code == 422


def test_a61_without_a_box_that_fits_the_form_says_so_and_measures_the_goods(
    owner_client, order, account, boxes
) -> None:
    PackageType.objects.exclude(code="S").update(is_active=False)
    page = owner_client.get(reverse("shipping:create", args=[order.pk]))
    form = page.context["form"]
    assert (form["box"].value(), form["weight_g"].value()) == (None, 800)
    assert (form["length_cm"].value(), form["height_cm"].value()) == (25, 10)
    assert "Không có thùng nào vừa" in page.content.decode()


def test_a61_parcels_made_in_bulk_take_the_proposed_box(order, account, owner, boxes) -> None:
    assert not ship(Wish([order.pk], owner))
    package = Package.objects.get()
    assert (package.box, package.weight_g, package.height_cm) == (boxes[1], 890, 7)


def test_a62_the_box_enters_the_cost_of_the_order_when_it_leaves(order, account, boxes) -> None:
    """At the price it had when it was chosen."""
    package = create_shipment(order.pk, wanted(account, box_id=boxes[1].pk), actor=ACTOR)
    booking._claim(package)
    booking.booked(package, Booking("LX7ABC"))
    PackageType.objects.update(cost_vnd=9_999)
    assert costs_of_orders([order.pk]) == {order.pk: 0}
    hand_over([package.pk], actor=ACTOR)
    [goods] = StockMovement.objects.filter(kind="shipment").values_list("value_vnd", flat=True)
    assert costs_of_orders([order.pk]) == {order.pk: -goods + 2_500}


def test_a62_the_cost_of_a_box_is_for_who_may_see_costs(
    login, user_factory, order, account, boxes
) -> None:
    package = create_shipment(order.pk, wanted(account, box_id=boxes[1].pk), actor=ACTOR)
    page = reverse("shipping:package_detail", args=[package.pk])
    text = login(user_factory("sales")).get(page).content.decode()
    assert "Hộp M" in text
    assert "2.500" not in text


def test_a_box_that_is_gone_is_refused(order, account, boxes) -> None:
    with pytest.raises(DomainError) as refusal:
        create_shipment(order.pk, wanted(account, box_id=boxes[3].pk), actor=ACTOR)
    assert (refusal.value.code, refusal.value.field) == ("box.missing", "box")
    assert not Package.objects.exists()
