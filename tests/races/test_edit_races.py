"""Two editors at once, and an edit against who moves the order on: one wins, nothing is torn."""

import pytest

from invoicing.services.payments import receive_payment
from oms.kernel import books
from oms.kernel.errors import DomainError
from orders.models import Order
from orders.services import lifecycle
from orders.services.editing import edit_order
from orders.services.states import apply_states
from tests.inventory.makers import level, make_variant, make_warehouse, put
from tests.orders.edits import revision
from tests.orders.makers import ACTOR, place
from tests.races.test_stock_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_c65_of_editors_of_one_field_one_saves_and_the_others_are_told():
    warehouse, shirt = make_warehouse(), make_variant()
    put(shirt, warehouse, 40)
    order = lifecycle.confirm_order(place((shirt, 1), is_cod=True).pk, actor=ACTOR)
    edits = [revision(order, quantity_1=number + 2) for number in range(6)]

    def save(number: int) -> str:
        try:
            edit_order(order.pk, edits[number], actor=ACTOR)
        except DomainError as refusal:
            return refusal.code
        return "saved"

    assert at_once(6, save) == {"saved": 1, "revision.conflict": 5}
    order.refresh_from_db()
    pieces = order.lines.get().quantity
    assert level(shirt, warehouse) == (40, pieces)
    assert order.cod_vnd == order.total_vnd == pieces * 100_000
    assert not any(books.check_books().values())


def test_a23_edits_meet_those_who_confirm_pack_pay_and_buy_the_same_goods():
    warehouse, shirt, hat = make_warehouse(), make_variant(), make_variant()
    put(shirt, warehouse, 12)
    put(hat, warehouse, 12)
    orders = [place((shirt, 2), (hat, 2)) for _n in range(4)]
    edits = [
        revision(order, quantity_1=1 + number, quantity_2=3 - number % 3)
        for number, order in enumerate(orders)
    ]

    def work(number: int) -> str:
        order = orders[number % 4]
        try:
            if number < 4:
                edit_order(order.pk, edits[number], actor=ACTOR)
            elif number < 8:
                lifecycle.confirm_order(order.pk, actor=ACTOR)
            elif number < 12:
                receive_payment(order.pk, 50_000, "bank", source=("race", str(number)), actor=ACTOR)
            else:
                apply_states(order.pk, actor=ACTOR, event_name="test.packed", fulfillment="packed")
        except DomainError as refusal:
            return refusal.code
        return "done"

    outcome = at_once(16, work)
    # Who comes too late, or too early, is refused by a state table; nobody by an error.
    refused = {"order.left", "order.transition", "fulfillment.transition", "stock.short"}
    assert set(outcome) <= {"done", *refused}
    assert outcome["done"] >= 4  # money is always taken
    for order in Order.objects.all():
        assert order.goods_vnd == sum(order.lines.values_list("total_vnd", flat=True))
    assert not any(books.check_books().values())
