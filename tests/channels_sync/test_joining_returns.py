"""Requests of marketplaces meet carriers and buyers in the one return of the order."""

import pytest
from django.urls import reverse

from channels_sync.models import ReturnLine, ReturnRequest, Shop
from channels_sync.services.joining_returns import goods_are_here, join_return
from invoicing.models import Refund
from invoicing.services.payments import receive_payment
from oms.kernel.books import check_books
from oms.kernel.clock import now
from orders.models import Order, Return
from tests.orders.returns import ACTOR, make_goods, opened, scanned, sold

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods():
    return make_goods(100_000)


@pytest.fixture
def order(goods) -> Order:
    made = sold((goods.goods[0], 2))
    receive_payment(made.pk, 200_000, "marketplace", source=("test", "sale"), actor=ACTOR)
    return made


def told(order: Order, state: str = "requested", units: int = 1, **facts) -> ReturnRequest:
    shop, _new = Shop.objects.get_or_create(
        marketplace="shopee", remote_shop_id="1", defaults={"name": "Shopee", "connected_at": now()}
    )
    row = ReturnRequest.objects.create(
        shop=shop, remote_id="R1", remote_order_id="S1", order=order, remote_status="X",
        state=state, version=1, asked_at=now(), remote_updated_at=now(), seen_at=now(),
        refund_vnd=100_000, reason="Hàng lỗi", **facts,
    )  # fmt: skip
    ReturnLine.objects.create(
        request=row, remote_line_id="1", order_line=order.lines.get(), quantity=units
    )
    return row


def becomes(row: ReturnRequest, state: str) -> Return:
    ReturnRequest.objects.filter(pk=row.pk).update(state=state)
    join_return(ReturnRequest.objects.get(pk=row.pk), actor=ACTOR)
    return Return.objects.get()


def test_a_request_opens_the_return_and_its_goods_and_money_end_in_it(order, goods, owner_client):
    row = told(order)
    join_return(row, actor=ACTOR)
    document = Return.objects.get()
    assert (document.origin, document.status, document.lines.get().quantity) == (
        *("marketplace", "requested", 1),
    )
    page = owner_client.get(reverse("orders:return_detail", args=[document.pk])).content.decode()
    assert reverse("channels_sync:return_detail", args=[row.pk]) in page
    assert reverse("orders:return_approve", args=[document.pk]) not in page
    assert becomes(row, "accepted").status == "coming"
    assert becomes(row, "closed").status == "coming"  # paid before the goods are here
    scanned(document, goods.shop, (goods.goods[0], 1, "restock"))
    for _again in range(2):
        goods_are_here(document.pk, actor=ACTOR)
    order.refresh_from_db()
    assert (Return.objects.get().status, order.returned_vnd, order.paid_vnd) == (
        *("done", 100_000, 100_000),
    )
    assert Refund.objects.get().method == "marketplace"
    assert not any(check_books().values())


def test_a_buyer_who_keeps_the_goods_gets_money_and_no_piece_moves(order):
    row = told(order, "requested", wants_goods_back=False)
    join_return(row, actor=ACTOR)
    document = becomes(row, "closed")
    order.refresh_from_db()
    assert (document.status, document.lines.count(), order.paid_vnd) == ("done", 0, 100_000)
    assert order.status == "delivered"
    assert not any(check_books().values())


def test_a_request_joins_what_the_buyer_asked_here_and_leaves_it_when_withdrawn(order):
    asked = opened(order, None, origin="buyer")
    row = told(order, "going")
    join_return(row, actor=ACTOR)
    document = Return.objects.get()
    assert (document.pk, document.origin, document.status) == (asked.pk, "buyer", "coming")
    assert becomes(row, "cancelled").status == "coming"


def test_a_request_that_is_withdrawn_calls_its_own_return_off(order):
    row = told(order)
    join_return(row, actor=ACTOR)
    assert becomes(row, "rejected").status == "cancelled"


def test_a_request_in_words_that_nobody_knows_opens_nothing(order):
    join_return(told(order, "unknown"), actor=ACTOR)
    assert not Return.objects.exists()
