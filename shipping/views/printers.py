"""The printers of the computer that asks: paper, offset, ZPL; a page that shows whether it fits."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.stickers import PAPERS as ROLLS
from inventory.stickers import Sticker, stickers_pdf
from oms.kernel.money import format_vnd
from shipping.labels.papers import TILL_ROLL
from shipping.labels.trial import trial_pdf, trial_zpl
from shipping.labels.zpl import fonts_for_printer
from shipping.models import PrintDevice, PrinterProfile
from shipping.printer_forms import DeviceForm, ProfileForm
from shipping.services.printers import (
    PAPERS_OF,
    copy_profiles,
    device_of,
    other_devices,
    printer_for,
    save_device,
    save_profile,
)
from shipping.views.devices import device_key, document, profile, remember, setting_of


@require_http_methods(["GET", "POST"])
@permission_required("shipping.print_label", raise_exception=True)
def printers(request: HttpRequest) -> HttpResponse:
    """The name of this computer, and one form a kind of print."""
    device = device_of(device_key(request))
    name = DeviceForm(request.POST or None, initial={"name": device.name if device else ""})
    forms = {
        kind: ProfileForm(request.POST or None, kind=kind, instance=profile(request, kind))
        for kind in PAPERS_OF
    }
    if request.method == "POST" and all(form.is_valid() for form in (name, *forms.values())):
        device = save_device(device_key(request), name.cleaned_data["name"])
        for kind, form in forms.items():
            save_profile(device, kind, **form.cleaned_data)
        messages.success(request, _("Đã lưu máy in của máy tính này."))
        return remember(redirect("shipping:printers"), device)
    kinds = [(PrinterProfile.Kind(kind), form) for kind, form in forms.items()]
    others = [(row, papers_of(row)) for row in other_devices(device_key(request))]
    context: dict[str, Any] = {"name": name, "kinds": kinds, "device": device, "others": others}
    status = 422 if request.method == "POST" else 200
    return render(request, "shipping/printers.html", context, status=status)


def papers_of(device: PrintDevice) -> str:
    """What its printers hold, in words: kind, paper."""
    rows = sorted(device.profiles.all(), key=lambda row: list(PAPERS_OF).index(row.kind))
    return " · ".join(
        f"{row.get_kind_display()}: {PAPERS_OF[row.kind].get(row.paper, row.paper)}" for row in rows
    )


@require_POST
@permission_required("shipping.print_label", raise_exception=True)
def print_like(request: HttpRequest, pk: int) -> HttpResponse:
    """This computer takes over what another one's printers are told."""
    source = get_object_or_404(PrintDevice, pk=pk)
    device = copy_profiles(source.pk, device_key(request))
    messages.success(request, _("Máy tính này in như “%s”.") % source.name)
    return remember(redirect("shipping:printers"), device)


@require_GET
@permission_required("shipping.print_label", raise_exception=True)
def test_page(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in PAPERS_OF:
        raise Http404
    mine = profile(request, kind)
    if kind == PrinterProfile.Kind.STICKER:
        return document(sample_stickers(request), "in-thu.pdf")
    printer = printer_for(mine)
    if kind == PrinterProfile.Kind.RECEIPT:
        printer = replace(printer, paper=TILL_ROLL)
    if mine.is_zpl:
        return document(trial_zpl(printer), "in-thu.zpl", is_zpl=True)
    return document(trial_pdf(printer), "in-thu.pdf")


def sample_stickers(request: HttpRequest) -> bytes:
    """One row of the roll."""
    printer = setting_of(request, PrinterProfile.Kind.STICKER)
    one = Sticker("DON-NHANH-123", _("Trang in thử"), "SKU-01", format_vnd(1_250_000))
    return printer.finish(stickers_pdf([one] * ROLLS[printer.paper].across, paper=printer.paper))


@require_GET
@permission_required("shipping.print_label", raise_exception=True)
def fonts(request: HttpRequest) -> HttpResponse:
    """Sent to a thermal printer once, it can set Vietnamese."""
    return document(fonts_for_printer(), "phong-chu.zpl", is_zpl=True)
