"""What an open list costs the line: the page, its styles and scripts as a browser gets them."""

import gzip
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders

from orders.models import Order, Tag
from orders.services.intake import place_orders
from tests.conftest import forget_drawn
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import ACTOR, new_order, place

pytestmark = pytest.mark.django_db

LIST, MOST = "/orders/", 60_000


def wire(client, address: str = LIST):
    return client.get(address, headers={"Accept-Encoding": "gzip"})


@pytest.fixture(autouse=True)
def no_rows_from_before() -> None:
    forget_drawn()


def test_a_page_of_fifty_orders_and_what_it_loads_are_light(owner_client):
    shirt = make_variant("AO-01")
    put(shirt, make_warehouse("TD"), 100)
    place_orders(
        [new_order((shirt, 1), recipient_name=f"Nguyễn Thị Ánh {n}") for n in range(50)],
        actor=ACTOR,
    )
    answer = wire(owner_client)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    page = gzip.decompress(answer.content).decode()
    assert page.count('class="row-tick"') == 50
    assert len(answer.content) <= MOST
    names = re.findall(r'(?:<script src|<link rel="stylesheet" href)="([^"]+)"', page)
    files = [finders.find(urlsplit(name).path.removeprefix("/static/")) for name in names]
    assert len(files) >= 6
    assert sum(len(gzip.compress(Path(path).read_bytes())) for path in files) <= MOST


def test_a_browser_that_does_not_unpack_gets_the_page_as_it_is(owner_client):
    answer = owner_client.get(LIST)
    assert "Content-Encoding" not in answer.headers
    assert answer.content.startswith(b"\n<!DOCTYPE") or b"<html" in answer.content[:200]


def test_two_answers_of_one_page_differ_in_length(owner_client):
    """Or else a page's size would tell a listener what somebody put into it."""
    assert len({len(wire(owner_client).content) for _n in range(8)}) > 1


def test_rows_that_were_drawn_cost_nothing_until_their_order_changes(
    owner_client, django_assert_num_queries
):
    shirt = make_variant("AO-01")
    order = place((shirt, 1), recipient_name="Lan")
    assert "Lan" in owner_client.get(LIST).content.decode()
    with django_assert_num_queries(6):
        again = owner_client.get(LIST).content.decode()
    assert "Lan" in again
    tag = Tag.objects.create(name="Gấp", name_folded="gap")
    Order.objects.filter(pk=order.pk).update(tag_ids=[tag.pk], recipient_name="Hoa")
    page = owner_client.get(LIST).content.decode()
    assert "Hoa" in page
    assert "Gấp" in page
    assert "Lan" not in page


def test_a_kept_row_leads_to_the_order_from_the_list_that_shows_it(owner_client):
    order = place((make_variant("AO-01"), 1), source="zalo")
    owner_client.get(LIST)
    page = owner_client.get(LIST, {"source": "zalo", "kind": "one"}).content.decode()
    assert f'href="/orders/{order.pk}/?source=zalo&amp;kind=one"' in page


def test_what_one_may_not_do_is_not_in_a_row_that_another_one_had_drawn(
    owner_client, login, user_factory
):
    draft = place((make_variant("AO-01"), 1), draft=True)
    assert f"/orders/{draft.pk}/draft/" in owner_client.get(LIST).content.decode()
    viewer = login(user_factory("viewer"))
    assert f"/orders/{draft.pk}/draft/" not in viewer.get(LIST).content.decode()
