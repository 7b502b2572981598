"""Labels on paper, and the word that they came out."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from inventory.stickers import Sticker, stickers_pdf
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.printers import printer_setting
from shipping.labels.batch import print_batch, zpl_batch
from shipping.labels.build import carrier_name, packages_for_print
from shipping.labels.order import ordered
from shipping.models import Package
from shipping.printer_forms import OptionsForm, PrintedForm
from shipping.selectors.packages import packages_visible_to, printable_by
from shipping.services.labels import REPRINT_REASONS, confirm_printed
from shipping.services.printers import printer_for, save_device, save_profile
from shipping.views.devices import device_key, document, profile, remember
from shipping.views.packages import visible_ids

PREVIEWED = 10


def framed(response: HttpResponse) -> HttpResponse:
    """Our own packing table shows it in a frame, in order to print it without a click."""
    response["X-Frame-Options"] = "SAMEORIGIN"
    policy = settings.SECURE_CSP | {"frame-ancestors": ["'self'"]}
    response["Content-Security-Policy"] = "; ".join(
        f"{directive} {' '.join(sources)}" for directive, sources in policy.items()
    )
    return response


def pages(request: HttpRequest) -> list[Package]:
    """The ticked packages that may be printed, in the order that this computer wants."""
    mine = profile(request)
    ids = ordered(visible_ids(request), mine.page_order, is_reversed=mine.is_reversed)
    return packages_for_print(ids, printable_by(request.user))


@require_GET
@permission_required("shipping.print_label", raise_exception=True)
def labels_pdf(request: HttpRequest) -> HttpResponse:
    """One PDF for all ticked packages; `counted=1` when the print is counted already."""
    packages = pages(request)
    if not packages:
        return nothing_chosen(request)
    is_counted = request.GET.get("counted") == "1"
    content = print_batch(packages, printer_for(profile(request)), is_counted=is_counted)
    return framed(document(content, "van-don.pdf"))


@require_GET
@permission_required("shipping.print_label", raise_exception=True)
def labels_zpl(request: HttpRequest) -> HttpResponse:
    """Our labels as ZPL; waybills that others drew are left to the PDF."""
    packages = [package for package in pages(request) if not package.waybill]
    if not packages:
        return nothing_chosen(request)
    content = zpl_batch(packages, printer_for(profile(request)))
    return document(content, "van-don.zpl", is_zpl=True)


@require_GET
@permission_required("shipping.print_label", raise_exception=True)
def parcel_stickers(request: HttpRequest) -> HttpResponse:
    """A small code for each ticked parcel, for shelves and totes."""
    chosen = packages_visible_to(request.user).filter(pk__in=visible_ids(request))
    rows = chosen.select_related("fulfilment__order").order_by("pk")
    stickers = [
        Sticker(
            row.reference,
            row.fulfilment.order.number,
            row.tracking_number,
            carrier_name(row.carrier_code),
        )
        for row in rows
    ]
    if not stickers:
        return nothing_chosen(request)
    printer = printer_setting(request, "sticker")
    return document(printer.finish(stickers_pdf(stickers, paper=printer.paper)), "tem-kien.pdf")


def nothing_chosen(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("Chưa chọn kiện nào đã có mã vận đơn và đã quét đủ hàng."))
    return redirect("shipping:package_list")


@require_GET
@permission_required("shipping.print_label", raise_exception=True)
def confirm(request: HttpRequest) -> HttpResponse:
    """The page that opens the file and asks whether the labels came out."""
    return print_page(request, PrintedForm())


def print_page(request: HttpRequest, form: PrintedForm, status: int = 200) -> HttpResponse:
    packages, mine = pages(request), profile(request)
    ready = {package.pk for package in packages}
    waiting = packages_visible_to(request.user).filter(pk__in=set(visible_ids(request)) - ready)
    given = [package for package in packages if package.waybill]
    context = {
        "packages": packages,
        "preview": packages[:PREVIEWED],
        "again": sum(1 for package in packages if package.label_printed_count),
        "waiting": waiting.select_related("fulfilment__order"),
        "joined": joined(packages),
        "given": joined(given) if mine.is_zpl else "",
        "has_own": len(given) < len(packages),
        "profile": mine,
        "options": OptionsForm(instance=mine),
        "form": form,
        "reasons": REPRINT_REASONS,
    }
    return render(request, "shipping/print.html", context, status=status)


def joined(packages: list[Package]) -> str:
    return ",".join(str(package.pk) for package in packages)


@require_POST
@permission_required("shipping.print_label", raise_exception=True)
def options(request: HttpRequest) -> HttpResponse:
    """Paper and order of this print; the computer keeps them for the next."""
    device = save_device(device_key(request), "")
    form = OptionsForm(request.POST, instance=profile(request))
    if form.is_valid():
        save_profile(device, profile(request).kind, **form.cleaned_data)
    ids = ",".join(str(pk) for pk in visible_ids(request))
    return remember(redirect(f"{reverse('shipping:print')}?ids={ids}"), device)


@require_POST
@permission_required("shipping.print_label", raise_exception=True)
def printed(request: HttpRequest) -> HttpResponse:
    mine = printable_by(request.user).filter(pk__in=visible_ids(request))
    form = PrintedForm(request.POST)
    if form.is_valid():
        try:
            counted = confirm_printed(
                mine.values_list("pk", flat=True),
                actor=Actor.of(request),
                reason=form.cleaned_data["reason"],
            )
        except DomainError as refusal:
            form.add_error("reason", refusal.message)
        else:
            messages.success(request, _("Đã ghi nhận in %(n)s vận đơn.") % {"n": counted})
            return redirect("shipping:package_list")
    return print_page(request, form, status=422)
