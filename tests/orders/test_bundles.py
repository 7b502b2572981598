"""Bundles in orders: exploded when ordered; their components are promised, freed, handed over."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from channels_sync.models import Listing, Shop, StockPush
from channels_sync.services.stock_push import held_quantities, mark_variants, quantities
from inventory.models import Allocation, StockLevel, Variant
from inventory.selectors.availability import available
from inventory.services.bundles import Part, set_components
from oms.kernel import books
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from orders.models import Order, OrderLineComponent
from orders.services import lifecycle
from orders.services.intake import place_orders
from orders.services.problems import link_line
from tests.inventory.makers import level, make_variant, make_warehouse, put
from tests.inventory.makers_bundles import make_bundle
from tests.orders.makers import ACTOR, new_order, place

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_redis(redis_clean: object) -> None:
    """Counters start at nothing."""


@pytest.fixture
def goods():
    """(warehouse, shirt, hat, bundle of 2 shirts and 1 hat) with 10 shirts and 10 hats."""
    warehouse, shirt, hat = make_warehouse(), make_variant("AO"), make_variant("MU")
    put(shirt, warehouse, 10)
    put(hat, warehouse, 10)
    return warehouse, shirt, hat, make_bundle((shirt, 2), (hat, 1), sku="BO")


def test_c35_components_are_promised_and_the_line_keeps_the_price(goods) -> None:
    warehouse, shirt, hat, bundle = goods
    order = place((bundle, 3), confirm=True)
    assert order.fulfillment_status == "allocated"
    assert (level(shirt, warehouse), level(hat, warehouse)) == ((10, 6), (10, 3))
    line = order.lines.get()
    assert (line.variant_id, line.quantity, line.total_vnd) == (bundle.pk, 3, 300_000)
    frozen = line.components.values_list("variant_id", "quantity")
    assert list(frozen) == [(shirt.pk, 2), (hat.pk, 1)]
    assert not any(books.check_books().values())


def test_c35_orders_keep_the_components_of_their_day(goods) -> None:
    warehouse, shirt, hat, bundle = goods
    order = place((bundle, 1))
    set_components(bundle.pk, [Part(hat.pk, 5)], actor=ACTOR)
    lifecycle.hold_order(order.pk, actor=ACTOR, reason="x", keep_days=0)
    lifecycle.release_hold(order.pk, actor=ACTOR)
    assert (level(shirt, warehouse), level(hat, warehouse)) == ((10, 2), (10, 1))


def test_c06_the_same_goods_in_a_bundle_and_beside_it_are_summed_before_checking(goods) -> None:
    warehouse, shirt, _hat, bundle = goods
    fits = place((bundle, 4), (shirt, 2), confirm=True)
    assert fits.fulfillment_status == "allocated"
    lifecycle.cancel_order(fits.pk, actor=ACTOR, reason="x")
    too_many = place((bundle, 4), (shirt, 3), confirm=True)
    assert too_many.fulfillment_status == "unallocated"
    assert level(shirt, warehouse) == (10, 0)


def test_c35_cancel_frees_and_hand_over_consumes_the_components(goods) -> None:
    warehouse, shirt, hat, bundle = goods
    gone = place((bundle, 1), confirm=True)
    lifecycle.cancel_order(gone.pk, actor=ACTOR, reason="x")
    assert (level(shirt, warehouse), level(hat, warehouse)) == ((10, 0), (10, 0))
    sold = place((bundle, 2), confirm=True)
    lifecycle.complete_at_counter(sold.pk, actor=ACTOR)
    assert (level(shirt, warehouse), level(hat, warehouse)) == ((6, 0), (8, 0))
    assert not any(books.check_books().values())


def test_c35_an_order_that_waits_is_served_when_a_component_comes(goods) -> None:
    warehouse, _shirt, hat, bundle = goods
    order = place((bundle, 5), (hat, 6), confirm=True)
    assert order.fulfillment_status == "unallocated"
    put(hat, warehouse, 1)
    assert lifecycle.allocate_waiting([hat.pk], actor=ACTOR) == [order.pk]
    assert level(hat, warehouse) == (11, 11)


def test_c35_a_line_that_is_linked_to_a_bundle_is_exploded_then(goods) -> None:
    warehouse, shirt, _hat, bundle = goods
    order = place(("LẠ", 1))
    link_line(order.pk, order.lines.get().pk, bundle.pk, actor=ACTOR)
    assert level(shirt, warehouse) == (10, 2)
    assert OrderLineComponent.objects.count() == 2


def test_c35_a_draft_is_frozen_when_it_is_written_and_promised_when_it_is_placed(goods) -> None:
    warehouse, shirt, _hat, bundle = goods
    order = place((bundle, 1), draft=True)
    assert (level(shirt, warehouse), OrderLineComponent.objects.count()) == ((10, 0), 2)
    lifecycle.submit_order(order.pk, actor=ACTOR)
    assert level(shirt, warehouse) == (10, 2)


def test_a_bundle_that_may_not_be_ordered_beyond_stock_is_refused(goods) -> None:
    _warehouse, _shirt, _hat, bundle = goods
    Variant.objects.filter(pk=bundle.pk).update(allow_backorder=False)
    order = place((bundle, 6))
    with pytest.raises(DomainError) as refusal:
        lifecycle.confirm_order(order.pk, actor=ACTOR)
    assert refusal.value.code == "stock.short"


def test_no_statement_more_without_a_bundle_and_one_more_with(goods) -> None:
    _warehouse, shirt, _hat, bundle = goods

    def cost(*lines: tuple[Variant, int]) -> int:
        with CaptureQueriesContext(connection) as seen:
            place_orders([new_order(*lines)], actor=ACTOR)
        return len(seen)

    cost((shirt, 1)), cost((bundle, 1))
    assert cost((shirt, 1), (bundle, 1)) == cost((shirt, 1)) + 1


def test_c36_channels_hear_of_a_bundle_when_its_component_changes(goods) -> None:
    _warehouse, _shirt, hat, bundle = goods
    shop = Shop.objects.create(
        marketplace="shopee", name="S", region="VN", remote_shop_id="1", connected_at=now()
    )
    listing = Listing.objects.create(shop=shop, remote_item_id="1", name="Bộ", variant=bundle)
    mark_variants([hat.pk])
    assert StockPush.objects.get().listing_id == listing.pk
    assert quantities(shop.pk, [listing]) == {listing.pk: 5}
    assert held_quantities([bundle.pk]) == {}


def test_the_order_page_and_the_label_name_the_components(goods, owner_client) -> None:
    _warehouse, _shirt, _hat, bundle = goods
    order = place((bundle, 3), confirm=True)
    page = owner_client.get(reverse("orders:detail", args=[order.pk])).content.decode()
    assert "6 × AO" in page and "3 × MU" in page


def test_the_order_page_costs_the_same_for_one_bundle_and_for_five(goods, owner_client) -> None:
    _warehouse, shirt, hat, bundle = goods
    others = [make_bundle((shirt, 1), (hat, 1)) for _ in range(4)]

    def cost(order: Order) -> int:
        with CaptureQueriesContext(connection) as seen:
            owner_client.get(reverse("orders:detail", args=[order.pk]))
        return len(seen)

    one, five = place((bundle, 1)), place((bundle, 1), *((other, 1) for other in others))
    cost(one)
    assert cost(one) == cost(five)


steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("place"),
            st.lists(st.tuples(st.integers(0, 3), st.integers(1, 3)), min_size=1, max_size=3),
        ),
        st.tuples(st.just("receive"), st.tuples(st.integers(0, 1), st.integers(1, 4))),
        st.tuples(st.just("cancel"), st.integers(0, 9)),
        st.tuples(st.just("ship"), st.integers(0, 9)),
    ),
    max_size=12,
)


class TestRandomOrders(TestCase):
    """Whatever is ordered, received, cancelled, shipped: promises add up, nothing is oversold."""

    @settings(max_examples=12)
    @given(steps)
    def test_c35_reserved_is_the_sum_of_allocations_and_nothing_is_oversold(self, walk) -> None:
        places = [make_warehouse(), make_warehouse()]
        shirt, hat = make_variant(), make_variant()
        for place_ in places:
            put(shirt, place_, 4)
            put(hat, place_, 3)
        menu = [shirt, hat, make_bundle((shirt, 2), (hat, 1)), make_bundle((hat, 2))]
        orders: list[int] = []
        for verb, what in walk:
            if verb == "place":
                lines = [(menu[goods], units) for goods, units in what]
                orders.append(place(*lines, confirm=True).pk)
            elif verb == "receive":
                put(menu[what[0]], places[what[1] % 2], what[1])
            elif orders:
                self.leave(verb, orders[what % len(orders)])
        # Availability of a bundle is what an order of so many would get.
        sets = available([menu[2].pk])[menu[2].pk]
        if sets:
            sold = place((menu[2], sets), confirm=True)
            assert sold.fulfillment_status == "allocated"
        assert available([menu[2].pk]) == {menu[2].pk: 0}
        assert not any(books.check_books().values())
        for row in StockLevel.objects.all():
            held = Allocation.objects.filter(
                status="open", variant=row.variant_id, warehouse=row.warehouse_id
            )
            assert row.reserved == sum(held.values_list("quantity", flat=True)) <= row.on_hand

    def leave(self, verb: str, order_id: int) -> None:
        try:
            if verb == "cancel":
                lifecycle.cancel_order(order_id, actor=ACTOR, reason="x")
            else:
                lifecycle.complete_at_counter(order_id, actor=ACTOR)
        except DomainError:
            return
