"""A kept page is its reader's alone, and what he may see is asked for each time."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from inventory.models import Variant
from oms.accounts.models import Role
from oms.kernel import kept
from oms.kernel.clock import now
from orders.models import Order
from orders.views import lists
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import place

LIST = reverse("orders:list")
TOKEN = re.compile(r'(?:name="csrfmiddlewaretoken" value|data-csrf)="(\w+)"')


@pytest.fixture
def shirt(db) -> Variant:
    variant = make_variant()
    put(variant, make_warehouse(), 10)
    return variant


def of_shop(shirt: Variant, shop: int) -> Order:
    order = place((shirt, 1))
    Order.objects.filter(pk=order.pk).update(shop_ref=shop, remote_id=f"R{order.pk}")
    return order


def numbers(client: Client) -> set[str]:
    return set(re.findall(r'class="ref" [^>]*>([^<]+)</a>', client.get(LIST).content.decode()))


def test_readers_of_one_role_share_no_page_even_while_nobody_writes(
    shirt, login, user_factory, monkeypatch
):
    mine, other = of_shop(shirt, 1), of_shop(shirt, 2)
    first = login(user_factory("sales", shop_ids=[1], first_name="Quýnh"))
    second = login(user_factory("sales", shop_ids=[2], first_name="Bình"))
    monkeypatch.setattr(kept, "database_version", lambda: "7:7:")
    seen = [(client, numbers(client)) for client in (first, second, first, second)]
    assert seen == [
        (first, {mine.number}),
        (second, {other.number}),
        (first, {mine.number}),
        (second, {other.number}),
    ]
    pages = [client.get(LIST).content.decode() for client in (first, second)]
    assert ["Quýnh" in page for page in pages] == [True, False]
    tokens = [set(TOKEN.findall(page)) for page in pages]
    assert not tokens[0] & tokens[1]
    assert len(lists.PAGES.packed.rows) == 2


def test_the_token_of_a_kept_page_is_good_for_its_reader_only(
    shirt, login, user_factory, monkeypatch
):
    monkeypatch.setattr(kept, "database_version", lambda: "7:7:")
    user = user_factory("owner")
    clients = [Client(enforce_csrf_checks=True) for _n in range(2)]
    for client in clients:
        client.force_login(user)
    tokens = [TOKEN.findall(client.get(LIST).content.decode())[0] for client in clients]
    theme = reverse("web:theme")

    def answer(client: Client, token: str) -> int:
        form = {"theme": "dark", "next": LIST, "csrfmiddlewaretoken": token}
        return client.post(theme, form).status_code

    assert [answer(clients[0], tokens[0]), answer(clients[1], tokens[1])] == [302, 302]
    assert [answer(clients[0], tokens[1]), answer(clients[1], tokens[0])] == [403, 403]


@pytest.mark.django_db(transaction=True)
def test_what_a_person_loses_he_loses_at_once(shirt, login, user_factory):
    first, second = of_shop(shirt, 1), of_shop(shirt, 2)
    made = Role.objects.create(
        code="tro-ly", name="Trợ lý", name_folded="tro ly", created_at=now(),
        permissions=["orders.view_order", "orders.add_order"],
    )  # fmt: skip
    user = user_factory("tro-ly")
    client = login(user)
    assert numbers(client) == numbers(client) == {first.number, second.number}
    assert reverse("orders:new") in client.get(LIST).content.decode()
    user.shop_ids = [2]
    user.save(update_fields=["shop_ids"])
    assert numbers(client) == {second.number}
    made.permissions = ["orders.view_order"]
    made.save(update_fields=["permissions"])
    assert reverse("orders:new") not in client.get(LIST).content.decode()
    made.permissions = []
    made.save(update_fields=["permissions"])
    assert client.get(LIST).status_code == 403
    user.role = "viewer"
    user.save(update_fields=["role"])
    assert numbers(client) == {second.number}
    user.set_password("Một mật khẩu khác 9")
    user.save(update_fields=["password"])
    assert client.get(LIST).status_code == 302
    client.force_login(user)
    assert numbers(client) == {second.number}
    user.is_active = False
    user.save(update_fields=["is_active"])
    assert client.get(LIST).status_code == 302
