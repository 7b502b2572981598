"""How many days a parcel is on its way, as carriers said last or as is usual for the distance."""

from collections.abc import Mapping

from inventory.models import Warehouse
from orders.ports import Journey
from shipping.models import CarrierRate
from shipping.routing.zones import USUAL_DAYS, Zone, zone_of
from shipping.selectors.routing import province_code


def days_of_journeys(journeys: Mapping[int, Journey]) -> dict[int, int]:
    """By the caller's keys; two statements. A warehouse that is not known is the first of all."""
    places = _provinces()
    days = _days_by_zone()
    usual = next(iter(places.values()), "")
    return {
        key: days[zone_of(places.get(way.warehouse_id or 0, usual), province_code(way.province))]
        for key, way in journeys.items()
    }


def _provinces() -> dict[int, str]:
    """Province codes of warehouses, the one first that is asked first."""
    rows = Warehouse.objects.exclude(kind=Warehouse.Kind.QUARANTINE).filter(is_active=True)
    named = rows.order_by("priority", "id").values_list("pk", "province")
    return {pk: province_code(name) for pk, name in named}


def _days_by_zone() -> dict[Zone, int]:
    """Of the cheapest service of each zone, which routing usually takes; whole days, rounded up."""
    rates = CarrierRate.objects.filter(account__is_active=True, hours__isnull=False)
    cheapest = rates.order_by("zone", "band_g", "fee_vnd", "hours").distinct("zone")
    heard = {
        Zone(zone): max(1, -(-(hours or 0) // 24))
        for zone, hours in cheapest.values_list("zone", "hours")
    }
    return USUAL_DAYS | heard
