"""What a source hands to intake: an order as it was heard, before it is believed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """One line. Goods are named by `variant_id`, or by `sku` (a SKU or a barcode).

    In another currency give `unit_price_minor` and `total_minor`; VND follows from the rate.
    """

    quantity: int
    unit_price_vnd: int = 0
    discount_vnd: int = 0
    variant_id: int | None = None
    sku: str = ""
    name: str = ""
    vat_rate: int | None = None
    listing_ref: str = ""
    remote_line_id: str = ""
    unit_price_minor: int | None = None
    total_minor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """One order. (shop_ref, remote_id), or `request_key` without a shop, names it once for all."""

    source: str
    lines: Sequence[NewLine]
    shop_ref: int | None = None
    shop_name: str = ""
    remote_id: str = ""
    remote_status: str = ""
    remote_version: int = 0
    request_key: str = ""
    recipient_name: str = ""
    recipient_phone: str = ""
    street: str = ""
    ward: str = ""
    district: str = ""
    province: str = ""
    address_raw: str = ""
    new_ward_code: str = ""  # which of today's wards, when the old one was divided
    buyer_note: str = ""
    internal_note: str = ""
    discount_vnd: int = 0
    shipping_fee_buyer_vnd: int = 0
    paid_vnd: int = 0
    paid_at: datetime | None = None
    is_cod: bool = False
    cod_vnd: int | None = None  # default: what is not paid yet
    currency: str = "VND"
    rate: Decimal = Decimal(1)  # VND for one unit of the currency on that day
    rate_on: date | None = None
    rate_source: str = ""
    total_minor: int | None = None  # when the source says it: must be what the parts sum to
    # Of an order whose lines have minor units; their VND follow from the rate.
    discount_minor: int = 0
    shipping_fee_minor: int = 0
    placed_at: datetime | None = None
    ship_by_at: datetime | None = None
    priority: int = 0
    pickup_code: str = ""  # the buyer fetches it in the shop and says this
    draft: bool = False
    confirm: bool = False  # already agreed with the buyer: place, confirm and promise in one go
    warehouse_ids: Collection[int] | None = None  # where its stock may be promised from


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of one order. Without an `order_id` it failed, and `problem` says why."""

    order_id: int | None
    number: str = ""
    created: bool = False
    problem: str = ""
