"""What an order page says of orders that were split or merged, and when it proposes a merge."""

from datetime import timedelta

import pytest
from django.urls import reverse

from oms.kernel.clock import now
from orders.models import Order
from orders.selectors.relatives import relatives_of
from orders.services import lifecycle
from orders.services.merging import NEAR, merge_candidates, merge_orders
from orders.services.splitting import Part, split_order
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import ACTOR, place

pytestmark = pytest.mark.django_db
PHONE = "0912345678"


@pytest.fixture
def shirt(redis_clean: object):
    variant = make_variant("AO")
    put(variant, make_warehouse("TD"), 50)
    return variant


def confirmed(shirt, pieces: int = 1, **fields) -> Order:
    order = place((shirt, pieces), recipient_phone=PHONE, **fields)
    return lifecycle.confirm_order(order.pk, actor=ACTOR)


def page_of(client, order: Order) -> str:
    text = client.get(reverse("orders:detail", args=[order.pk])).content.decode()
    return " ".join(text.split())


def link(order: Order) -> str:
    return f'href="{reverse("orders:detail", args=[order.pk])}">{order.number}</a>'


def test_c30_a_merge_is_proposed_within_48_hours_and_not_beyond(shirt):
    moment = now() - timedelta(days=5)
    order = confirmed(shirt, placed_at=moment)
    second = timedelta(seconds=1)
    near = [confirmed(shirt, placed_at=moment + shift) for shift in (-NEAR, NEAR)]
    for shift in (-NEAR - second, NEAR + second):
        confirmed(shirt, placed_at=moment + shift)
    assert timedelta(hours=48) == NEAR
    found = merge_candidates(order, among=Order.objects.all())
    assert [row.order for row in found] == near[::-1]
    assert [row.refusal for row in found] == ["", ""]


def test_a_merged_order_says_where_it_went_and_the_other_what_came(shirt, owner_client):
    order, gone = confirmed(shirt), confirmed(shirt)
    merge_orders(order.pk, gone.pk, actor=ACTOR)
    kept, left = page_of(owner_client, order), page_of(owner_client, gone)
    assert "Đã gộp vào đơn này:" in kept and link(gone) in kept
    assert "Đơn này đã gộp vào" in left and link(order) in left
    for page in (kept, left):
        assert "Cùng gốc" not in page and "Đã tách ra" not in page


def test_parts_of_a_split_are_told_from_their_origin_and_from_a_merge(shirt, owner_client):
    order = confirmed(shirt, 4)
    line = order.lines.get().pk
    first, second = (
        split_order(order.pk, [Part({line: 1})], actor=ACTOR)[0] for _twice in range(2)
    )
    assert "Đã tách ra:" in page_of(owner_client, order)
    part = page_of(owner_client, first)
    assert f'Tách từ đơn <a class="ref" {link(order)}' in part
    assert "các phần khác" in part and link(second) in part
    merge_orders(order.pk, first.pk, actor=ACTOR)
    found = relatives_of(Order.objects.get(pk=order.pk), among=Order.objects.all())
    assert (found.origin, found.parts, found.merged) == (None, [second], [first])
    # Where it went stands above; as its origin it would stand there twice.
    found = relatives_of(Order.objects.get(pk=first.pk), among=Order.objects.all())
    assert (found.origin, found.parts, found.merged) == (None, [second], [])


def test_relatives_out_of_sight_are_not_named(shirt, user_factory, login):
    order = confirmed(shirt, 2)
    [made] = split_order(order.pk, [Part({order.lines.get().pk: 1})], actor=ACTOR)
    Order.objects.filter(pk=made.pk).update(shop_ref=9, remote_id="R")
    page = page_of(login(user_factory("sales", shop_ids=[8])), order)
    assert link(made) not in page
