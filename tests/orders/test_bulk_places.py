"""Bulk actions on where orders are shipped from, and the slips that go into their boxes."""

from dataclasses import replace
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PageObject, PdfReader

from inventory.exports.lists import EXPORTS
from inventory.models import Allocation, GoodsExport, Variant, Warehouse
from orders.bulk.registry import Wish, find_action
from orders.exports import packing_slips
from orders.models import Order
from orders.services import bulk, bulk_work
from orders.services.lifecycle import confirm_order
from tests.inventory.makers import level, make_variant, make_warehouse, put
from tests.orders.bulk_runs import outcome, ready
from tests.orders.makers import ACTOR, place

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


def test_a64_many_packing_slips_are_a_job_whose_file_its_owner_opens(
    goods, owner_client, login, user_factory, monkeypatch, eager, settings, tmp_path,
    django_capture_on_commit_callbacks,
):  # fmt: skip
    _near, _far, shirt = goods
    settings.PRIVATE_ROOT = tmp_path
    monkeypatch.setattr("orders.views.slips.AT_ONCE", 1)
    short = replace(EXPORTS[packing_slips.SLIPS], at_once=1)
    monkeypatch.setitem(EXPORTS, packing_slips.SLIPS, short)
    orders = [place((shirt, 1), buyer_note="Gọi trước") for _n in range(2)]
    chosen = {"ids": f"{orders[0].pk},{orders[1].pk}"}
    slips = reverse("orders:packing_slips")
    assert "2 phiếu" in owner_client.get(slips, chosen).content.decode()
    assert owner_client.get(slips, {"ids": "0"}).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        answer = owner_client.post(slips, chosen)
    row = GoodsExport.objects.get()
    assert (answer.url, row.job.status) == (
        reverse("orders:slips_detail", args=[row.pk]),
        "done",
    )
    file = reverse("orders:slips_file", args=[row.pk])
    assert file in owner_client.get(answer.url).content.decode()
    paper = PdfReader(BytesIO(b"".join(owner_client.get(file).streaming_content)))
    assert len(paper.pages) == 2
    assert all(number_on(page, orders) for page in paper.pages)
    assert [round(float(side) / 72 * 25.4) for side in paper.pages[0].mediabox[2:]] == [148, 210]
    assert login(user_factory("manager")).get(file).status_code == 404


def number_on(page: PageObject, orders: list[Order]) -> bool:
    """Exactly one of the orders is named on this page, with the buyer's wish."""
    text = page.extract_text()
    return [order.number in text for order in orders].count(True) == 1 and "Gọi trước" in text


def test_a_slip_of_a_gift_says_no_prices_and_none_says_our_own_notes(goods, owner, monkeypatch):
    _near, _far, shirt = goods
    gift = place((shirt, 1), internal_note="Khách khó tính", buyer_note="Gọi trước")
    Order.objects.filter(pk=gift.pk).update(flags=["gift"])
    plain = place((shirt, 2))
    drawn = {}
    monkeypatch.setattr(packing_slips, "render_pdf", lambda name, context: drawn.update(context))
    packing_slips.draw_paper("packing_slips", owner, {"ids": f"{gift.pk},{plain.pk}"})
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


def test_c30_chosen_orders_of_one_buyer_are_put_together_and_the_others_say_why(goods, owner):
    _near, _far, shirt = goods
    same = {"recipient_phone": "0912345678", "street": "12 Lê Lợi"}
    first, second, third = (place((shirt, 1), **same) for _n in range(3))
    elsewhere = place((shirt, 1), **(same | {"street": "9 Hàng Bông"}))
    unknown = [place((shirt, 1), recipient_phone="", street="12 Lê Lợi") for _n in range(2)]
    chosen = [first, second, third, elsewhere, *unknown]
    action = find_action("merge")
    assert action is not None
    assert set(action.causes(chosen, owner)) == {order.pk for order in (elsewhere, *unknown)}
    run = ready("merge", owner, chosen)
    bulk_work.work(run.job_id)
    assert [ok for _n, ok, _m in outcome(run)] == [True, True, True, False, False, False]
    assert "cùng địa chỉ" in outcome(run)[3][2]
    kept = Order.objects.get(pk=first.pk)
    assert (kept.pieces, kept.goods_vnd) == (3, 300_000)
    into = [Order.objects.get(pk=order.pk).merged_into_id for order in (second, third)]
    assert into == [first.pk, first.pk]


def test_c33_what_waits_is_split_off_many_orders(goods, owner):
    near, _far, shirt = goods
    rare = make_variant("HIEM")
    put(rare, near, 1)
    short = [place((shirt, 1), (rare, 5), confirm=True) for _n in range(2)]
    whole = place((shirt, 1), confirm=True)
    run = ready("split", owner, [*short, whole])
    bulk_work.work(run.job_id)
    assert [ok for _n, ok, _m in outcome(run)] == [True, True, False]
    assert outcome(run)[2][2] == "Đơn đủ hàng, hoặc chưa có món nào: không có phần để tách."
    ships = [Order.objects.get(pk=order.pk) for order in short]
    assert [order.fulfillment_status for order in ships] == ["allocated", "allocated"]
    assert sorted(order.pieces for order in Order.objects.filter(split_from__in=short)) == [4, 5]
