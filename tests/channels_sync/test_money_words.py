"""Money whose kind nobody knows: a person says what it is, for what is here and what is to come."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from channels_sync.models import MoneyWord, OrderFee, Settlement, Shop, SyncProblem
from channels_sync.selectors.money import money_of_orders
from channels_sync.selectors.results import shop_results
from channels_sync.selectors.settlements import matchings
from channels_sync.services.fees import pull_fees
from channels_sync.services.money_words import classify_word, recount_word
from inventory.models import StockLevel
from oms.kernel import books
from oms.kernel.clock import today
from oms.kernel.errors import DomainError
from oms.kernel.events.relay import publish_event
from oms.kernel.models import Event
from orders.models import Order, OrderProfit
from tests.races.test_stock_races import at_once

from .conftest import ACTOR
from .markets import MARKETS, Market, confirmed, connect, moved, running_market, stocked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_clean")]
WORD = "SOMETHING_NEW"
BOOKS = (
    "settled fees = statement lines",
    "statements that differ = open problems",
    "lines of unknown money = the choice",
)


@pytest.fixture(params=sorted(MARKETS))
def market(request: Any, tmp_path: Path, settings: Any) -> Iterator[Market]:
    with running_market(request.param, tmp_path, settings) as hand:
        yield hand


def sold(market: Market) -> tuple[Shop, Order]:
    """A settled order, with 11,000 taken from it for something that nobody knows."""
    shop = stocked(connect(market))
    StockLevel.objects.update(value_vnd=F("on_hand") * 10_000)
    order = confirmed(market, shop, lines=[{"sku": "SRM-120", "quantity": 2}])
    walk = ("shipped", "delivered", "over")
    order = moved(market, shop, order, *walk[: 3 if market.code_name == "shopee" else 2])
    take(market, order, -11_000)
    pull_fees(shop.pk)
    return shop, order


def take(market: Market, order: Order, amount: int) -> None:
    told = {"amount": amount, "type": WORD, "name": WORD}
    market("POST", "adjust", {**told, market.name_of_order: order.remote_id})


def hear() -> None:
    """Whatever was recorded reaches its handlers."""
    for event in Event.objects.filter(name="money_word.classified"):
        recount_word(event.subject_id)


def choose(choice: str, seen: str = "") -> bool:
    changed = classify_word(MoneyWord.objects.get().pk, choice, seen=seen, actor=ACTOR)
    hear()
    return changed


def payout(order: Order) -> int:
    [row] = money_of_orders([order.pk])
    assert row.payout_vnd is not None
    return row.payout_vnd


def beside(shop: Shop) -> int:
    days = {"first": today() - timedelta(days=20), "last": today()}
    [row] = shop_results([shop.pk], **days)
    return row.adjustments_vnd


def books_are_true(shop: Shop) -> bool:
    found = books.check_books()
    told = matchings(list(Settlement.objects.filter(shop=shop)))
    return not any(found[name] for name in BOOKS) and {row.difference_vnd for row in told} == {0}


def test_a97_an_unknown_kind_of_money_is_a_problem_until_it_is_classified(market):
    shop, _order = sold(market)
    [problem] = SyncProblem.objects.filter(resolved_at=None, kind="unknown_money")
    assert (problem.shop, problem.remote_id) == (shop, WORD)
    word = MoneyWord.objects.get()
    assert (word.marketplace, word.word, word.counts_as) == (market.code_name, WORD, "")
    assert books_are_true(shop)
    assert choose("service")
    assert not SyncProblem.objects.filter(resolved_at=None, kind="unknown_money").exists()
    pull_fees(shop.pk)
    assert not SyncProblem.objects.filter(resolved_at=None, kind="unknown_money").exists()
    word.refresh_from_db()
    assert (word.counts_as, word.actor_label) == ("service", ACTOR.label)
    event = Event.objects.get(name="money_word.classified")
    assert (event.data["before"], event.data["after"]) == ("", "service")


def test_a97_a_choice_counts_for_what_is_here_and_for_what_comes_and_may_change(market):
    shop, order = sold(market)
    choose("service")
    line = OrderFee.objects.get(word=WORD)
    assert (line.kind, line.order_id, line.amount_vnd) == ("service", order.pk, -11_000)
    with_it, earned = payout(order), OrderProfit.objects.get(pk=order.pk).profit_vnd
    assert books_are_true(shop)
    take(market, order, -7_000)
    for _time in range(2):
        pull_fees(shop.pk)
    assert set(OrderFee.objects.filter(word=WORD).values_list("kind", "order")) == {
        ("service", order.pk)
    }
    assert payout(order) == with_it - 7_000
    assert OrderProfit.objects.get(pk=order.pk).profit_vnd == earned - 7_000
    assert books_are_true(shop)
    choose("beside", "service")
    assert payout(order) == with_it + 11_000
    assert OrderProfit.objects.get(pk=order.pk).profit_vnd == earned + 11_000
    assert beside(shop) == -18_000
    assert books_are_true(shop)
    choose("moved", "beside")
    assert (payout(order), beside(shop)) == (with_it + 11_000, 0)
    pull_fees(shop.pk)
    assert (payout(order), beside(shop)) == (with_it + 11_000, 0)
    assert books_are_true(shop)
    choose("tax", "moved")
    assert (payout(order), beside(shop)) == (with_it - 7_000, 0)
    assert OrderProfit.objects.get(pk=order.pk).profit_vnd == earned - 7_000
    assert books_are_true(shop)


# What is the same everywhere


@pytest.fixture
def shopee(tmp_path: Path, settings: Any) -> Iterator[Market]:
    with running_market("shopee", tmp_path, settings) as hand:
        yield hand


def strange(shopee: Market) -> tuple[Shop, MoneyWord]:
    shop = connect(shopee)
    shopee("POST", "adjust", {"amount": -11_000, "type": WORD, "reason": "Lạ"})
    pull_fees(shop.pk)
    return shop, MoneyWord.objects.get()


def test_a_second_choice_needs_to_have_seen_the_first(shopee):
    _shop, word = strange(shopee)
    choose("service")
    assert classify_word(word.pk, "service", seen="", actor=ACTOR) is False
    with pytest.raises(DomainError, match="vừa phân loại"):
        classify_word(word.pk, "tax", seen="", actor=ACTOR)
    with pytest.raises(DomainError):
        classify_word(word.pk, "nonsense", seen="service", actor=ACTOR)
    word.refresh_from_db()
    assert word.counts_as == OrderFee.objects.get().kind == "service"
    assert Event.objects.filter(name="money_word.classified").count() == 1


def test_the_event_counts_the_orders_again(shopee):
    _shop, order = sold(shopee)
    before = OrderProfit.objects.get(pk=order.pk).profit_vnd
    classify_word(MoneyWord.objects.get().pk, "service", seen="", actor=ACTOR)
    assert publish_event(Event.objects.get(name="money_word.classified").pk)
    assert OrderProfit.objects.get(pk=order.pk).profit_vnd == before - 11_000


def test_the_page_tells_what_was_told_and_keeps_the_choice(shopee, owner_client):
    shop, word = strange(shopee)
    problem = SyncProblem.objects.get(kind="unknown_money")
    answer = owner_client.post(f"/channels/problems/{problem.pk}/retry/")
    assert answer.headers["Location"] == f"/channels/money/{word.pk}/"
    page = owner_client.get(f"/channels/money/{word.pk}/").content.decode()
    assert WORD in page
    assert "11.000" in page
    assert shop.name in page
    listed = owner_client.get("/channels/settlements/?show=words").content.decode()
    assert "chưa phân loại" in listed
    wrong = owner_client.post(f"/channels/money/{word.pk}/", {"counts_as": "", "seen": ""})
    assert wrong.status_code == 422
    data = {"counts_as": "beside", "seen": ""}
    assert owner_client.post(f"/channels/money/{word.pk}/", data).status_code == 302
    late = owner_client.post(f"/channels/money/{word.pk}/", {"counts_as": "tax", "seen": ""})
    assert late.status_code == 422
    assert "vừa phân loại" in late.content.decode()
    word.refresh_from_db()
    assert word.counts_as == "beside"


def test_who_is_limited_to_a_shop_looks_and_does_not_choose(shopee, login, user_factory):
    shop, word = strange(shopee)
    other = Shop.objects.create(
        marketplace="shopee", name="Khác", remote_shop_id="1", connected_at=shop.connected_at
    )
    address, data = f"/channels/money/{word.pk}/", {"counts_as": "tax", "seen": ""}
    limited = login(user_factory("accountant", shop_ids=[shop.pk]))
    assert limited.get(address).status_code == 200
    assert limited.post(address, data).status_code == 403
    assert login(user_factory("accountant", shop_ids=[other.pk])).get(address).status_code == 404
    assert login(user_factory("warehouse")).get(address).status_code == 403
    assert MoneyWord.objects.get().counts_as == ""


def test_the_list_of_words_costs_the_same_for_one_and_for_twenty(shopee, owner_client):
    shop, word = strange(shopee)
    address = "/channels/settlements/?show=words"
    owner_client.get(address)
    with CaptureQueriesContext(connection) as one:
        owner_client.get(address)
    line = OrderFee.objects.get()
    for at in range(20):
        MoneyWord.objects.create(
            marketplace="shopee", word=f"NEW{at}", first_seen_at=word.first_seen_at
        )
        line.pk, line.key, line.word = None, f"k{at}", f"NEW{at}"
        line.save()
    with CaptureQueriesContext(connection) as many:
        assert "NEW19" in owner_client.get(address).content.decode()
    assert len(one) == len(many)
    assert shop.fees.count() == 21


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_are_one_choice(shopee):
    _shop, word = strange(shopee)
    wishes = ["service", "tax"]

    def choose_one(number: int) -> str:
        try:
            classify_word(word.pk, wishes[number], seen="", actor=ACTOR)
        except DomainError as refusal:
            return refusal.code
        return "chosen"

    assert at_once(2, choose_one) == {"chosen": 1, "money_word.taken": 1}
    word.refresh_from_db()
    assert OrderFee.objects.get().kind == word.counts_as
    assert Event.objects.filter(name="money_word.classified").count() == 1


@pytest.mark.django_db(transaction=True)
def test_lines_that_come_while_somebody_chooses_follow_the_choice(shopee):
    shop, word = strange(shopee)
    for at in range(5):
        shopee("POST", "adjust", {"amount": -100 - at, "type": WORD})

    def work(number: int) -> str:
        if number:
            classify_word(word.pk, "service", seen="", actor=ACTOR)
        else:
            pull_fees(shop.pk)
        return "done"

    assert at_once(2, work) == {"done": 2}
    kinds = OrderFee.objects.filter(word=WORD).values_list("kind", flat=True)
    assert list(kinds) == ["service"] * 6
