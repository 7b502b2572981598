"""A-11: what a channel may be told: never more than is there, however rules are combined."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from inventory.allocation.channel import Limits, tell
from inventory.models import Category, ChannelStockRule, Product
from inventory.selectors.availability import available, told_to_channel, units_sold
from inventory.services.channel_stock import RuleTerms, set_rule
from inventory.services.stock import Demand, consume, reserve
from oms.kernel.clock import now
from tests.inventory.makers import ACTOR, make_variant, make_warehouse, put

SHOP = ("shop", 7)
units = st.integers(0, 5_000)
limits = st.builds(
    Limits,
    buffer_kind=st.sampled_from(["fixed", "percent", "lag"]),
    buffer_value=st.integers(0, 100),
    max_units=st.none() | units,
    share_percent=st.none() | st.integers(1, 100),
)


@given(available=units, held=units, sold=units, rule=limits)
def test_never_below_zero_nor_above_what_is_available(available, held, sold, rule) -> None:
    told = tell(available, rule, now=now(), held=held, sold=sold, days=14)
    assert 0 <= told.units <= max(available - held, 0)
    assert told.units <= available - told.buffer - held or told.units == 0
    if rule.max_units is not None:
        assert told.units <= rule.max_units
    if rule.share_percent is not None:
        assert told.units * 100 <= max(available - held, 0) * rule.share_percent


@given(available=units, rule=limits, last=st.none() | units)
def test_a_sale_never_raises_what_was_told(available, rule, last) -> None:
    told = tell(available, rule, now=now())
    assert told.beside(last) == told.units
    moment = now()
    sale = Limits(
        rule.buffer_kind, rule.buffer_value, rule.max_units, rule.share_percent,
        sale_from=moment - timedelta(hours=1), sale_until=moment + timedelta(hours=1),
    )  # fmt: skip
    number = tell(available, sale, now=moment).beside(last)
    assert number <= told.units
    assert last is None or number <= last
    assert tell(available, sale, now=moment + timedelta(hours=2)).only_lower is False


def test_the_sum_is_told_step_by_step() -> None:
    told = tell(100, Limits("percent", 15, max_units=60, share_percent=50), now=now(), held=10)
    assert (told.available, told.held, told.buffer, told.share, told.max_units) == (
        100, 10, 15, 45, 60,
    )  # fmt: skip
    assert told.units == 45


def test_the_buffer_of_a_lag_is_what_is_sold_meanwhile_rounded_up() -> None:
    # 140 in 14 days are 10 a day; two hours of that are 0.83 pieces: one is kept back.
    assert tell(50, Limits("lag", 120), now=now(), sold=140, days=14).units == 49


@pytest.fixture
def goods(db):
    shirt, cap, store = make_variant("AO"), make_variant("MU"), make_warehouse()
    put(shirt, store, 100)
    put(cap, store, 100)
    return shirt, cap, store


def told(*variants, **options) -> list[int]:
    rows = told_to_channel(SHOP, [variant.pk for variant in variants], **options)
    return [rows[variant.pk].units for variant in variants]


def test_a11_the_narrowest_rule_decides(goods) -> None:
    shirt, cap, _store = goods
    assert told(shirt, cap) == [100, 100]
    set_rule(SHOP, RuleTerms(buffer_value=5), actor=ACTOR)
    set_rule(SHOP, RuleTerms("percent", 30), sku="MU", actor=ACTOR)
    set_rule(("shop", 8), RuleTerms(max_units=0), actor=ACTOR)
    assert told(shirt, cap) == [95, 70]
    assert told(shirt, cap, held={shirt.pk: 10}) == [85, 70]


def test_the_nearest_category_decides_before_the_channel_and_after_the_sku(goods) -> None:
    shirt, cap, _store = goods
    wear = Category.objects.create(name="Quần áo", name_folded="quan ao", path="Quần áo")
    Category.objects.filter(pk=wear.pk).update(trail=f"/{wear.pk}/")
    tops = Category.objects.create(name="Áo", name_folded="ao", path="Quần áo > Áo", parent=wear)
    Category.objects.filter(pk=tops.pk).update(trail=f"/{wear.pk}/{tops.pk}/")
    Product.objects.filter(pk=shirt.product_id).update(category=tops)
    set_rule(SHOP, RuleTerms(buffer_value=1), actor=ACTOR)
    set_rule(SHOP, RuleTerms(buffer_value=20), category_id=wear.pk, actor=ACTOR)
    assert told(shirt, cap) == [80, 99]
    set_rule(SHOP, RuleTerms(buffer_value=30), category_id=tops.pk, actor=ACTOR)
    assert told(shirt, cap) == [70, 99]
    set_rule(SHOP, RuleTerms(buffer_value=40), sku="AO", actor=ACTOR)
    assert told(shirt, cap) == [60, 99]


def test_what_was_shipped_lately_is_the_demand_in_the_lag(goods) -> None:
    shirt, cap, _store = goods
    reserve([Demand(1, shirt.pk, 28)], actor=ACTOR)
    consume("order_line", [1], cause=("test", 1), actor=ACTOR)
    assert units_sold([shirt.pk, cap.pk], days=14, until=now()) == {shirt.pk: 28}
    set_rule(SHOP, RuleTerms("lag", 12 * 60), actor=ACTOR)
    assert told(shirt, cap) == [72 - 1, 100]


def test_a_sale_of_the_whole_channel_binds_variants_with_their_own_rule(goods) -> None:
    shirt, cap, _store = goods
    moment = now()
    sale = {"sale_from": moment, "sale_until": moment + timedelta(hours=1)}
    set_rule(SHOP, RuleTerms(**sale), actor=ACTOR)
    set_rule(SHOP, RuleTerms(buffer_value=1), sku="MU", actor=ACTOR)
    rows = told_to_channel(SHOP, [shirt.pk, cap.pk])
    assert [row.only_lower for row in rows.values()] == [True, True]
    assert rows[cap.pk].beside(40) == 40


def test_only_places_that_sell_count(goods) -> None:
    shirt, _cap, _store = goods
    for kind, active in [("quarantine", True), ("main", False)]:
        put(shirt, make_warehouse(kind=kind, is_active=active), 50)
    second = make_warehouse()
    put(shirt, second, 7)
    assert available([shirt.pk]) == {shirt.pk: 107}
    assert available([shirt.pk], [second.pk]) == {shirt.pk: 7}
    assert told(shirt, warehouse_ids=[second.pk]) == [7]


def test_the_number_of_statements_is_the_same_for_one_and_for_many(goods) -> None:
    shirt, _cap, store = goods
    set_rule(SHOP, RuleTerms("lag", 60), actor=ACTOR)

    def cost(ids: list[int]) -> int:
        with CaptureQueriesContext(connection) as seen:
            told_to_channel(SHOP, ids)
        return len(seen)

    many = [make_variant() for _ in range(20)]
    for variant in many:
        put(variant, store, 3)
    assert cost([shirt.pk]) == cost([variant.pk for variant in many]) == 4


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"buffer_kind": "percent", "buffer_value": 101},
        {"buffer_kind": "guess"},
        {"share_percent": 0},
        {"sale_from": "2026-01-01T00:00Z"},
        {"sale_from": "2026-01-02T00:00Z", "sale_until": "2026-01-01T00:00Z"},
    ],
)
def test_the_table_refuses_what_no_rule_may_say(fields) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ChannelStockRule.objects.create(channel_kind="shop", channel_id=7, **fields)


@pytest.mark.django_db
def test_a_channel_has_one_rule_for_everything() -> None:
    ChannelStockRule.objects.create(channel_kind="shop", channel_id=7)
    with pytest.raises(IntegrityError), transaction.atomic():
        ChannelStockRule.objects.create(channel_kind="shop", channel_id=7)
