"""Offering a product of ours at a marketplace for the first time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from channels_sync.ports.connector import Marketplace, marketplace
from channels_sync.ports.facts import Access, RemoteListing
from oms.kernel.errors import ServiceRefused


@dataclass(frozen=True)
class RemoteCategory:
    """A category that products may be in; `path` names those above it too."""

    remote_id: str
    path: str


@dataclass(frozen=True)
class AskedField:
    """What a category wants to know. With no options it is a text."""

    key: str
    name: str
    is_required: bool
    # Codes and their words.
    options: tuple[tuple[str, str], ...] = ()
    takes_text: bool = False


@dataclass(frozen=True)
class RemoteBrand:
    remote_id: str
    name: str


@dataclass(frozen=True)
class CategoryRules:
    fields: tuple[AskedField, ...]
    # The first ones; a marketplace may know many more.
    brands: tuple[RemoteBrand, ...]
    brand_required: bool
    # In the marketplace's words: what a product there cannot be without and we do not send.
    demands: tuple[str, ...] = ()


@dataclass(frozen=True)
class NewSku:
    """`options` are its values, one for each name of the listing's options."""

    sku: str
    options: tuple[str, ...]
    price_vnd: int
    quantity: int


@dataclass(frozen=True)
class AttributeValue:
    """What is said to one asked field: an option's code, or with none a text of our own."""

    key: str
    code: str
    text: str


@dataclass(frozen=True)
class NewListing:
    """`key` is ours and the same in every attempt."""

    key: str
    name: str
    description: str
    specifications: tuple[tuple[str, str], ...]
    # The marketplace's own names of uploaded pictures.
    pictures: tuple[str, ...]
    category_id: str
    brand: RemoteBrand | None
    attributes: tuple[AttributeValue, ...]
    weight_g: int
    length_cm: int
    width_cm: int
    height_cm: int
    option_names: tuple[str, ...]
    skus: tuple[NewSku, ...]


class FieldsRefused(ServiceRefused):
    """Nothing was created; `faults` say why, by field of ours or "" for the whole.

    Fields: name, description, pictures, category, brand, weight, price, stock, options, attr:<key>.
    """

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("; ".join(faults.values()), code="fields_refused")
        self.faults = dict(faults)


@runtime_checkable
class CreatesProducts(Protocol):
    # How many options tell the pieces of one product apart.
    most_options: int

    def list_categories(self, access: Access) -> Sequence[RemoteCategory]: ...
    def category_rules(self, access: Access, category_id: str) -> CategoryRules: ...
    def find_product(self, access: Access, skus: Sequence[str]) -> str:
        """The number of a product that was sent with these SKUs, in the order in which they were
        sent; empty when there is none.
        """

    def create_product(self, access: Access, listing: NewListing, known: str = "") -> str:
        """Its number. `known` was begun before and is brought to its end. Raises FieldsRefused."""

    def fetch_listings(self, access: Access, remote_item_id: str) -> Sequence[RemoteListing]:
        """The sellable rows of one product."""


def creator_of_products(code: str) -> CreatesProducts | None:
    """The adapter of this marketplace, when it can."""
    adapter: Marketplace = marketplace(code)
    return adapter if isinstance(adapter, CreatesProducts) else None
