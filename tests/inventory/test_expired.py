"""What has expired is here and is promised to nobody, alone as little as in a bundle."""

from datetime import date
from io import BytesIO

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.allocation.promise import Pick
from inventory.models import Allocation, StockLevel
from inventory.selectors.availability import available, told_to_channel
from inventory.selectors.stock import stock_matching
from inventory.services import expiry, stock
from inventory.services.alerts import settle_low_stock
from inventory.services.lot_naming import Named, name_lots, set_tracking
from inventory.services.stock import Demand, InsufficientStock
from oms.kernel import books
from oms.kernel.models import Alert, Event
from oms.kernel.tables import read_table
from orders.selectors.lines import lines_with_stock
from tests.inventory.makers import ACTOR, make_variant, make_warehouse, put
from tests.inventory.makers_bundles import make_bundle
from tests.orders.makers import place

pytestmark = pytest.mark.django_db
GONE, LATER = date(2026, 3, 1), date(2026, 9, 1)


def tracked(sku: str):
    variant = make_variant(sku)
    set_tracking(variant.product_id, "lot", actor=ACTOR)
    return variant


def receive(variant, warehouse, units: int, code: str, day: date) -> None:
    put(variant, warehouse, units)
    name_lots(variant.pk, warehouse.pk, [Named(code, units, day)], actor=ACTOR)


@pytest.fixture
def cream(frozen):
    """Six pieces past their date and four good ones, on 2 March 2026."""
    shop, cream = make_warehouse(), tracked("KEM")
    receive(cream, shop, 6, "OLD", GONE)
    receive(cream, shop, 4, "NEW", LATER)
    return shop, cream


def test_expired_pieces_are_neither_available_nor_told_nor_promised(cream) -> None:
    _shop, goods = cream
    bundle = make_bundle((goods, 2))
    assert available([goods.pk, bundle.pk]) == {goods.pk: 4, bundle.pk: 2}
    assert told_to_channel(("shop", 1), [goods.pk])[goods.pk].units == 4
    with pytest.raises(InsufficientStock) as refusal:
        stock.reserve([Demand(1, goods.pk, 5)])
    assert "còn bán được 4 (tồn 10, đang giữ 0, an toàn 0, hết hạn 6)" in refusal.value.message
    stock.reserve([Demand(1, goods.pk, 4)])
    assert available([goods.pk]) == {goods.pk: 0}


def test_an_order_for_expired_goods_waits_and_the_guard_of_the_write_sees_them_too(cream) -> None:
    shop, goods = cream
    waiting, served = place((goods, 5), confirm=True), place((goods, 4), confirm=True)
    assert (waiting.tab, served.tab) == ("waiting_stock", "to_arrange")
    picks = [Pick(7, goods.pk, shop.pk, 1)]
    with pytest.raises(InsufficientStock):
        stock.hold(picks, holder_kind="order_line", actor=ACTOR)


def test_the_day_after_its_date_a_lot_is_told_to_channels_and_people(cream, owner_client) -> None:
    shop, goods = cream
    assert expiry.tell_expired() == 1
    told = Event.objects.filter(name="stock.changed", actor_label=expiry.WATCH.label)
    assert told.get().data["variant_ids"] == [goods.pk]
    page = owner_client.get(reverse("inventory:stock_explain", args=[goods.pk, shop.pk]))
    assert "trong đó hết hạn: 6" in page.content.decode()


def test_lists_exports_alerts_and_the_start_page_count_as_promises_do(
    cream, owner, owner_client
) -> None:
    """Six of ten pieces are past their date: every screen says four, which is few."""
    shop, goods = cream
    closed = make_warehouse(kind="quarantine")
    put(goods, closed, 9)
    bars = read_table(BytesIO(owner_client.post("/exports/stock/").getvalue())).rows
    column = bars[0].index("Có thể bán")
    assert [row[column] for row in bars[1:]] == ["4", "0"]
    listed = owner_client.get(reverse("inventory:stock_list")).context["page"].rows
    assert [(row.warehouse_id, row.available) for row in listed] == [(shop.pk, 4), (closed.pk, 0)]
    products = owner_client.get(reverse("inventory:product_list")).context["page"].rows
    assert [row.available for row in products] == [4]
    page = owner_client.get(reverse("inventory:product_detail", args=[goods.product_id]))
    assert [row.available for row in page.context["variants"]] == [4]
    low = owner_client.get(reverse("inventory:stock_list"), {"show": "low"}).context["page"].rows
    assert [row.warehouse_id for row in low] == [shop.pk]
    assert "còn 4" in owner_client.get(reverse("web:home")).content.decode()
    settle_low_stock()
    assert "còn bán được 4" in Alert.objects.get(kind="stock.low").message
    order = place((goods, 5), confirm=True)
    [line] = lines_with_stock(order, owner)
    assert {row.warehouse: row.available for row in line.stock_rows}[shop.name] == 4


def test_what_a_list_says_is_what_can_be_promised(cream, owner) -> None:
    """The expression of the lists and the statement of the promise give one number."""
    shop, goods = cream
    plain = make_variant()
    put(plain, shop, 3)
    stock.reserve([Demand(1, goods.pk, 1), Demand(2, plain.pk, 1)])
    rows = stock_matching(owner).values_list("variant_id", "available")
    assert dict(rows) == available([goods.pk, plain.pk]) == {goods.pk: 3, plain.pk: 2}


STEP = st.one_of(
    st.tuples(st.just("good"), st.integers(0, 1), st.integers(1, 6)),
    st.tuples(st.just("gone"), st.integers(0, 1), st.integers(1, 6)),
    st.tuples(st.just("plain"), st.integers(0, 1), st.integers(1, 6)),
    st.tuples(st.just("sets"), st.just(0), st.integers(1, 3)),
    st.tuples(st.just("ship"), st.just(0), st.just(0)),
    st.tuples(st.just("release"), st.just(0), st.just(0)),
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(STEP, max_size=9))
def test_bundles_of_lots_promise_exactly_what_has_not_expired(db, frozen, steps) -> None:
    class Undo(Exception):
        pass

    with pytest.raises(Undo), transaction.atomic():
        walk(steps)
        raise Undo


def walk(steps) -> None:
    shop, parts = make_warehouse(), [tracked("P1"), tracked("P2")]
    bundle = make_bundle((parts[0], 1), (parts[1], 2))
    for number, (verb, which, units) in enumerate(steps, 1):
        if verb in ("good", "gone"):
            day = LATER if verb == "good" else GONE
            receive(parts[which], shop, units, f"L{number}", day)
        elif verb == "plain":
            put(parts[which], shop, units)
        elif verb == "sets":
            promise_sets(number, parts, bundle, units)
        else:
            finish(verb, number)
        assert not any(books.check_books().values())


def promise_sets(holder: int, parts, bundle, units: int) -> None:
    """Sets are promised as far as they are available, and not one more."""
    demands = [Demand(holder, parts[0].pk, units, per_set=1)]
    demands += [Demand(holder, parts[1].pk, units * 2, per_set=2)]
    there = available([bundle.pk])[bundle.pk]
    try:
        stock.reserve(demands)
    except InsufficientStock:
        assert units > there
    else:
        assert units <= there
        assert available([bundle.pk])[bundle.pk] == there - units


def finish(verb: str, cause: int) -> None:
    """The oldest promise leaves or is given back; nothing good is taken from the others."""
    holder = Allocation.objects.filter(status="open").values_list("holder_id", flat=True).first()
    if holder is None:
        return
    if verb == "ship":
        stock.consume("order_line", [holder], cause=("package", cause), actor=ACTOR)
    else:
        stock.release("order_line", [holder])
    assert all(level.reserved <= level.on_hand for level in StockLevel.objects.all())
