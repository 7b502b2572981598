"""A list that was drawn serves again, and never what has changed or what is another's."""

import re

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from inventory.models import Variant
from oms.kernel import kept
from oms.kernel.events import EventRow, record_events
from orders.models import Order
from orders.selectors.codes import MOST_CODES
from orders.views import lists
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import ACTOR, place

pytestmark = pytest.mark.django_db

LIST = reverse("orders:list")
TOKEN = re.compile(r'(?:name="csrfmiddlewaretoken" value|data-csrf)="(\w+)"')


def text_of(client: Client, address: str = LIST) -> str:
    return client.get(address).content.decode()


@pytest.fixture
def shirt() -> Variant:
    variant = make_variant()
    put(variant, make_warehouse(), 10)
    return variant


def masked(text: str) -> str:
    return re.sub("|".join(TOKEN.findall(text)), "", text)


def test_a_second_look_is_not_drawn_again(shirt, owner_client, django_assert_num_queries):
    place((shirt, 1))
    first = text_of(owner_client)
    with django_assert_num_queries(6):
        second = text_of(owner_client)
    assert masked(second) == masked(first)
    assert len(lists.PAGES.drawn.rows) == 1


def test_each_answer_masks_its_token_anew(shirt, owner_client):
    place((shirt, 1))
    tokens = {frozenset(TOKEN.findall(text_of(owner_client))) for _look in range(3)}
    assert len(tokens) == 3
    assert all(len(of_page) == 1 for of_page in tokens)


def test_a_changed_order_a_new_one_and_a_counter_are_seen_at_once(shirt, owner_client):
    order = place((shirt, 1))
    assert "Khách đổi tên" not in text_of(owner_client)
    Order.objects.filter(pk=order.pk).update(recipient_name="Khách đổi tên")
    assert "Khách đổi tên" in text_of(owner_client)
    assert place((shirt, 1)).number in text_of(owner_client)


def test_what_the_list_knows_of_is_told_anew_although_no_row_changed(shirt, owner_client):
    place((shirt, 1))
    known = re.search(r'data-event="(\d+)"', text_of(owner_client))
    record_events([EventRow("stock.changed", "variant", shirt.pk, {})], actor=ACTOR)
    later = re.search(r'data-event="(\d+)"', text_of(owner_client))
    assert known and later and int(later[1]) > int(known[1])
    assert len(lists.PAGES.drawn.rows) == 1


def test_nobody_gets_the_page_of_another(shirt, owner_client, client, user_factory):
    place((shirt, 1))
    owner = text_of(owner_client)
    client.force_login(user_factory(role="warehouse"))
    other = text_of(client)
    assert reverse("orders:new") in owner
    assert reverse("orders:new") not in other
    client.cookies["django_language"] = "en"
    assert 'lang="en"' in text_of(client)


def test_a_message_is_said_once(shirt, owner_client):
    place((shirt, 1))
    many = {"codes": "\n".join(f"X{n}" for n in range(MOST_CODES + 1))}
    address = owner_client.post(reverse("orders:codes"), many).headers["Location"]
    said = "1 mã cuối chưa được tìm"
    looks = [said in text_of(owner_client, address) for _look in range(3)]
    assert looks == [True, False, False]
    assert len(lists.PAGES.drawn.rows) == 1


def test_a_text_is_kept_for_its_time_and_the_store_stays_small(frozen):
    store = kept.Kept(seconds=15, most=2)
    store.put({("a",): "1", ("b",): "2"})
    assert store.get(("a",)) == "1"
    frozen.shift(15)
    assert store.get(("a",)) is None
    store.put({("c",): "3"})
    assert list(store.rows) == [("c",)]


def test_while_nobody_writes_the_list_is_not_read_either(
    shirt, owner_client, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr(kept, "database_version", lambda: "7:7:")
    place((shirt, 1))
    first = text_of(owner_client)
    with django_assert_num_queries(1):  # who asks
        assert masked(text_of(owner_client)) == masked(first)
    later = place((shirt, 1))
    monkeypatch.setattr(kept, "database_version", lambda: "8:8:")
    assert later.number in text_of(owner_client)


@pytest.mark.django_db(transaction=True)
def test_every_commit_makes_another_version_and_what_is_not_committed_has_none(shirt):
    before = kept.database_version()
    shirt.save(update_fields=["title"])
    assert kept.database_version() not in (before, None)
    with transaction.atomic():
        assert kept.database_version() is None


def test_no_sign_in_a_buyers_name_tears_the_rows_apart(shirt, owner_client):
    """Such a sign would end a row early, and every row after it would be another order's."""
    signs = "".join(chr(code) for code in range(0xE000, 0xE010))
    orders = [place((shirt, 1), recipient_name=f"{n} {signs} A") for n in range(3)]
    page = text_of(owner_client)
    found = re.findall(r'<tr id="order-(\d+)"(.*?)</tr>', page, re.DOTALL)
    assert [int(pk) for pk, _row in found] == [order.pk for order in reversed(orders)]
    for (_pk, row), order in zip(found, reversed(orders), strict=True):
        assert order.number in row and f"{order.recipient_name}\n" in row
