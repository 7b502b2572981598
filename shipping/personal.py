"""What parcels keep about buyers: notes, and papers with an address on them."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import transaction

from oms.kernel.erasing import GONE, Scrub
from orders.ports import PersonalData, register_personal_data
from shipping.models import CustomsDeclaration, Package, TrackingEvent


def collect(order_ids: Sequence[int]) -> dict[int, Any]:
    """Parcels by order, with where the carrier says that they were."""
    rows = Package.objects.filter(fulfilment__order__in=order_ids).order_by("pk")
    found: dict[int, Any] = {}
    for package in rows.select_related("fulfilment").prefetch_related("tracking_events"):
        card = {
            "carrier": package.carrier_code,
            "tracking_number": package.tracking_number,
            "note": package.note,
            "events": [
                {"at": row.occurred_at.isoformat(), "status": row.raw_status, "place": row.place}
                for row in package.tracking_events.all()
            ],
        }
        found.setdefault(package.fulfilment.order_id, []).append(card)
    return found


def erase(order_ids: Sequence[int], scrub: Scrub) -> None:
    """Waybills go; numbers, weights, fees and cash stay."""
    packages = Package.objects.filter(fulfilment__order__in=order_ids)
    for package in packages.exclude(waybill="").exclude(waybill=None):
        name = package.waybill.name or ""
        transaction.on_commit(partial(package.waybill.storage.delete, name))
    events = TrackingEvent.objects.filter(package__in=packages)
    changed = [row for row in events if scrub.names_person(f"{row.reason} {row.place}")]
    for row in changed:
        row.reason = row.place = GONE
    TrackingEvent.objects.bulk_update(changed, ["reason", "place"])
    packages.exclude(note="").update(note=GONE)
    packages.exclude(booking_error="").update(booking_error=GONE)
    packages.update(waybill="")
    CustomsDeclaration.objects.filter(package__in=packages).update(address=GONE)


def register() -> None:
    """Called once by wiring."""
    register_personal_data(PersonalData("packages", collect, erase))
