"""The order of pages: as goods are walked to, by SKU, or parcels of one piece first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from inventory.selectors.bins import home_bins, walk_key
from shipping.models import FulfilmentLine, PrinterProfile

Order = PrinterProfile.PageOrder


@dataclass(slots=True)
class Contents:
    """What lies in one parcel, as far as the order of pages asks."""

    pieces: int = 0
    skus: list[str] = field(default_factory=list)
    places: list[tuple[int, int, int]] = field(default_factory=list)


def ordered(ids: Sequence[int], page_order: str, *, is_reversed: bool = False) -> list[int]:
    """Packages as their labels shall come out; equal ones keep the order in which they came.

    One statement for the goods and one a warehouse for its shelves, however many packages.
    """
    rows = list(dict.fromkeys(ids))
    if page_order != Order.GIVEN:
        contents = contents_of(rows, with_places=page_order == Order.BIN)
        rows.sort(key=lambda pk: key_of(contents.get(pk, Contents()), page_order))
    return rows[::-1] if is_reversed else rows


def key_of(parcel: Contents, page_order: str) -> tuple[object, ...]:
    if page_order == Order.BIN:
        return (tuple(sorted(parcel.places)) or ((2, 0, 0),),)
    if page_order == Order.SINGLE:
        return (parcel.pieces != 1, sorted(parcel.skus))
    return (len(set(parcel.skus)) > 1, sorted(parcel.skus), parcel.pieces)


def contents_of(ids: Iterable[int], *, with_places: bool) -> dict[int, Contents]:
    lines = FulfilmentLine.objects.filter(fulfilment__packages__in=list(ids)).values_list(
        "fulfilment__packages__id",
        "fulfilment__warehouse_id",
        "order_line__variant_id",
        "order_line__sku",
        "quantity",
    )
    rows = list(lines)
    homes = {}
    for warehouse_id in {row[1] for row in rows} if with_places else ():
        wanted = {row[2] for row in rows if row[1] == warehouse_id and row[2]}
        homes[warehouse_id] = home_bins(warehouse_id, wanted)
    found: dict[int, Contents] = {}
    for package_id, warehouse_id, variant_id, sku, quantity in rows:
        parcel = found.setdefault(package_id, Contents())
        parcel.pieces += quantity
        parcel.skus.append(sku)
        if with_places:
            parcel.places.append(walk_key(homes[warehouse_id], variant_id or 0))
    return found
