"""Receiving money for an order."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from invoicing.forms import PaymentForm
from invoicing.models import Payment, Refund
from invoicing.services.payments import receive_tender
from invoicing.services.refunds import refund_tender
from oms.kernel.actors import Actor
from oms.kernel.currencies import HOME
from oms.kernel.errors import DomainError
from orders.models import Return
from orders.selectors.lists import orders_visible_to


@require_POST
@permission_required("invoicing.receive_payment", raise_exception=True)
def receive(request: HttpRequest, order_id: int) -> HttpResponse:
    return _book(request, order_id, receive_tender, _("Đã ghi nhận %(amount)s."))


@require_POST
@permission_required("invoicing.refund_payment", raise_exception=True)
def refund(request: HttpRequest, order_id: int) -> HttpResponse:
    return _book(request, order_id, refund_tender, _("Đã ghi nhận hoàn %(amount)s cho khách."))


def _book(
    request: HttpRequest, order_id: int, book: Callable[..., Payment | Refund], done: str
) -> HttpResponse:
    """Money in or out, typed by hand: the form's key makes a second press harmless."""
    order = get_object_or_404(orders_visible_to(request.user), pk=order_id)
    form = PaymentForm(request.POST, currency=order.currency if order.is_foreign else HOME)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(str(error) for error in errors))
        return redirect("orders:detail", order_id)
    typed, tender = form.cleaned_data, form.tender()
    try:
        book(
            order_id,
            tender,
            typed["method"],
            typed["reference"],
            source=("manual", str(typed["key"])),
            actor=Actor.of(request),
        )
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done % {"amount": tender})
    return _back(request, order_id)


def _back(request: HttpRequest, order_id: int) -> HttpResponse:
    """To the page where the form stood: a return of the order, or the order."""
    return_id = request.POST.get("return", "")
    if return_id.isdecimal() and Return.objects.filter(pk=return_id, order=order_id).exists():
        return redirect("orders:return_detail", return_id)
    return redirect("orders:detail", order_id)
