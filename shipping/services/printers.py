"""What one computer's printers are told about, and what is usual where nobody told anything."""

from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from oms.kernel.clock import now
from oms.kernel.printers import RECEIPT_PAPERS, STICKER_PAPERS
from shipping.labels.papers import PAPERS, USUAL_PAPER, Printer
from shipping.models import PrintDevice, PrinterProfile

Kind = PrinterProfile.Kind
PAPERS_OF: dict[str, dict[str, Any]] = {
    Kind.WAYBILL: {code: paper.name for code, paper in PAPERS.items()},
    Kind.STICKER: STICKER_PAPERS,
    Kind.RECEIPT: RECEIPT_PAPERS,
}
SETTINGS = (
    "paper",
    "language",
    "dpi",
    "offset_x",
    "offset_y",
    "rotation",
    "has_own_fonts",
    "page_order",
    "is_reversed",
    "goods",
)
MOST_SHOWN = 30
USUAL = {Kind.WAYBILL: USUAL_PAPER.code, Kind.STICKER: "50x30", Kind.RECEIPT: "k80"}


def profile_of(key: UUID | None, kind: str) -> PrinterProfile:
    """The profile of the computer with this key; an unsaved one with what is usual without it."""
    found = PrinterProfile.objects.filter(device__key=key, kind=kind).first() if key else None
    return found or PrinterProfile(kind=kind, paper=USUAL[Kind(kind)])


def device_of(key: UUID | None) -> PrintDevice | None:
    return PrintDevice.objects.filter(key=key).first() if key else None


@transaction.atomic
def save_device(key: UUID | None, name: str) -> PrintDevice:
    """Name a computer; a new key for one that has none that we know."""
    device = PrintDevice.objects.select_for_update().filter(key=key).first() if key else None
    if device is None:
        return PrintDevice.objects.create(key=uuid4(), name=name, created_at=now())
    if name and device.name != name:
        device.name = name
        device.save(update_fields=["name"])
    return device


def other_devices(key: UUID | None) -> list[PrintDevice]:
    """The computers that have a name, without the one with this key, each with its profiles."""
    named = PrintDevice.objects.exclude(name="")
    if key:
        named = named.exclude(key=key)
    return list(named.prefetch_related("profiles").order_by("name", "id")[:MOST_SHOWN])


@transaction.atomic
def copy_profiles(source_id: int, key: UUID | None) -> PrintDevice:
    """This computer prints as that one does; it keeps its own name. A repeat changes nothing."""
    device = save_device(key, "")
    for row in PrinterProfile.objects.filter(device=source_id).exclude(device=device):
        facts = {name: getattr(row, name) for name in SETTINGS}
        save_profile(device, row.kind, **facts)
    return device


@transaction.atomic
def save_profile(device: PrintDevice, kind: str, **facts: Any) -> PrinterProfile:
    """Keep these settings for one kind of print; others of it stay as they are."""
    usual = {"paper": USUAL[Kind(kind)]}
    row, _is_new = PrinterProfile.objects.update_or_create(
        device=device, kind=kind, defaults=facts, create_defaults=usual | facts
    )
    return row


def printer_for(profile: PrinterProfile) -> Printer:
    """The profile of waybills as their drawing takes it."""
    return Printer(
        paper=PAPERS.get(profile.paper, USUAL_PAPER),
        dpi=profile.dpi,
        offset_mm=(profile.offset_x / 10, profile.offset_y / 10),
        rotation=profile.rotation,
        has_own_fonts=profile.has_own_fonts,
        goods=profile.goods,
    )
