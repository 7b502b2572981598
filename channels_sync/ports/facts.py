"""What travels between us and a connector: plain facts, the same for every marketplace."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from channels_sync.ports.words import PAID_STATES, FeeKind, PushKind, RemoteState


@dataclass(frozen=True)
class Capabilities:
    """What a marketplace lets a seller do; screens ask this and never its name."""

    # The seller says whether a parcel is fetched or brought.
    chooses_handover: bool
    # The seller's own carrier may have an order.
    own_carrier: bool
    # It tells when an order is over and its money released.
    tells_completion: bool
    # A product's texts and pictures may be changed from here: the adapter is a ProductEditor.
    edits_products: bool = False
    # Some pieces of an order may be cancelled, and the others are shipped.
    cancels_parts: bool = False
    # It tells until when a buyer's wish to cancel waits for our answer.
    tells_deadline: bool = False


@dataclass(frozen=True)
class Access:
    """Whose data is asked for, and the token that allows it."""

    remote_shop_id: str
    token: str
    # What calls name the shop by, where that is not its number.
    shop_key: str = ""


@dataclass(frozen=True)
class Tokens:
    """`refresh_token` is empty when none of these can be renewed."""

    access_token: str
    refresh_token: str
    expires_at: datetime
    # When the owner must consent again, where the tokens themselves tell it.
    authorised_until: datetime | None = None
    # Until when the pair can be renewed.
    refresh_until: datetime | None = None


@dataclass(frozen=True)
class Grant:
    """What a consent gave: tokens for each shop of it."""

    remote_shop_ids: tuple[str, ...]
    tokens: Tokens
    # What calls name each shop by, where that is not its number.
    shop_keys: Mapping[str, str] = field(default_factory=dict)
    # Shops of one account share one pair of tokens; empty when each goes its own way.
    account: str = ""


@dataclass(frozen=True)
class ShopInfo:
    name: str
    region: str
    authorised_until: datetime | None


@dataclass(frozen=True)
class OrderRef:
    """An order of the list. `head` is what the list told of it beyond its state, if anything."""

    remote_id: str
    remote_status: str = ""
    head: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class OrderPage:
    rows: tuple[OrderRef, ...]
    next_cursor: str | None


@dataclass(frozen=True)
class SaleLine:
    listing_ref: str
    remote_line_id: str
    sku: str
    name: str
    quantity: int
    unit_price_vnd: int
    # The marketplace's own rows behind the quantity, where it writes one row for each piece.
    unit_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class SaleParcel:
    """One parcel. What is not packed yet has a name of the connector's until it is numbered."""

    package_number: str
    logistics_status: str
    carrier_name: str
    # Our fulfilment code for the carrier's state, empty while it says nothing about the parcel.
    fulfillment: str
    # It was announced to its carrier: nothing is left for us to arrange.
    is_arranged: bool = False
    is_numbered: bool = True
    unit_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recipient:
    """As the marketplace shows it; stars stay where it hides letters."""

    name: str
    phone: str
    street: str
    ward: str
    district: str
    province: str
    full_address: str


@dataclass(frozen=True)
class Sale:
    """A marketplace order in our words. total = goods − discount + shipping fee of the buyer."""

    remote_id: str
    remote_status: str
    state: RemoteState
    version: int
    placed_at: datetime
    updated_at: datetime
    currency: str
    is_cod: bool
    recipient: Recipient
    lines: tuple[SaleLine, ...]
    goods_vnd: int
    discount_vnd: int
    shipping_fee_buyer_vnd: int
    total_vnd: int
    paid_at: datetime | None
    ship_by_at: datetime | None
    carrier_name: str
    buyer_note: str
    cancel_by: str
    cancel_reason: str
    is_split: bool
    parcels: tuple[SaleParcel, ...]
    payload: dict[str, Any] = field(repr=False)
    # Who pays the discount, where the marketplace tells; together they are `discount_vnd`.
    seller_voucher_vnd: int | None = None
    platform_voucher_vnd: int | None = None
    # Until when a buyer's wish to cancel waits for our answer.
    answer_until: datetime | None = None

    @property
    def paid_vnd(self) -> int:
        """What the marketplace holds for us: all or nothing, and nothing before a COD parcel."""
        is_paid = self.paid_at is not None or self.state in PAID_STATES
        return self.total_vnd if is_paid and not self.is_cod else 0


@dataclass(frozen=True)
class UnreadableSale:
    """An order that could not be put in our words, with the reason for a person."""

    remote_id: str
    reason: str
    payload: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class RemoteListing:
    remote_item_id: str
    remote_model_id: str
    name: str
    sku: str
    barcode: str
    remote_status: str
    price_vnd: int | None
    quantity: int | None
    location_ids: tuple[str, ...]


@dataclass(frozen=True)
class ListingPage:
    rows: tuple[RemoteListing, ...]
    next_cursor: str | None


@dataclass(frozen=True)
class StockNumber:
    remote_item_id: str
    remote_model_id: str
    quantity: int
    location_ids: tuple[str, ...] = ()

    @property
    def ref(self) -> str:
        """The name that order lines use for this listing."""
        return f"{self.remote_item_id}:{self.remote_model_id}"


@dataclass(frozen=True)
class PriceNumber:
    """The price before any of the marketplace's own promotions."""

    remote_item_id: str
    remote_model_id: str
    price_vnd: int

    @property
    def ref(self) -> str:
        return f"{self.remote_item_id}:{self.remote_model_id}"


@dataclass(frozen=True)
class ListingOutcome:
    """Which listings, by reference, took the new number, and why the others did not."""

    accepted: frozenset[str]
    refused: Mapping[str, str]


@dataclass(frozen=True)
class Picture:
    """A JPEG; `name` is ours."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class ProductSheet:
    """What one product of a shop should say. `description` is HTML that was cleaned.

    `pictures` are the marketplace's own names of uploaded ones, in order; none leaves them alone.
    """

    remote_item_id: str
    name: str
    description: str
    specifications: tuple[tuple[str, str], ...] = ()
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True)
class FeeLine:
    """One line of a settlement: money for us is positive. `key` names it once for all.

    `is_adjustment`: given or taken beside what orders brought; it may name an order or none.
    `word`: the marketplace's own, where no document that we read explains it; `kind` is then what
    the line is taken for until somebody says what it is.
    """

    key: str
    remote_id: str
    kind: FeeKind
    name: str
    amount_vnd: int
    happened_on: date
    statement: str
    is_paid: bool
    is_adjustment: bool = False
    word: str = ""


@dataclass(frozen=True)
class FeePage:
    """`is_whole`: the lines of an order in this page are all that it has, adjustments apart."""

    rows: tuple[FeeLine, ...]
    next_cursor: str | None
    is_whole: bool = False


@dataclass(frozen=True)
class ShippingOptions:
    """What the marketplace asks for each possible hand-over, ready to be sent back."""

    pickup: dict[str, Any] | None
    dropoff: dict[str, Any] | None
    own_carrier: dict[str, Any] | None


@dataclass(frozen=True)
class ParcelRef:
    """One parcel; package_number is empty until the marketplace gave one."""

    remote_id: str
    package_number: str = ""
    unit_ids: tuple[str, ...] = ()
    # The order has several parcels: its own number does not name one of them.
    is_split: bool = False
    # Our own carrier that has it, if one has.
    carrier: str = ""


@dataclass(frozen=True)
class Document:
    content: bytes
    content_type: str


# Of an order, a shop or a message.
LONGEST_NAME = 200


@dataclass(frozen=True)
class Push:
    """What a push message is about. It is a hint to look, never a fact."""

    kind: PushKind
    key: str
    remote_shop_ids: tuple[str, ...] = ()
    remote_id: str = ""
    # Of a return, beside its order.
    return_id: str = ""
    # Further orders that the same message is about.
    more_ids: tuple[str, ...] = ()
    # The marketplace's own code of the event.
    event: str = ""

    def __post_init__(self) -> None:
        """Names that no marketplace gives, and no table keeps, make the message unreadable."""
        names = (self.key, self.remote_id, self.return_id, *self.more_ids, *self.remote_shop_ids)
        if not all(name.isprintable() and len(name) <= LONGEST_NAME for name in names):
            raise ValueError("a name in the message is no name")
