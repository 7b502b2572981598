"""Offers in a marketplace's return, and the proof that it asks for."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from channels_sync.forms_return import EvidenceForm, OfferForm
from channels_sync.models import ReturnRequest
from channels_sync.ports import marketplace, taker_of_proof, taker_of_returns
from channels_sync.selectors.returns import returns_visible_to
from channels_sync.services.negotiating import (
    accept_offer,
    offer_solution,
    proof_of,
    send_proof,
    solutions_of,
)
from channels_sync.views.asking import ASK, answered, asked, asks_now, waiting
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError, ServiceUnreachable
from oms.kernel.fields import add_refusal

DETAIL = "channels_sync:return_detail"


@require_http_methods(["GET", "POST"])
@permission_required("channels_sync.answer_return", raise_exception=True)
def return_offer(request: HttpRequest, pk: int) -> HttpResponse:
    """What may be offered is the marketplace's word of this moment."""
    row = get_object_or_404(returns_visible_to(request.user), pk=pk)
    heading, closed = _("Đề nghị với khách"), _("Sàn không còn nhận đề nghị cho yêu cầu này.")
    if not row.may_offer:
        messages.error(request, closed)
        return redirect(DETAIL, pk)
    if not asks_now(request):
        return waiting(request, {"row": row, "heading": heading})
    solutions, trouble = asked(partial(solutions_of, row.pk))
    if not solutions:
        return waiting(request, {"row": row, "heading": heading}, trouble or closed)
    named = solutions[0].most_vnd if row.offer_vnd is None else row.offer_vnd
    first = {"code": solutions[0].code, "amount_vnd": named}
    form = OfferForm(request.POST or None, solutions=solutions, initial=first)

    def send() -> None:
        offer_solution(row.pk, form.offer(), actor=Actor.of(request))

    if sent(request, form, send, _("Đã gửi đề nghị cho khách.")):
        return redirect(DETAIL, pk)
    context = {"row": row, "form": form, "heading": heading}
    return answered(request, "channels_sync/return_offer.html", context)


@require_POST
@permission_required("channels_sync.answer_return", raise_exception=True)
def return_take_offer(request: HttpRequest, pk: int) -> HttpResponse:
    return pressed(request, pk, accept_offer, _("Đã đồng ý với đề nghị của khách."))


@require_http_methods(["GET", "POST"])
@permission_required("channels_sync.answer_return", raise_exception=True)
def return_proof(request: HttpRequest, pk: int) -> HttpResponse:
    """What the marketplace has of us, and the form while it asks for more."""
    row = get_object_or_404(returns_visible_to(request.user), pk=pk)
    adapter = marketplace(row.shop.marketplace)
    taker = taker_of_returns(adapter)
    if taker is None or taker_of_proof(adapter) is None:
        messages.error(request, _("Sàn này nhận bằng chứng cùng với khiếu nại."))
        return redirect(DETAIL, pk)
    form = EvidenceForm(request.POST or None, request.FILES or None, taker=taker)

    def send() -> None:
        given = form.cleaned_data
        send_proof(row.pk, given["text"], given["pictures"], actor=Actor.of(request))

    if sent(request, form, send, _("Đã gửi bằng chứng cho sàn.")):
        return redirect(DETAIL, pk)
    proof, trouble = asked(partial(proof_of, row.pk)) if ASK in request.GET else (None, "")
    context = {"row": row, "form": form, "proof": proof, "heading": _("Bằng chứng")}
    context |= {"trouble": trouble, "ask": ASK}
    return answered(request, "channels_sync/return_proof.html", context, part="held")


def pressed(
    request: HttpRequest, pk: int, answer: Callable[..., ReturnRequest], success: str
) -> HttpResponse:
    """An answer that needs no form."""
    row = get_object_or_404(returns_visible_to(request.user), pk=pk)
    try:
        answer(row.pk, actor=Actor.of(request))
    except (DomainError, ServiceUnreachable) as trouble:
        messages.error(request, trouble.message)
    else:
        messages.success(request, success)
    return redirect(DETAIL, pk)


def sent(request: HttpRequest, form: Form, send: Callable[[], None], success: str) -> bool:
    """Whether the page is done with: sent, or in doubt and looked up by itself."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        send()
    except DomainError as refusal:
        add_refusal(form, refusal)
        return False
    except ServiceUnreachable as trouble:
        messages.error(request, trouble.message)
    else:
        messages.success(request, success)
    return True
