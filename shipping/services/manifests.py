"""Records of hand-over: parcels scanned out are noted under their carrier until a word ends it."""

from collections.abc import Sequence

from django.db import transaction

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.events import record_event
from oms.kernel.numbering import next_code
from oms.kernel.sql import retry_deadlock
from shipping.models import Manifest, Package
from shipping.services.handover import hand_over_one


@retry_deadlock
@transaction.atomic
def hand_over_noted(package_id: int, *, user_id: int, actor: Actor) -> Manifest:
    """The parcel leaves, and stands on the user's open record for its carrier.

    Raises DomainError when it may not leave. One that has left stays on its record.
    """
    package = hand_over_one(package_id, actor=actor)
    if package.manifest is not None:
        return package.manifest
    manifest, _is_new = Manifest.objects.get_or_create(
        opened_by_id=user_id,
        warehouse_id=package.fulfilment.warehouse_id,
        carrier_code=package.carrier_code,
        closed_at=None,
        defaults={"number": f"BG{next_code('manifest'):06d}", "opened_at": now()},
    )
    Package.objects.filter(pk=package_id).update(manifest=manifest)
    return manifest


@transaction.atomic
def close_manifests(user_id: int, *, actor: Actor) -> Sequence[Manifest]:
    """End the user's open records; each is ready for two signatures. None open: none comes back."""
    rows = Manifest.objects.select_for_update().filter(opened_by=user_id, closed_at=None)
    closed = list(rows.order_by("pk"))
    Manifest.objects.filter(pk__in=[row.pk for row in closed]).update(closed_at=now())
    for row in closed:
        record_event("manifest.closed", row, actor=actor)
    return closed
