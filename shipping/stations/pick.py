"""Nhặt hàng: a walk on a phone or with a scanner."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from inventory.models import Bin
from inventory.selectors.catalogue import variant_of_code
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from shipping.models import PickTask, Scan, ShortPick
from shipping.selectors.picking import shelf_of_code, stops_at, stops_of
from shipping.services import pick_pieces, pick_tasks, scans, short_picks
from shipping.services.scans import Answer
from shipping.stations.codes import Command, not_here, read

STATION = Scan.Station.PICK


def scan(task: PickTask, text: str, *, key: UUID, user: Any) -> Answer:
    """One scan at this walk; sent again under its key it changes nothing."""
    return scans.once(
        key, station=STATION, user_id=user.pk, code=text, act=lambda: _act(task, text, user)
    )


def _act(task: PickTask, text: str, user: Any) -> Answer:
    scanned, actor = read(text), Actor.user(user)
    if scanned.command is not None:
        return _obey(scanned.command, task, user, actor)
    try:
        variant = variant_of_code(scanned.code)
    except DomainError:
        shelf = shelf_of_code(task, scanned.code)
        if shelf is None:
            raise
        return _at(shelf, task, user)
    picked = pick_pieces.pick(task.pk, variant.pk, scanned.times, picker_id=user.pk, actor=actor)
    effect = {"task": task.pk, "lines": {str(pk): n for pk, n in picked.taken.items()}}
    title = f"{picked.variant.sku} +{scanned.times}"
    if task.wave.sorts_later or task.wave.method == task.wave.Method.SINGLE:
        slots = ""
    else:
        slots = ", ".join(
            f"{letter} {n}" if n > 1 else letter for letter, n in picked.slots.items()
        )
    return Answer("good", title, _after(picked), big=slots, effect=effect)


def _at(shelf: Bin, task: PickTask, user: Any) -> Answer:
    """A shelf's own code counts nothing: it says whether this is where the walk goes on."""
    pick_pieces.own_task(task.pk, user.pk)
    stops = stops_of(task, undone=True, most=1)
    if not stops:
        raise DomainError(_("Phiếu này đã nhặt đủ."), "pick.nothing")
    stop = next((row for row in stops_at(task, shelf) if row.left), None)
    if stop is None:
        place = stops[0].line.bin
        message = _("SAI NGĂN %(here)s: ngăn tiếp theo là %(next)s.")
        words = {"here": shelf.code, "next": place.code if place else "—"}
        raise DomainError(message % words, "pick.wrong_shelf")
    told = {"n": stop.left, "sku": stop.line.variant.sku}
    return Answer("good", shelf.code, _("Đúng ngăn: lấy %(n)d × %(sku)s.") % told)


def _after(picked: pick_pieces.Picked) -> str:
    if picked.walk_is_over:
        return _("Đã nhặt đủ phiếu này.")
    if picked.left:
        return _("Còn %(n)d cái nữa.") % {"n": picked.left}
    return _("Đủ mặt hàng này, sang vị trí tiếp theo.")


def _obey(command: Command, task: PickTask, user: Any, actor: Actor) -> Answer:
    if command is Command.CANCEL:
        return _undo(task, user, actor)
    if command in (Command.SHORT, Command.SPLIT):
        remedy = ShortPick.Remedy.SPLIT if command is Command.SPLIT else ShortPick.Remedy.HOLD
        return short(task, None, remedy=remedy, user=user, actor=actor)
    if command is Command.OTHER:
        pick_pieces.own_task(task.pk, user.pk)
        pick_tasks.let_go(task.pk, actor=actor)
        return Answer("good", _("Đã nhả phiếu"), _("Người khác nhặt tiếp được."))
    if command is Command.DONE:
        pick_pieces.own_task(task.pk, user.pk)
        raise DomainError(
            _("Phiếu còn hàng chưa nhặt. Thiếu hàng thì quét THIẾU."), "pick.not_done"
        )
    raise not_here(command)


def _undo(task: PickTask, user: Any, actor: Actor) -> Answer:
    last = scans.last_effect(user.pk, STATION, task=task.pk)
    if last is None:
        raise DomainError(_("Không có lượt quét nào để bỏ."), "scan.nothing_to_undo")
    lines = {int(pk): units for pk, units in last.effect["lines"].items()}
    units = pick_pieces.unpick(task.pk, lines, picker_id=user.pk, actor=actor)
    scans.forget_effect(last)
    return Answer("good", f"{last.code} −{units}", _("Đã bỏ lượt quét vừa rồi: trả hàng về kệ."))


def short(
    task: PickTask, variant_id: int | None, *, remedy: str, user: Any, actor: Actor
) -> Answer:
    """What is left of a variant is not there; without one, of the row that comes next."""
    pick_pieces.own_task(task.pk, user.pk)
    meant = variant_id or short_picks.next_short_variant(task)
    if meant is None:
        raise DomainError(_("Phiếu này đã nhặt đủ."), "short.nothing")
    shorts = short_picks.report_short(task.pk, meant, remedy=remedy, picker_id=user.pk, actor=actor)
    numbers = ", ".join(row.fulfilment.order.number for row in shorts)
    split = any(row.remedy == ShortPick.Remedy.SPLIT for row in shorts)
    what = _("Đang tách đơn") if split else _("Tạm giữ đơn")
    text = _("%(what)s: %(numbers)s. Hàng đã nhặt của đơn này trả về kệ.")
    return Answer("warn", _("Nhặt thiếu"), text % {"what": what, "numbers": numbers})
