"""The page behind the link of a quotation: a buyer answers without an account."""

from ipaddress import ip_address

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from inventory.ports import company
from oms.kernel.actors import Actor
from oms.kernel.clients import client_address
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.kernel.public_pages import public_page
from orders.forms.quotations import BuyerAnswerForm
from orders.models import QuotationVersion
from orders.selectors.quotations import quotation_paper
from orders.services import quote_answers
from orders.views.quotations import paper_of

PAGE = "orders/quotations/answer.html"
# Names stand where they can be forgotten again: the history keeps who by this word.
BUYER = Actor.partner("Khách hàng")


@require_GET
@public_page("quotation")
def quotation_answer_paper(request: HttpRequest, token: str) -> HttpResponse:
    """The same version as PDF, to be kept or handed on."""
    version = quote_answers.version_of(token)
    return paper_of(version) if version else render(request, PAGE, {}, status=404)


@require_http_methods(["GET", "POST"])
@public_page("quotation")
def quotation_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Shows this one version to who holds the link; a wrong link says nothing about any."""
    version = quote_answers.version_of(token)
    return answer_page(request, version) if version else render(request, PAGE, {}, status=404)


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
        "paper_url": quote_answers.paper_path_of(version),
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
