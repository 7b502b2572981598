"""Every page, list, file and paper of the house, read by each role and by limited users.

The house is built once. A role that has less than another reads again only what the permissions
that were asked for there decide otherwise for it: the rest is the same answer.
"""

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest.mock import patch

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from channels_sync.selectors.consent import endings_for
from inventory.exports.lists import EXPORTS
from inventory.views.exports import EXPORT
from oms.accounts.backends import RoleBackend
from oms.accounts.models import Role, User
from oms.accounts.permissions import every_permission, permissions_of
from oms.kernel import clock, kept
from oms.web import context
from oms.web.nav import nav_links
from oms.web.templatetags import ui
from shipping.models import Package
from tests.web.planted import House, Reader, every_address, text_of

pytestmark = pytest.mark.django_db
# Goods may be sent to any warehouse, so that its name is a choice there.
DESTINATIONS = reverse("inventory:transfer_new")
SEE_COST = "inventory.view_cost"
FILES: list[tuple[str, dict[str, str]]] = [
    *(
        (reverse("inventory:export", args=[kind]), {})
        for kind, export in EXPORTS.items()
        if export.needs == EXPORT
    ),
    *(
        (reverse("orders:export"), {"kind": kind, "format": form})
        for kind in ("orders", "order_lines")
        for form in ("xlsx", "csv")
    ),
]
# Of what a role would be told again, one in so many is read all the same.
SAMPLE = 12
Pages = dict[str, str]


@dataclass
class Walker:
    """Reads as somebody, and notes which permissions each address asked for on the way."""

    house: House
    asked: dict[str, set[str]] = field(default_factory=dict)
    pages: Pages = field(default_factory=dict)

    def walk(self, user: User, *, each: int) -> Pages:
        """What every address shows to this user, with the newest `each` objects of a kind."""
        client = Reader()
        client.force_login(user)
        found = {}
        for address, data in requests(each):
            with asked_for() as permissions:
                found[named(address, data)] = text_of(client, address, data)
            self.asked[named(address, data)] = permissions
        return {address: text for address, text in found.items() if text}

    def walk_where_it_differs(self, user: User, beside: User) -> Pages:
        """After a walk of `beside`: what is decided otherwise for this user, and a sample."""
        client = Reader()
        client.force_login(user)
        differing = permissions_of(user) ^ permissions_of(beside)
        found = {}
        for number, (address, data) in enumerate(requests(1)):
            asked = self.asked.get(named(address, data))
            if asked is None or asked & differing or number % SAMPLE == 0:
                found[named(address, data)] = text_of(client, address, data)
        return {address: text for address, text in found.items() if text}


def requests(each: int) -> Iterator[tuple[str, dict[str, str] | None]]:
    for address in every_address(each):
        yield address, None
    yield from FILES
    labels = Package.objects.order_by("-pk").values_list("pk", flat=True)[:each]
    yield reverse("shipping:labels_pdf") + "?" + "&".join(f"ids={pk}" for pk in labels), None


def named(address: str, data: dict[str, str] | None) -> str:
    return address if data is None else " ".join(["POST", address, *data.values()])


@contextmanager
def asked_for() -> Iterator[set[str]]:
    """The permissions that are asked for inside, but for those of the frame of every page: the
    menu, which names no object, and the banner, which is read with each role's first page.
    """
    found: set[str] = set()
    plain, everything = RoleBackend.has_perm, RoleBackend.get_all_permissions
    silent = [False]

    def has_perm(backend: RoleBackend, user: User, perm: str, obj: object = None) -> bool:
        if not silent[0]:
            found.add(perm)
        return plain(backend, user, perm, obj)

    def get_all(backend: RoleBackend, user: User, obj: object = None) -> set[str]:
        if not silent[0]:
            found.update(every_permission())
        return everything(backend, user, obj)

    def unheard(ask: Callable[..., object]) -> Callable[..., object]:
        def quietly(*given: object) -> object:
            silent[0] = True
            try:
                return ask(*given)
            finally:
                silent[0] = False

        return quietly

    with (
        patch.object(RoleBackend, "has_perm", has_perm),
        patch.object(RoleBackend, "get_all_permissions", get_all),
        patch.object(context, "nav_links", unheard(nav_links)),
        patch.object(context, "endings_for", unheard(endings_for)),
        patch.object(ui, "person", unheard(kept.person)),
    ):
        yield found


@pytest.fixture(scope="module")
def walker(django_db_setup: None, django_db_blocker) -> Iterator[Walker]:
    """The house, in one transaction for all tests of this file.

    Refusals are half of what is asked here: their log would cost more than the pages.
    """
    logging.disable(logging.WARNING)
    outer = transaction.atomic()
    outer._from_testcase = True  # papers are made outside of transactions: this one does not count
    with django_db_blocker.unblock(), outer:
        yield Walker(House())
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


def person(role: str, **scope: list[int]) -> User:
    number = User.objects.count()
    return User.objects.create_user(username=f"{role}{number}", role=role, **scope)


@pytest.fixture(scope="module")
def everything_but_costs(walker: Walker) -> User:
    Role.objects.create(
        code="all-but-cost",
        name="Tất cả trừ giá vốn",
        name_folded="tat ca tru gia von",
        permissions=sorted(every_permission() - {SEE_COST}),
        created_at=clock.now(),
    )
    return person("all-but-cost")


def found_in(pages: Pages, words: Iterable[str]) -> list[tuple[str, str]]:
    """(address, word) of each word that stands somewhere, not as a part of a longer number."""
    patterns = {word: re.compile(rf"(?<!\d){re.escape(word)}(?!\d)") for word in words}
    return sorted(
        (address, word)
        for address, text in pages.items()
        for word, pattern in patterns.items()
        if word in text and pattern.search(text)
    )


def test_c62_a118_costs_are_read_by_those_who_may_and_by_nobody_else(
    walker: Walker, everything_but_costs: User
) -> None:
    costs = walker.house.costs()
    assert len(costs) > 10
    seen = {address for address, _cost in found_in(walker.walk(person("owner"), each=1), costs)}
    assert len(seen) >= 8
    assert {"POST /exports/stock/", "POST /orders/export/ order_lines xlsx"} <= seen
    assert any(address.endswith("/paper/") for address in seen)
    pages = {"all-but-cost": walker.walk(everything_but_costs, each=2)}
    for role in ("sales", "warehouse", "viewer"):
        pages[role] = walker.walk_where_it_differs(person(role), everything_but_costs)
    for role, read in pages.items():
        assert len(read) > 10, role
        leaks = [(address, hit, costs[hit]) for address, hit in found_in(read, costs)]
        assert leaks == [], role


def test_c63_a118_a_user_of_one_shop_reads_nothing_of_another(walker: Walker) -> None:
    ours, theirs = walker.house.ours, walker.house.theirs
    pages = walker.walk(person("manager", shop_ids=[ours.shop.pk]), each=3)
    assert found_in(pages, ours.words(of_shop=True))
    assert found_in(pages, theirs.words(of_shop=True)) == []


def test_c63_a118_a_user_of_one_warehouse_reads_nothing_of_another(walker: Walker) -> None:
    ours, theirs = walker.house.ours, walker.house.theirs
    pages = walker.walk(person("manager", warehouse_ids=[ours.place.pk]), each=3)
    assert found_in(pages, ours.words(of_shop=False))
    assert pages.pop(DESTINATIONS)
    assert found_in(pages, theirs.words(of_shop=False)) == []


def test_the_permissions_that_a_page_asks_for_are_noted(walker: Walker) -> None:
    """What the shorter walks of the narrower roles rest on."""
    client = Client()
    client.force_login(person("owner"))
    with asked_for() as permissions:
        client.get(reverse("inventory:product_list"))
    assert {"inventory.view_product", "inventory.export_goods"} <= permissions
    assert "web.view_audit" not in permissions
