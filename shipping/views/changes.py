"""The verbs on a parcel that a carrier has, and the end of a doubt."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from shipping.forms import ChangeCodForm, ReceiverForm, SettleForm
from shipping.models import Package
from shipping.ports import Booking
from shipping.services import changes, doubts
from shipping.views.packages import visible_package


@require_POST
@permission_required("shipping.change_shipment", raise_exception=True)
def redeliver(request: HttpRequest, pk: int) -> HttpResponse:
    return _asked(request, pk, changes.ask_redelivery, said=_("Đã yêu cầu hãng giao lại."))


@require_POST
@permission_required("shipping.change_shipment", raise_exception=True)
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    return _asked(request, pk, changes.ask_return, said=_("Đã yêu cầu hãng chuyển hoàn."))


@require_POST
@permission_required("shipping.change_shipment", raise_exception=True)
def receiver(request: HttpRequest, pk: int) -> HttpResponse:
    form = ReceiverForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nhập đủ điện thoại và địa chỉ mới."))
        return redirect("shipping:package_detail", visible_package(request, pk).pk)
    said = _("Hãng đã nhận điện thoại và địa chỉ mới.")
    return _asked(request, pk, changes.change_receiver, said=said, **form.cleaned_data)


@require_POST
@permission_required("shipping.change_cod", raise_exception=True)
def cod(request: HttpRequest, pk: int) -> HttpResponse:
    form = ChangeCodForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nhập số tiền thu hộ mới."))
        return redirect("shipping:package_detail", visible_package(request, pk).pk)
    said = _("Hãng đã nhận số tiền thu hộ mới.")
    return _asked(request, pk, changes.change_cod, said=said, **form.cleaned_data)


@require_POST
@permission_required("shipping.create_shipment", raise_exception=True)
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """The number that the carrier shows for our reference, or its word that there is none."""
    package = visible_package(request, pk)
    form = SettleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Mã vận đơn gồm chữ và số, không có dấu cách."))
        return redirect("shipping:package_detail", package.pk)
    number, actor = form.cleaned_data["tracking_number"], Actor.of(request)
    if number:
        settled = doubts.settle(package.pk, Booking(number), actor=actor)
    else:
        settled = doubts.say_not_booked(package.pk, actor=actor)
    if settled:
        messages.success(request, _("Đã ghi nhận."))
    else:
        messages.info(request, _("Kiện này không còn chờ xác nhận."))
    return redirect("shipping:package_detail", package.pk)


def _asked(
    request: HttpRequest, pk: int, ask: Callable[..., Package], *, said: str, **wish: Any
) -> HttpResponse:
    package = visible_package(request, pk)
    try:
        ask(package.pk, actor=Actor.of(request), **wish)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, said)
    return redirect("shipping:package_detail", package.pk)
