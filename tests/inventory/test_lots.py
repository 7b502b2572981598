"""Lots and serials follow the ledger; the first to expire leaves first."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.allocation.lots import Shelved, expired_units, first_expiring
from inventory.models import Lot, LotBalance, LotMovement, Product
from inventory.selectors.lots import proposals, traces
from inventory.services import counting, stock, transfers
from inventory.services.costing import choose_method
from inventory.services.count_approval import approve_count
from inventory.services.lot_check import refuse_expired
from inventory.services.lot_naming import Named, choose_lot, name_lots, set_tracking
from inventory.services.lots import LotPart
from inventory.services.stock import Demand, Posting
from oms.kernel import books
from oms.kernel.errors import DomainError
from oms.kernel.models import Event
from tests.inventory.makers import ACTOR, level, make_variant, make_warehouse, put
from tests.orders.makers import place

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)
SOON, LATER, GONE = date(2026, 4, 1), date(2026, 9, 1), date(2026, 3, 1)


def tracked(tracking="lot", sku=""):
    variant = make_variant(sku)
    set_tracking(variant.product_id, tracking, actor=ACTOR)
    return variant


def name(variant, warehouse, *parts) -> list[Lot]:
    named = [Named(code, units, day) for code, units, day in parts]
    return name_lots(variant.pk, warehouse.pk, named, actor=ACTOR)


def lots_at(variant, warehouse) -> dict[str, int]:
    rows = LotBalance.objects.filter(variant=variant, warehouse=warehouse, on_hand__gt=0)
    return dict(rows.values_list("lot__code", "on_hand"))


def ship(variant, units, holder=1) -> None:
    stock.reserve([Demand(holder, variant.pk, units)])
    stock.consume("order_line", [holder], cause=("order", holder), actor=ACTOR)


def books_agree() -> bool:
    return not any(books.check_books().values())


@pytest.fixture
def cream(frozen):
    warehouse, variant = make_warehouse(), tracked()
    put(variant, warehouse, 12)
    name(variant, warehouse, ("L-LATER", 5, LATER), ("L-SOON", 4, SOON), ("L-GONE", 2, GONE))
    return warehouse, variant


def test_what_comes_in_is_unnamed_until_somebody_names_it(cream):
    warehouse, variant = cream
    assert lots_at(variant, warehouse) == {"": 1, "L-LATER": 5, "L-SOON": 4, "L-GONE": 2}
    with pytest.raises(DomainError) as refusal:
        name(variant, warehouse, ("L-NEW", 2, None))
    assert refusal.value.code == "lots.unnamed_short"
    with pytest.raises(DomainError) as refusal:
        name(variant, warehouse, ("L-SOON", 1, LATER))
    assert refusal.value.code == "lots.date"
    assert books_agree()


def test_c69_the_first_to_expire_leaves_first(cream):
    warehouse, variant = cream
    ship(variant, 6)
    assert lots_at(variant, warehouse) == {"": 1, "L-LATER": 3, "L-GONE": 2}
    assert books_agree()


def test_goods_that_were_there_before_get_their_lot_at_the_switch():
    warehouse, variant = make_warehouse(), make_variant()
    put(variant, warehouse, 7)
    set_tracking(variant.product_id, "lot", actor=ACTOR)
    set_tracking(variant.product_id, "lot", actor=ACTOR)
    assert lots_at(variant, warehouse) == {"": 7}
    with pytest.raises(DomainError) as refusal:
        set_tracking(variant.product_id, "none", actor=ACTOR)
    assert refusal.value.code == "lots.in_stock"
    assert books_agree()


def test_c69_expired_lots_are_not_proposed_and_not_handed_over_by_hand(cream, frozen):
    _warehouse, variant = cream
    frozen.shift(timedelta(days=-2))
    stock.reserve([Demand(1, variant.pk, 11)])
    frozen.shift(timedelta(days=2))
    [row] = proposals("order_line", [1])
    assert [(p.lot.code, p.quantity) for p in row.lots] == [("L-SOON", 4), ("L-LATER", 5), ("", 1)]
    assert row.missing == 1
    with pytest.raises(DomainError, match=f"{variant.sku} \\(1\\)"):
        refuse_expired("order_line", [1])
    late = Lot.objects.get(code="L-GONE")
    choose_lot(
        ("order_line", 1), late.pk, 1, reason="khách đồng ý", about=("order", 5), actor=ACTOR
    )
    refuse_expired("order_line", [1])


def test_c69_another_lot_leaves_when_somebody_chose_it_and_says_why(cream):
    warehouse, variant = cream
    stock.reserve([Demand(1, variant.pk, 3)])
    later = Lot.objects.get(code="L-LATER")
    with pytest.raises(DomainError):
        choose_lot(("order_line", 1), later.pk, 2, reason=" ", about=("order", 9), actor=ACTOR)
    choose_lot(
        ("order_line", 1), later.pk, 2, reason="khách xin hạn xa", about=("order", 9), actor=ACTOR
    )
    event = Event.objects.get(name="lot.chosen", about_kind="order", about_id=9)
    assert event.data["reason"] == "khách xin hạn xa"
    stock.consume("order_line", [1], cause=("order", 9), actor=ACTOR)
    assert lots_at(variant, warehouse) == {"": 1, "L-LATER": 3, "L-SOON": 3, "L-GONE": 2}
    assert books_agree()


def test_a_chosen_lot_that_is_gone_is_not_replaced_in_silence(cream):
    warehouse, variant = cream
    soon = Lot.objects.get(code="L-SOON")
    for holder in (1, 2):
        stock.reserve([Demand(holder, variant.pk, 4)])
        choose_lot(("order_line", holder), soon.pk, 4, reason="x", about=("order", 1), actor=ACTOR)
    stock.consume("order_line", [1], cause=("order", 1), actor=ACTOR)
    with pytest.raises(DomainError) as refusal:
        stock.consume("order_line", [2], cause=("order", 2), actor=ACTOR)
    assert refusal.value.code == "lots.short"
    assert level(variant, warehouse) == (8, 4)
    assert books_agree()


def test_a_serial_is_one_piece_in_one_place_and_sold_once():
    here, there, phone = make_warehouse(), make_warehouse(), tracked("serial")
    put(phone, here, 2)
    put(phone, there, 1)
    name(phone, here, ("IMEI-1", 1, None), ("IMEI-2", 1, None))
    with pytest.raises(DomainError) as refusal:
        name(phone, there, ("IMEI-1", 1, None))
    assert refusal.value.code == "lots.serial_here"
    with pytest.raises(DomainError):
        name(phone, there, ("IMEI-9", 2, None))
    first = Lot.objects.get(code="IMEI-1")
    ship(phone, 1)
    assert lots_at(phone, here) == {"IMEI-2": 1}
    with pytest.raises(DomainError):
        choose_lot(("order_line", 2), first.pk, 1, reason="x", about=("order", 2), actor=ACTOR)
    with pytest.raises(IntegrityError), transaction.atomic():
        LotBalance.objects.filter(lot__code="IMEI-2").update(on_hand=2)
    assert books_agree()


@pytest.mark.parametrize("method", ["average", "fifo"])
def test_lots_travel_with_a_transfer_under_both_costing_methods(method, frozen):
    choose_method(method, actor=ACTOR)
    here, there, variant = make_warehouse(), make_warehouse(), tracked()
    put(variant, here, 5)
    name(variant, here, ("L-LATER", 3, LATER), ("L-SOON", 2, SOON))
    transfer = transfers.create_transfer(here.pk, there.pk, key=uuid4(), actor=ACTOR)
    transfers.put_line(transfer.pk, variant.pk, 3)
    transfers.ship_transfer(transfer.pk, actor=ACTOR)
    transfers.receive_transfer(transfer.pk, {variant.pk: 2}, key=uuid4(), actor=ACTOR)
    assert (lots_at(variant, here), lots_at(variant, there)) == ({"L-LATER": 2}, {"L-SOON": 2})
    ship(variant, 1)
    assert books_agree()


def test_a_posting_may_say_its_lots_and_they_must_sum(cream):
    warehouse, variant = cream
    lot = Lot.objects.get(code="L-SOON")
    row = Posting(variant.pk, warehouse.pk, 3, "receipt", lots=(LotPart(lot.pk, 3),))
    stock.post([row], actor=ACTOR)
    assert lots_at(variant, warehouse)["L-SOON"] == 7
    with pytest.raises(DomainError), transaction.atomic():
        wrong = Posting(variant.pk, warehouse.pk, 3, "receipt", lots=(LotPart(lot.pk, 2),))
        stock.post([wrong], actor=ACTOR)
    assert books_agree()


def test_untracked_goods_cost_no_statement_more_while_nothing_is_tracked():
    warehouse, shirt = make_warehouse(), make_variant()
    put(shirt, warehouse, 50)

    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as posting:
            put(shirt, warehouse, 1)
        stock.reserve([Demand(1, shirt.pk, 1)])
        with CaptureQueriesContext(connection) as consuming:
            stock.consume("order_line", [1], cause=("order", 1), actor=ACTOR)
        text = " ".join(q["sql"] for q in [*posting, *consuming])
        assert "lotbalance" not in text
        return len(posting), len(consuming)

    cost()
    assert cost() == (5, 4)


def test_statements_of_tracked_goods_do_not_grow_with_the_rows():
    warehouse = make_warehouse()
    goods = [tracked() for _ in range(10)]

    def cost(variants, holder) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as posting:
            stock.post([Posting(v.pk, warehouse.pk, 5, "receipt") for v in variants], actor=ACTOR)
        stock.reserve([Demand(holder + n, v.pk, 1) for n, v in enumerate(variants)])
        with CaptureQueriesContext(connection) as consuming:
            stock.consume(
                "order_line",
                [holder + n for n in range(len(variants))],
                cause=("order", holder),
                actor=ACTOR,
            )
        return len(posting), len(consuming)

    cost(goods, 10)
    assert cost(goods[:1], 100) == cost(goods, 200)


def test_the_lots_ledger_cannot_be_changed(cream):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        LotMovement.objects.update(quantity=1)


def test_a_recall_names_the_orders_and_their_buyers(cream, owner, owner_client):
    _warehouse, variant = cream
    order = place((variant, 4), confirm=True)
    line = order.lines.get()
    stock.consume("order_line", [line.pk], cause=("order", order.pk), actor=ACTOR)
    lot = Lot.objects.get(code="L-SOON")
    [gone] = [trace for trace in traces(lot, owner) if trace.left_us]
    assert (gone.cause.label, gone.cause.person) == (order.number, order.recipient_name)
    assert gone.row.quantity == -4
    page = owner_client.get(reverse("inventory:lot_detail", args=[lot.pk])).content.decode()
    assert order.number in page
    assert order.recipient_name in page
    shown = owner_client.get(reverse("orders:detail", args=[order.pk])).content.decode()
    assert "Đã xuất lô" in shown
    assert "L-SOON" in shown


def test_pages_name_lots_and_choose_another(cream, owner_client):
    warehouse, variant = cream
    put(variant, warehouse, 3)
    page = reverse("inventory:lot_names", args=[variant.pk, warehouse.pk])
    data = {"code": "L-X", "expires_on": "2027-01-31", "quantity": "2"}
    assert owner_client.post(page, data).status_code == 302
    assert owner_client.post(page, data | {"quantity": "9"}).status_code == 422
    assert "L-X" in owner_client.get(page).content.decode()
    listed = owner_client.get(reverse("inventory:lot_list"), {"show": "expired"})
    assert "L-GONE" in listed.content.decode()
    assert "L-SOON" not in listed.content.decode()
    order = place((variant, 2), confirm=True)
    line = order.lines.get()
    lot = Lot.objects.get(code="L-X")
    choose = reverse("orders:choose_lot", args=[order.pk, line.pk])
    assert owner_client.post(choose, {"lot": lot.pk, "quantity": "1"}).status_code == 422
    data = {"lot": lot.pk, "quantity": "1", "reason": "hàng tặng"}
    assert owner_client.post(choose, data).status_code == 302
    assert (
        "hàng tặng" in owner_client.get(reverse("orders:detail", args=[order.pk])).content.decode()
    )


def test_serials_are_typed_one_a_line(owner_client):
    warehouse, phone = make_warehouse(), make_variant("DT-01")
    put(phone, warehouse, 2)
    tracking = reverse("inventory:set_tracking", args=[phone.product_id])
    owner_client.post(tracking, {"tracking": "serial"})
    assert Product.objects.get().tracking == "serial"
    page = reverse("inventory:lot_names", args=[phone.pk, warehouse.pk])
    assert owner_client.post(page, {"serials": "A1\nA1"}).status_code == 422
    assert owner_client.post(page, {"serials": "A1\nA2\n"}).status_code == 302
    assert lots_at(phone, warehouse) == {"A1": 1, "A2": 1}


def test_the_proposal_is_pure():
    shelf = [
        Shelved(1, 5, LATER),
        Shelved(2, 4, SOON),
        Shelved(3, 2, GONE),
        Shelved(4, 9, None),
        Shelved(5, 1, None, is_named=False),
    ]
    taken = first_expiring(12, shelf, today=TODAY)
    assert [(t.lot_id, t.quantity) for t in taken] == [(2, 4), (1, 5), (4, 3)]
    taken = first_expiring(21, shelf, today=TODAY, chosen={4: 2})
    assert [(t.lot_id, t.quantity) for t in taken] == [(4, 9), (2, 4), (1, 5), (5, 1), (3, 2)]
    assert expired_units(taken) == 2
    assert expired_units(taken, {3: 1}) == 1
    assert sum(t.quantity for t in first_expiring(99, shelf, today=TODAY)) == 21


steps = st.lists(
    st.tuples(
        st.sampled_from(["put", "name", "ship", "choose", "send", "count", "adjust"]),
        st.integers(0, 1),
        st.integers(1, 5),
    ),
    max_size=14,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps, st.sampled_from(["average", "fifo"]))
def test_after_any_sequence_lots_are_what_stands_there(db, sequence, method):
    with transaction.atomic():
        choose_method(method, actor=ACTOR)
        places, goods = [make_warehouse(), make_warehouse()], [tracked(), tracked("serial")]
        for number, (verb, which, units) in enumerate(sequence, 1):
            try:
                with transaction.atomic():
                    _do(verb, number, goods[which], places[units % 2], places, units)
            except DomainError:
                continue
        assert books_agree()
        transaction.set_rollback(True)


def _do(verb, number, variant, place, places, units) -> None:
    if verb == "put":
        put(variant, place, units)
    elif verb == "name":
        serial = Product.objects.get(variants=variant).tracking == "serial"
        name(variant, place, (f"N{number}", 1 if serial else units, None if serial else SOON))
    elif verb == "ship":
        ship(variant, units, holder=number)
    elif verb == "choose":
        lot = variant.lots.exclude(code="").order_by("-pk").first()
        if lot:
            stock.reserve([Demand(number, variant.pk, 1)])
            about = ("order", number)
            choose_lot(("order_line", number), lot.pk, 1, reason="x", about=about, actor=ACTOR)
            stock.consume("order_line", [number], cause=about, actor=ACTOR)
    elif verb == "send":
        other = places[0] if place == places[1] else places[1]
        transfer = transfers.create_transfer(place.pk, other.pk, key=uuid4(), actor=ACTOR)
        transfers.put_line(transfer.pk, variant.pk, units)
        transfers.ship_transfer(transfer.pk, actor=ACTOR)
        if units % 2:
            transfers.receive_transfer(transfer.pk, {variant.pk: units}, key=uuid4(), actor=ACTOR)
    elif verb == "count":
        count = counting.create_count(place.pk, "full", key=uuid4(), actor=ACTOR)
        counting.start_count(count.pk, actor=ACTOR)
        for line in count.lines.all():
            key = uuid4()
            counting.set_counted(count.pk, line.variant_id, units, key=key, actor=ACTOR)
        count.lines.update(round=2)
        counting.submit_count(count.pk, actor=ACTOR)
        approve_count(count.pk, limit_vnd=None, actor=ACTOR)
    else:
        stock.post([Posting(variant.pk, place.pk, -units, "adjustment")], actor=ACTOR)
