"""How full the warehouses are: volume of what stands there and of what is on its way."""

from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, F, Q, Sum
from django.db.models.functions import Cast

from inventory.models import StockLevel, Variant, Warehouse
from inventory.selectors.incoming import incoming_by_place, open_lines
from inventory.selectors.places import stocking_places
from inventory.selectors.transfers import in_transit_to

CM3_PER_LITRE = 1000
_VOLUME = (
    Cast(F("variant__length_cm"), BigIntegerField())
    * F("variant__width_cm")
    * F("variant__height_cm")
)
_MEASURED = Q(variant__length_cm__gt=0, variant__width_cm__gt=0, variant__height_cm__gt=0)


@dataclass(frozen=True, slots=True)
class Space:
    """Litres are rounded up. `unmeasured` pieces have no size and are in no litre."""

    warehouse: Warehouse
    used_l: int
    incoming_l: int
    unmeasured: int

    @property
    def forecast_l(self) -> int:
        return self.used_l + self.incoming_l

    @property
    def percent(self) -> int | None:
        return self._share(self.used_l)

    @property
    def forecast_percent(self) -> int | None:
        return self._share(self.forecast_l)

    def _share(self, litres: int) -> int | None:
        capacity = self.warehouse.capacity_l
        return -(-litres * 100 // capacity) if capacity else None


def space_in_use(user: Any) -> list[Space]:
    """One row per warehouse of the user's; the number of reads does not grow with goods."""
    places = list(stocking_places(user))
    levels = StockLevel.objects.filter(warehouse__in=places, on_hand__gt=0).order_by()
    used = dict(
        levels.values_list("warehouse_id").annotate(
            cm3=Sum(F("on_hand") * _VOLUME, output_field=BigIntegerField())
        )
    )
    unmeasured = dict(
        levels.exclude(_MEASURED).values_list("warehouse_id").annotate(Sum("on_hand"))
    )
    coming = _incoming_cm3([place.pk for place in places])
    return [
        Space(
            place,
            _litres(used.get(place.pk, 0)),
            _litres(coming.get(place.pk, 0)),
            unmeasured.get(place.pk, 0),
        )
        for place in places
    ]


def _incoming_cm3(warehouse_ids: list[int]) -> dict[int, int]:
    coming = {variant for variant, _place in in_transit_to(warehouse_ids=warehouse_ids)}
    coming |= set(open_lines().values_list("variant_id", flat=True))
    units = incoming_by_place(coming, warehouse_ids)
    variants = Variant.objects.in_bulk({variant for variant, _place in units})
    totals: dict[int, int] = {}
    for (variant, place), pieces in units.items():
        totals[place] = totals.get(place, 0) + pieces * _cm3(variants[variant])
    return totals


def _cm3(variant: Variant) -> int:
    return variant.length_cm * variant.width_cm * variant.height_cm


def _litres(cm3: int) -> int:
    return -(-cm3 // CM3_PER_LITRE)
