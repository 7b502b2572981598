"""Packages: the list, one package, its verbs."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError, ServiceUnreachable
from shipping.forms import chosen_ids
from shipping.models import Package
from shipping.ports import carrier_for
from shipping.selectors.packages import (
    TABS,
    package_page,
    packages_visible_to,
    printable_by,
    tab_counts,
)
from shipping.selectors.steps import with_steps
from shipping.services import labels, shipments


@require_GET
@permission_required("shipping.view_package", raise_exception=True)
def package_list(request: HttpRequest) -> HttpResponse:
    tab, search = request.GET.get("tab", "all"), request.GET.get("q", "").strip()
    page = package_page(
        request.user,
        tab=tab,
        search=search,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    counts = tab_counts(request.user)
    tabs = [(item, counts.get(item.key)) for item in TABS]
    context = {"page": page, "tabs": tabs, "tab": tab, "search": search}
    return render(request, "shipping/package_list.html", context)


@require_GET
@permission_required("shipping.view_package", raise_exception=True)
def package_detail(request: HttpRequest, pk: int) -> HttpResponse:
    [package] = with_steps([visible_package(request, pk)], request.user)
    context = {
        "package": package,
        "events": package.tracking_events.order_by("-occurred_at", "-id"),
        "proofs": list(package.proofs.order_by("id")),
    }
    return render(request, "shipping/package_detail.html", context)


@require_POST
@permission_required("shipping.create_shipment", raise_exception=True)
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    package = visible_package(request, pk)
    shipments.retry_booking(package.pk, actor=Actor.of(request))
    messages.success(request, _("Đang gửi lại cho hãng vận chuyển."))
    return back_to_order(package)


@require_POST
@permission_required("shipping.cancel_shipment", raise_exception=True)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    package = visible_package(request, pk)
    try:
        package = shipments.cancel_shipment(package.pk, actor=Actor.of(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        waiting = package.cancel_requested_at is not None
        messages.success(
            request, _("Đang hủy vận đơn ở hãng.") if waiting else _("Đã hủy vận đơn.")
        )
    return back_to_order(package)


@require_GET
@permission_required("shipping.print_label", raise_exception=True)
def carrier_label(request: HttpRequest, pk: int) -> HttpResponse:
    """The carrier's own label: its document, or its page opened with a short-lived token.

    A link and no form: our content policy keeps forms from leading to another site.
    """
    package = visible_package(request, pk)
    if not printable_by(request.user).filter(pk=pk).exists():
        messages.error(request, _("Chưa quét đủ hàng vào thùng."))
        return back_to_order(package)
    if package.account is None or not package.tracking_number:
        messages.error(request, _("Kiện chưa có mã vận đơn."))
        return back_to_order(package)
    try:
        label = carrier_for(package.account).label(package.tracking_number)
    except (DomainError, ServiceUnreachable) as failed:
        messages.error(request, failed.message)
        return back_to_order(package)
    if label.pdf:
        name = f'inline; filename="{package.tracking_number}.pdf"'
        headers = {"Content-Disposition": name}
        return HttpResponse(label.pdf, content_type="application/pdf", headers=headers)
    return redirect(label.url)


@require_POST
@permission_required("shipping.print_label", raise_exception=True)
def mark_packed(request: HttpRequest) -> HttpResponse:
    ids = visible_ids(request)
    moved = labels.mark_packed(ids, actor=Actor.of(request))
    messages.success(request, _("Đã đóng gói %(n)s kiện.") % {"n": moved})
    return redirect("shipping:package_list")


def visible_package(request: HttpRequest, pk: int) -> Package:
    packages = packages_visible_to(request.user).select_related(
        "fulfilment__order", "account", "box"
    )
    return get_object_or_404(packages, pk=pk)


def visible_ids(request: HttpRequest) -> list[int]:
    """The ticked packages that this user may see, in the order ticked."""
    data: Any = request.POST if request.method == "POST" else request.GET
    asked = chosen_ids([part for value in data.getlist("ids") for part in value.split(",")])
    seen = set(packages_visible_to(request.user).filter(pk__in=asked).values_list("pk", flat=True))
    return [key for key in dict.fromkeys(asked) if key in seen]


def back_to_order(package: Package) -> HttpResponse:
    return redirect("orders:detail", package.fulfilment.order_id)
