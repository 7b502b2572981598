"""State tables: every edge is walked, everything else is refused; status and tab are derived."""

from itertools import product

import pytest

from oms.kernel.errors import TransitionRefused
from orders import states
from orders.models import Order

FLOWS = {
    "order": (states.ORDER_FLOW, Order.Status),
    "fulfillment": (states.FULFILLMENT_FLOW, Order.Fulfillment),
    "payment": (states.PAYMENT_FLOW, Order.Payment),
    "cod": (states.COD_FLOW, Order.Cod),
    "invoice": (states.INVOICE_FLOW, Order.Invoice),
}


@pytest.mark.parametrize("name", FLOWS)
def test_a21_every_state_has_a_row_and_only_its_edges_pass(name):
    flow, codes = FLOWS[name]
    assert flow.states == set(codes.values)
    for before, after in product(codes.values, repeat=2):
        if before == after or after in flow.table[before]:
            flow.check(before, after)
        else:
            with pytest.raises(TransitionRefused):
                flow.check(before, after)


def test_goods_that_left_never_come_back_to_our_hands():
    for before in set(Order.Fulfillment.values) - states.BEFORE_HAND_OVER:
        assert not states.FULFILLMENT_FLOW.table[before] & states.BEFORE_HAND_OVER


@pytest.mark.parametrize(
    ("status", "fulfillment", "expected"),
    [
        ("pending_confirmation", "allocated", "pending_confirmation"),
        ("on_hold", "packed", "on_hold"),
        ("confirmed", "picking", "processing"),
        ("processing", "allocated", "confirmed"),
        ("processing", "handed_over", "shipped"),
        ("shipped", "delivery_failed", "shipped"),
        ("shipped", "delivered", "delivered"),
        ("shipped", "return_pending", "returning"),
        ("returning", "returned", "returned"),
        ("cancelled", "cancelled", "cancelled"),
    ],
)
def test_a20_the_coarse_state_follows_the_goods(status, fulfillment, expected):
    found = states.derive_order_status(
        status, fulfillment=fulfillment, payment="unpaid", cod="none", invoice="not_required"
    )
    assert found == expected


@pytest.mark.parametrize(
    ("payment", "cod", "invoice", "expected"),
    [
        ("paid", "none", "not_required", "completed"),
        ("paid", "remitted", "coded", "completed"),
        ("paid", "collected", "coded", "delivered"),
        ("unpaid", "collected", "not_required", "delivered"),
        ("paid", "none", "draft", "delivered"),
        ("paid", "none", "rejected", "delivered"),
    ],
)
def test_delivered_is_completed_when_money_and_invoice_are_done(payment, cod, invoice, expected):
    found = states.derive_order_status(
        "shipped", fulfillment="delivered", payment=payment, cod=cod, invoice=invoice
    )
    assert found == expected


@pytest.mark.parametrize(
    ("status", "fulfillment", "shipment", "labels", "tab"),
    [
        ("draft", "unallocated", False, 0, "draft"),
        ("pending_confirmation", "allocated", False, 0, "to_confirm"),
        ("confirmed", "unallocated", False, 0, "waiting_stock"),
        ("confirmed", "allocated", False, 0, "to_arrange"),
        ("confirmed", "allocated", True, 0, "to_print"),
        ("processing", "released", True, 1, "packing"),
        ("processing", "packed", True, 0, "to_print"),
        ("processing", "packed", True, 2, "to_hand_over"),
        ("on_hold", "packed", True, 2, "on_hold"),
        ("shipped", "in_transit", True, 1, "shipping"),
        ("completed", "delivered", True, 1, "completed"),
        ("returned", "returned", True, 1, "returning"),
    ],
)
def test_the_tab_follows(status, fulfillment, shipment, labels, tab):
    found = states.derive_tab(
        status, fulfillment=fulfillment, has_shipment=shipment, labels_printed=labels
    )
    assert found == tab
