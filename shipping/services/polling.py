"""The net under the callbacks: packages the carrier has been silent about are read there."""

import logging
from datetime import timedelta
from itertools import zip_longest

from django.db.models import QuerySet

from oms.kernel.clock import now
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from shipping.models import BookingState, CarrierAccount, Package
from shipping.ports import carrier_for, carrier_kind
from shipping.services.tracking import apply_event
from shipping.states import MOVING, OURS

log = logging.getLogger(__name__)

QUIET = timedelta(hours=6)
# As often as beat sends the sweep: a minute's share is a small heap in front of other work.
SWEEP_MINUTES = 1


def quiet_packages(quiet: timedelta = QUIET) -> list[int]:
    """Booked packages on their way that nothing has been heard of for some hours.

    The longest silent of each account first, as many as its carrier takes until the next sweep,
    accounts in turn: ten thousand parcels of one do not keep another's waiting.
    """
    waiting = _silent(quiet).order_by("checked_at", "pk")
    queues = [
        waiting.filter(account=pk).values_list("pk", flat=True)[: _share(carrier)]
        for pk, carrier in CarrierAccount.objects.order_by("pk").values_list("pk", "carrier")
    ]
    rounds = zip_longest(*queues)
    return [pk for turn in rounds for pk in turn if pk is not None]


def _silent(quiet: timedelta) -> QuerySet[Package]:
    return Package.objects.filter(
        booking_state=BookingState.BOOKED,
        is_external=False,
        status__in=OURS | MOVING,
        checked_at__lt=now() - quiet,
    )


def _share(carrier_code: str) -> int:
    kind = carrier_kind(carrier_code)
    return kind.polls_per_minute * SWEEP_MINUTES if kind else 0


def poll_if_quiet(package_id: int, quiet: timedelta = QUIET) -> int:
    """Read it unless it was heard of since it was put in line: by a callback, or by a task of an
    earlier sweep that waited as long.
    """
    return poll(package_id) if _silent(quiet).filter(pk=package_id).exists() else 0


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
