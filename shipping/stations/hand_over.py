"""Bàn giao: parcels leave by scan, counted by carrier, until a record ends it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from shipping.labels.build import carrier_name
from shipping.models import Manifest, Package, Scan
from shipping.selectors.packages import left_behind
from shipping.selectors.packing import parcels_of_code
from shipping.services import manifests, scans
from shipping.services.scans import Answer
from shipping.stations.codes import Command, not_here, read

STATION = Scan.Station.HAND_OVER
NAMED = 5  # parcels that stay, by their numbers; the list below the station has all


def scan(text: str, *, carrier_code: str = "", key: UUID, user: Any) -> Answer:
    """One parcel leaves; with a carrier chosen, only one of his."""
    return scans.once(
        key,
        station=STATION,
        user_id=user.pk,
        code=text,
        act=lambda: _act(text, carrier_code, user),
    )


def _act(text: str, carrier_code: str, user: Any) -> Answer:
    scanned, actor = read(text), Actor.user(user)
    if scanned.command is Command.DONE:
        return _end(user, actor)
    if scanned.command is not None:
        raise not_here(scanned.command)
    parcels = parcels_of_code(user, scanned.code)
    if not parcels:
        raise DomainError(
            _("Không có kiện nào mang mã “%(code)s”.") % {"code": scanned.code[:60]},
            "hand_over.unknown",
        )
    waiting = [parcel for parcel in parcels if parcel.handed_over_at is None]
    if not waiting:
        return Answer("warn", scanned.code, _("Kiện này đã bàn giao rồi."))
    _refuse_other_carrier(waiting[0], carrier_code)
    for parcel in waiting:  # orders in one parcel leave together, or none does
        manifest = manifests.hand_over_noted(parcel.pk, user_id=user.pk, actor=actor)
    count = manifest.packages.count()
    name = carrier_name(waiting[0].carrier_code)
    text = _("%(carrier)s: kiện thứ %(n)d của biên bản %(number)s.")
    words = {"carrier": name, "n": count, "number": manifest.number}
    return Answer("good", waiting[0].tracking_number, text % words, big=str(count))


def _refuse_other_carrier(parcel: Package, carrier_code: str) -> None:
    if carrier_code and parcel.carrier_code != carrier_code:
        raise DomainError(
            _("KIỆN CỦA HÃNG KHÁC: %(carrier)s.") % {"carrier": carrier_name(parcel.carrier_code)},
            "hand_over.carrier",
        )


def _end(user: Any, actor: Actor) -> Answer:
    closed = manifests.close_manifests(user.pk, actor=actor)
    if not closed:
        raise DomainError(_("Chưa bàn giao kiện nào."), "hand_over.nothing")
    numbers = ", ".join(row.number for row in closed)
    text = _("In và ký: %(numbers)s.") % {"numbers": numbers}
    return Answer("good", _("Xong biên bản"), " ".join(filter(None, (text, _left(user, closed)))))


def _left(user: Any, closed: Sequence[Manifest]) -> str:
    """Parcels of these carriers that are ready here and were not scanned."""
    codes = [code for row in closed for code in left_behind(user, row)]
    if not codes:
        return ""
    n = len(codes)
    text = ngettext("Còn %(n)d kiện chưa đưa: %(codes)s.", "Còn %(n)d kiện chưa đưa: %(codes)s.", n)
    named = ", ".join(codes[:NAMED]) + (" …" if len(codes) > NAMED else "")
    return text % {"n": n, "codes": named}
