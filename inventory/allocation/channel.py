"""What a channel may be told of one variant: pure arithmetic that keeps each step."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

MINUTES_OF_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Limits:
    """A rule's numbers. `buffer_value` is units, percent or minutes, as its kind says."""

    buffer_kind: str = "fixed"
    buffer_value: int = 0
    max_units: int | None = None
    share_percent: int | None = None
    sale_from: datetime | None = None
    sale_until: datetime | None = None

    def is_sale(self, now: datetime) -> bool:
        return (
            self.sale_from is not None
            and self.sale_until is not None
            and self.sale_from <= now < self.sale_until
        )


class Told(NamedTuple):
    """The arithmetic: available - held - buffer, then the smaller of quota and share."""

    available: int
    held: int
    buffer: int
    share: int | None
    max_units: int | None
    units: int
    only_lower: bool

    def beside(self, last_told: int | None) -> int:
        """The number to send where `last_told` was sent before: during a sale never a higher."""
        if self.only_lower and last_told is not None:
            return min(self.units, last_told)
        return self.units


def tell(
    available: int, limits: Limits, *, now: datetime, held: int = 0, sold: int = 0, days: int = 1
) -> Told:
    """Never below zero, never above what is available.

    `held` are pieces that the channel's buyers hold in orders which are not ours yet, `sold` is
    what was sold in the last `days`. A part of a piece counts as a whole one kept back.
    """
    buffer = _buffer(available, limits, sold, days)
    free = max(available - held - buffer, 0)
    share = None
    if limits.share_percent is not None:
        share = max(available - held, 0) * limits.share_percent // 100
        free = min(free, share)
    most = limits.max_units
    if most is not None:
        free = min(free, most)
    return Told(available, held, buffer, share, most, free, limits.is_sale(now))


def _buffer(available: int, limits: Limits, sold: int, days: int) -> int:
    if limits.buffer_kind == "percent":
        return -(-available * limits.buffer_value // 100)
    if limits.buffer_kind == "lag":
        return -(-sold * limits.buffer_value // (days * MINUTES_OF_DAY))
    return limits.buffer_value
