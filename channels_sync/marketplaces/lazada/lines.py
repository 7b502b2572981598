"""Units folded: pieces of one SKU at one price are a line, pieces of one package a parcel."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from channels_sync.marketplaces.lazada.status import (
    ARRANGED_UNITS,
    CANCELED,
    PARCEL_STATES,
    slowest,
    statuses_text,
)
from channels_sync.ports import SaleLine, SaleParcel
from channels_sync.ports.reading import Piece, folded
from oms.kernel.money import round_half_up

Json = Mapping[str, Any]
# Stands before the name of a parcel that has no number yet.
UNNUMBERED = "~"


def lines_of(units: Sequence[Json], bought: Sequence[Json]) -> list[SaleLine]:
    kept = {_unit_id(unit) for unit in bought}
    return folded(_piece(unit, is_bought=_unit_id(unit) in kept) for unit in units)


def _piece(unit: Json, *, is_bought: bool) -> Piece:
    name, variation = str(unit.get("name") or ""), str(unit.get("variation") or "")
    return Piece(
        unit_id=_unit_id(unit),
        listing_ref=listing_ref(unit),
        sku=str(unit.get("sku") or "").strip(),
        name=f"{name} - {variation}" if variation else name,
        price_vnd=round_half_up(Decimal(str(unit["item_price"]))),
        is_bought=is_bought,
    )


def listing_ref(unit: Json) -> str:
    return f"{unit['product_id']}:{unit['sku_id']}"


def parcels_of(units: Sequence[Json]) -> list[SaleParcel]:
    """Packed units by their package; the others wait in one parcel for each warehouse."""
    groups: dict[str, list[Json]] = defaultdict(list)
    for unit in units:
        number = str(unit.get("package_id") or "")
        if number:
            groups[number].append(unit)
        elif unit["status"] != CANCELED:
            groups[f"{UNNUMBERED}{unit.get('warehouse_code') or ''}"].append(unit)
    return [_parcel(number, rows) for number, rows in groups.items()]


def _parcel(number: str, units: Sequence[Json]) -> SaleParcel:
    words = [str(unit["status"]) for unit in units]
    alive = [word for word in words if word != CANCELED]
    return SaleParcel(
        package_number=number[:64],
        logistics_status=statuses_text(words),
        carrier_name=str(units[0].get("shipment_provider") or ""),
        fulfillment=PARCEL_STATES.get(slowest(alive), ""),
        is_arranged=bool(alive) and all(word in ARRANGED_UNITS for word in alive),
        is_numbered=not number.startswith(UNNUMBERED),
        unit_ids=tuple(sorted(_unit_id(unit) for unit in units)),
    )


def _unit_id(unit: Json) -> str:
    return str(unit["order_item_id"])
