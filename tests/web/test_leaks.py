"""Every page, list and file of the house, read by each role and by limited users."""

import logging
import re
from collections.abc import Callable, Iterable, Iterator

import pytest
from django.test import Client
from django.urls import reverse

from oms.accounts.models import Role, User
from oms.accounts.permissions import every_permission
from oms.kernel import clock
from tests.web.planted import House, every_address, text_of

pytestmark = pytest.mark.django_db
# Goods may be sent to any warehouse, so that its name is a choice there.
DESTINATIONS = reverse("inventory:transfer_new")
SEE_COST = "inventory.view_cost"
EXPORTS = [reverse("inventory:export", args=[kind]) for kind in ("products", "stock")]


@pytest.fixture
def house(db: None) -> Iterator[House]:
    """Refusals are half of what is asked here: their log would cost more than the pages."""
    logging.disable(logging.WARNING)
    yield House()
    logging.disable(logging.NOTSET)


def walk(client: Client, *, each: int) -> dict[str, str]:
    """What every address shows to this user, with the newest `each` objects of a kind."""
    pages = {address: text_of(client, address) for address in every_address(each)}
    pages |= {f"POST {address}": text_of(client, address, post=True) for address in EXPORTS}
    return {address: text for address, text in pages.items() if text}


def found_in(pages: dict[str, str], words: Iterable[str]) -> list[tuple[str, str]]:
    pattern = re.compile("|".join(rf"(?<!\d){re.escape(word)}(?!\d)" for word in words))
    return sorted(
        {(address, hit) for address, text in pages.items() for hit in pattern.findall(text)}
    )


@pytest.fixture
def everything_but_costs(db: None) -> str:
    Role.objects.create(
        code="all-but-cost",
        name="Tất cả trừ giá vốn",
        name_folded="tat ca tru gia von",
        permissions=sorted(every_permission() - {SEE_COST}),
        created_at=clock.now(),
    )
    return "all-but-cost"


def test_c62_a118_costs_are_read_by_those_who_may_and_by_nobody_else(
    house: House,
    user_factory: Callable[..., User],
    login: Callable[[User], Client],
    everything_but_costs: str,
) -> None:
    costs = house.costs()
    assert len(costs) > 10
    seen = found_in(walk(login(user_factory("owner")), each=1), costs)
    assert len({address for address, _cost in seen}) >= 8
    for role in (everything_but_costs, "sales", "warehouse", "viewer"):
        pages = walk(login(user_factory(role)), each=2 if role == everything_but_costs else 1)
        assert len(pages) > 10, role
        leaks = [(address, hit, costs[hit]) for address, hit in found_in(pages, costs)]
        assert leaks == [], role


def test_c63_a118_a_user_of_one_shop_reads_nothing_of_another(
    house: House, user_factory: Callable[..., User], login: Callable[[User], Client]
) -> None:
    pages = walk(login(user_factory("manager", shop_ids=[house.ours.shop.pk])), each=3)
    assert found_in(pages, house.ours.words(of_shop=True))
    assert found_in(pages, house.theirs.words(of_shop=True)) == []


def test_c63_a118_a_user_of_one_warehouse_reads_nothing_of_another(
    house: House, user_factory: Callable[..., User], login: Callable[[User], Client]
) -> None:
    pages = walk(login(user_factory("manager", warehouse_ids=[house.ours.place.pk])), each=3)
    assert found_in(pages, house.ours.words(of_shop=False))
    assert pages.pop(DESTINATIONS)
    assert found_in(pages, house.theirs.words(of_shop=False)) == []
