"""Bundles: made of plain goods, without stock of their own, as many as their scarcest part."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inventory.allocation.promise import Claim, Pick, Plan, Shelf
from inventory.models import BundleComponent, Product, Variant
from inventory.selectors.availability import available
from inventory.selectors.bundles import sets_by_warehouse, spread_held, with_their_bundles
from inventory.services.bundles import Part, set_components
from inventory.services.stock import Demand, Posting, post, reserve
from oms.kernel.errors import DomainError
from oms.kernel.models import Event
from tests.inventory.makers import ACTOR, make_variant, make_warehouse, put
from tests.inventory.makers_bundles import make_bundle

pytestmark = pytest.mark.django_db


def test_c37_a_bundle_is_a_plain_kind_of_product() -> None:
    shirt, hat = make_variant("AO"), make_variant("MU")
    bundle = make_bundle((shirt, 2), (hat, 1), sku="BO")
    assert Product.objects.get(pk=bundle.product_id).kind == "bundle"
    parts = bundle.components.values_list("component__sku", "quantity")
    assert list(parts) == [("AO", 2), ("MU", 1)]
    event = Event.objects.get(name="product.bundle_changed")
    assert event.data["changes"] == {"components": [[], ["2 × AO", "1 × MU"]]}
    set_components(bundle.pk, [Part(shirt.pk, 2), Part(hat.pk, 1)], actor=ACTOR)
    assert Event.objects.filter(name="product.bundle_changed").count() == 1
    set_components(bundle.pk, [], actor=ACTOR)
    assert Product.objects.get(pk=bundle.product_id).kind == "simple"


def test_c35_a_bundle_in_a_bundle_is_refused_both_ways() -> None:
    shirt, bundle = make_variant(), make_bundle((make_variant(), 1))
    with pytest.raises(DomainError) as refusal:
        set_components(make_variant().pk, [Part(bundle.pk, 1)], actor=ACTOR)
    assert refusal.value.code == "bundle.nested"
    part = bundle.components.get().component
    with pytest.raises(DomainError) as refusal:
        set_components(part.pk, [Part(shirt.pk, 1)], actor=ACTOR)
    assert refusal.value.code == "bundle.has_stock"
    assert BundleComponent.objects.count() == 1


def test_c35_a_bundle_never_has_stock_of_its_own() -> None:
    warehouse, shirt, hat = make_warehouse(), make_variant(), make_variant()
    put(shirt, warehouse, 5)
    with pytest.raises(DomainError) as refusal:
        set_components(shirt.pk, [Part(hat.pk, 1)], actor=ACTOR)
    assert refusal.value.code == "bundle.has_stock"
    bundle = make_bundle((shirt, 1))
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        post([Posting(bundle.pk, warehouse.pk, 1, "receipt")], actor=ACTOR)
    assert refusal.value.code == "stock.bundle"
    with pytest.raises(IntegrityError, match="plain goods"), transaction.atomic():
        BundleComponent.objects.create(bundle=shirt, component=hat, quantity=1)


@pytest.mark.parametrize(
    "parts", [[(0, 1)], [(1, 0)], [(1, 1), (1, 2)], [(99, 1)]], ids=["self", "none", "twice", "?"]
)
def test_parts_that_make_no_sense_are_refused(parts: list[tuple[int, int]]) -> None:
    goods = [make_variant().pk, make_variant().pk]
    ids = {0: goods[0], 1: goods[1], 99: 10**9}
    with pytest.raises(DomainError):
        set_components(goods[0], [Part(ids[key], n) for key, n in parts], actor=ACTOR)
    assert not BundleComponent.objects.exists()


def test_c36_availability_is_the_scarcest_component_of_each_warehouse() -> None:
    here, there = make_warehouse("A", priority=1), make_warehouse("B", priority=2)
    shirt, hat = make_variant("AO"), make_variant("MU")
    bundle = make_bundle((shirt, 2), (hat, 1))
    put(shirt, here, 9)
    put(hat, here, 3)
    put(shirt, there, 4)
    assert available([bundle.pk, shirt.pk]) == {bundle.pk: 3, shirt.pk: 13}
    rows = sets_by_warehouse([bundle.pk, shirt.pk])
    assert [
        (r.warehouse_id, r.units, r.limiting_sku, r.limiting_pieces) for r in rows[bundle.pk]
    ] == [
        (here.pk, 3, "MU", 3),
        (there.pk, 0, "MU", 0),
    ]
    assert available([bundle.pk], [there.pk]) == {bundle.pk: 0}
    put(hat, there, 1)
    assert available([bundle.pk]) == {bundle.pk: 4}


def test_c36_availability_costs_the_same_for_one_bundle_and_for_twenty() -> None:
    shirt, warehouse = make_variant(), make_warehouse()
    put(shirt, warehouse, 5)
    bundles = [make_bundle((shirt, n + 1)).pk for n in range(20)]

    def cost(ids: list[int]) -> int:
        with CaptureQueriesContext(connection) as seen:
            available(ids)
        return len(seen)

    available(bundles)
    assert cost(bundles[:1]) == cost(bundles)


def test_c36_a_change_of_a_component_is_a_change_of_its_bundles() -> None:
    shirt, hat = make_variant(), make_variant()
    bundle = make_bundle((shirt, 1))
    assert with_their_bundles([shirt.pk, hat.pk]) == sorted([shirt.pk, hat.pk, bundle.pk])


def test_pieces_held_elsewhere_count_through_bundles() -> None:
    shirt, hat = make_variant(), make_variant()
    bundle, other = make_bundle((shirt, 2), (hat, 1)), make_bundle((shirt, 1))
    every = [shirt.pk, hat.pk, bundle.pk, other.pk]
    assert spread_held({bundle.pk: 2}, every) == {
        shirt.pk: 4,
        hat.pk: 2,
        bundle.pk: 2,
        other.pk: 4,
    }
    assert spread_held({shirt.pk: 3}, every) == {shirt.pk: 3, bundle.pk: 2, other.pk: 3}
    assert spread_held({shirt.pk: 3}, [hat.pk]) == {}


def test_c37_a_set_is_never_taken_from_two_warehouses() -> None:
    free = {(1, 10): 2, (2, 10): 1, (1, 20): 1, (2, 20): 5}
    two_sets = [Claim(7, 1, 2, 1), Claim(7, 2, 2, 1)]
    assert Shelf(free, [10, 20]).plan(two_sets) == Plan(
        picks=[Pick(7, 1, 10, 1), Pick(7, 2, 10, 1), Pick(7, 1, 20, 1), Pick(7, 2, 20, 1)]
    )
    torn = {(1, 10): 5, (2, 20): 5}
    assert Shelf(torn, [10, 20]).plan([Claim(7, 1, 1, 1), Claim(7, 2, 1, 1)]).picks == []


def test_c37_plain_lines_take_what_sets_leave() -> None:
    free = {(1, 10): 3, (2, 10): 1, (1, 20): 1}
    plan = Shelf(free, [10, 20]).plan([Claim(8, 1, 2), Claim(7, 1, 2, 2), Claim(7, 2, 1, 1)])
    assert sorted((p.holder_id, p.variant_id, p.warehouse_id, p.quantity) for p in plan.picks) == [
        (7, 1, 10, 2),
        (7, 2, 10, 1),
        (8, 1, 10, 1),
        (8, 1, 20, 1),
    ]


def test_sets_are_reserved_whole() -> None:
    here, there = make_warehouse(), make_warehouse()
    shirt, hat = make_variant(), make_variant()
    put(shirt, here, 1)
    put(hat, there, 1)
    with pytest.raises(DomainError) as refusal:
        reserve([Demand(1, shirt.pk, 1, per_set=1), Demand(1, hat.pk, 1, per_set=1)])
    assert refusal.value.code == "stock.short"
    put(hat, here, 1)
    rows = reserve([Demand(1, shirt.pk, 1, per_set=1), Demand(1, hat.pk, 1, per_set=1)])
    assert {row.warehouse_id for row in rows} == {here.pk}


# Screens


def components(**rows: str) -> dict[str, str]:
    return {"c-TOTAL_FORMS": "2", "c-INITIAL_FORMS": "0", **rows}


def test_c37_a_bundle_is_put_together_on_its_page(owner_client) -> None:
    warehouse, shirt, bundle = make_warehouse(), make_variant("AO"), make_variant("BO")
    put(shirt, warehouse, 7)
    address = reverse("inventory:components", args=[bundle.pk])
    assert owner_client.get(address).status_code == 200
    wrong = owner_client.post(address, components(**{"c-0-sku": "??", "c-0-quantity": "2"}))
    assert wrong.status_code == 422
    nested = owner_client.post(address, components(**{"c-0-sku": "BO", "c-0-quantity": "2"}))
    assert nested.status_code == 422
    saved = owner_client.post(address, components(**{"c-0-sku": "AO", "c-0-quantity": "2"}))
    assert saved.status_code == 302
    page = owner_client.get(saved.url).content.decode()
    assert "2 × AO" in page
    assert "3 bộ" in page
    assert Variant.objects.get(sku="BO").components.get().quantity == 2
    emptied = owner_client.post(address, components())
    assert emptied.status_code == 302 and not BundleComponent.objects.exists()
