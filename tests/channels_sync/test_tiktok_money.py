"""What TikTok Shop tells of money and of returns, in our words. No network, no database."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from channels_sync.marketplaces.tiktok_shop import fees, returning
from channels_sync.ports import BuyerReturn, FeeKind, ReturnState, UnreadableReturn

# Money


def transaction(sign_of_costs: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": "T1",
        "type": "ORDER",
        "order_id": "577",
        "revenue_amount": "100000",
        "revenue_breakdown": {
            "subtotal_before_discount_amount": "120000", "seller_discount_amount": "-20000",
        },
        "shipping_cost_amount": str(-2000 * sign_of_costs),
        "shipping_cost_breakdown": {
            "actual_shipping_fee_amount": str(-32000 * sign_of_costs),
            "shipping_fee_discount_amount": str(15000 * sign_of_costs),
            "customer_paid_shipping_fee_amount": str(15000 * sign_of_costs),
            "supplementary_component": {"platform_shipping_fee_discount_amount": "15000"},
        },
        "fee_tax_amount": str(-9000 * sign_of_costs),
        "fee_tax_breakdown": {
            "fee": {
                "platform_commission_amount": str(-4000 * sign_of_costs),
                "affiliate_commission_amount": str(-500 * sign_of_costs),
                "affiliate_commission_amount_before_pit": str(-550 * sign_of_costs),
                "vn_fix_infrastructure_fee_amount": str(-3000 * sign_of_costs),
            },
            "tax": {"local_vat_amount": str(-1000 * sign_of_costs),
                    "pit_amount": str(-500 * sign_of_costs)},
        },
        "settlement_amount": "89000",
        **changes,
    }  # fmt: skip


DAY = fees.Statement("S1", 1764547200, is_paid=True)  # 1 December 2025, midnight UTC


def test_lines_add_up_to_the_settlement_in_either_notation():
    told = [list(fees.fee_lines(DAY, transaction(sign_of_costs))) for sign_of_costs in (1, -1)]
    assert told[0] == told[1]
    kinds = {line.name: (line.kind, line.amount_vnd) for line in told[0]}
    assert kinds == {
        "subtotal_before_discount_amount": (FeeKind.GOODS, 120000),
        "seller_discount_amount": (FeeKind.VOUCHER, -20000),
        "actual_shipping_fee_amount": (FeeKind.SHIPPING, -32000),
        "shipping_fee_discount_amount": (FeeKind.SHIPPING, 15000),
        "customer_paid_shipping_fee_amount": (FeeKind.SHIPPING_PAID, 15000),
        "platform_commission_amount": (FeeKind.COMMISSION, -4000),
        "affiliate_commission_amount": (FeeKind.AFFILIATE, -500),
        "vn_fix_infrastructure_fee_amount": (FeeKind.SERVICE, -3000),
        "local_vat_amount": (FeeKind.TAX, -1000),
        "pit_amount": (FeeKind.TAX, -500),
    }
    assert sum(line.amount_vnd for line in told[0]) == 89000
    [day] = {line.happened_on for line in told[0]}
    assert (day.isoformat(), told[0][0].key[:6], told[0][0].is_paid) == (
        "2025-12-01",
        "S1:T1:",
        True,
    )


@given(st.integers(-(10**7), 10**7))
@limits(max_examples=40)
def test_whatever_is_not_explained_is_a_line_of_its_own(settled):
    lines = list(fees.fee_lines(DAY, transaction(1, settlement_amount=str(settled))))
    assert sum(line.amount_vnd for line in lines) == settled
    assert len({line.key for line in lines}) == len(lines)


def test_an_adjustment_belongs_to_its_order_and_has_a_kind():
    row = {"id": "A1", "type": "LOGISTICS_REIMBURSEMENT", "adjustment_id": "9", "order_id": "",
           "adjustment_order_id": "577", "adjustment_amount": "12000",
           "settlement_amount": "12000"}  # fmt: skip
    [line] = fees.fee_lines(DAY, row)
    assert (line.remote_id, line.kind, line.amount_vnd) == ("577", FeeKind.SHIPPING, 12000)


def test_a_cursor_carries_the_place_over_processes():
    place = fees.Place((DAY,), "p2", None)
    cursor = place.cursor()
    assert cursor is not None
    assert fees.Place.of(cursor) == place
    assert fees.Place((), "", None).cursor() is None
    assert fees.Place.of("").following == ""


@pytest.mark.parametrize("settled", ["-50000", "0", ""])
def test_an_adjustment_is_one_line_however_its_settlement_is_told(settled):
    row = {"id": "9", "type": "PLATFORM_PENALTY", "adjustment_order_id": "577", "order_id": ""}
    row |= {"adjustment_amount": "-50000", "settlement_amount": settled}
    [line] = fees.fee_lines(DAY, row)
    assert (line.remote_id, line.name, line.amount_vnd) == ("577", "PLATFORM_PENALTY", -50_000)


# Returns


WISH = {
    "return_id": "1", "order_id": "577", "return_type": "REFUND", "create_time": 5,
    "update_time": 9, "return_status": "REFUND_OR_RETURN_REQUEST_REJECT",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "state", "may"),
    [
        ({}, ReturnState.REJECTED, False),
        ({"arbitration_status": "IN_PROGRESS"}, ReturnState.JUDGING, False),
        ({"arbitration_status": "SUPPORT_SELLER"}, ReturnState.REJECTED, False),
        ({"return_status": "SOMETHING_NEW"}, ReturnState.UNKNOWN, False),
        (
            {
                "return_status": "BUYER_SHIPPED_ITEM",
                "seller_next_action_response": [{"action": "SELLER_RESPOND_RECEIVE_PACKAGE"}],
            },
            ReturnState.GOING,
            True,
        ),
        (
            {
                "return_status": "RETURN_OR_REFUND_REQUEST_PENDING",
                "seller_next_action_response": [{"action": "SELLER_DOES_SOMETHING_NEW"}],
            },
            ReturnState.REQUESTED,
            False,
        ),
    ],
)
def test_what_may_be_answered_is_what_the_platform_asks(changes, state, may):
    wish = returning.read_return("1", {**WISH, **changes}, [])
    assert isinstance(wish, BuyerReturn)
    assert (wish.state, wish.may_accept, wish.may_dispute) == (state, may, may)


def test_a_return_without_its_times_is_told_with_the_reason():
    read = returning.read_return("1", {**WISH, "update_time": "?"}, [])
    assert isinstance(read, UnreadableReturn)
