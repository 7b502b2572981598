"""The side panel of the list, and the way from one order of a list to the next."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.models import Order, OrderNote
from orders.selectors.filters import OrderFilters
from orders.selectors.lists import around
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import place

pytestmark = pytest.mark.django_db

IN_PANEL = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "panel"}


def test_c59_an_order_is_worked_on_in_the_panel_and_the_list_stays(owner_client):
    shirt = make_variant("AO-01")
    put(shirt, make_warehouse(), 5)
    order = place((shirt, 2), recipient_name="Đặng Thị Ánh")
    panel = owner_client.get(f"/orders/{order.pk}/panel/?tab=to_confirm").content.decode()
    assert "Đặng Thị Ánh" in panel
    assert f'hx-post="/orders/{order.pk}/act/confirm/?tab=to_confirm"' in panel
    assert f'href="/orders/{order.pk}/?tab=to_confirm"' in panel
    answer = owner_client.post(f"/orders/{order.pk}/act/confirm/", **IN_PANEL)
    order.refresh_from_db()
    assert order.status == "confirmed"
    assert answer.headers["HX-Trigger"] == "list:changed"
    assert "Đã xác nhận đơn." in answer.content.decode()
    assert "<html" not in answer.content.decode()
    owner_client.post(f"/orders/{order.pk}/act/note/", {"text": "Gọi sau 5 giờ"}, **IN_PANEL)
    assert OrderNote.objects.get().text == "Gọi sau 5 giờ"


def test_a_refusal_is_told_in_the_panel(owner_client):
    order = place(("X", 1))
    answer = owner_client.post(f"/orders/{order.pk}/act/hold/", {"reason": ""}, **IN_PANEL)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert "<html" not in answer.content.decode()
    order.refresh_from_db()
    assert order.status == "pending_confirmation"


def test_the_panel_shows_only_what_one_may_see(login, user_factory):
    order = place(("X", 1), source="shopee", shop_ref=1, remote_id="a")
    stranger = login(user_factory("sales", shop_ids=[9]))
    assert stranger.get(f"/orders/{order.pk}/panel/").status_code == 404
    viewer = login(user_factory("viewer"))
    panel = viewer.get(f"/orders/{order.pk}/panel/").content.decode()
    assert "hx-post" not in panel


def test_the_panel_costs_the_same_for_one_line_and_for_twenty(owner_client):
    def cost(order: Order) -> int:
        with CaptureQueriesContext(connection) as queries:
            owner_client.get(f"/orders/{order.pk}/panel/")
        return len(queries)

    short, long = place(("X", 1)), place(*[(f"X{n}", 1) for n in range(20)])
    cost(short)
    assert cost(long) == cost(short)


def test_neighbours_are_those_of_the_list_that_led_here(owner, owner_client):
    first, _other, last = (
        place(("X", 1), source=source) for source in ("zalo", "facebook", "zalo")
    )
    zalo = OrderFilters.of(source="zalo")
    assert around(owner, zalo, last) == (None, first.pk)
    assert around(owner, zalo, first) == (last.pk, None)
    assert around(owner, OrderFilters(), first) == (_other.pk, None)
    assert around(owner, OrderFilters.of(sort="deadline"), first) == (_other.pk, None)
    page = owner_client.get(f"/orders/{last.pk}/?source=zalo").content.decode()
    assert f'href="/orders/{first.pk}/?source=zalo"' in page
    assert 'data-key="]"' in page
    assert 'data-key="["' not in page
    assert 'href="/orders/?source=zalo"' in page
