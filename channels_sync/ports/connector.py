"""The port itself, and the register that oms.wiring fills with adapters."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol, cast

from channels_sync.ports.facts import (
    Access,
    Capabilities,
    Document,
    FeePage,
    Grant,
    ListingOutcome,
    ListingPage,
    OrderPage,
    OrderRef,
    ParcelRef,
    Picture,
    PriceNumber,
    ProductSheet,
    Push,
    Sale,
    ShippingOptions,
    ShopInfo,
    StockNumber,
    Tokens,
    UnreadableSale,
)
from channels_sync.ports.words import DocumentState, Handover


class Marketplace(Protocol):
    code: str
    name: str
    capabilities: Capabilities
    longest_window_days: int
    order_page_size: int
    order_detail_size: int
    # Rows in one message about stock or prices.
    batch_size: int
    # One message about stock or prices may speak of several products.
    batch_mixes_items: bool
    longest_fee_window_days: int

    @property
    def has_keys(self) -> bool:
        """The application's own keys are set; without them no shop can be connected."""

    def consent_url(self, redirect_uri: str, state: str) -> str: ...
    def exchange_code(self, code: str, returned: Mapping[str, str]) -> Grant:
        """`returned` are all parameters that came back from the consent page with the code."""

    def refresh(self, remote_shop_id: str, refresh_token: str) -> Tokens: ...
    def shop_info(self, access: Access) -> ShopInfo: ...

    def list_orders(
        self, access: Access, *, since: datetime, until: datetime, cursor: str, by_creation: bool
    ) -> OrderPage: ...
    def fetch_orders(
        self, access: Access, refs: Sequence[OrderRef]
    ) -> list[Sale | UnreadableSale]: ...

    def list_products(self, access: Access, cursor: str) -> ListingPage: ...
    def update_stock(self, access: Access, numbers: Sequence[StockNumber]) -> ListingOutcome: ...
    def update_prices(self, access: Access, numbers: Sequence[PriceNumber]) -> ListingOutcome: ...

    def shipping_options(self, access: Access, parcel: ParcelRef) -> ShippingOptions: ...
    def arrange(
        self,
        access: Access,
        parcel: ParcelRef,
        *,
        handover: Handover,
        details: Mapping[str, Any],
        tracking_number: str,
    ) -> None: ...
    def tracking_number(self, access: Access, parcel: ParcelRef) -> str: ...

    def choose_document(self, access: Access, parcel: ParcelRef) -> str: ...
    def create_document(
        self, access: Access, parcel: ParcelRef, *, document_type: str, tracking_number: str
    ) -> None: ...
    def document_state(
        self, access: Access, parcel: ParcelRef, document_type: str
    ) -> DocumentState: ...
    def download_document(
        self, access: Access, parcel: ParcelRef, document_type: str
    ) -> Document: ...

    def cancel(
        self, access: Access, remote_id: str, *, out_of_stock: Sequence[str], reason: str = ""
    ) -> None:
        """`reason` is the marketplace's own code; empty leaves the choice to the connector."""

    def answer_cancellation(self, access: Access, remote_id: str, *, accept: bool) -> None: ...

    def list_fees(self, access: Access, *, since: date, until: date, cursor: str) -> FeePage:
        """Lines of settlements of these days, both included; `cursor` is empty at first."""

    def verify_push(self, url: str, body: bytes, headers: Mapping[str, str]) -> bool: ...
    def read_push(self, body: bytes) -> Push: ...


class ProductEditor(Protocol):
    """A marketplace that says so in its capabilities lets a seller change what products say."""

    most_pictures: int

    def upload_picture(self, access: Access, picture: Picture) -> str:
        """The marketplace's own name of the picture, to be used in a sheet."""

    def update_product(self, access: Access, sheet: ProductSheet) -> Mapping[str, str]:
        """Why it was refused, by field: name, description, pictures, or "" for the whole.

        Nothing was changed then; empty: all of it was taken. A repeat changes nothing.
        """


_factories: dict[str, Callable[[], Marketplace]] = {}


def register_marketplace(code: str, factory: Callable[[], Marketplace]) -> None:
    _factories[code] = factory


def marketplace(code: str) -> Marketplace:
    """The adapter of this marketplace; KeyError for one that is not wired."""
    return _factories[code]()


def product_editor(code: str) -> ProductEditor | None:
    """The adapter as one that changes products; None where that is not possible."""
    adapter = marketplace(code)
    return cast(ProductEditor, adapter) if adapter.capabilities.edits_products else None


def marketplace_codes() -> list[str]:
    return sorted(_factories)
