"""What an open list and an open order are told while they stay open."""

import pytest
import time_machine
from redis import RedisError

from oms.kernel.clock import now
from orders.models import Order
from orders.selectors.live import present_mark
from orders.services import presence
from orders.services.notes import add_note
from tests.orders.makers import ACTOR, place

pytestmark = pytest.mark.django_db

HX = {"HTTP_HX_REQUEST": "true"}


def ask(client, mark, **params):
    known = {"event": mark.event_id, "order": mark.order_id}
    return client.get("/orders/live/", known | params, **HX)


def bar(page: str) -> str:
    return page[page.index('class="news-bar"') :].split("</a>")[0]


def test_d12_a_quiet_house_answers_with_nothing_and_two_statements(
    owner_client, django_assert_num_queries
):
    place(("X", 1))
    mark = present_mark()
    owner_client.get("/orders/")
    # The session's user, and the two last numbers in one.
    with django_assert_num_queries(2):
        answer = ask(owner_client, mark)
    assert (answer.status_code, answer.content) == (204, b"")


def test_d12_new_orders_are_a_bar_and_no_rows(owner_client):
    old = place(("X", 1))
    mark = present_mark()
    place(("X", 1), source="zalo")
    place(("X", 1), source="facebook")
    page = ask(owner_client, mark, ids=str(old.pk)).content.decode()
    assert "2 đơn mới" in bar(page)
    assert "flash" not in page
    assert page.count("<tr") == 1
    # Only those that belong to the list that is open.
    assert "1 đơn mới" in bar(ask(owner_client, mark, source="zalo").content.decode())
    assert "news-bar" not in ask(owner_client, mark, tab="draft").content.decode()
    # The bar stays until the list is opened again.
    later = present_mark()
    add_note(old.pk, "x", actor=ACTOR)
    page = ask(owner_client, type(later)(later.event_id, mark.order_id)).content.decode()
    assert "2 đơn mới" in bar(page)


def test_d12_counters_follow_by_themselves(owner_client):
    mark = present_mark()
    place(("X", 1))
    page = ask(owner_client, mark).content.decode()
    counter = page[page.index('id="count-to_confirm"') :].split("</b>")[0]
    assert counter.endswith(">1")
    assert 'hx-swap-oob="true"' in counter


def test_d12_a_row_changed_by_someone_else_flashes_with_his_name(owner, owner_client, user_factory):
    from oms.kernel.actors import Actor

    lan = user_factory("sales", "lan", first_name="Lan")
    mine, hers, still = (place(("X", 1)) for _n in range(3))
    mark = present_mark()
    add_note(mine.pk, "x", actor=Actor.user(owner))
    add_note(hers.pk, "x", actor=Actor.user(lan))
    ids = f"{mine.pk},{hers.pk},{still.pk}"
    page = ask(owner_client, mark, ids=ids).content.decode()
    rows = {pk: page[page.index(f'id="order-{pk}"') :].split(">")[0] for pk in (mine.pk, hers.pk)}
    assert 'class="flash"' in rows[hers.pk]
    assert "flash" not in rows[mine.pk]
    assert page.count("Lan vừa sửa") == 1
    assert "<template>" in page


def test_a_list_is_told_nothing_of_orders_beyond_the_scope(login, user_factory):
    order = place(("X", 1), source="shopee", shop_ref=1, remote_id="a")
    mark = present_mark()
    add_note(order.pk, "x", actor=ACTOR)
    place(("X", 1), source="shopee", shop_ref=1, remote_id="b")
    stranger = login(user_factory("sales", shop_ids=[9]))
    page = ask(stranger, mark, ids=str(order.pk)).content.decode()
    assert "<tr" not in page
    assert "news-bar" not in page


def test_a_busy_poll_costs_the_same_for_one_row_and_for_twenty(
    owner_client, django_assert_num_queries
):
    orders = [place(("X", 1)) for _n in range(20)]
    mark = present_mark()
    add_note(orders[0].pk, "x", actor=ACTOR)
    ids = ",".join(str(order.pk) for order in orders)
    ask(owner_client, mark, ids=ids)
    # User, numbers, new ones, counters, deadlines, events, views, orders, lines, warehouses,
    # risk.
    with django_assert_num_queries(11):
        ask(owner_client, mark, ids=ids)
    for order in orders[1:]:
        add_note(order.pk, "x", actor=ACTOR)
    with django_assert_num_queries(11):
        ask(owner_client, mark, ids=ids)


def test_the_first_page_alone_asks_for_new_orders(owner_client):
    for _n in range(2):
        place(("X", 1))
    newest = Order.objects.latest("pk").pk
    assert f'data-order="{newest}"' in owner_client.get("/orders/").content.decode()
    page = owner_client.get("/orders/?codes=DH1").content.decode()
    assert 'data-order="0"' in page


def test_c65_presence_names_the_others_for_seconds(redis_clean, user_factory, login):
    order = place(("X", 1))
    lan, minh = user_factory("sales", "lan", first_name="Lan"), user_factory("sales", "minh")
    page = login(lan).get(f"/orders/{order.pk}/presence/").content.decode()
    assert page.strip() == ""
    page = login(minh).get(f"/orders/{order.pk}/presence/").content.decode()
    assert "Đang được mở bởi" in page
    assert "Lan" in page
    with time_machine.travel(now().timestamp() + presence.SECONDS + 1):
        assert presence.seen_with(order.pk, minh) == []
    assert (
        login(user_factory("sales", shop_ids=[9]))
        .get(f"/orders/{place(('X', 1), source='shopee', shop_ref=1, remote_id='p').pk}/presence/")
        .status_code
        == 404
    )


def test_without_redis_nobody_is_seen_and_nothing_breaks(monkeypatch, owner, owner_client):
    order = place(("X", 1))

    def down() -> None:
        raise RedisError("down")

    monkeypatch.setattr(presence, "redis_client", down)
    assert presence.seen_with(order.pk, owner) == []
    assert owner_client.get(f"/orders/{order.pk}/presence/").status_code == 200
