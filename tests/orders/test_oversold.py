"""What a marketplace sold beyond the stock: told with its cause, put right, ended by the goods."""

import pytest
from django.urls import reverse

from inventory.models import PurchaseOrder
from orders.models import Order, OrderProblem
from orders.selectors.attention import cases, with_deadlines
from orders.services.lifecycle import allocate_waiting, cancel_order, confirm_order
from orders.services.overselling import tell_oversold
from orders.services.problems import link_line
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.inventory.purchases import make_supplier, offer
from tests.orders.makers import ACTOR, books_agree, new_order, place, place_one

pytestmark = pytest.mark.django_db
SOLD = {"source": "shopee", "shop_ref": 7, "remote_id": "2410A"}


@pytest.fixture
def shirt(redis_clean):
    """Two of them in one warehouse."""
    variant = make_variant("AO-M")
    put(variant, make_warehouse(), 2)
    return variant


def told(order: Order) -> list[tuple[str, str]]:
    rows = OrderProblem.objects.filter(order=order, resolved_at=None)
    return list(rows.values_list("kind", "message"))


def sold_beyond(shirt) -> Order:
    order = place((shirt, 3), (shirt, 1), **SOLD)
    assert tell_oversold(order.pk, actor=ACTOR)
    order.refresh_from_db()
    return order


def test_a18_an_order_that_a_marketplace_sold_beyond_the_stock_is_told_with_what_is_missing(
    shirt, owner, eager, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        order = place((shirt, 3), (shirt, 1), **SOLD)
    order.refresh_from_db()
    assert told(order) == [("oversold", "Sàn đã bán quá tồn, còn thiếu 2 × AO-M.")]
    assert (order.tab, order.needs_attention) == ("to_confirm", True)
    assert tell_oversold(order.pk, actor=ACTOR)
    assert len(told(order)) == 1
    [case] = with_deadlines(cases(owner).rows, owner)
    assert (case.fix_label, case.fix_url) == (
        "Đặt nhập hoặc hủy",
        reverse("orders:detail", args=[order.pk]),
    )


def test_the_first_button_of_an_oversold_order_asks_suppliers_for_what_is_missing(
    shirt, owner_client
):
    offer(make_supplier(), shirt, 1_000)
    order = sold_beyond(shirt)
    page = owner_client.get(reverse("orders:detail", args=[order.pk]))
    assert [action.code for action, _url in page.context["steps"]][:2] == [
        "propose_purchase",
        "confirm",
    ]
    owner_client.post(reverse("orders:act", args=[order.pk, "propose_purchase"]))
    [draft] = PurchaseOrder.objects.all()
    assert [(line.variant_id, line.quantity) for line in draft.lines.all()] == [(shirt.pk, 2)]
    after = owner_client.get(reverse("orders:detail", args=[order.pk]))
    assert "propose_purchase" not in [action.code for action, _url in after.context["steps"]]
    link = reverse("inventory:purchase_detail", args=[draft.pk])
    assert f'href="{link}">{draft.number}</a>' in after.text


def test_it_ends_by_itself_when_the_goods_are_promised(shirt):
    order = sold_beyond(shirt)
    confirm_order(order.pk, actor=ACTOR)
    order.refresh_from_db()
    assert (order.tab, order.needs_attention) == ("waiting_stock", True)
    put(shirt, make_warehouse("LB"), 2)
    assert allocate_waiting([shirt.pk], actor=ACTOR) == [order.pk]
    order.refresh_from_db()
    assert (order.tab, order.needs_attention, told(order)) == ("to_arrange", False, [])
    assert not tell_oversold(order.pk, actor=ACTOR)
    assert books_agree()


def test_it_ends_with_its_order(shirt):
    order = sold_beyond(shirt)
    cancel_order(order.pk, actor=ACTOR, reason="Hết hàng")
    order.refresh_from_db()
    assert (order.needs_attention, told(order)) == (False, [])


def test_what_our_own_staff_sold_waits_for_stock_without_a_cause(shirt):
    order = place((shirt, 3), confirm=True)
    assert not tell_oversold(order.pk, actor=ACTOR)
    assert (order.tab, told(order)) == ("waiting_stock", [])


def test_unknown_goods_are_linked_first_and_then_found_to_be_missing(shirt):
    placed = place_one(new_order(("LA", 3), **SOLD))
    order = Order.objects.get(pk=placed.order_id)
    assert not tell_oversold(order.pk, actor=ACTOR)
    link_line(order.pk, order.lines.get().pk, shirt.pk, actor=ACTOR)
    assert tell_oversold(order.pk, actor=ACTOR)
    assert told(order) == [("oversold", "Sàn đã bán quá tồn, còn thiếu 1 × AO-M.")]
