"""Offers, objections and proof of a return over real HTTP, at every marketplace that takes them."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from channels_sync.marketplaces.shopee.negotiating import talk_of
from channels_sync.ports import (
    Evidence,
    Offer,
    ReturnState,
    hearer_of_offers,
    negotiator,
    taker_of_proof,
)
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.sandbox.run import running_sandbox
from tests.contracts.marketplaces import SIDES
from tests.contracts.test_returns import PICTURE, TAKERS, Hand

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_clean")]
NEGOTIATORS = ("shopee", "tiktok_shop")
OFFER = {"shopee": "*/returns/offer", "tiktok_shop": "*/approve"}
OBJECT = {"shopee": "*/returns/dispute", "lazada": "*/return/update", "tiktok_shop": "*/reject"}


@pytest.fixture
def hand(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hand]:
    with running_sandbox(tmp_path, [request.param]) as running:
        yield Hand(SIDES[request.param](running))


def every(codes: tuple[str, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("hand", codes, indirect=True)


def half(hand: Hand, number: str) -> Offer:
    """Half of the money for goods that the buyer keeps."""
    able = negotiator(hand.side.connector)
    assert able is not None
    wish = hand.fetch(number)
    found = [each for each in able.solutions(hand.access, wish) if not each.wants_goods_back]
    [solution] = found
    assert solution.least_vnd <= wish.refund_vnd // 2 <= solution.most_vnd
    return Offer(solution.code, wish.refund_vnd // 2)


def offer(hand: Hand, number: str, said: Offer) -> None:
    able = negotiator(hand.side.connector)
    assert able is not None
    able.offer_solution(hand.access, hand.fetch(number), said)


@every(NEGOTIATORS)
def test_an_offer_is_shown_to_the_buyer_and_waits_for_him(hand):
    number = hand.ask()
    assert hand.fetch(number).talk.may_offer
    said = half(hand, number)
    offer(hand, number, said)
    wish = hand.fetch(number)
    assert wish.state is ReturnState.OFFERED
    assert (wish.talk.offer_vnd, wish.talk.may_offer) == (said.refund_vnd, False)
    # One refuses a second offer, another takes its key for the first one.
    with suppress(ServiceRefused):
        offer(hand, number, said)
    assert hand.fetch(number) == wish


@every(NEGOTIATORS)
def test_an_offer_beyond_what_was_asked_is_refused_and_changes_nothing(hand):
    number = hand.ask()
    wish = hand.fetch(number)
    with pytest.raises(ServiceRefused):
        offer(hand, number, Offer(half(hand, number).code, wish.refund_vnd + 1))
    assert hand.fetch(number) == wish


@every(NEGOTIATORS)
def test_an_offer_whose_reply_was_lost_is_in_doubt_and_was_said_once(hand):
    number = hand.ask()
    said = half(hand, number)
    hand.side.fault("garbled_json", OFFER[hand.code])
    with pytest.raises(ServiceUnreachable) as trouble:
        offer(hand, number, said)
    assert trouble.value.maybe_done
    assert hand.fetch(number).state is ReturnState.OFFERED
    assert hand.side.calls(OFFER[hand.code]) == 1


@every(TAKERS)
def test_an_objection_whose_reply_was_lost_is_in_doubt_and_was_made(hand):
    number = hand.ask()
    hand.side.fault("garbled_json", OBJECT[hand.code])
    with pytest.raises(ServiceUnreachable) as trouble:
        hand.dispute(hand.fetch(number), PICTURE)
    assert trouble.value.maybe_done
    # The reasons of one of them are asked for under an address that begins alike.
    assert hand.side.calls(OBJECT[hand.code]) == (2 if hand.code == "tiktok_shop" else 1)
    if hand.code == "lazada":
        # One of two lines was told; saying it again tells the other one only.
        hand.dispute(hand.fetch(number), PICTURE)
        assert hand.side.calls(OBJECT[hand.code]) == 2
    assert hand.fetch(number).state in (ReturnState.DISPUTED, ReturnState.REJECTED)


@every(("lazada",))
def test_a_marketplace_without_offers_or_proof_says_so(hand):
    adapter = hand.side.connector
    assert (negotiator(adapter), hearer_of_offers(adapter), taker_of_proof(adapter)) == (
        None, None, None,
    )  # fmt: skip
    talk = hand.fetch(hand.ask()).talk
    assert (talk.may_offer, talk.may_take_offer, talk.may_prove) == (False, False, False)


@every(("shopee",))
def test_the_buyers_offer_is_agreed_to_once(hand):
    number = hand.ask()
    hearer = hearer_of_offers(hand.side.connector)
    assert hearer is not None
    before = hand.fetch(number)
    with pytest.raises(ServiceRefused):
        hearer.accept_offer(hand.access, before)
    hand.side("POST", "return_answer", {"return_sn": number, "say": "offer", "amount": 70_000})
    wish = hand.fetch(number)
    assert (wish.state, wish.talk.may_take_offer) == (ReturnState.REQUESTED, True)
    hand.side.fault("garbled_json", "*/accept_offer")
    with pytest.raises(ServiceUnreachable) as trouble:
        hearer.accept_offer(hand.access, wish)
    assert trouble.value.maybe_done
    agreed = hand.fetch(number)
    assert (agreed.state, agreed.refund_vnd) == (ReturnState.ACCEPTED, 70_000)
    with pytest.raises(ServiceRefused):
        hearer.accept_offer(hand.access, agreed)


@every(("shopee",))
def test_a_refused_offer_leaves_the_wish_as_it_was(hand):
    number = hand.ask()
    offer(hand, number, half(hand, number))
    hand.side("POST", "return_answer", {"return_sn": number, "say": "refuse"})
    wish = hand.fetch(number)
    assert (wish.state, wish.may_accept, wish.may_dispute) == (ReturnState.REQUESTED, True, True)


@every(("shopee",))
def test_goods_may_be_asked_back_where_the_buyer_only_wants_money(hand):
    number = hand.ask(money_only=True)
    able = negotiator(hand.side.connector)
    assert able is not None
    wish = hand.fetch(number)
    [back] = [each for each in able.solutions(hand.access, wish) if each.wants_goods_back]
    assert back.least_vnd == back.most_vnd == wish.refund_vnd
    offer(hand, number, Offer(back.code, back.most_vnd))
    hand.side("POST", "return_answer", {"return_sn": number, "say": "accept"})
    agreed = hand.fetch(number)
    assert (agreed.state, agreed.wants_goods_back) == (ReturnState.ACCEPTED, True)


@every(("shopee",))
def test_proof_that_is_asked_for_is_shown_and_read_back(hand):
    taker = taker_of_proof(hand.side.connector)
    assert taker is not None
    number = hand.ask()
    quiet = hand.fetch(number)
    assert not quiet.talk.may_prove
    with pytest.raises(ServiceRefused):
        taker.send_proof(hand.access, quiet, "Sớm", [PICTURE])
    hand.dispute(quiet, PICTURE)
    asked = hand.fetch(number)
    assert asked.talk.may_prove
    assert asked.talk.proof_until is not None
    assert taker.proof_of(hand.access, asked).pictures == ()
    hand.side.fault("garbled_json", "*/upload_proof")
    with pytest.raises(ServiceUnreachable) as trouble:
        taker.send_proof(hand.access, asked, "Video đóng gói", [PICTURE, PICTURE])
    assert trouble.value.maybe_done
    told = hand.fetch(number)
    assert not told.talk.may_prove
    proof = taker.proof_of(hand.access, told)
    assert (len(proof.pictures), proof.text) == (2, "Video đóng gói")


@every(("shopee",))
def test_proof_must_be_a_picture_made_for_this_return(hand):
    taker = taker_of_proof(hand.side.connector)
    assert taker is not None
    number = hand.ask()
    hand.dispute(hand.fetch(number), PICTURE)
    wish = hand.fetch(number)
    with pytest.raises(ServiceRefused, match=r"no\.proof"):
        taker.send_proof(hand.access, wish, "Không ảnh", [])
    with pytest.raises(ServiceRefused, match=r"format\.unsupport"):
        text = Evidence("a.txt", b"no picture", "image/png")
        taker.send_proof(hand.access, wish, "Tệp khác", [text])
    assert hand.fetch(number) == wish


def test_an_unknown_word_about_the_talk_lets_us_say_nothing():
    told = {"negotiation": {"negotiation_status": "NEW", "latest_offer_amount": 5}}
    told["seller_proof"] = {"seller_proof_status": "NEW"}
    talk = talk_of(told, ReturnState.REQUESTED)
    assert (talk.may_offer, talk.may_take_offer, talk.may_prove) == (False, False, False)
