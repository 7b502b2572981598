"""Hand-over to the carrier: parcels are scanned out, or ticked; the record is signed."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oms.kernel.actors import Actor
from oms.kernel.clock import day_bounds, today
from oms.kernel.records import records_pdf
from shipping.hand_over_papers import manifest_record, returned_record
from shipping.labels.build import carrier_name
from shipping.models import BookingState, Manifest, Package, PackageStatus, Scan
from shipping.selectors.packages import OURS, packages_visible_to
from shipping.services.handover import hand_over
from shipping.stations import hand_over as station
from shipping.stations.codes import Command
from shipping.views.devices import document
from shipping.views.floor import buttons, recent_scans, scanned
from shipping.views.packages import visible_ids

LISTED, MANIFESTS_SHOWN = 200, 8
PAGE = "shipping/hand_over.html"


@require_http_methods(["GET", "POST"])
@permission_required("shipping.hand_over", raise_exception=True)
def hand_over_page(request: HttpRequest) -> HttpResponse:
    """Ticked rows go out; what may not leave is named with its reason."""
    if request.method == "POST":
        leave(request, visible_ids(request))
        return redirect("shipping:hand_over")
    rows = list(waiting(request.user).order_by("carrier_code", "id")[: LISTED + 1])
    context = station_context(request, request.GET.get("carrier", ""))
    context |= {"packages": rows[:LISTED], "has_more": len(rows) > LISTED}
    return render(request, PAGE, context)


@require_POST
@permission_required("shipping.hand_over", raise_exception=True)
def hand_over_scan(request: HttpRequest) -> HttpResponse:
    """One parcel by its code; with a carrier chosen only one of his."""
    carrier = request.POST.get("carrier", "")[:20]
    return scanned(
        request,
        PAGE,
        reverse("shipping:hand_over") + (f"?carrier={carrier}" if carrier else ""),
        lambda code, key: station.scan(code, carrier_code=carrier, key=key, user=request.user),
        lambda: station_context(request, carrier),
    )


def waiting(user: Any) -> QuerySet[Package]:
    rows = packages_visible_to(user).filter(OURS, booking_state=BookingState.BOOKED)
    return rows.select_related("fulfilment__order")


def station_context(request: HttpRequest, carrier: str) -> dict[str, Any]:
    """How many of each carrier wait, and what this user has handed over so far."""
    user = request.user
    counts = waiting(user).order_by().values_list("carrier_code").annotate(Count("pk"))
    mine = Manifest.objects.filter(opened_by=user.pk).select_related("warehouse")
    mine = mine.annotate(n=Count("packages"))
    records = [
        (row, carrier_name(row.carrier_code)) for row in mine.order_by("-pk")[:MANIFESTS_SHOWN]
    ]
    codes = sorted(counts)
    return {
        "carriers": [(code, carrier_name(code), n) for code, n in codes],
        "carrier": carrier if carrier in dict(codes) else "",
        "records": records,
        "has_open": any(row.closed_at is None for row, _name in records),
        "commands": buttons(Command.DONE),
        "recent": recent_scans(user, Scan.Station.HAND_OVER),
    }


def leave(request: HttpRequest, ids: list[int]) -> None:
    if not ids:
        messages.error(request, _("Chưa chọn kiện nào."))
        return
    result = hand_over(ids, actor=Actor.of(request))
    if result.done:
        n = len(result.done)
        text = ngettext("Đã bàn giao %(n)s kiện.", "Đã bàn giao %(n)s kiện.", n)
        messages.success(request, text % {"n": n})
    codes = dict(Package.objects.filter(pk__in=result.refused).values_list("pk", "tracking_number"))
    for key, reason in result.refused.items():
        messages.error(request, f"{codes.get(key) or key}: {reason}")


@require_GET
@permission_required("shipping.hand_over", raise_exception=True)
def manifest(request: HttpRequest, pk: int) -> HttpResponse:
    """The record on paper, with the parcels on it that this user may see."""
    rows = Manifest.objects.select_related("warehouse", "opened_by")
    user: Any = request.user
    scope = user.warehouse_scope()
    if scope is not None:
        rows = rows.filter(warehouse__in=scope)
    row = get_object_or_404(rows, pk=pk)
    packages = packages_visible_to(user).filter(manifest=row)
    return document(records_pdf([manifest_record(row, packages)]), f"{row.number}.pdf")


@require_GET
@permission_required("shipping.hand_over", raise_exception=True)
def returned(request: HttpRequest) -> HttpResponse:
    """What carriers brought back on a day (today unless told), a record for each of them."""
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = today()
    since, until = day_bounds(day)
    rows = packages_visible_to(request.user).filter(
        status=PackageStatus.RETURNED, status_at__gte=since, status_at__lt=until
    )
    groups: dict[tuple[str, str], list[Package]] = {}
    joined = rows.select_related("fulfilment__order", "fulfilment__warehouse")
    for package in joined.order_by("carrier_code", "status_at", "id"):
        key = (package.carrier_code, package.fulfilment.warehouse.name)
        groups.setdefault(key, []).append(package)
    if not groups:
        messages.info(request, _("Hôm đó chưa có kiện hoàn nào về kho."))
        return redirect("shipping:hand_over")
    records = [
        returned_record(found, carrier_code=carrier, warehouse=name)
        for (carrier, name), found in groups.items()
    ]
    return document(records_pdf(records), f"nhan-hoan-{day:%Y-%m-%d}.pdf")
