"""Chia hàng: each piece of a batch or a wave goes into the slot of its order."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from inventory.selectors.catalogue import variant_of_code
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from shipping.models import PickWave, Scan
from shipping.services import put_wall, scans
from shipping.services.scans import Answer
from shipping.stations.codes import Command, not_here, read

STATION = Scan.Station.SORT


def scan(wave: PickWave, text: str, *, key: UUID, user: Any) -> Answer:
    return scans.once(
        key, station=STATION, user_id=user.pk, code=text, act=lambda: _act(wave, text, user)
    )


def _act(wave: PickWave, text: str, user: Any) -> Answer:
    scanned, actor = read(text), Actor.user(user)
    if scanned.command is Command.CANCEL:
        return _undo(wave, user, actor)
    if scanned.command is not None:
        raise not_here(scanned.command)
    variant = variant_of_code(scanned.code)
    placed = put_wall.place(wave.pk, variant.pk, scanned.times, actor=actor)
    effect = {"wave": wave.pk, "line": placed.line_id, "pieces": placed.pieces}
    if placed.is_complete:
        text = _("Ngăn %(letter)s đã đủ: mang đi đóng gói.") % {"letter": placed.member.letter}
    else:
        text = _("Ngăn này còn thiếu %(n)d món.") % {"n": placed.left}
    return Answer("good", placed.variant.sku, text, big=placed.member.letter, effect=effect)


def _undo(wave: PickWave, user: Any, actor: Actor) -> Answer:
    last = scans.last_effect(user.pk, STATION, wave=wave.pk)
    if last is None:
        raise DomainError(_("Không có lượt quét nào để bỏ."), "scan.nothing_to_undo")
    put_wall.take_out(wave.pk, last.effect["line"], last.effect["pieces"], actor=actor)
    scans.forget_effect(last)
    return Answer("good", f"{last.code} −{last.effect['pieces']}", _("Lấy hàng ra khỏi ngăn."))
