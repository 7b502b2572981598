"""What a stranger may learn of a parcel: where it is and when it comes, nothing about people."""

from dataclasses import dataclass
from datetime import date, datetime

from orders.selectors.promises import days_for_buyer
from orders.selectors.public_orders import order_of_buyer, read_guess
from shipping.models import BookingState, Package, PackageStatus
from shipping.ports import carrier_kinds
from shipping.states import FINAL

S = PackageStatus
# Why a delivery failed and which hub holds the parcel is between shop, carrier and buyer.
SHOWN = frozenset(set(S) - {S.CANCELLED})


@dataclass(frozen=True)
class Step:
    at: datetime
    status: str


@dataclass(frozen=True)
class Journey:
    """Steps newest first; `expected_at` only while the parcel is on its way to the buyer."""

    carrier_code: str
    tracking_number: str
    status: str
    expected_at: datetime | None
    steps: tuple[Step, ...]


def find_journey(code: str, phone_tail: str) -> Journey | None:
    """The parcel under a waybill or order number whose buyer's phone ends so.

    A wrong ending and an unknown code are the same answer.
    """
    guess = read_guess(code, phone_tail)
    if guess is None:
        return None
    spellings = guess.spellings
    carriers = [kind.code for kind in carrier_kinds()]
    packages = Package.objects.filter(
        booking_state=BookingState.BOOKED,
        fulfilment__order__phone_reversed__startswith=guess.reversed_tail,
    ).order_by("-id")
    # One question an index: a waybill first, then an order number.
    package = (
        packages.filter(carrier_code__in=carriers, tracking_number__in=spellings).first()
        or packages.filter(fulfilment__order__number__in=spellings).first()
    )
    return None if package is None else _journey(package)


def find_promises(code: str, phone_tail: str) -> list[tuple[date | None, int]]:
    """(day, sets of goods) of an order of which nothing has left yet; empty when none waits."""
    order = order_of_buyer(code, phone_tail)
    if order is None or order.status in (order.Status.CANCELLED, order.Status.DRAFT):
        return []
    return days_for_buyer(order)


def _journey(package: Package) -> Journey:
    events = package.tracking_events.filter(status__in=SHOWN)
    rows = events.order_by("-occurred_at", "-id").values_list("occurred_at", "status")
    steps: list[Step] = []
    for at, status in rows:
        if steps and steps[-1].status == status:
            steps[-1] = Step(at, status)  # a state begins with its first report
        else:
            steps.append(Step(at, status))
    coming = package.status not in FINAL | {S.RETURN_PENDING, S.RETURNING}
    return Journey(
        carrier_code=package.carrier_code,
        tracking_number=package.tracking_number,
        status=package.status,
        expected_at=package.expected_at if coming else None,
        steps=tuple(steps),
    )
