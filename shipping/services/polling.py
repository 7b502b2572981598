"""The net under the callbacks: packages the carrier has been silent about are read there."""

import logging
from datetime import timedelta

from oms.kernel.clock import now
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from shipping.models import BookingState, Package
from shipping.ports import carrier_for
from shipping.services.tracking import apply_event
from shipping.states import MOVING, OURS

log = logging.getLogger(__name__)

QUIET = timedelta(hours=6)


def quiet_packages(limit: int = 200, quiet: timedelta = QUIET) -> list[int]:
    """Booked packages still on their way that nothing has been heard of for some hours."""
    waiting = Package.objects.filter(
        booking_state=BookingState.BOOKED,
        is_external=False,
        status__in=OURS | MOVING,
        checked_at__lt=now() - quiet,
    )
    return list(waiting.order_by("checked_at").values_list("pk", flat=True)[:limit])


def poll(package_id: int) -> int:
    """Read one package at its carrier; returns how many reports were new."""
    package = Package.objects.select_related("account").get(pk=package_id)
    if package.account is None or not package.tracking_number:
        return 0
    # Marked before the read, so that a carrier in trouble is not asked again by the next sweep.
    Package.objects.filter(pk=package_id).update(checked_at=now())
    try:
        updates = carrier_for(package.account).read(package.tracking_number)
    except (ServiceUnreachable, ServiceRefused) as failed:
        log.warning("poll_failed package_id=%s error=%s", package_id, failed)
        return 0
    return sum(apply_event(package_id, update) for update in updates)
