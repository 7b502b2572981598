"""Labels that a carrier draws itself, fetched ahead so that a batch of them is one file at once."""

from collections.abc import Sequence

from django.db.models import Q

from oms.kernel.errors import DomainError, ServiceUnreachable
from oms.kernel.pdf import is_readable_pdf
from shipping.models import BookingState, Package
from shipping.ports import carrier_for
from shipping.services.external import keep_waybill


def wants_own_label(package: Package) -> bool:
    account = package.account
    has_number = package.booking_state == BookingState.BOOKED and package.tracking_number
    return bool(account and account.uses_own_label and has_number and not package.waybill)


def fetch_own_label(package_id: int) -> bool:
    """Keep the carrier's PDF where the account wants it. A repeat fetches nothing twice.

    Raises ServiceUnreachable; a carrier that has no PDF leaves the package to our own label.
    """
    package = Package.objects.select_related("account").get(pk=package_id)
    if not wants_own_label(package) or package.account is None:
        return False
    label = carrier_for(package.account).label(package.tracking_number)
    if not is_readable_pdf(label.pdf):
        return False
    keep_waybill(package, label.pdf)
    return True


def fetch_missing(ids: Sequence[int]) -> None:
    """What fetching ahead did not bring; the carrier's silence leaves our own label."""
    rows = Package.objects.filter(
        Q(waybill="") | Q(waybill=None),
        pk__in=ids,
        account__uses_own_label=True,
        booking_state=BookingState.BOOKED,
    )
    for package_id in rows.values_list("pk", flat=True):
        try:
            fetch_own_label(package_id)
        except (ServiceUnreachable, DomainError):
            continue
