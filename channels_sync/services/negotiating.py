"""Answers to a return beyond yes and no: an offer, a yes to the buyer's offer, proof.

They are written down before they are sent, like every answer, and looked up when no reply came.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from channels_sync.models import ReturnRequest
from channels_sync.ports import (
    Access,
    BuyerReturn,
    Evidence,
    HearsOffers,
    Negotiates,
    Offer,
    Proof,
    Solution,
    TakesProof,
    TakesReturns,
)
from channels_sync.services.returns import ask_taker, begin_answer, send_answer, wish_of
from oms.kernel.actors import Actor
from oms.kernel.errors import ServiceRefused

Answer = ReturnRequest.Answer


def solutions_of(request_id: int) -> list[Solution]:
    """What the marketplace lets us offer at this moment."""
    row = ReturnRequest.objects.get(pk=request_id)

    def question(taker: TakesReturns, access: Access) -> list[Solution]:
        if not isinstance(taker, Negotiates):
            return []
        return list(taker.solutions(access, wish_of(taker, access, row)))

    return ask_taker(row.shop_id, question)


def offer_solution(request_id: int, offer: Offer, *, actor: Actor) -> ReturnRequest:
    """Offer the buyer something else. Raises DomainError when no offer is taken any more."""
    row = begin_answer(request_id, Answer.OFFERING)

    def say(taker: TakesReturns, access: Access, wish: BuyerReturn) -> None:
        if not isinstance(taker, Negotiates):
            raise _takes_none()
        taker.offer_solution(access, wish, offer)

    return send_answer(
        row,
        say,
        done=Answer.OFFERED,
        actor=actor,
        event="channel.return_offered",
        data={"amount_vnd": offer.refund_vnd, "solution": offer.code},
    )


def accept_offer(request_id: int, *, actor: Actor) -> ReturnRequest:
    """Agree to the amount that the buyer named. Raises DomainError when there is none."""
    row = begin_answer(request_id, Answer.TAKING)

    def say(taker: TakesReturns, access: Access, wish: BuyerReturn) -> None:
        if not isinstance(taker, HearsOffers):
            raise _takes_none()
        taker.accept_offer(access, wish)

    return send_answer(
        row,
        say,
        done=Answer.ACCEPTED,
        actor=actor,
        event="channel.return_accepted",
        data={"amount_vnd": row.offer_vnd},
    )


def proof_of(request_id: int) -> Proof:
    """What the marketplace keeps of ours; nothing where it keeps nothing."""
    row = ReturnRequest.objects.get(pk=request_id)

    def question(taker: TakesReturns, access: Access) -> Proof:
        if not isinstance(taker, TakesProof):
            return Proof((), "")
        return taker.proof_of(access, wish_of(taker, access, row))

    return ask_taker(row.shop_id, question)


def send_proof(
    request_id: int, text: str, pictures: Sequence[Evidence], *, actor: Actor
) -> ReturnRequest:
    """Show the marketplace what it asks for. Raises DomainError when it asks for nothing."""
    row = begin_answer(request_id, Answer.PROVING)

    def say(taker: TakesReturns, access: Access, wish: BuyerReturn) -> None:
        if not isinstance(taker, TakesProof):
            raise _takes_none()
        taker.send_proof(access, wish, text, pictures)

    return send_answer(
        row,
        say,
        done=Answer.PROVED,
        actor=actor,
        event="channel.return_proved",
        data={"pictures": len(pictures)},
    )


def _takes_none() -> ServiceRefused:
    return ServiceRefused(_("Sàn này không nhận câu trả lời như vậy"), code="no_such_answer")
