"""What a marketplace may tell about its payouts beyond the lines of each order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, runtime_checkable

from channels_sync.ports.connector import Marketplace, marketplace
from channels_sync.ports.facts import Access


@dataclass(frozen=True)
class SettlementFact:
    """One statement. `lines_vnd` is what it says its lines sum to, `payout_vnd` what is paid."""

    number: str
    first_day: date
    last_day: date
    lines_vnd: int | None
    payout_vnd: int | None
    is_paid: bool


@runtime_checkable
class TellsSettlements(Protocol):
    longest_settlement_window_days: int

    def list_settlements(
        self, access: Access, *, since: date, until: date
    ) -> Sequence[SettlementFact]:
        """Every statement of these days, both included; a statement once."""


def teller_of_settlements(adapter: Marketplace) -> TellsSettlements | None:
    """The same adapter, when it can."""
    return adapter if isinstance(adapter, TellsSettlements) else None


def tells_settlements(code: str) -> bool:
    return isinstance(marketplace(code), TellsSettlements)
