"""What a stranger with a code and the end of a phone may open: only his own."""

import re
from dataclasses import dataclass

from orders.models import Order

TAIL_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Guess:
    """A code in the spellings that people use, and the end of a phone as the index has it."""

    spellings: frozenset[str]
    reversed_tail: str


def read_guess(code: str, phone_tail: str) -> Guess | None:
    """None for what cannot open anything."""
    text, tail = code.strip(), phone_tail.strip()
    if not text or not re.fullmatch(rf"[0-9]{{{TAIL_DIGITS}}}", tail):
        return None
    return Guess(frozenset({text, text.upper()}), tail[::-1])


def order_of_buyer(code: str, phone_tail: str) -> Order | None:
    """The order under a number or a waybill whose buyer's phone ends so.

    A wrong ending and an unknown code are the same answer.
    """
    guess = read_guess(code, phone_tail)
    if guess is None:
        return None
    rows = Order.objects.filter(phone_reversed__startswith=guess.reversed_tail).order_by("-id")
    return (
        rows.filter(number__in=guess.spellings).first()
        or rows.filter(tracking_number__in=guess.spellings).first()
    )
