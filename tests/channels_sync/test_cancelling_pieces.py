"""Some pieces of an order are cancelled from here, where its marketplace lets a seller do that."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from channels_sync.models import RemoteOrder, Shop
from channels_sync.selectors.orders import PiecesOfLine, channel_view
from channels_sync.services.cancelling_pieces import cancel_pieces
from channels_sync.services.importing import import_orders
from oms.kernel.books import check_books
from oms.kernel.errors import DomainError, ServiceUnreachable
from oms.kernel.locks import redis_lock
from oms.kernel.models import Event
from orders.models import Order

from .conftest import ACTOR
from .markets import Market, confirmed, connect, moved, order_of, running_market, stocked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_clean")]
TWO = [{"sku": "SRM-120", "quantity": 3}, {"sku": "MU-LT", "quantity": 1}]
WHY = "out_of_stock"


@pytest.fixture
def market(request: Any, tmp_path: Path, settings: Any) -> Iterator[Market]:
    code = getattr(request, "param", "lazada")
    with running_market(code, tmp_path, settings) as hand:
        yield hand


@pytest.fixture
def shop(market: Market) -> Shop:
    return stocked(connect(market))


def rows_of(order: Order) -> list[PiecesOfLine]:
    view = channel_view(order)
    assert view is not None
    return view.cancellable_pieces


def bought(order: Order) -> dict[str, int]:
    return {line.sku: line.quantity for line in order_of(order.remote_id).lines.all()}


def cancelled_there(market: Market, order: Order) -> list[str]:
    items = market.told(order.remote_id)["items"]
    return [str(i["order_item_id"]) for i in items if i["status"] == "canceled"]


def posted(order: Order, **counts: int) -> dict[str, Any]:
    """What the form sends: the numbers by SKU, beside the pieces that the page showed."""
    told: dict[str, Any] = {"reason": "Hết hàng"}
    for row in rows_of(order):
        name = row.line.remote_line_id
        told |= {f"seen-{name}": row.seen, f"count-{name}": counts.get(row.line.sku[:2], 0)}
    return told


def test_pieces_cancelled_here_leave_the_marketplace_and_the_order(market, shop, owner_client):
    order = confirmed(market, shop, lines=TWO)
    page = owner_client.get(f"/orders/{order.pk}/").content.decode()
    assert "Hủy một phần trên sàn" in page
    form = posted(order, SR=1)
    answer = owner_client.post(f"/channels/orders/{order.pk}/pieces/", form, follow=True)
    assert "Đã hủy 1 món trên sàn." in answer.content.decode()
    assert bought(order) == {"SRM-120": 2, "MU-LT": 1}
    [gone] = cancelled_there(market, order)
    [item] = [i for i in market.told(order.remote_id)["items"] if str(i["order_item_id"]) == gone]
    assert "out of stock" in item["reason"].lower()
    left = order_of(order.remote_id)
    assert (left.status, left.needs_attention) == (order.status, False)
    event = Event.objects.get(name="channel.pieces_cancelled")
    assert event.data == {"quantity": 1, "reason": WHY}


def test_a_second_click_asks_for_the_same_pieces_and_cancels_no_other(market, shop, owner_client):
    order = confirmed(market, shop, lines=TWO)
    form = posted(order, SR=1)
    for _click in range(2):
        answer = owner_client.post(f"/channels/orders/{order.pk}/pieces/", form, follow=True)
    assert "đã hủy trên sàn từ trước" in answer.content.decode()
    assert len(cancelled_there(market, order)) == 1
    assert market.sent(market.CANCEL) == 1


@pytest.mark.parametrize("kind", ["timeout_after_work", "garbled_json", "status_5xx"])
def test_a_lost_answer_is_read_from_the_order_itself(market, shop, kind):
    order = confirmed(market, shop, lines=TWO)
    [row, _hat] = rows_of(order)
    market.fault(kind, market.CANCEL, after_work=True)
    assert cancel_pieces(order.pk, row.pieces[:1], code=WHY, actor=ACTOR) == 1
    assert bought(order) == {"SRM-120": 2, "MU-LT": 1}
    assert cancel_pieces(order.pk, row.pieces[:1], code=WHY, actor=ACTOR) == 0
    assert len(cancelled_there(market, order)) == 1


def test_an_answer_lost_before_the_work_changes_nothing_and_is_said(market, shop):
    order = confirmed(market, shop, lines=TWO)
    [row, _hat] = rows_of(order)
    market.fault("timeout_before_work", market.CANCEL)
    with pytest.raises(ServiceUnreachable):
        cancel_pieces(order.pk, row.pieces[:1], code=WHY, actor=ACTOR)
    assert bought(order) == {"SRM-120": 3, "MU-LT": 1}
    assert not Event.objects.filter(name="channel.pieces_cancelled").exists()


def test_a_success_that_cancelled_only_some_is_told_as_it_is(market, shop, owner_client):
    order = confirmed(market, shop, lines=TWO)
    market.fault("cancel_some", market.CANCEL)
    form = posted(order, SR=2)
    answer = owner_client.post(f"/channels/orders/{order.pk}/pieces/", form, follow=True)
    assert "Sàn đã hủy 1 trong 2 món" in answer.content.decode()
    assert bought(order) == {"SRM-120": 2, "MU-LT": 1}


def test_one_that_the_buyer_cancelled_meanwhile_does_not_spoil_the_others(market, shop):
    order = confirmed(market, shop, lines=TWO)
    [row, _hat] = rows_of(order)
    market.move(order.remote_id, "cancelled", order_item_ids=[int(row.pieces[0])])
    assert cancel_pieces(order.pk, row.pieces[:2], code=WHY, actor=ACTOR) == 1
    assert sorted(cancelled_there(market, order)) == sorted(row.pieces[:2])
    assert bought(order) == {"SRM-120": 1, "MU-LT": 1}


def test_names_of_no_piece_of_the_order_cancel_nothing(market, shop):
    order, other = confirmed(market, shop, lines=TWO), confirmed(market, shop, lines=TWO)
    foreign = rows_of(other)[0].pieces
    assert cancel_pieces(order.pk, [*foreign, "999"], code=WHY, actor=ACTOR) == 0
    assert cancelled_there(market, order) == cancelled_there(market, other) == []
    assert market.sent(market.CANCEL) == 0


def test_all_pieces_are_an_order_and_a_shipped_one_cancels_none(market, shop):
    order = confirmed(market, shop, lines=TWO)
    every = [piece for row in rows_of(order) for piece in row.pieces]
    with pytest.raises(DomainError, match="Hủy đơn"):
        cancel_pieces(order.pk, every, code=WHY, actor=ACTOR)
    market.move(order.remote_id, "shipped")
    with pytest.raises(DomainError, match="không cho hủy"):
        cancel_pieces(order.pk, every[:1], code=WHY, actor=ACTOR)
    moved(market, shop, order, "shipped")
    assert rows_of(order_of(order.remote_id)) == []
    assert cancelled_there(market, order) == []
    assert market.sent(market.CANCEL) == 0


def test_a_prepaid_order_tells_what_is_due_back_and_the_books_stay_right(market, shop):
    """What was paid stays a fact: the rest is due back, as of an order that is cancelled whole."""
    order = confirmed(market, shop, lines=TWO)
    assert order.paid_vnd == order.total_vnd > 0
    [row, _hat] = rows_of(order)
    assert cancel_pieces(order.pk, row.pieces[:1], code=WHY, actor=ACTOR) == 1
    left = order_of(order.remote_id)
    assert left.total_vnd < order.total_vnd
    assert left.refund_due_vnd == order.paid_vnd - left.total_vnd
    assert (left.paid_vnd, left.payment_status) == (order.paid_vnd, order.payment_status)
    assert not any(check_books().values())


@pytest.mark.parametrize("sent", [{}, {"MU": 2}])
def test_numbers_that_make_no_sense_send_nothing(market, shop, owner_client, sent):
    order = confirmed(market, shop, lines=TWO)
    form = posted(order, **sent)
    answer = owner_client.post(f"/channels/orders/{order.pk}/pieces/", form, follow=True)
    assert [str(message.level_tag) for message in answer.context["messages"]] == ["error"]
    assert market.sent(market.CANCEL) == 0
    assert bought(order) == {"SRM-120": 3, "MU-LT": 1}


@pytest.mark.parametrize("market", ["shopee", "tiktok_shop"], indirect=True)
def test_who_cancels_only_whole_orders_is_never_asked_for_pieces(market, shop, owner_client):
    order = confirmed(market, shop, lines=TWO)
    assert rows_of(order) == []
    assert "Hủy một phần trên sàn" not in owner_client.get(f"/orders/{order.pk}/").content.decode()
    with pytest.raises(DomainError, match="chỉ cho hủy cả đơn"):
        cancel_pieces(order.pk, ["1"], code=WHY, actor=ACTOR)
    import_orders(shop.pk, [order.remote_id])
    assert RemoteOrder.objects.get(order=order).state != "cancelled"
    assert market.sent(market.CANCEL) == 0


def test_two_presses_at_once_cancel_and_tell_once(market, shop):
    order = confirmed(market, shop, lines=TWO)
    [row, _other] = rows_of(order)
    name = f"channel-cancel-pieces:{order.pk}"
    with redis_lock(name, 60), pytest.raises(DomainError) as refused:
        cancel_pieces(order.pk, row.pieces[:1], code=WHY, actor=ACTOR)
    assert refused.value.code == "cancelling"
    assert cancelled_there(market, order) == []
    assert cancel_pieces(order.pk, row.pieces[:1], code=WHY, actor=ACTOR) == 1
    assert cancel_pieces(order.pk, row.pieces[:1], code=WHY, actor=ACTOR) == 0
    assert Event.objects.filter(name="channel.pieces_cancelled").count() == 1
