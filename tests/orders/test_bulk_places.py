"""Bulk actions on where orders are shipped from, and the slips that go into their boxes."""

import pytest
from django.urls import reverse

from inventory.models import Allocation, Variant, Warehouse
from orders.bulk.registry import Wish, find_action
from orders.exports import packing_slips
from orders.models import Order
from orders.services import bulk, bulk_work
from orders.services.lifecycle import confirm_order
from tests.inventory.makers import level, make_variant, make_warehouse, put
from tests.orders.makers import ACTOR, place
from tests.orders.test_bulk import outcome, ready

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods() -> tuple[Warehouse, Warehouse, Variant]:
    """Two in the second warehouse, a thousand in the first."""
    near, far, shirt = make_warehouse("TD"), make_warehouse("BT"), make_variant("AO-01")
    put(shirt, near, 1000)
    put(shirt, far, 2)
    return near, far, shirt


def test_a24_orders_are_moved_to_another_warehouse_as_far_as_it_has_their_goods(goods, owner):
    near, far, shirt = goods
    orders = [place((shirt, 1), confirm=True) for _n in range(3)]
    waiting = place((make_variant("HET"), 1))
    run = ready("move", owner, [*orders, waiting], warehouse=str(far.pk))
    bulk_work.work(run.job_id)
    results = outcome(run)
    assert [ok for _n, ok, _m in results] == [True, True, False, False]
    assert "AO-01 cần 1, còn bán được 0" in results[2][2]
    assert results[3][2] == "Đơn chưa giữ hàng ở kho nào."
    places = [Order.objects.get(pk=order.pk).warehouse_id for order in orders]
    assert places == [far.pk, far.pk, near.pk]
    assert (level(shirt, near), level(shirt, far)) == ((1000, 1), (2, 2))
    assert Allocation.objects.filter(status="open").count() == 3
    back = bulk.undo(run.pk, actor=ACTOR)
    bulk_work.work(back.job_id)
    assert (level(shirt, near), level(shirt, far)) == ((1000, 3), (2, 0))


def test_c61_an_order_is_not_moved_to_a_warehouse_out_of_scope(goods, user_factory, owner):
    near, far, shirt = goods
    order = place((shirt, 1))
    action = find_action("move")
    assert action is not None
    seller = user_factory("sales", warehouse_ids=[near.pk])
    assert action.asks[0].choices(seller) == [(str(near.pk), near.name)]
    refused = action.run(Wish([order.pk], seller, {"warehouse": str(far.pk)}))
    assert refused == {order.pk: "Kho này không dùng được."}
    order.refresh_from_db()
    assert order.warehouse_id == near.pk


def test_the_look_before_says_which_orders_cannot_be_moved(goods, owner):
    _near, _far, shirt = goods
    movable, picked = place((shirt, 1)), place((shirt, 1))
    Order.objects.filter(pk=picked.pk).update(fulfillment_status="picking", status="processing")
    picked.refresh_from_db()
    action = find_action("move")
    assert action is not None
    assert action.causes([movable, picked], owner) == {
        picked.pk: "Chỉ đổi kho được khi đơn chưa tạo vận đơn, chưa nhặt hàng."
    }


def test_a24_packing_slips_of_chosen_orders_are_one_pdf(goods, owner, owner_client):
    _near, _far, shirt = goods
    orders = [place((shirt, 1), buyer_note="Gọi trước") for _n in range(2)]
    answer = owner_client.post(
        reverse("orders:bulk"), {"action": "packing_slip", "ids": [o.pk for o in orders]}
    )
    assert answer.url.startswith(reverse("orders:packing_slips"))
    paper = owner_client.get(answer.url)
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")


def test_many_packing_slips_are_a_job_that_is_asked_for(goods, owner_client, monkeypatch, eager):
    _near, _far, shirt = goods
    orders = [place((shirt, 1)) for _n in range(2)]
    address = f"{reverse('orders:packing_slips')}?ids={orders[0].pk},{orders[1].pk}"
    monkeypatch.setattr("orders.views.slips.AT_ONCE", 1)
    page = owner_client.get(address).content.decode()
    assert "2 phiếu" in page
    assert owner_client.get(reverse("orders:packing_slips") + "?ids=0").status_code == 404


def test_a_slip_of_a_gift_says_no_prices_and_none_says_our_own_notes(goods, owner, monkeypatch):
    _near, _far, shirt = goods
    gift = place((shirt, 1), internal_note="Khách khó tính", buyer_note="Gọi trước")
    Order.objects.filter(pk=gift.pk).update(flags=["gift"])
    plain = place((shirt, 2))
    drawn = {}
    monkeypatch.setattr(packing_slips, "render_pdf", lambda name, context: drawn.update(context))
    packing_slips.draw_slips(owner, {"ids": f"{gift.pk},{plain.pk}"})
    from django.template.loader import render_to_string

    text = render_to_string("print/packing_slip.html", drawn)
    first, second = text.split("</section>")[:2]
    assert "100.000" not in first
    assert "200.000" in second
    assert "Gọi trước" in first
    assert "Khách khó tính" not in text


def test_confirming_stays_possible_after_a_move(goods, owner):
    _near, far, shirt = goods
    order = place((shirt, 1))
    action = find_action("move")
    assert action is not None
    assert action.run(Wish([order.pk], owner, {"warehouse": str(far.pk)})) == {}
    assert confirm_order(order.pk, actor=ACTOR).warehouse_id == far.pk
