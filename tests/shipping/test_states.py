"""How a package follows what carriers report, whatever the order of arrival."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.states import FULFILLMENT_FLOW
from shipping.models import PackageStatus as S
from shipping.states import BACKWARDS, MOVING, OURS, PACKAGE_FLOW, RANK, follow, may_move

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
REPORTED = sorted({S.IN_TRANSIT, S.OUT_FOR_DELIVERY, S.DELIVERY_FAILED, S.DELIVERED}
                  | {S.RETURN_PENDING, S.RETURNING, S.RETURNED, S.LOST, S.DAMAGED})  # fmt: skip
reports = st.lists(
    st.tuples(
        st.integers(0, 20).map(lambda minutes: START + timedelta(minutes=minutes)),
        st.sampled_from(REPORTED),
    ),
    max_size=12,
)


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


@given(reports=reports, data=st.data())
def test_a77_the_order_of_arrival_and_repeats_change_nothing(reports, data) -> None:
    shuffled = data.draw(st.permutations(reports + reports[:3]))
    assert follow(S.HANDED_OVER, reports) == follow(S.HANDED_OVER, shuffled)


@given(reports=reports)
def test_a77_a_package_never_moves_to_a_lower_rank_except_by_the_listed_ways(reports) -> None:
    state = S.HANDED_OVER
    told = sorted(reports, key=lambda row: (row[0], RANK[row[1]], row[1]))
    for index in range(len(told)):
        after = follow(S.HANDED_OVER, told[: index + 1])
        assert after == state or RANK[after] > RANK[state] or (state, after) in BACKWARDS
        state = after


@given(reports=reports)
def test_every_walk_of_a_package_is_allowed_for_its_order(reports) -> None:
    state = S.HANDED_OVER
    for moment, status in sorted(reports, key=lambda row: (row[0], RANK[row[1]])):
        after = follow(state, [(moment, status)])
        assert FULFILLMENT_FLOW.allows(state, after), f"{state} -> {after}"
        state = after


def test_a_late_report_does_not_move_a_delivered_package_back() -> None:
    assert (
        follow(S.HANDED_OVER, [(at(10), S.DELIVERED), (at(9), S.OUT_FOR_DELIVERY)]) == S.DELIVERED
    )
    assert follow(S.HANDED_OVER, [(at(10), S.DELIVERED), (at(9), S.RETURNING)]) == S.DELIVERED


def test_a_newer_report_of_goods_on_their_way_does_not_undo_a_delivery() -> None:
    assert follow(S.HANDED_OVER, [(at(10), S.DELIVERED), (at(11), S.IN_TRANSIT)]) == S.DELIVERED


def test_a_second_attempt_moves_back_from_failure() -> None:
    story = [(at(1), S.OUT_FOR_DELIVERY), (at(2), S.DELIVERY_FAILED), (at(3), S.IN_TRANSIT)]
    assert follow(S.HANDED_OVER, story) == S.IN_TRANSIT


def test_goods_may_come_back_after_delivery() -> None:
    assert follow(S.HANDED_OVER, [(at(1), S.DELIVERED), (at(2), S.RETURNING)]) == S.RETURNING


@pytest.mark.parametrize("after", sorted(MOVING | {S.DELIVERED, S.RETURNED}))
def test_a_carrier_cannot_cancel_what_has_left(after: str) -> None:
    assert not may_move(after, S.CANCELLED)


@pytest.mark.parametrize("before", sorted(OURS))
def test_a_package_in_our_hands_may_be_cancelled(before: str) -> None:
    assert PACKAGE_FLOW.allows(before, S.CANCELLED)
