"""What inventory asks of apps that it does not know."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inventory.models import Allocation


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds promised stock, in words, with the page that shows him."""

    label: str
    quantity: int
    url: str = ""


Namer = Callable[[Sequence[int]], dict[int, tuple[str, str]]]
_namers: dict[str, Namer] = {}


def register_holder_names(holder_kind: str, namer: Namer) -> None:
    """`namer(ids)` gives (label, url) by id for one kind of holder; filled from oms.wiring."""
    _namers[holder_kind] = namer


def name_holders(allocations: Sequence[Allocation]) -> list[Holder]:
    """The holders of allocations in their order; one call per kind of holder."""
    names: dict[tuple[str, int], tuple[str, str]] = {}
    for kind in {row.holder_kind for row in allocations}:
        namer = _namers.get(kind)
        ids = [row.holder_id for row in allocations if row.holder_kind == kind]
        for key, name in (namer(ids) if namer else {}).items():
            names[kind, key] = name
    return [
        Holder(label, row.quantity, url)
        for row in allocations
        for label, url in [
            names.get((row.holder_kind, row.holder_id), (f"{row.holder_kind} {row.holder_id}", ""))
        ]
    ]


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
