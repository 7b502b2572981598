"""Line items folded: pieces of one SKU at one price are a line, those of one package a parcel."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from channels_sync.marketplaces.tiktok_shop.status import (
    ARRANGED_UNITS,
    CANCELLED,
    PARCEL_STATES,
    slowest,
)
from channels_sync.ports import SaleLine, SaleParcel
from channels_sync.ports.reading import Piece, folded, vnd

Json = Mapping[str, Any]


def lines_of(units: Sequence[Json], bought: Sequence[Json]) -> list[SaleLine]:
    kept = {str(unit["id"]) for unit in bought}
    return folded(_piece(unit, is_bought=str(unit["id"]) in kept) for unit in units)


def _piece(unit: Json, *, is_bought: bool) -> Piece:
    name, variation = str(unit.get("product_name") or ""), str(unit.get("sku_name") or "")
    return Piece(
        unit_id=str(unit["id"]),
        listing_ref=f"{unit['product_id']}:{unit['sku_id']}",
        sku=str(unit.get("seller_sku") or "").strip(),
        name=f"{name} - {variation}" if variation else name,
        price_vnd=vnd(unit["original_price"]),
        is_bought=is_bought,
    )


def parcels_of(units: Sequence[Json]) -> list[SaleParcel]:
    """The platform numbers a parcel before it is shipped; before that there is none."""
    groups: dict[str, list[Json]] = defaultdict(list)
    for unit in units:
        if unit.get("package_id"):
            groups[str(unit["package_id"])].append(unit)
    return [_parcel(number, rows) for number, rows in groups.items()]


def _parcel(number: str, units: Sequence[Json]) -> SaleParcel:
    words = [str(unit.get("display_status") or "") for unit in units]
    alive = [word for word in words if word != CANCELLED]
    return SaleParcel(
        package_number=number[:64],
        logistics_status=str(units[0].get("package_status") or slowest(words)),
        carrier_name=str(units[0].get("shipping_provider_name") or ""),
        fulfillment=PARCEL_STATES.get(slowest(alive), ""),
        is_arranged=bool(alive) and all(word in ARRANGED_UNITS for word in alive),
        unit_ids=tuple(sorted(str(unit["id"]) for unit in units)),
    )
