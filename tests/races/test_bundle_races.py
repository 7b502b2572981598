"""Buyers of a bundle and buyers of its components go for the last pieces at once."""

import pytest

from inventory.models import Allocation, StockLevel
from inventory.services.bundles import Part, set_components
from oms.kernel import books
from oms.kernel.errors import DomainError
from orders.models import Order
from orders.services.intake import place_orders
from tests.inventory.makers import level, make_variant, make_warehouse, put
from tests.inventory.makers_bundles import make_bundle
from tests.orders.makers import ACTOR, new_order
from tests.races.test_stock_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_c35_bundle_and_component_buyers_never_share_the_last_pieces():
    warehouse, shirt, hat = make_warehouse(), make_variant(), make_variant()
    put(shirt, warehouse, 12)
    put(hat, warehouse, 6)
    bundle = make_bundle((shirt, 2), (hat, 1))
    wishes = [(bundle, 1), (shirt, 2), (hat, 1)]
    orders = [new_order(wishes[n % 3], confirm=True) for n in range(24)]

    def buy(number: int) -> str:
        [placed] = place_orders([orders[number]], actor=ACTOR)
        return Order.objects.get(pk=placed.order_id).fulfillment_status

    outcome = at_once(24, buy)
    assert set(outcome) == {"allocated", "unallocated"}
    for row in StockLevel.objects.all():
        held = Allocation.objects.filter(variant=row.variant_id, status="open")
        assert row.reserved == sum(held.values_list("quantity", flat=True)) <= row.on_hand
    # Whoever came first: nothing is left while somebody waits for just that.
    assert (level(shirt, warehouse), level(hat, warehouse)) == ((12, 12), (6, 6))
    assert not any(books.check_books().values())


def test_c35_two_bundles_that_want_each_other_end_with_one():
    first, second = make_variant(), make_variant()
    pairs = [(first, second), (second, first)]

    def make(number: int) -> str:
        bundle, part = pairs[number]
        try:
            set_components(bundle.pk, [Part(part.pk, 1)], actor=ACTOR)
        except DomainError as refusal:
            return refusal.code
        return "made"

    outcome = at_once(2, make)
    assert outcome["made"] == 1
    assert sum(outcome.values()) == 2


def test_c35_goods_that_get_stock_and_become_a_bundle_at_once_are_one_of_both():
    warehouse, shirt, hat = make_warehouse(), make_variant(), make_variant()

    def act(number: int) -> str:
        try:
            if number:
                put(shirt, warehouse, 1)
            else:
                set_components(shirt.pk, [Part(hat.pk, 1)], actor=ACTOR)
        except DomainError as refusal:
            return refusal.code
        return "done"

    outcome = at_once(2, act)
    assert outcome["done"] == 1
    has_stock = StockLevel.objects.filter(variant=shirt).exists()
    assert has_stock != shirt.components.exists()
