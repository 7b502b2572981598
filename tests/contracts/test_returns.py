"""Returns and refunds over real HTTP: every test here holds for every marketplace that has them."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from channels_sync.ports import (
    Access,
    BuyerReturn,
    Dispute,
    Evidence,
    ReturnState,
    SettlementFact,
    UnreadableReturn,
    taker_of_returns,
    teller_of_settlements,
)
from oms.kernel import clock
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.sandbox.run import running_sandbox
from tests.contracts.marketplaces import SIDES, Side

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_clean")]
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
PICTURE = Evidence("bang-chung.png", PIXEL, "image/png")
TAKERS = ("lazada", "shopee", "tiktok_shop")


class Hand:
    """A side with what its sandbox calls the steps of a return."""

    DETAIL = {"shopee": "*get_return_detail", "lazada": "*/return/detail/list",
              "tiktok_shop": "*/returns/search"}  # fmt: skip
    ACCEPT = {"shopee": "*/returns/confirm", "lazada": "*/return/update",
              "tiktok_shop": "*/approve"}  # fmt: skip
    ARRIVED = {"shopee": "TO_CONFIRM_RECEIVE", "lazada": "delivered", "tiktok_shop": "DELIVERED"}
    # What the buyer is to be given, goods back or money only, and what tells of it.
    WANTED = {
        "shopee": ("solution", 0, 1),
        "lazada": ("request_type", "RETURN", "ONLY_REFUND"),
        "tiktok_shop": ("return_type", "RETURN_AND_REFUND", "REFUND"),
    }
    NAME = {"shopee": "return_sn", "lazada": "reverse_order_id", "tiktok_shop": "return_id"}
    GOING = {"shopee": "PROCESSING", "lazada": "BUYER_RETURN_ITEM",
             "tiktok_shop": "BUYER_SHIPPED_ITEM"}  # fmt: skip
    OVER = {"shopee": "CLOSED", "lazada": "REFUND_SUCCESS",
            "tiktok_shop": "RETURN_OR_REFUND_REQUEST_COMPLETE"}  # fmt: skip

    def __init__(self, side: Side) -> None:
        self.side, self.code = side, side.code
        taker = taker_of_returns(side.connector)
        assert taker is not None
        self.taker = taker
        self.access: Access = side.access()

    def ask(self, *, money_only: bool = False) -> str:
        """A buyer received two pieces and wants them back."""
        [number] = self.side.place(lines=[{"sku": "SRM-120", "quantity": 2}])
        order = {"order_sn" if self.code == "shopee" else "order_id": number}
        self.side("POST", "order_status", {**order, "status": self.ARRIVED[self.code]})
        field, goods, money = self.WANTED[self.code]
        body = {**order, field: money if money_only else goods}
        return self.side("POST", "ask_return", body)[self.NAME[self.code]]

    def move(self, number: str, words: dict[str, str]) -> None:
        """`words` are the statuses at each marketplace."""
        body = {self.NAME[self.code]: number, "status": words[self.code]}
        self.side("POST", "return_status", body)

    def fetch(self, number: str) -> BuyerReturn:
        told = self.taker.fetch_return(self.access, number)
        assert isinstance(told, BuyerReturn)
        return told

    def listed(self) -> set[str]:
        found: set[str] = set()
        cursor: str | None = ""
        while cursor is not None:
            page = self.taker.list_returns(
                self.access,
                since=clock.now() - timedelta(days=14),
                until=clock.now() + timedelta(minutes=1),
                cursor=cursor,
            )
            found |= set(page.remote_ids)
            cursor = page.next_cursor
        return found

    def dispute(self, wish: BuyerReturn, *pictures: Evidence) -> None:
        reason = self.taker.dispute_reasons(self.access, wish)[0]
        said = Dispute(reason.code, "Hàng đã qua sử dụng", "shop@example.com", pictures)
        self.taker.dispute_return(self.access, wish, said)


@pytest.fixture(params=TAKERS)
def hand(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hand]:
    with running_sandbox(tmp_path, [request.param]) as running:
        yield Hand(SIDES[request.param](running))


def test_a_return_is_listed_and_told_with_its_goods_money_and_end(hand):
    number = hand.ask()
    assert hand.listed() == {number}
    wish = hand.fetch(number)
    assert wish.state is ReturnState.REQUESTED
    assert wish.wants_goods_back
    assert not wish.goes_to_marketplace
    assert sum(line.quantity for line in wish.lines) == 2
    assert {line.sku for line in wish.lines} == {"SRM-120"}
    assert wish.refund_vnd == sum(line.refund_vnd for line in wish.lines) > 0
    assert wish.images
    assert (wish.may_accept, wish.may_dispute) == (True, True)
    assert wish.answer_until is not None
    assert timedelta(days=1) < wish.answer_until - clock.now() <= timedelta(days=2)


def test_returns_are_read_page_by_page_to_the_end(hand, monkeypatch):
    module = f"channels_sync.marketplaces.{hand.code}.returning.PAGE"
    monkeypatch.setattr(module, 2)
    numbers = {hand.ask() for _time in range(5)}
    assert hand.listed() == numbers


@pytest.mark.parametrize("money_only", [False, True])
def test_a_return_is_agreed_to_once(hand, money_only):
    number = hand.ask(money_only=money_only)
    wish = hand.fetch(number)
    assert wish.wants_goods_back is not money_only
    hand.taker.accept_return(hand.access, wish)
    agreed = hand.fetch(number)
    assert agreed.state is ReturnState.ACCEPTED
    assert not agreed.may_accept
    assert agreed.version > wish.version
    # One refuses a second yes, another takes its key for the first one.
    with suppress(ServiceRefused):
        hand.taker.accept_return(hand.access, wish)
    assert hand.fetch(number) == agreed


@pytest.mark.parametrize("money_only", [False, True])
def test_an_objection_goes_with_its_evidence(hand, money_only):
    number = hand.ask(money_only=money_only)
    hand.dispute(hand.fetch(number), PICTURE, PICTURE)
    # A refusal ends it at one of them, unless the buyer goes to arbitration.
    refused = ReturnState.REJECTED if hand.code == "tiktok_shop" else ReturnState.DISPUTED
    assert hand.fetch(number).state in (refused, ReturnState.JUDGING)


def test_an_objection_without_evidence_is_refused_and_changes_nothing(hand):
    number = hand.ask()
    wish = hand.fetch(number)
    with pytest.raises(ServiceRefused):
        hand.dispute(wish)
    assert hand.fetch(number) == wish


def test_goods_on_the_way_are_a_state_of_their_own_and_a_refund_ends_it(hand):
    number = hand.ask()
    hand.move(number, hand.GOING)
    wish = hand.fetch(number)
    assert wish.state is ReturnState.GOING
    assert wish.tracking_number
    hand.taker.accept_return(hand.access, wish)
    hand.move(number, hand.OVER)
    assert hand.fetch(number).state is ReturnState.CLOSED


def test_an_unknown_status_of_a_return_is_unknown_and_may_not_be_answered(hand):
    number = hand.ask()
    hand.side.fault("unknown_status", Hand.DETAIL[hand.code])
    wish = hand.fetch(number)
    assert wish.state is ReturnState.UNKNOWN
    assert wish.remote_status == "sandbox_unknown_status"
    assert (wish.may_accept, wish.may_dispute) == (False, False)


def test_a_lost_answer_to_a_yes_is_in_doubt_and_said_once(hand):
    number = hand.ask()
    wish = hand.fetch(number)
    hand.side.fault("garbled_json", Hand.ACCEPT[hand.code])
    with pytest.raises(ServiceUnreachable) as trouble:
        hand.taker.accept_return(hand.access, wish)
    assert trouble.value.maybe_done
    assert hand.fetch(number).state is ReturnState.ACCEPTED
    assert hand.side.calls(Hand.ACCEPT[hand.code]) == 1


def test_another_shops_return_is_not_answered(hand):
    number = hand.ask()[:-1] + "9"
    try:
        told = hand.taker.fetch_return(hand.access, number)
    except ServiceRefused:
        return
    assert isinstance(told, UnreadableReturn)


def test_statements_say_what_the_lines_of_their_orders_come_to(hand):
    number = hand.ask()
    hand.move(number, hand.OVER)
    teller = teller_of_settlements(hand.side.connector)
    assert teller is not None
    day = clock.today()
    told = teller.list_settlements(hand.access, since=day - timedelta(days=13), until=day)
    lines: dict[str, int] = {}
    for fee in fees(hand):
        lines[fee.statement] = lines.get(fee.statement, 0) + fee.amount_vnd
    assert {row.number: row.lines_vnd for row in told if covered(row)} == lines
    assert any(fee.kind == "refund" and fee.amount_vnd < 0 for fee in fees(hand))


def covered(row: SettlementFact) -> bool:
    """Within the days that the fees were asked for, whatever week a statement is of."""
    return row.last_day >= clock.today() - timedelta(days=13)


def fees(hand: Hand) -> list:
    day = clock.today()
    return list(
        hand.side.connector.list_fees(
            hand.access, since=day - timedelta(days=13), until=day, cursor=""
        ).rows
    )
