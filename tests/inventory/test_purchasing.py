"""Suppliers' prices and purchase orders up to the day the truck comes."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import PurchaseLine, PurchaseNeed, PurchaseOrder
from inventory.selectors.incoming import incoming, incoming_by_place
from inventory.selectors.suppliers import best_supplier, current_prices
from inventory.services.purchasing import (
    NewLine,
    cancel_purchase,
    close_purchase,
    confirm_purchase,
    draft_purchase,
    set_lines,
)
from inventory.services.shortages import Need, NoSupplier, propose_purchase
from oms.kernel.clock import today
from oms.kernel.errors import DomainError
from oms.kernel.events import timeline_of
from tests.inventory.makers import ACTOR, make_variant, make_warehouse
from tests.inventory.purchases import make_supplier, offer, order_goods, receive_goods

pytestmark = pytest.mark.django_db
Status = PurchaseOrder.Status


@pytest.fixture
def place():
    return make_warehouse()


def test_a47_the_price_of_the_day_and_the_quantity_is_taken(place):
    supplier, shirt = make_supplier(), make_variant()
    offer(supplier, shirt, 70_000, valid_from=date(2020, 1, 1))
    offer(supplier, shirt, 65_000, valid_from=date(2021, 1, 1))
    offer(supplier, shirt, 60_000, valid_from=date(2021, 1, 1), min_quantity=100)
    offer(supplier, shirt, 1, valid_from=today() + timedelta(days=1))
    order = draft_purchase(supplier.pk, place.pk, [NewLine(shirt.pk, 99)], actor=ACTOR)
    assert order.lines.get().unit_price_vnd == 65_000
    set_lines(order.pk, [NewLine(shirt.pk, 100)], actor=ACTOR)
    line = order.lines.get()
    assert (line.unit_price_vnd, line.net_vnd, line.tax_vnd) == (60_000, 6_000_000, 600_000)
    order.refresh_from_db()
    assert (order.goods_vnd, order.tax_vnd, order.total_vnd) == (6_000_000, 600_000, 6_600_000)


def test_packs_are_counted_in_pieces_and_discounts_come_off(place):
    supplier, bottle = make_supplier(), make_variant()
    offer(supplier, bottle, 240_000, pack_size=24)
    order = draft_purchase(
        supplier.pk, place.pk, [NewLine(bottle.pk, 3, discount_vnd=20_000)], actor=ACTOR
    )
    line = order.lines.get()
    assert (line.packs, line.pack_size, line.quantity, line.net_vnd) == (3, 24, 72, 700_000)
    set_lines(order.pk, [NewLine(bottle.pk, 0)], actor=ACTOR)
    assert not order.lines.exists()
    with pytest.raises(DomainError) as refusal:
        set_lines(order.pk, [NewLine(bottle.pk, 1, 100, discount_vnd=101)], actor=ACTOR)
    assert refusal.value.code == "purchase.line"


def test_the_cheapest_supplier_a_piece_is_best_and_closed_ones_are_not_asked(place):
    shirt = make_variant()
    near, far, gone = make_supplier(lead_time_days=2), make_supplier(), make_supplier()
    offer(near, shirt, 100)
    offer(far, shirt, 990, pack_size=10)
    offer(gone, shirt, 1)
    gone.is_active = False
    gone.save()
    found = best_supplier(current_prices([shirt.pk]), {shirt.pk: 5})
    assert found[shirt.pk].supplier_id == far.pk


def test_a48_a_confirmed_order_raises_incoming_until_it_has_come(place):
    shirt, cap, other = make_variant(), make_variant(), make_warehouse()
    order = order_goods(place, (shirt, 10, 100), (cap, 5, 50), confirm=False)
    assert incoming([shirt.pk, cap.pk]) == {shirt.pk: 0, cap.pk: 0}
    confirm_purchase(order.pk, actor=ACTOR)
    assert incoming([shirt.pk, cap.pk]) == {shirt.pk: 10, cap.pk: 5}
    assert incoming([shirt.pk], [other.pk]) == {shirt.pk: 0}
    receive_goods(order, 4, 5)
    assert incoming_by_place([shirt.pk, cap.pk]) == {(shirt.pk, place.pk): 6}
    close_purchase(order.pk, actor=ACTOR, reason="Nhà cung cấp ngừng bán")
    assert incoming([shirt.pk]) == {shirt.pk: 0}


def test_a48_confirming_sets_the_day_from_the_lead_time_and_repeats_change_nothing(place, frozen):
    order = order_goods(place, (make_variant(), 1, 100), supplier=make_supplier(lead_time_days=5))
    assert order.expected_on == date(2026, 3, 7)
    confirm_purchase(order.pk, actor=ACTOR)
    names = [event.name for event in timeline_of("purchaseorder", order.pk)]
    assert names == ["purchase.confirmed", "purchase.drafted"]


def test_an_order_below_the_suppliers_minimum_needs_consent(place):
    supplier = make_supplier(min_order_vnd=1_000, min_order_quantity=5)
    order = order_goods(place, (make_variant(), 4, 1_000), supplier=supplier, confirm=False)
    with pytest.raises(DomainError) as refusal:
        confirm_purchase(order.pk, actor=ACTOR)
    assert refusal.value.code == "purchase.below_minimum"
    assert confirm_purchase(order.pk, actor=ACTOR, accept_below_minimum=True).status == "confirmed"


def test_only_drafts_change_and_only_what_never_came_is_called_off(place):
    shirt = make_variant()
    order = order_goods(place, (shirt, 3, 100))
    with pytest.raises(DomainError) as refusal:
        set_lines(order.pk, [NewLine(shirt.pk, 9)], actor=ACTOR)
    assert refusal.value.code == "purchase.not_draft"
    with pytest.raises(DomainError) as refusal:
        close_purchase(order.pk, actor=ACTOR, reason="x")
    assert refusal.value.code == "purchase.nothing_received"
    receive_goods(order, 1)
    with pytest.raises(DomainError) as refusal:
        cancel_purchase(order.pk, actor=ACTOR, reason="x")
    assert refusal.value.code == "purchase.transition"
    empty = order_goods(place, confirm=False)
    with pytest.raises(DomainError) as refusal:
        confirm_purchase(empty.pk, actor=ACTOR)
    assert refusal.value.code == "purchase.empty"
    assert cancel_purchase(empty.pk, actor=ACTOR, reason="nhầm").status == Status.CANCELLED


def test_a42_what_is_missing_is_proposed_once_on_one_draft_for_each_supplier(place):
    shirt, cap, mug = make_variant(), make_variant(), make_variant()
    tailor, potter = make_supplier(), make_supplier()
    for variant in (shirt, cap):
        offer(tailor, variant, 1_000, pack_size=5)
    offer(potter, mug, 500, min_quantity=12)
    first = [
        Need("order_line", 1, shirt.pk, 7),
        Need("order_line", 2, mug.pk, 1),
    ]
    drafts = propose_purchase(first, warehouse_id=place.pk, actor=ACTOR)
    assert [draft.supplier_id for draft in drafts] == [tailor.pk, potter.pk]
    again = propose_purchase(first, warehouse_id=place.pk, actor=ACTOR)
    assert [draft.pk for draft in again] == [draft.pk for draft in drafts]
    more = [Need("order_line", 3, shirt.pk, 2), Need("order_line", 4, cap.pk, 1)]
    propose_purchase(more, warehouse_id=place.pk, actor=ACTOR)
    assert PurchaseOrder.objects.count() == 2
    packs = dict(PurchaseLine.objects.values_list("variant_id", "packs"))
    assert packs == {shirt.pk: 2, cap.pk: 1, mug.pk: 12}  # 9 shirts are two packs of five


def test_a42_a_proposal_that_was_called_off_may_be_made_again(place):
    shirt, supplier = make_variant(), make_supplier()
    offer(supplier, shirt, 1_000)
    need = [Need("order_line", 1, shirt.pk, 3)]
    [draft] = propose_purchase(need, warehouse_id=place.pk, actor=ACTOR)
    confirm_purchase(draft.pk, actor=ACTOR)
    assert propose_purchase(need, warehouse_id=place.pk, actor=ACTOR) == [draft]
    cancel_purchase(draft.pk, actor=ACTOR, reason="hết vải")
    assert not PurchaseNeed.objects.exists()
    [second] = propose_purchase(need, warehouse_id=place.pk, actor=ACTOR)
    assert (second.pk != draft.pk, second.lines.get().quantity) == (True, 3)


def test_a42_goods_that_nobody_sells_are_named(place):
    shirt = make_variant("AO-1")
    with pytest.raises(NoSupplier) as refusal:
        propose_purchase([Need("order_line", 1, shirt.pk, 1)], warehouse_id=place.pk, actor=ACTOR)
    assert refusal.value.skus == ["AO-1"]
    assert not PurchaseOrder.objects.exists()


def test_filling_an_order_costs_the_same_for_one_line_and_for_thirty(place):
    goods = [make_variant() for _ in range(30)]
    order = order_goods(place, confirm=False)

    def cost(lines) -> int:
        with CaptureQueriesContext(connection) as queries:
            set_lines(order.pk, lines, actor=ACTOR)
        return len(queries)

    assert cost([NewLine(goods[0].pk, 1, 5)]) == cost([NewLine(v.pk, 2, 5) for v in goods[1:]])
    assert order.lines.count() == 30
