"""The station where goods come back: parcels, pieces, their disposition, pictures."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from oms.kernel.errors import DomainError
from orders.selectors.return_pieces import expected_of, with_variants
from orders.selectors.returns import TABS, returns_visible_to, rows_of
from orders.services.return_photos import add_photos
from orders.services.returning import TAKING
from shipping.models import Scan
from shipping.services.return_desk import choose_place, desk_of, places
from shipping.stations import returns as station
from shipping.stations.codes import Command
from shipping.views.floor import Button, buttons, recent_scans, scanned

PAGE, WAITING_SHOWN = "shipping/return_station.html", 12


class PlaceForm(forms.Form):
    warehouse = forms.IntegerField(min_value=1)


@require_GET
@permission_required("shipping.receive_return", raise_exception=True)
def return_station(request: HttpRequest) -> HttpResponse:
    try:
        return render(request, PAGE, station_context(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("orders:return_list")


@require_POST
@permission_required("shipping.receive_return", raise_exception=True)
def return_scan(request: HttpRequest) -> HttpResponse:
    return scanned(
        request,
        PAGE,
        reverse("shipping:return_station"),
        lambda code, key: station.scan(code, key=key, user=request.user),
        lambda: station_context(request),
    )


def station_context(request: HttpRequest) -> dict[str, Any]:
    desk = desk_of(request.user)
    document = desk.document
    is_open = document is not None and document.status in TAKING
    rows = [] if document is None else [row for row in expected_of(document) if row.row_id]
    keys = [
        Button(code, name, station.KEYS[code].label) for code, name in station.KEY_NAMES.items()
    ]
    coming = returns_visible_to(request.user).filter(status__in=TABS["coming"])
    return {
        "desk": desk,
        "document": document,
        "is_open": is_open,
        "expected": with_variants(rows),
        "left": sum(row.left for row in rows),
        "places": places(request.user),
        "keys": keys,
        "photo_count": document.photos.count() if document else 0,
        "waiting": [] if is_open else rows_of(list(coming.order_by("started_at")[:WAITING_SHOWN])),
        "commands": buttons(Command.DONE, Command.CANCEL),
        "recent": recent_scans(request.user, Scan.Station.RETURN),
    }


@require_POST
@permission_required("shipping.receive_return", raise_exception=True)
def return_place(request: HttpRequest) -> HttpResponse:
    """Goods are taken in where the user stands (C-39)."""
    form = PlaceForm(request.POST)
    if form.is_valid():
        try:
            choose_place(request.user, form.cleaned_data["warehouse"])
        except DomainError as refusal:
            messages.error(request, refusal.message)
    return redirect("shipping:return_station")


@require_POST
@permission_required("shipping.receive_return", raise_exception=True)
def return_photos(request: HttpRequest) -> HttpResponse:
    """Pictures of what came, kept with the return that lies open."""
    document = desk_of(request.user).document
    try:
        if document is None:
            raise DomainError(_("Chưa mở phiếu trả nào."), "return.nothing_open")
        files = request.FILES.getlist("photos")
        n = add_photos(document.pk, files, user_id=request.user.pk)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, ngettext("Đã lưu %(n)s ảnh.", "Đã lưu %(n)s ảnh.", n) % {"n": n})
    return redirect("shipping:return_station")
