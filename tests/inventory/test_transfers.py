"""Transfers: pieces leave one warehouse, are on their way, and arrive in another."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.models import StockLevel, StockMovement, Transfer, TransferLine, Warehouse
from inventory.ports import Cause
from inventory.selectors.availability import available
from inventory.selectors.documents import documents_of
from inventory.selectors.transfers import in_transit_to
from inventory.services import stock, transfers
from inventory.services.costing import choose_method
from inventory.services.places import transit_warehouse
from inventory.services.stock import Demand, InsufficientStock, Posting
from oms.kernel import books
from oms.kernel.errors import DomainError, TransitionRefused
from tests.inventory.makers import ACTOR, level, make_variant, make_warehouse, put

pytestmark = pytest.mark.django_db


def make_transfer(source, destination, *lines) -> Transfer:
    transfer = transfers.create_transfer(source.pk, destination.pk, key=uuid4(), actor=ACTOR)
    for variant, quantity in lines:
        transfers.put_line(transfer.pk, variant.pk, quantity)
    return transfer


def units(variant, warehouse) -> int:
    row = StockLevel.objects.filter(variant=variant, warehouse=warehouse).first()
    return row.on_hand if row else 0


def books_agree() -> bool:
    return not any(books.check_books().values())


@pytest.fixture
def road():
    source, destination, shirt = make_warehouse(), make_warehouse(), make_variant()
    put(shirt, source, 10)
    return source, destination, shirt


def test_a39_shipped_goods_are_in_transit_and_the_sum_over_places_stays(road):
    source, destination, shirt = road
    transfer = make_transfer(source, destination, (shirt, 4))
    transfers.ship_transfer(transfer.pk, actor=ACTOR)
    assert (units(shirt, source), units(shirt, transit_warehouse())) == (6, 4)
    assert sum(StockLevel.objects.values_list("on_hand", flat=True)) == 10
    assert in_transit_to([shirt.pk]) == {(shirt.pk, destination.pk): 4}
    assert books_agree()


def test_goods_in_transit_are_promised_to_nobody(road):
    source, destination, shirt = road
    transfer = make_transfer(source, destination, (shirt, 10))
    transfers.ship_transfer(transfer.pk, actor=ACTOR)
    assert available([shirt.pk]) == {shirt.pk: 0}
    with pytest.raises(InsufficientStock):
        stock.reserve([Demand(1, shirt.pk, 1)])
    with pytest.raises(IntegrityError, match="warehouse_transit_closed"), transaction.atomic():
        Warehouse.objects.filter(kind="transit").update(is_active=True)


def test_a_partial_receipt_leaves_the_rest_on_its_way(road):
    source, destination, shirt = road
    transfer = make_transfer(source, destination, (shirt, 4))
    transfers.ship_transfer(transfer.pk, actor=ACTOR)
    after = transfers.receive_transfer(transfer.pk, {shirt.pk: 3}, key=uuid4(), actor=ACTOR)
    assert after.status == Transfer.Status.PARTLY_RECEIVED
    assert (units(shirt, destination), units(shirt, transit_warehouse())) == (3, 1)
    after = transfers.receive_transfer(transfer.pk, {shirt.pk: 1}, key=uuid4(), actor=ACTOR)
    assert (after.status, units(shirt, destination)) == (Transfer.Status.RECEIVED, 4)
    assert in_transit_to([shirt.pk]) == {}
    assert books_agree()


def test_every_act_done_twice_is_done_once(road):
    source, destination, shirt = road
    key = uuid4()
    first = transfers.create_transfer(source.pk, destination.pk, key=key, actor=ACTOR)
    again = transfers.create_transfer(source.pk, destination.pk, key=key, actor=ACTOR)
    assert first.pk == again.pk
    transfers.put_line(first.pk, shirt.pk, 4)
    for _ in range(2):
        transfers.ship_transfer(first.pk, actor=ACTOR)
    receipt = uuid4()
    for _ in range(2):
        transfers.receive_transfer(first.pk, {shirt.pk: 2}, key=receipt, actor=ACTOR)
    for _ in range(2):
        transfers.close_transfer(first.pk, reason="rơi mất", actor=ACTOR)
    assert (units(shirt, source), units(shirt, destination)) == (6, 2)
    assert StockMovement.objects.filter(cause_kind="transfer").count() == 5


def test_more_than_was_shipped_is_refused_whole(road):
    source, destination, shirt = road
    transfer = make_transfer(source, destination, (shirt, 4))
    transfers.ship_transfer(transfer.pk, actor=ACTOR)
    with pytest.raises(DomainError) as refusal:
        transfers.receive_transfer(transfer.pk, {shirt.pk: 5}, key=uuid4(), actor=ACTOR)
    assert refusal.value.code == "transfer.too_many"
    assert units(shirt, destination) == 0


def test_promised_goods_do_not_leave_and_the_refusal_names_them(road):
    source, destination, shirt = road
    stock.reserve([Demand(1, shirt.pk, 8)])
    transfer = make_transfer(source, destination, (shirt, 3))
    with pytest.raises(DomainError, match=f"{shirt.sku} cần 3, còn chuyển được 2"):
        transfers.ship_transfer(transfer.pk, actor=ACTOR)
    assert level(shirt, source) == (10, 8)
    assert Transfer.objects.get().status == Transfer.Status.DRAFT


def test_a_difference_is_written_off_with_its_reason(road):
    source, destination, shirt = road
    transfer = make_transfer(source, destination, (shirt, 4))
    transfers.ship_transfer(transfer.pk, actor=ACTOR)
    transfers.receive_transfer(transfer.pk, {shirt.pk: 3}, key=uuid4(), actor=ACTOR)
    with pytest.raises(DomainError):
        transfers.close_transfer(transfer.pk, reason=" ", actor=ACTOR)
    transfers.close_transfer(transfer.pk, reason="vỡ trên đường", actor=ACTOR)
    scrap = StockMovement.objects.get(kind="scrap")
    assert (scrap.quantity, scrap.note, scrap.warehouse.kind) == (-1, "vỡ trên đường", "transit")
    assert units(shirt, transit_warehouse()) == 0
    assert TransferLine.objects.values_list("received", "lost").get() == (3, 1)
    assert books_agree()


def test_c09_goods_called_back_give_the_source_exactly_what_it_had(road):
    source, destination, shirt = road
    stock.reserve([Demand(1, shirt.pk, 2)])
    before = level(shirt, source)
    transfer = make_transfer(source, destination, (shirt, 4))
    transfers.ship_transfer(transfer.pk, actor=ACTOR)
    for _ in range(2):
        transfers.cancel_transfer(transfer.pk, reason="", actor=ACTOR)
    assert level(shirt, source) == before
    assert units(shirt, transit_warehouse()) == 0
    assert books_agree()


@pytest.mark.parametrize("method", ["average", "fifo"])
def test_pieces_keep_their_worth_on_the_way(method):
    choose_method(method, actor=ACTOR)
    source, destination, shirt = make_warehouse(), make_warehouse(), make_variant()
    for units_in, worth in [(3, 300), (7, 1_400)]:
        posting = Posting(shirt.pk, source.pk, units_in, "receipt", value_vnd=worth)
        stock.post([posting], actor=ACTOR)
    first = make_transfer(source, destination, (shirt, 4))
    transfers.ship_transfer(first.pk, actor=ACTOR)
    left = {"average": 680, "fifo": 500}[method]
    assert first.lines.get().value_vnd == left
    second = make_transfer(source, destination, (shirt, 6))
    transfers.ship_transfer(second.pk, actor=ACTOR)
    transfers.receive_transfer(first.pk, {shirt.pk: 1}, key=uuid4(), actor=ACTOR)
    transfers.receive_transfer(first.pk, {shirt.pk: 3}, key=uuid4(), actor=ACTOR)
    assert StockLevel.objects.get(warehouse=destination).value_vnd == left
    assert first.lines.get().value_vnd == 0
    transfers.close_transfer(second.pk, reason="mất", actor=ACTOR)
    scrap = StockMovement.objects.get(kind="scrap")
    assert scrap.value_vnd == -(1_700 - left)
    assert books_agree()


def test_what_has_arrived_is_not_called_back(road):
    source, destination, shirt = road
    transfer = make_transfer(source, destination, (shirt, 4))
    transfers.ship_transfer(transfer.pk, actor=ACTOR)
    transfers.receive_transfer(transfer.pk, {shirt.pk: 1}, key=uuid4(), actor=ACTOR)
    with pytest.raises(TransitionRefused):
        transfers.cancel_transfer(transfer.pk, reason="", actor=ACTOR)
    with pytest.raises(DomainError):
        transfers.put_line(transfer.pk, shirt.pk, 9)


def test_a_transfer_needs_two_places_and_at_least_one_line(road):
    source, destination, shirt = road
    with pytest.raises(DomainError):
        transfers.create_transfer(source.pk, source.pk, key=uuid4(), actor=ACTOR)
    with pytest.raises(DomainError):
        transfers.create_transfer(source.pk, transit_warehouse().pk, key=uuid4(), actor=ACTOR)
    empty = make_transfer(source, destination, (shirt, 2), (shirt, 0))
    with pytest.raises(DomainError):
        transfers.ship_transfer(empty.pk, actor=ACTOR)


def test_c10_an_allocation_carries_the_warehouse_that_it_was_promised_from(road):
    source, destination, shirt = road
    put(shirt, destination, 10)
    [promise] = stock.reserve([Demand(1, shirt.pk, 3)], warehouse_ids=[destination.pk])
    assert promise.warehouse_id == destination.pk
    assert (level(shirt, source), level(shirt, destination)) == ((10, 0), (10, 3))


steps = st.lists(
    st.tuples(
        st.sampled_from(["new", "ship", "receive", "close", "cancel", "put", "reserve", "consume"]),
        st.integers(0, 2),
        st.integers(1, 6),
    ),
    max_size=20,
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps)
def test_after_any_sequence_transfers_are_what_is_in_transit(db, sequence):
    with transaction.atomic():
        places = [make_warehouse(), make_warehouse()]
        goods = [make_variant(), make_variant()]
        made: list[Transfer] = []
        for verb, which, quantity in sequence:
            try:
                with transaction.atomic():
                    _do(verb, which, quantity, places, goods, made)
            except DomainError:
                continue
        assert books_agree()
        transaction.set_rollback(True)


def _do(verb, which, quantity, places, goods, made) -> None:
    variant = goods[quantity % 2]
    if verb == "put":
        put(variant, places[which % 2], quantity)
    elif verb == "reserve":
        stock.reserve([Demand(which + 1, variant.pk, quantity)])
    elif verb == "consume":
        stock.consume("order_line", [which + 1], cause=("order", which), actor=ACTOR)
    elif verb == "new":
        made.append(make_transfer(places[which % 2], places[(which + 1) % 2], (variant, quantity)))
    elif made:
        pk = made[which % len(made)].pk
        if verb == "ship":
            transfers.ship_transfer(pk, actor=ACTOR)
        elif verb == "receive":
            transfers.receive_transfer(pk, {variant.pk: quantity}, key=uuid4(), actor=ACTOR)
        elif verb == "close":
            transfers.close_transfer(pk, reason="mất", actor=ACTOR)
        else:
            transfers.cancel_transfer(pk, reason="", actor=ACTOR)


def test_a_movement_leads_to_its_paper_and_to_orders_for_who_sees_them_all(
    owner, owner_client, user_factory
):
    source, destination, shirt = make_warehouse(), make_warehouse(), make_variant()
    put(shirt, source, 5)
    row = make_transfer(source, destination, (shirt, 2))
    transfers.ship_transfer(row.pk, actor=ACTOR)
    movements = list(StockMovement.objects.filter(warehouse=source).order_by("pk"))
    assert [paper.label for paper in documents_of(movements, owner)] == ["", row.number]
    url = reverse("inventory:transfer_detail", args=[row.pk])
    page = owner_client.get(reverse("inventory:stock_explain", args=[shirt.pk, source.pk])).text
    assert f'href="{url}"' in page
    assert page.count(row.number) == 1  # its note says the same
    sale = StockMovement(cause_kind="order", cause_id=1)
    limited = user_factory("warehouse", warehouse_ids=[source.pk])
    assert documents_of([sale, movements[1]], limited) == [Cause(""), Cause(row.number, url=url)]
