"""Reads of the packing tables: which parcel a code means, and who wants a piece."""

import re
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from inventory.models import Variant
from shipping.models import (
    BookingState,
    FulfilmentLine,
    Package,
    PackageStatus,
    PackCheck,
    PickOrder,
)
from shipping.selectors.packages import packages_visible_to
from shipping.selectors.picking import GOES_ON

S = PackageStatus
UNPACKED = (S.RELEASED, S.PICKING, S.PICKED)
# What a slot of the cart or the put wall bears: number of the wave and letter.
SLOT = re.compile(r"(DN\d+)-([A-Z]{1,4})", re.IGNORECASE)


def slot_code(wave_number: str, letter: str) -> str:
    return f"{wave_number}-{letter}"


def parcels_of_code(user: Any, code: str) -> list[Package]:
    """What a waybill, our own code, an order's number or a slot means.

    Several, where a marketplace put orders into one parcel under one number.
    """
    rows = packages_visible_to(user).exclude(booking_state=BookingState.VOID)
    rows = rows.select_related("fulfilment__order", "box").order_by("id")
    found = list(rows.filter(Q(tracking_number=code) | Q(reference=code)))
    if not found and (slot := SLOT.fullmatch(code)):
        members = PickOrder.objects.filter(wave__number=slot[1].upper(), letter=slot[2].upper())
        found = list(rows.filter(fulfilment__in=members.values("fulfilment")))
    return found or list(rows.filter(fulfilment__order__number=code))


def parcel_of_code(user: Any, code: str) -> Package | None:
    """The first of them that is not packed yet, else the first."""
    found = parcels_of_code(user, code)
    unpacked = [package for package in found if package.status in UNPACKED]
    return next(iter(unpacked + found), None)


def lock_packages(check: PackCheck) -> list[Package]:
    """The parcels of this box, locked; the caller has locked their order."""
    rows = Package.objects.filter(fulfilment=check.fulfilment_id)
    live = rows.exclude(booking_state=BookingState.VOID)
    packages = list(live.select_for_update().order_by("id"))
    for package in packages:
        package.fulfilment = check.fulfilment
    return packages


def who_wants(variant: Variant, *, besides: int, warehouse_id: int) -> str:
    """The number of the most urgent order that waits for such a piece; empty when none does."""
    rows = FulfilmentLine.objects.filter(
        order_line__variant=variant,
        fulfilment__warehouse=warehouse_id,
        fulfilment__status__in=UNPACKED,
        fulfilment__order__status__in=GOES_ON,
    ).exclude(fulfilment=besides)
    first = rows.order_by("-fulfilment__order__priority", "fulfilment__order_id")
    return first.values_list("fulfilment__order__number", flat=True).first() or ""


def to_pack(user: Any) -> QuerySet[Package]:
    """Booked parcels that are not packed yet and that nothing stops, what is picked first."""
    picking = PickOrder.objects.filter(
        fulfilment=OuterRef("fulfilment"), outcome=PickOrder.Outcome.OPEN
    )
    rows = packages_visible_to(user).filter(
        ~Exists(picking),
        booking_state=BookingState.BOOKED,
        status__in=UNPACKED,
        cancel_requested_at=None,
        fulfilment__order__status__in=GOES_ON,
    )
    return rows.select_related("fulfilment__order").order_by(
        "status", F("fulfilment__order__ship_by_at").asc(nulls_last=True), "id"
    )


def one_piece_parcels(user: Any, variant_id: int | None = None) -> QuerySet[Package]:
    """Parcels of a single piece, the most urgent first; of one variant when it is given."""
    rows = to_pack(user).filter(
        fulfilment__order__pieces=1,
        fulfilment__check_of_pieces=None,
        fulfilment__lines__order_line__components=None,
    )
    if variant_id is not None:
        rows = rows.filter(fulfilment__lines__order_line__variant=variant_id)
    return rows.order_by(
        "-fulfilment__order__priority",
        F("fulfilment__order__ship_by_at").asc(nulls_last=True),
        "fulfilment__order_id",
    )
