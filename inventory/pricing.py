"""Which of several prices counts: pure, so that every caller decides alike."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """A price whose list holds here and now. A lower `rank` is asked first."""

    rank: tuple[int, ...]
    price_list: str
    from_quantity: int
    price_vnd: int


@dataclass(frozen=True, slots=True)
class Price:
    """`price_list` is empty for the variant's own price."""

    price_vnd: int
    price_list: str = ""


def choose_price(own_vnd: int, quantity: int, candidates: Iterable[Candidate]) -> Price:
    """The first list that has a price for so many, and of its steps the highest that is reached."""
    reached = [row for row in candidates if row.from_quantity <= quantity]
    if not reached:
        return Price(own_vnd)
    best = min(reached, key=lambda row: (row.rank, -row.from_quantity))
    return Price(best.price_vnd, best.price_list)
