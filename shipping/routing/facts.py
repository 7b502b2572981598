"""What a choice is made of, and what comes out of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from shipping.ports import Limits
from shipping.routing.zones import Zone

# Chargeable grams are priced in steps of a pound, as carriers do.
BAND_G = 500


def band_of(chargeable_g: int) -> int:
    """The upper end of the weight step that a parcel is priced in."""
    return max(1, -(-chargeable_g // BAND_G)) * BAND_G


@dataclass(frozen=True, slots=True)
class Place:
    """A warehouse that sells; `province` is a code."""

    id: int
    name: str
    kind: str
    province: str
    priority: int = 100


@dataclass(frozen=True, slots=True)
class Way:
    """An account of a carrier; `warehouse_id` None: it fetches anywhere."""

    account_id: int
    name: str
    carrier: str
    warehouse_id: int | None
    limits: Limits
    usual_service: Callable[[int], str] = lambda weight_g: ""
    last_pickup: time | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """What a service was said to cost and to take; None: nobody said."""

    service_code: str
    service_name: str
    fee_vnd: int | None
    hours: int | None


@dataclass(frozen=True, slots=True)
class Record:
    """Parcels of a carrier that reached buyers of one ward, and those that did not."""

    delivered: int = 0
    failed: int = 0

    @property
    def permille(self) -> int:
        """Success in thousandths; ten imagined parcels, nine of them fine, are added."""
        return (self.delivered + 9) * 1000 // (self.delivered + self.failed + 10)


@dataclass(frozen=True, slots=True)
class Need:
    """An order on its way out.

    `wanted` are units by variant, `held` the same by warehouse; `ward` is the path of a unit.
    """

    order_id: int
    province: str
    ward: str
    ward_name: str
    source: str
    wanted: Mapping[int, int]
    held: Mapping[int, Mapping[int, int]]
    weight_g: int
    length_cm: int
    width_cm: int
    height_cm: int
    cod_vnd: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition, what it is about, and the effect: only, never, cheaper, dearer."""

    name: str
    effect: str
    amount_vnd: int = 0
    provinces: frozenset[str] = frozenset()
    zone: str = ""
    source: str = ""
    min_weight_g: int | None = None
    max_weight_g: int | None = None
    min_cod_vnd: int | None = None
    max_cod_vnd: int | None = None
    warehouse_id: int | None = None
    warehouse_kind: str = ""
    account_id: int | None = None
    service_code: str = ""

    def applies(self, need: Need, zone: Zone) -> bool:
        return (
            (not self.provinces or need.province in self.provinces)
            and (not self.zone or self.zone == zone)
            and (not self.source or self.source == need.source)
            and _within(need.weight_g, self.min_weight_g, self.max_weight_g)
            and _within(need.cod_vnd, self.min_cod_vnd, self.max_cod_vnd)
        )

    def is_about(self, place: Place, way: Way, service_code: str) -> bool:
        return (
            self.warehouse_id in (None, place.id)
            and self.warehouse_kind in ("", place.kind)
            and self.account_id in (None, way.account_id)
            and self.service_code in ("", service_code)
        )


def _within(value: int, least: int | None, most: int | None) -> bool:
    return (least is None or value >= least) and (most is None or value <= most)


@dataclass(frozen=True, slots=True)
class Weights:
    """A rule set: what days and failed deliveries are worth, and its rules in their order."""

    name: str
    day_vnd: int
    failure_vnd: int
    may_split: bool
    rules: tuple[Rule, ...] = ()


@dataclass(slots=True)
class World:
    """What is known when choosing; `free` changes with each order that is served."""

    places: tuple[Place, ...]
    ways: tuple[Way, ...]
    prices: Mapping[tuple[int, str, int], tuple[Price, ...]]
    records: Mapping[tuple[str, str], Record]
    free: dict[tuple[int, int], int]
    at: time


@dataclass(frozen=True, slots=True)
class Reason:
    """A fact that counted. `words` of the same package says it; kept as code and values."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Option:
    """One way out of one warehouse, and what it is reckoned to cost in all."""

    place: Place
    way: Way
    price: Price
    zone: Zone
    days: int
    record: Record
    is_late: bool
    cost_vnd: int


@dataclass(frozen=True, slots=True)
class Decision:
    """Where an order leaves from and with whom, or why that is not for rules to say.

    `splits`: no warehouse has it all, so each that holds a part ships it. Without `chosen` and
    `splits` a person decides.
    """

    order_id: int
    chosen: Option | None = None
    second: Option | None = None
    splits: bool = False
    # Its goods are promised elsewhere now.
    moves: bool = False
    reasons: tuple[Reason, ...] = ()
