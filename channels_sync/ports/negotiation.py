"""What may be said to a return beyond yes and no: another solution, and proof that is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from channels_sync.ports.connector import Marketplace
from channels_sync.ports.facts import Access
from channels_sync.ports.returns import BuyerReturn, Evidence


@dataclass(frozen=True)
class Solution:
    """Something that may be offered in place of what the buyer asks; equal bounds are fixed."""

    code: str
    wants_goods_back: bool
    least_vnd: int
    most_vnd: int


@dataclass(frozen=True)
class Offer:
    code: str
    refund_vnd: int


@dataclass(frozen=True)
class Proof:
    """What the marketplace keeps of ours; `pictures` are addresses."""

    pictures: tuple[str, ...]
    text: str


@runtime_checkable
class Negotiates(Protocol):
    def solutions(self, access: Access, wish: BuyerReturn) -> Sequence[Solution]:
        """What may be offered now; nothing when the marketplace takes no offer."""

    def offer_solution(self, access: Access, wish: BuyerReturn, offer: Offer) -> None: ...


@runtime_checkable
class HearsOffers(Protocol):
    def accept_offer(self, access: Access, wish: BuyerReturn) -> None:
        """Agree to the amount that the buyer named last."""


@runtime_checkable
class TakesProof(Protocol):
    def proof_of(self, access: Access, wish: BuyerReturn) -> Proof: ...
    def send_proof(
        self, access: Access, wish: BuyerReturn, text: str, pictures: Sequence[Evidence]
    ) -> None:
        """Show what the marketplace asks for; said once, when all pictures are uploaded."""


def negotiator(adapter: Marketplace) -> Negotiates | None:
    """The same adapter, when it can."""
    return adapter if isinstance(adapter, Negotiates) else None


def hearer_of_offers(adapter: Marketplace) -> HearsOffers | None:
    return adapter if isinstance(adapter, HearsOffers) else None


def taker_of_proof(adapter: Marketplace) -> TakesProof | None:
    return adapter if isinstance(adapter, TakesProof) else None
