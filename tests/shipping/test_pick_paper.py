"""A pick list straight from chosen orders (A-63): their pieces are owned, and only theirs."""

from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from inventory.models import Allocation
from oms.kernel import books
from orders.services.lifecycle import hold_order
from shipping.models import PickLine, PickOrder, PickWave
from tests.inventory.makers import make_warehouse
from tests.orders.makers import place
from tests.shipping.floor import ACTOR, make_shop, make_wave, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_shop("A-1", "B-1")


def choose(client, *packages) -> str:
    """Ticked in the list; returns what opens: the list's own page, as all of them pass."""
    ids = [package.fulfilment.order_id for package in packages]
    return client.post(reverse("orders:bulk"), {"action": "pick_list", "ids": ids}).url


def test_a63_a_pick_list_is_printed_for_exactly_the_chosen_orders(shop, owner_client) -> None:
    chosen = [waiting(shop, A_1=2), waiting(shop, A_1=1, B_1=1)]
    other = waiting(shop, B_1=5)
    asked = owner_client.get(choose(owner_client, *chosen))
    assert asked.context["places"] == [(shop.warehouse.name, 2)]
    said = {"run": asked.context["run"], "key": asked.context["form"]["key"].value()}
    made = owner_client.post(reverse("shipping:pick_paper"), said | {"method": "single"})
    wave = PickWave.objects.get()
    assert (made.url, wave.status) == (reverse("shipping:wave", args=[wave.pk]), "released")
    owned = Allocation.objects.filter(pk__in=PickLine.objects.values("allocation"))
    assert sum(owned.values_list("quantity", flat=True)) == 4
    assert not PickOrder.objects.filter(fulfilment=other.fulfilment).exists()
    paper = PdfReader(
        BytesIO(owner_client.get(reverse("shipping:pick_list", args=[wave.pk])).content)
    )
    text = " ".join(page.extract_text() for page in paper.pages)
    assert all(package.fulfilment.order.number in text for package in chosen)
    assert other.fulfilment.order.number not in text
    # Pressed again it makes no second one.
    again = owner_client.post(reverse("shipping:pick_paper"), said | {"method": "single"})
    assert (again.url, PickWave.objects.count()) == (reverse("shipping:picking"), 1)
    assert not any(books.check_books().values())


def test_a63_the_look_before_says_why_an_order_is_not_on_the_list(shop, owner_client) -> None:
    good, taken, held = (waiting(shop, A_1=1) for _each in range(3))
    bare = place((shop.goods["A-1"], 1), confirm=True)
    wave = make_wave(shop, [taken], "single")
    hold_order(held.fulfilment.order_id, actor=ACTOR, reason="chờ khách")
    ids = [row.fulfilment.order_id for row in (good, taken, held)] + [bare.pk]
    url = owner_client.post(reverse("orders:bulk"), {"action": "pick_list", "ids": ids}).url
    look = owner_client.get(url).context["look"]
    assert look.ids == [good.fulfilment.order_id]
    assert {str(cause.label) for cause in look.causes} == {
        f"Đang ở đợt nhặt {wave.number}",
        "Chưa có vận đơn",
        "Không chờ nhặt: đã nhặt, đã đóng gói hay đang bị giữ",
    }


def test_a63_each_warehouse_has_a_list_of_its_own(shop, owner_client) -> None:
    here = waiting(shop, A_1=1)
    second = make_shop("C-1")
    there = waiting(second, C_1=1)
    assert here.fulfilment.warehouse_id != there.fulfilment.warehouse_id
    asked = owner_client.get(choose(owner_client, here, there))
    said = {"run": asked.context["run"], "key": asked.context["form"]["key"].value()}
    made = owner_client.post(reverse("shipping:pick_paper"), said | {"method": "batch"})
    assert made.url == reverse("shipping:picking")
    assert set(PickWave.objects.values_list("warehouse", "method")) == {
        (shop.warehouse.pk, "batch"),
        (second.warehouse.pk, "batch"),
    }


def test_a63_nobody_makes_a_list_of_orders_that_he_may_not_see(shop, login, user_factory) -> None:
    package = waiting(shop, A_1=1)
    order = {"order": package.fulfilment.order_id}
    viewer = login(user_factory("viewer"))
    assert viewer.get(reverse("shipping:pick_paper"), order).status_code == 403
    packer = user_factory("warehouse", warehouse_ids=[make_warehouse().pk])
    elsewhere = login(packer).get(reverse("shipping:pick_paper"), order)
    assert elsewhere.url == reverse("shipping:picking")
