"""The page behind the link of a quotation: a buyer answers without an account."""

import math
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from inventory.ports import company
from oms.kernel.actors import Actor
from oms.kernel.clients import client_address
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.kernel.ratelimit import seconds_to_wait
from orders.forms.quotations import BuyerAnswerForm
from orders.models import QuotationVersion
from orders.selectors.quotations import quotation_paper
from orders.services import quote_answers

PAGE = "orders/quotations/answer.html"
# Names stand where they can be forgotten again: the history keeps who by this word.
BUYER = Actor.partner("Khách hàng")


@require_http_methods(["GET", "POST"])
def quotation_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Shows this one version to who holds the link; a wrong link says nothing about any."""
    wait = seconds_to_wait(
        f"quotation:{client_address(request)}",
        settings.PUBLIC_PAGE_RATE_PER_SECOND,
        burst=settings.PUBLIC_PAGE_BURST,
    )
    if wait > 0:
        return HttpResponse(status=429, headers={"Retry-After": str(math.ceil(wait))})
    version = quote_answers.version_of(token)
    response = answer_page(request, version) if version else render(request, PAGE, {}, status=404)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def answer_page(request: HttpRequest, version: QuotationVersion) -> HttpResponse:
    form = BuyerAnswerForm(request.POST or None)
    done, status = "", 200
    if request.method == "POST":
        done = answered(request, version, form)
        status = 200 if done else 422
        version.refresh_from_db()
    standing = quote_answers.standing_of(version, version.quotation)
    context = {
        **quotation_paper(version),
        "company": company(),
        "standing": standing,
        "form": form,
        "done": done,
    }
    return render(request, PAGE, context, status=status)


def answered(request: HttpRequest, version: QuotationVersion, form: BuyerAnswerForm) -> str:
    """What was said, or "" when it could not be taken; the form then says why."""
    if not form.is_valid():
        return ""
    name, ip = form.cleaned_data["name"], known_address(request)
    try:
        if request.POST.get("then") == "decline":
            reason = form.cleaned_data["reason"]
            quote_answers.decline_version(version.pk, reason=reason, actor=BUYER, ip=ip)
            return "declined"
        quote_answers.accept_quotation(version.pk, name=name, actor=BUYER, ip=ip)
        return "accepted"
    except DomainError as refusal:
        add_refusal(form, refusal)
        return ""


def known_address(request: HttpRequest) -> str | None:
    """The buyer's address; None when the connection has none."""
    try:
        return str(ip_address(client_address(request)))
    except ValueError:
        return None
