"""The first page of the warehouse floor, and what all its stations do alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from oms.kernel.htmx import is_htmx
from shipping.floor_forms import FloorScanForm
from shipping.floor_papers import commands_pdf
from shipping.models import Scan
from shipping.selectors.floor import FloorCounts, floor_counts
from shipping.services.scans import Answer
from shipping.stations.codes import MEANINGS, NAMES, Command

RECENT = 6
SAY = {"good": messages.success, "warn": messages.warning, "bad": messages.error}


@dataclass(frozen=True, slots=True)
class Door:
    """A way to a station, with how much waits behind it."""

    permission: str
    label: str
    url: str
    icon: str
    text: str
    waiting: int
    is_next: bool = False


@require_GET
@permission_required("shipping.pack_goods", raise_exception=True)
def floor(request: HttpRequest) -> HttpResponse:
    """Where work waits; the step nearest to the truck that has some is the next."""
    return render(request, "shipping/floor.html", {"doors": doors(request.user)})


def doors(user: Any) -> list[Door]:
    """In the order in which goods walk."""
    counts = floor_counts(user)
    rows = [*_ways_out(counts), _way_back(counts)]
    mine = [door for door in rows if user.has_perm(door.permission)]
    # What stands nearest to the truck goes first.
    urgent = next((door for door in reversed(mine) if door.waiting), None)
    return [replace(door, is_next=door is urgent) for door in mine]


def _ways_out(counts: FloorCounts) -> list[Door]:
    ready, tasks, packed = counts.ready, counts.tasks, counts.packed
    to_pack, one_piece = counts.to_pack, counts.one_piece
    picking = _("%(ready)s đơn chờ nhặt, %(tasks)s phiếu đang mở")
    return [
        Door(
            "shipping.pick_goods",
            _("Nhặt hàng"),
            reverse("shipping:picking"),
            "shopping-basket",
            picking % {"ready": ready, "tasks": tasks},
            ready + tasks,
        ),
        Door(
            "shipping.pack_goods",
            _("Quét đóng gói"),
            reverse("shipping:pack"),
            "package-check",
            ngettext("%(n)s kiện chờ đóng gói", "%(n)s kiện chờ đóng gói", to_pack)
            % {"n": to_pack},
            counts.picked,
        ),
        Door(
            "shipping.pack_goods",
            _("Đơn một món"),
            reverse("shipping:one_piece"),
            "zap",
            ngettext("%(n)s đơn chờ", "%(n)s đơn chờ", one_piece) % {"n": one_piece},
            0,
        ),
        Door(
            "shipping.hand_over",
            _("Bàn giao vận chuyển"),
            reverse("shipping:hand_over"),
            "truck",
            ngettext("%(n)s kiện chờ hãng", "%(n)s kiện chờ hãng", packed) % {"n": packed},
            packed,
        ),
    ]


def _way_back(counts: FloorCounts) -> Door:
    return Door(
        "shipping.receive_return",
        _("Nhận hàng trả"),
        reverse("shipping:return_station"),
        "undo-2",
        ngettext("%(n)s phiếu chờ hàng về", "%(n)s phiếu chờ hàng về", counts.coming)
        % {"n": counts.coming},
        0,
    )


@dataclass(frozen=True, slots=True)
class Button:
    """A command that a printed barcode or a click gives."""

    code: str
    name: str | Promise
    meaning: str | Promise


def buttons(*commands: Command) -> list[Button]:
    return [Button(command.code, NAMES[command], MEANINGS[command]) for command in commands]


def recent_scans(user: Any, station: str) -> Sequence[Scan]:
    """What this user scanned last there, refusals with their reason (C-67)."""
    rows = Scan.objects.filter(user=user.pk, station=station).exclude(answer={})
    return list(rows.order_by("-id")[:RECENT])


def scanned(
    request: HttpRequest,
    template: str,
    back: str,
    scan: Callable[[str, UUID], Answer],
    context: Callable[[], dict[str, Any]],
) -> HttpResponse:
    """Do what was scanned. The station's panel with the answer; without script its page again,
    and the answer above. What is no scan at all leads back to the page.
    """
    form = FloorScanForm(request.POST)
    if not form.is_valid():
        return redirect(back)
    answer = scan(form.cleaned_data["code"], form.cleaned_data["key"])
    if not is_htmx(request):
        say = SAY[answer.tone]
        say(request, f"{answer.title} {answer.text}".strip())
        return redirect(back)
    status = 422 if answer.tone == "bad" else 200
    panel = context() | {"answer": answer}
    return render(request, f"{template}#floor-panel", panel, status=status)


@require_GET
@permission_required("shipping.pack_goods", raise_exception=True)
def scan_commands(request: HttpRequest) -> HttpResponse:
    """A sheet of commands to stick beside the scanner."""
    response = HttpResponse(commands_pdf(), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="ma-lenh.pdf"'
    return response
