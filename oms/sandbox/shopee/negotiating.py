"""What seller and buyer offer each other in a return, and the proof that the platform asks for."""

from typing import Any

from oms.sandbox.core import ControlError
from oms.sandbox.core.market import Document
from oms.sandbox.shopee.model import DAY_S
from oms.sandbox.shopee.returning import Returning

OUR_TURN, THEIR_TURN, OVER = "PENDING_RESPOND", "PENDING_BUYER_RESPOND", "TERMINATED"
GOODS_BACK, MONEY_ONLY = "RETURN_REFUND", "REFUND"
OFFERABLE = ("REQUESTED", "PROCESSING")
SELLER = "seller"
MOST_OFFERS, DAYS_TO_ANSWER = 3, 2
PROOF_PENDING, PROOF_GIVEN, PROOF_LATE = "PENDING", "UPLOADED", "OVERDUE"


def solutions(made: Document) -> dict[str, tuple[bool, int, int]]:
    """Each solution: whether it may be offered, and the least and most that it may give back.

    The goods coming back are paid in full; without them a part will do.
    """
    open_now = made["status"] in OFFERABLE and _talk(made)["status"] != THEIR_TURN
    open_now = open_now and _talk(made)["left"] > 0
    full = made["asked_amount"]
    return {
        GOODS_BACK: (open_now and made["return_solution"] == 1, full, full),
        MONEY_ONLY: (open_now, 1, full),
    }


def offer(returning: Returning, made: Document, solution: str, amount: int, who: str) -> None:
    """One side names a solution; it is the other side's turn."""
    talk = _talk(made)
    talk |= {
        "status": THEIR_TURN if who == SELLER else OUR_TURN,
        "solution": solution,
        "amount": amount,
        "creator": who,
        "due": returning.memory.now() + DAYS_TO_ANSWER * DAY_S,
    }
    talk["left"] -= who == SELLER
    returning.move(made, made["status"], talk=talk)


def settle(returning: Returning, made: Document) -> None:
    """The last offer is agreed to."""
    talk = {**_talk(made), "status": OVER}
    solution = 0 if talk["solution"] == GOODS_BACK else 1
    facts = {"talk": talk, "return_solution": solution, "refund_amount": talk["amount"]}
    returning.move(made, "ACCEPTED", **facts)


def buyer_says(returning: Returning, made: Document, said: Document) -> None:
    """The buyer's word on an offer: accept, refuse, or an amount of his own {amount, solution}."""
    word = said.get("say", "accept")
    if word != "offer" and _talk(made)["status"] != THEIR_TURN:
        raise ControlError("the seller offered nothing")
    if word == "accept":
        settle(returning, made)
    elif word == "refuse":
        returning.move(made, made["status"], talk={**_talk(made), "status": OVER})
    elif word == "offer" and made["status"] in OFFERABLE:
        solution = str(said.get("solution", MONEY_ONLY))
        offer(returning, made, solution, int(said["amount"]), made["buyer"])
    else:
        raise ControlError("say is accept, refuse or offer")


def proof_status(made: Document, now: int) -> str:
    """An objection is to be proved, within its time."""
    if made.get("proof"):
        return PROOF_GIVEN
    if made["status"] != "SELLER_DISPUTE":
        return ""
    return PROOF_PENDING if now <= made["proof_due"] else PROOF_LATE


def told(made: Document, now: int) -> dict[str, Any]:
    """The two objects of the detail."""
    talk = _talk(made)
    return {
        "negotiation": {
            "negotiation_status": talk["status"],
            "latest_solution": talk["solution"],
            "latest_offer_amount": talk["amount"],
            "latest_offer_creator": talk["creator"],
            "counter_limit": talk["left"],
            "offer_due_date": talk["due"],
        },
        "seller_proof": {
            "seller_proof_status": proof_status(made, now),
            "seller_evidence_deadline": made.get("proof_due", 0),
        },
    }


def _talk(made: Document) -> Document:
    silent = {"status": "", "solution": "", "amount": 0, "creator": "", "due": 0}
    return dict(made.get("talk") or {**silent, "left": MOST_OFFERS})
