"""Returns and refunds that buyers ask for: what a marketplace tells, and what we may answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from django.utils.translation import gettext as _

from channels_sync.ports.connector import Marketplace
from channels_sync.ports.facts import Access


class ReturnState(StrEnum):
    """What a marketplace's return status means to us; UNKNOWN is never acted upon."""

    # The seller is asked.
    REQUESTED = "requested"
    # We offered something else; the buyer is asked.
    OFFERED = "offered"
    # Agreed, or the goods are on their way; the marketplace goes on by itself.
    GOING = "going"
    ACCEPTED = "accepted"
    # The seller objected, or the marketplace looks into it.
    DISPUTED = "disputed"
    JUDGING = "judging"
    CLOSED = "closed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


OPEN_RETURNS = frozenset(
    {
        *(ReturnState.REQUESTED, ReturnState.OFFERED, ReturnState.GOING),
        ReturnState.ACCEPTED,
        *(ReturnState.DISPUTED, ReturnState.JUDGING, ReturnState.UNKNOWN),
    }
)


@dataclass(frozen=True)
class ReturnedLine:
    """Pieces of one thing; `remote_line_id` names the row that an answer must name."""

    remote_line_id: str
    listing_ref: str
    sku: str
    name: str
    quantity: int
    refund_vnd: int


@dataclass(frozen=True)
class Talk:
    """Where it stands with offers, and with proof that the marketplace asks for."""

    may_offer: bool = False
    # The buyer named an amount, and waits for our yes.
    may_take_offer: bool = False
    # The last offer of either side.
    offer_vnd: int | None = None
    offer_until: datetime | None = None
    may_prove: bool = False
    proof_until: datetime | None = None


@dataclass(frozen=True)
class BuyerReturn:
    """A wish in our words."""

    remote_id: str
    remote_order_id: str
    remote_status: str
    state: ReturnState
    # Rises with every change; an answer with a smaller one is out of date.
    version: int
    asked_at: datetime
    updated_at: datetime
    wants_goods_back: bool
    # The goods go to a warehouse of the marketplace first.
    goes_to_marketplace: bool
    refund_vnd: int
    reason: str
    buyer_text: str
    images: tuple[str, ...]
    answer_until: datetime | None
    tracking_number: str
    # What the marketplace takes from us now.
    may_accept: bool
    may_dispute: bool
    lines: tuple[ReturnedLine, ...]
    payload: dict[str, Any] = field(repr=False)
    talk: Talk = Talk()


@dataclass(frozen=True)
class UnreadableReturn:
    remote_id: str
    reason: str


@dataclass(frozen=True)
class ReturnPage:
    """Numbers of returns that changed, each once."""

    remote_ids: tuple[str, ...]
    next_cursor: str | None


@dataclass(frozen=True)
class DisputeReason:
    """`needs` says in the marketplace's words what evidence belongs to it."""

    code: str
    name: str
    needs: str = ""


@dataclass(frozen=True)
class Evidence:
    """A picture, as it was given to us."""

    name: str
    content: bytes
    content_type: str


@dataclass(frozen=True)
class Dispute:
    reason_code: str
    text: str
    email: str
    pictures: tuple[Evidence, ...]


@runtime_checkable
class TakesReturns(Protocol):
    longest_return_window_days: int
    # What evidence it takes.
    evidence_max_bytes: int
    evidence_most: int
    # It wants somebody to write to.
    dispute_needs_email: bool

    def list_returns(
        self, access: Access, *, since: datetime, until: datetime, cursor: str
    ) -> ReturnPage:
        """Those that changed in the window; `cursor` is empty at first."""

    def fetch_return(self, access: Access, remote_id: str) -> BuyerReturn | UnreadableReturn: ...
    def accept_return(self, access: Access, wish: BuyerReturn) -> None:
        """Agree to what the buyer asks for: the refund, or the goods coming back."""

    def dispute_reasons(self, access: Access, wish: BuyerReturn) -> Sequence[DisputeReason]: ...
    def dispute_return(self, access: Access, wish: BuyerReturn, dispute: Dispute) -> None:
        """Object, with the pictures uploaded first; nothing is said until all of them are there."""


def readable(remote_id: str, read: Callable[[], BuyerReturn]) -> BuyerReturn | UnreadableReturn:
    """What was read, or why a person must look at it."""
    try:
        return read()
    except (KeyError, TypeError, ValueError, ArithmeticError) as why:
        reason = _("Dữ liệu trả hàng của sàn không đọc được: %(why)s")
        return UnreadableReturn(remote_id, reason % {"why": repr(why)[:200]})


def taker_of_returns(adapter: Marketplace) -> TakesReturns | None:
    """The same adapter, when it can."""
    return adapter if isinstance(adapter, TakesReturns) else None
