"""The two sides of one channel, as plain values: what the sandbox sold and what this system has."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sale:
    """An order in the marketplace's own books. Times are seconds since the epoch, by our clock."""

    number: str
    at: float
    state: str  # open, unpaid, cancelled
    lines: Mapping[str, int]
    total_vnd: int
    waited: bool = False


@dataclass(frozen=True)
class Kept:
    """The same order here."""

    number: str
    at: float
    is_cancelled: bool
    lines: Mapping[str, int]
    total_vnd: int


@dataclass(frozen=True)
class Told:
    """A number that the marketplace took from us."""

    sku: str
    quantity: int
    at: float


@dataclass(frozen=True)
class Channel:
    """One shop. `allowed` is what its rules let us tell when it `began`, before the first sale;
    `right` what it should show at the end; `refused` why the marketplace would not take the
    number, by SKU.
    """

    shop_id: int
    name: str
    code: str
    sales: tuple[Sale, ...] = ()
    kept: tuple[Kept, ...] = ()
    told: tuple[Told, ...] = ()
    shown: Mapping[str, int] = field(default_factory=dict)
    right: Mapping[str, int] = field(default_factory=dict)
    allowed: Mapping[str, int] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    began: float = 0.0


@dataclass(frozen=True)
class Calls:
    """Requests to one partner, and those of them that it turned away, to be made again."""

    partner: str
    requests: int
    retries: int


@dataclass(frozen=True)
class Facts:
    """Everything that a report is made of."""

    channels: tuple[Channel, ...]
    units: Mapping[str, int]
    calls: tuple[Calls, ...] = ()
    renewals: int = 0
    spoilt: Mapping[str, int] = field(default_factory=dict)
    waiting: int = 0
    problems: tuple[tuple[str, str], ...] = ()
    findings: tuple[str, ...] = ()
    reconciled: int = 0
