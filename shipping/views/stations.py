"""Pages that are scanned at: picking, the put wall, packing, orders of one piece."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.db.models import Count, F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from inventory.selectors.catalogue import thumbnails_of
from shipping.models import PickOrder, PickTask, PickWave, Scan
from shipping.selectors import packing as packing_reads
from shipping.selectors import picking as reads
from shipping.selectors.floor import some
from shipping.selectors.open_box import box_for, open_box
from shipping.stations import pack as pack_station
from shipping.stations import pick as pick_station
from shipping.stations import wall as wall_station
from shipping.stations.codes import Command
from shipping.views.floor import buttons, recent_scans, scanned
from shipping.views.picking import visible_task, visible_wave

STOPS_SHOWN, WAITING_SHOWN, SLOTS_SHOWN = 8, 12, 120
# Both rows are wide.
SHOWN_OF_WAITING = (
    *("tracking_number", "status", "fulfilment__order__number"),
    *("fulfilment__order__pieces",),
)


@require_GET
@permission_required("shipping.pick_goods", raise_exception=True)
def pick(request: HttpRequest, pk: int) -> HttpResponse:
    task = visible_task(request, pk)
    return render(request, "shipping/pick_station.html", pick_context(request, task))


@require_POST
@permission_required("shipping.pick_goods", raise_exception=True)
def pick_scan(request: HttpRequest, pk: int) -> HttpResponse:
    task = visible_task(request, pk)
    return scanned(
        request,
        "shipping/pick_station.html",
        reverse("shipping:pick", args=[pk]),
        lambda code, key: pick_station.scan(task, code, key=key, user=request.user),
        lambda: pick_context(request, visible_task(request, pk)),
    )


def pick_context(request: HttpRequest, task: PickTask) -> dict[str, Any]:
    stops = reads.stops_of(task, undone=True, most=STOPS_SHOWN + 1)
    pictures = thumbnails_of([stop.line.variant_id for stop in stops])
    for stop in stops:
        stop.picture = pictures.get(stop.line.variant_id)
    size = reads.task_sizes([task.pk]).get(task.pk, reads.TaskSize())
    wave, is_over = task.wave, task.status in (PickTask.Status.DONE, PickTask.Status.CANCELLED)
    following = wave.tasks.filter(status=PickTask.Status.READY).order_by("position").first()
    is_zoned = wave.method == PickWave.Method.ZONE
    return {
        "task": task,
        "is_mine": task.status == PickTask.Status.PICKING and task.picker_id == request.user.pk,
        "stops": [] if is_over else stops[:STOPS_SHOWN],
        "more_stops": max(0, reads.stops_left(task) - STOPS_SHOWN),
        "size": size,
        "shows_slots": wave.method != PickWave.Method.SINGLE,
        "to_place": is_over and wave.sorts_later and reads.to_place(wave).exists(),
        "next_zone": following.zone if following and is_zoned and is_over else "",
        "commands": buttons(Command.SHORT, Command.SPLIT, Command.CANCEL, Command.OTHER),
        "recent": recent_scans(request.user, Scan.Station.PICK),
    }


@require_GET
@permission_required("shipping.pick_goods", raise_exception=True)
def wall(request: HttpRequest, pk: int) -> HttpResponse:
    wave = visible_wave(request, pk)
    return render(request, "shipping/wall_station.html", wall_context(request, wave))


@require_POST
@permission_required("shipping.pick_goods", raise_exception=True)
def wall_scan(request: HttpRequest, pk: int) -> HttpResponse:
    wave = visible_wave(request, pk)
    return scanned(
        request,
        "shipping/wall_station.html",
        reverse("shipping:wall", args=[pk]),
        lambda code, key: wall_station.scan(wave, code, key=key, user=request.user),
        lambda: wall_context(request, visible_wave(request, pk)),
    )


def wall_context(request: HttpRequest, wave: PickWave) -> dict[str, Any]:
    """Slots that still want something first; the rest below."""
    members = reads.members_of(wave).order_by(F("closed_at").asc(nulls_first=True), "id")
    lying = reads.to_place(wave).values_list("picked", "placed")
    return {
        "wave": wave,
        "members": list(members[:SLOTS_SHOWN]),
        "left": sum(picked - placed for picked, placed in lying),
        "has_picked": wave.members.filter(outcome=PickOrder.Outcome.PICKED).exists(),
        "commands": buttons(Command.CANCEL),
        "recent": recent_scans(request.user, Scan.Station.SORT),
    }


@require_GET
@permission_required("shipping.pack_goods", raise_exception=True)
def pack(request: HttpRequest) -> HttpResponse:
    return render(request, "shipping/pack_station.html", pack_context(request))


@require_POST
@permission_required("shipping.pack_goods", raise_exception=True)
def pack_scan(request: HttpRequest) -> HttpResponse:
    return scanned(
        request,
        "shipping/pack_station.html",
        reverse("shipping:pack"),
        lambda code, key: pack_station.scan(code, key=key, user=request.user),
        lambda: pack_context(request),
    )


def pack_context(request: HttpRequest) -> dict[str, Any]:
    """The open box with its pieces, or the parcels that wait for one."""
    user: Any = request.user
    box = open_box(user.pk)
    context: dict[str, Any] = {
        "box": box,
        "recent": recent_scans(request.user, Scan.Station.PACK),
    }
    if box is None:
        waiting = packing_reads.to_pack(request.user)
        return context | {
            "waiting": list(waiting.only(*SHOWN_OF_WAITING)[:WAITING_SHOWN]),
            "waiting_count": some(waiting),
            "commands": buttons(Command.REPRINT),
        }
    return context | {
        "package_type": box_for(box),
        "commands": buttons(Command.SHORT, Command.SPLIT, Command.CANCEL, Command.OTHER),
    }


@require_GET
@permission_required("shipping.pack_goods", raise_exception=True)
def one_piece(request: HttpRequest) -> HttpResponse:
    return render(request, "shipping/one_piece.html", one_piece_context(request))


@require_POST
@permission_required("shipping.pack_goods", raise_exception=True)
def one_piece_scan(request: HttpRequest) -> HttpResponse:
    return scanned(
        request,
        "shipping/one_piece.html",
        reverse("shipping:one_piece"),
        lambda code, key: pack_station.scan_one_piece(code, key=key, user=request.user),
        lambda: one_piece_context(request),
    )


def one_piece_context(request: HttpRequest) -> dict[str, Any]:
    waiting = packing_reads.one_piece_parcels(request.user)
    goods = waiting.order_by().values(sku=F("fulfilment__lines__order_line__variant__sku"))
    return {
        "goods": list(goods.annotate(n=Count("pk")).order_by("-n", "sku")[:WAITING_SHOWN]),
        "waiting_count": some(waiting),
        "commands": buttons(Command.REPRINT),
        "recent": recent_scans(request.user, Scan.Station.ONE_PIECE),
    }
