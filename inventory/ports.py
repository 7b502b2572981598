"""What inventory asks of apps that it does not know."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from inventory.models import Allocation, Product


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds promised stock, in words, with the page that shows him."""

    label: str
    quantity: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """The holders that a user may know, and how many pieces lie with those he may not."""

    holders: list[Holder]
    hidden: int = 0


# namer(ids, user) gives (label, url) by id, within the user's scope; None means everything.
Namer = Callable[[Sequence[int], Any], dict[int, tuple[str, str]]]
_namers: dict[str, Namer] = {}


def register_holder_names(holder_kind: str, namer: Namer) -> None:
    """Say who names one kind of holder; filled from oms.wiring."""
    _namers[holder_kind] = namer


def name_holders(allocations: Sequence[Allocation]) -> list[Holder]:
    """The holders of allocations in their order, whoever asks; one call per kind of holder."""
    names = _names(allocations, None)
    return [
        Holder(label, row.quantity, url)
        for row in allocations
        for label, url in [names.get(_key(row), (f"{row.holder_kind} {row.holder_id}", ""))]
    ]


def holders_visible_to(user: Any, allocations: Sequence[Allocation]) -> Held:
    """The same for one user: what is outside his shops and warehouses is a sum without names."""
    if user.shop_scope() is None and user.warehouse_scope() is None:
        return Held(name_holders(allocations))
    names = _names(allocations, user)
    shown = [row for row in allocations if _key(row) in names or row.holder_kind not in _namers]
    hidden = sum(row.quantity for row in allocations) - sum(row.quantity for row in shown)
    return Held(name_holders(shown), hidden)


def _names(allocations: Sequence[Allocation], user: Any) -> dict[tuple[str, int], tuple[str, str]]:
    names: dict[tuple[str, int], tuple[str, str]] = {}
    for kind in {row.holder_kind for row in allocations} & _namers.keys():
        ids = [row.holder_id for row in allocations if row.holder_kind == kind]
        for key, name in _namers[kind](ids, user).items():
            names[kind, key] = name
    return names


def _key(row: Allocation) -> tuple[str, int]:
    return row.holder_kind, row.holder_id


@dataclass(frozen=True, slots=True)
class ChannelOffer:
    """One place where a channel sells a variant, and what it was told last."""

    channel: tuple[str, int]
    name: str
    url: str
    warehouse_ids: Sequence[int] | None
    held: int
    last_told: int | None


Offers = Callable[[Any, int], list[ChannelOffer]]
_offers: list[Offers] = []


def register_channel_offers(offers: Offers) -> None:
    """`offers(user, variant_id)` lists what the user may see; filled from oms.wiring."""
    if offers not in _offers:
        _offers.append(offers)


def channel_offers(user: Any, variant_id: int) -> list[ChannelOffer]:
    return [offer for offers in _offers for offer in offers(user, variant_id)]


Choices = Sequence[tuple[str, Any]]
_choices: dict[str, Callable[[], Choices]] = {}


def register_choices(kind: str, read: Callable[[], Choices]) -> None:
    """What a price list may hold for, as (code, label): order sources, shops, customer groups."""
    _choices[kind] = read


def choices_of(kind: str) -> list[tuple[str, Any]]:
    """The choices of "source", "shop" or "customer_group"; none where nobody registered them."""
    return list(_choices[kind]()) if kind in _choices else []


@dataclass(frozen=True, slots=True)
class Company:
    """Who buys, as a purchase order names him."""

    name: str = ""
    tax_code: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""


_company: list[Callable[[], Company]] = []


def register_company(read: Callable[[], Company]) -> None:
    """`read()` gives the company that buys; filled from oms.wiring, again replaces it."""
    _company[:] = [read]


def company() -> Company:
    return _company[0]() if _company else Company()


@dataclass(frozen=True, slots=True)
class Cause:
    """What a movement was for, in words: its document, the buyer who got the goods, the page."""

    label: str
    person: str = ""
    phone: str = ""
    url: str = ""


CauseNamer = Callable[[Sequence[int]], dict[int, Cause]]
_cause_namers: dict[str, CauseNamer] = {}


def register_cause_names(cause_kind: str, namer: CauseNamer) -> None:
    """`namer(ids)` tells causes of one kind by id; filled from oms.wiring."""
    _cause_namers[cause_kind] = namer


def name_causes(causes: Sequence[tuple[str, int | None]]) -> list[Cause]:
    """The causes in their order; one call per kind."""
    names: dict[tuple[str, int], Cause] = {}
    for kind in {kind for kind, _pk in causes}:
        namer = _cause_namers.get(kind)
        ids = [pk for other, pk in causes if other == kind and pk is not None]
        for pk, cause in (namer(ids) if namer else {}).items():
            names[kind, pk] = cause
    return [
        names.get((kind, pk), Cause(f"{kind} {pk}" if kind else "")) if pk else Cause("")
        for kind, pk in causes
    ]


ProductPanel = Callable[[HttpRequest, Product], str]
_product_panels: dict[str, ProductPanel] = {}


def register_product_panel(key: str, render: ProductPanel) -> None:
    """HTML that an app above adds to the product page; empty adds nothing."""
    _product_panels[key] = render


def product_panels(request: HttpRequest, product: Product) -> list[SafeString]:
    """The panels' HTML; panels are rendered templates, escaped where they were made."""
    html = [panel(request, product) for panel in _product_panels.values()]
    return [mark_safe(text) for text in html if text]  # noqa: S308


FieldNotes = Callable[[Any, int], dict[str, list[str]]]
_field_notes: list[FieldNotes] = []


def register_field_notes(notes: FieldNotes) -> None:
    """`notes(user, product_id)` tells what somebody outside did not take, by field."""
    if notes not in _field_notes:
        _field_notes.append(notes)


def field_notes(user: Any, product_id: int) -> dict[str, list[str]]:
    """The notes of all apps by field: name, description, pictures, or "all"."""
    found: dict[str, list[str]] = {}
    for notes in _field_notes:
        for field, texts in notes(user, product_id).items():
            found.setdefault(field, []).extend(texts)
    return found
