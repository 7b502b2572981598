"""What shipping needs from a carrier, and the registry that wiring fills."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from django.utils.functional import Promise

from oms.kernel.errors import ServiceRefused


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
    # Where it is fetched; None: the pick-up point that the carrier has registered.
    sender: Party | None = None
    # One of the carrier's `pickup_slots`; empty: when it comes anyway.
    pickup_code: str = ""


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
class PickupSlot:
    """When the courier may be asked to come, or that the shop brings the parcel."""

    code: str
    label: str


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
    expected_at: datetime | None = None
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Meaning:
    """A carrier's code in our words.

    `status` is ours (empty: our state stays); `problem` opens one of that kind on the order;
    `words` is what the carrier itself calls the code.
    """

    status: str = ""
    problem: str = ""
    words: str | Promise = field(default="", compare=False)


def told(raw_status: str, meaning: Meaning | None) -> dict[str, Any]:
    """The fields of an update that follow from its code; one without a meaning is never guessed."""
    return {
        "raw_status": raw_status,
        "status": meaning.status if meaning else "",
        "known": meaning is not None,
        "problem": meaning.problem if meaning else "",
    }


@dataclass(frozen=True)
class Outcome:
    """What the carrier made of a wish about a parcel; `message` is its own words for a "no"."""

    done: bool
    message: str = ""


class Ability(StrEnum):
    """What some carriers do by API and others only by telephone."""

    LOOK_UP = "look_up"  # answers `find`; without it only a repeat or a callback settles a doubt
    READ = "read"  # `read` answers; without it a callback is asked for
    EDIT_COD = "edit_cod"
    EDIT_RECEIVER = "edit_receiver"
    REDELIVER = "redeliver"
    SEND_BACK = "send_back"
    PICKUP = "pickup"  # a time for the courier may be asked for when booking


class AlreadyBooked(ServiceRefused):
    """The carrier has a parcel under our reference, and does not say which."""


@dataclass(frozen=True)
class Label:
    """An address to open, or else the document itself."""

    url: str = ""
    pdf: bytes = b""


@dataclass(frozen=True)
class Callback:
    """A call of a carrier as it came in; header names are in lower case."""

    body: bytes
    path_secret: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


class Carrier(Protocol):
    """A carrier seen through one account.

    Each call raises ServiceRefused (a "no" that a person can read) or ServiceUnreachable
    (`maybe_done` when a write may have arrived).
    """

    limits: Limits
    abilities: frozenset[Ability]

    def services(self) -> list[Service]: ...

    def quote(self, parcel: Parcel) -> list[Quote]:
        """Fee and day per service that carries this parcel; stores nothing at the carrier."""

    def pickup_slots(self) -> list[PickupSlot]:
        """What `Parcel.pickup_code` may be now; nothing without Ability.PICKUP."""

    def book(self, parcel: Parcel) -> Booking:
        """Create the shipment under our reference; the same reference never makes a second.

        A repeat answers with the first, or raises AlreadyBooked where the carrier does not tell.
        """

    def find(self, reference: str) -> Booking | None:
        """The shipment under our reference; None only when the carrier says there is none."""

    def cancel(self, tracking_number: str) -> Outcome: ...

    def edit_cod(self, tracking_number: str, parcel: Parcel) -> Outcome:
        """Collect `parcel.cod_vnd` from now on."""

    def edit_receiver(self, tracking_number: str, parcel: Parcel) -> Outcome:
        """Deliver to `parcel.receiver` from now on: name, phone and street."""

    def redeliver(self, tracking_number: str) -> Outcome:
        """Try once more after a delivery that failed."""

    def send_back(self, tracking_number: str) -> Outcome:
        """Bring the parcel back to the sender."""

    def read(self, tracking_number: str) -> list[TrackingUpdate]:
        """Everything the carrier knows about the parcel, oldest first.

        Without Ability.READ: asks for a callback about it and answers with nothing.
        """

    def label(self, tracking_number: str) -> Label:
        """The carrier's own label: a short-lived page, or a document."""


class WebhookReader(Protocol):
    """Reads a carrier's callback; raises ValueError for a body that is not one."""

    def secret(self, call: Callback) -> str:
        """What the caller says to prove itself; empty when it says nothing."""

    def kept(self, body: bytes) -> bytes:
        """The body without its secret, as it is stored."""

    def key(self, body: bytes) -> str: ...

    def parse(self, body: bytes) -> TrackingUpdate: ...


class AddressForm(StrEnum):
    """Which units a carrier understands; `ANY`: the address goes out as the buyer gave it."""

    ANY = "any"
    OLD = "old"  # three levels, until 30 June 2025
    NEW = "new"  # two levels, since


@dataclass(frozen=True)
class Credential:
    """One thing that the carrier gave the seller; a secret one is written and never shown."""

    name: str
    label: str
    is_secret: bool = True
    pattern: str = r".{1,200}"


@dataclass(frozen=True)
class Access:
    """What a connector gets of an account. `keep_token` remembers what the carrier gave for it."""

    account: str
    shop_id: str
    credentials: Mapping[str, str]
    urls: Mapping[str, str]
    keep_token: Callable[[str], None]


@dataclass(frozen=True)
class CarrierKind:
    """A carrier that wiring knows: its name on screens and how to reach it for an account.

    `shop_id` says what tells two accounts apart (kept under that name); where the secret of
    callbacks is not part of their address, `hook_help` says where to write it. `track_url` is the
    carrier's public page of a parcel, `{}` standing for its number.
    """

    code: str
    name: str
    short_name: str
    services: dict[str, str]
    connect: Callable[[Any], Carrier]
    webhook: WebhookReader
    address_form: AddressForm = AddressForm.ANY
    abilities: frozenset[Ability] = frozenset()
    statuses: Mapping[str, Meaning] = field(default_factory=dict)
    shop_id: Credential = Credential("shop_id", "", is_secret=False)
    credentials: tuple[Credential, ...] = ()
    # The service that is proposed for a weight in grams.
    usual_service: Callable[[int], str] = lambda weight_g: ""
    # What follows /hooks/<code>/ in the address of callbacks.
    hook_tail: Callable[[str], str] = lambda secret: f"{secret}/"
    hook_help: str = ""
    polls_per_minute: int = 60
    track_url: str = ""


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
