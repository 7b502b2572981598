"""What shipping needs from a carrier, and the registry that wiring fills."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


@dataclass(frozen=True)
class Party:
    """One end of a parcel's way. District is empty in the two-level form (after 1 July 2025)."""

    name: str
    phone: str  # national digits
    street: str
    ward: str
    district: str
    province: str


@dataclass(frozen=True)
class ParcelItem:
    name: str
    sku: str
    quantity: int
    price_vnd: int
    weight_g: int
    length_cm: int = 1
    width_cm: int = 1
    height_cm: int = 1


@dataclass(frozen=True)
class Parcel:
    reference: str  # our key, committed before the first send
    service_code: str
    receiver: Party
    weight_g: int
    length_cm: int
    width_cm: int
    height_cm: int
    cod_vnd: int
    declared_vnd: int
    fee_payer: str  # shop | receiver
    inspection_note: str  # try | look | closed
    note: str = ""
    items: tuple[ParcelItem, ...] = ()


@dataclass(frozen=True)
class Limits:
    """What the carrier takes. Chargeable grams = max(weight, volume in cm3 / volume_divisor)."""

    max_weight_g: int
    max_side_cm: int
    max_cod_vnd: int
    max_declared_vnd: int
    volume_divisor: int

    def chargeable_g(self, weight_g: int, length_cm: int, width_cm: int, height_cm: int) -> int:
        volume = length_cm * width_cm * height_cm
        return max(weight_g, -(-volume // self.volume_divisor))


@dataclass(frozen=True)
class Service:
    code: str
    name: str


@dataclass(frozen=True)
class Quote:
    service_code: str
    service_name: str
    fee_vnd: int
    expected_at: datetime | None


@dataclass(frozen=True)
class Booking:
    tracking_number: str
    sort_code: str = ""
    fee_vnd: int | None = None
    expected_at: datetime | None = None
    raw_status: str = ""


@dataclass(frozen=True)
class TrackingUpdate:
    """One fact about a parcel, at the carrier's own time.

    `status` is ours, or empty when the carrier's code is known but says nothing about our state;
    `known` is False for a code that is not in the map.
    """

    tracking_number: str
    reference: str
    kind: str
    raw_status: str
    occurred_at: datetime
    status: str = ""
    known: bool = True
    problem: str = ""
    reason: str = ""
    reason_code: str = ""
    place: str = ""
    fee_vnd: int | None = None
    weight_g: int | None = None
    cod_vnd: int | None = None
    cod_transferred_at: datetime | None = None
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CancelResult:
    done: bool
    message: str = ""


class Carrier(Protocol):
    """A carrier seen through one account.

    Each call raises ServiceRefused (a "no" that a person can read) or ServiceUnreachable
    (`maybe_done` when a write may have arrived).
    """

    limits: Limits

    def services(self) -> list[Service]: ...

    def quote(self, parcel: Parcel) -> list[Quote]:
        """Fee and day per service that carries this parcel; stores nothing at the carrier."""

    def book(self, parcel: Parcel) -> Booking:
        """Create the shipment under our reference; the same reference never makes a second."""

    def find(self, reference: str) -> Booking | None:
        """The shipment under our reference; None only when the carrier says there is none."""

    def cancel(self, tracking_number: str) -> CancelResult: ...

    def read(self, tracking_number: str) -> list[TrackingUpdate]:
        """Everything the carrier knows about the parcel, oldest first."""

    def label_url(self, tracking_number: str) -> str:
        """A short-lived page with the carrier's own label."""


class WebhookReader(Protocol):
    """Reads a carrier's callback; raises ValueError for a body that is not one."""

    def key(self, body: bytes) -> str: ...

    def parse(self, body: bytes) -> TrackingUpdate: ...


class AddressForm(StrEnum):
    """Which units a carrier understands; `ANY`: the address goes out as the buyer gave it."""

    ANY = "any"
    OLD = "old"  # three levels, until 30 June 2025
    NEW = "new"  # two levels, since


@dataclass(frozen=True)
class CarrierKind:
    """A carrier that wiring knows: its name on screens and how to reach it for an account."""

    code: str
    name: str
    short_name: str
    services: dict[str, str]
    connect: Callable[[Any], Carrier]
    webhook: WebhookReader
    address_form: AddressForm = AddressForm.ANY


_carriers: dict[str, CarrierKind] = {}


def register_carrier(kind: CarrierKind) -> None:
    _carriers[kind.code] = kind


def carrier_kinds() -> list[CarrierKind]:
    return [_carriers[code] for code in sorted(_carriers)]


def carrier_kind(code: str) -> CarrierKind | None:
    return _carriers.get(code)


def carrier_for(account: Any) -> Carrier:
    """The connector of a CarrierAccount; KeyError for a carrier nobody registered."""
    return _carriers[account.carrier].connect(account)


# Why who sold an order would not take a parcel of our own carrier; empty when he would.
OwnCarrierGuard = Callable[[int], str]
_guards: dict[str, OwnCarrierGuard] = {}


def register_own_carrier_guard(name: str, guard: OwnCarrierGuard) -> None:
    """`guard(order_id)` may ask over the network; it is called outside transactions."""
    _guards[name] = guard


def own_carrier_refusal(order_id: int) -> str:
    """The first reason why no carrier of ours may have this order; empty when there is none."""
    return next(filter(None, (guard(order_id) for guard in _guards.values())), "")
