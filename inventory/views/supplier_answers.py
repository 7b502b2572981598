"""The page behind the link in a mail: a supplier answers without an account."""

import math

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from inventory import ports
from inventory.forms.purchasing import AnswerForm
from inventory.models import PurchaseMail
from inventory.selectors.purchasing import purchase_paper
from inventory.services import purchase_mail
from oms.kernel.clients import client_address
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.kernel.ratelimit import seconds_to_wait

PAGE = "inventory/purchasing/supplier_answer.html"


@require_http_methods(["GET", "POST"])
def supplier_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Shows this one order to who holds the link; a wrong or old link says nothing about any."""
    wait = seconds_to_wait(
        f"supplier:{client_address(request)}",
        settings.PUBLIC_PAGE_RATE_PER_SECOND,
        burst=settings.PUBLIC_PAGE_BURST,
    )
    if wait > 0:
        return HttpResponse(status=429, headers={"Retry-After": str(math.ceil(wait))})
    mail = purchase_mail.mail_of(token)
    response = answer_page(request, mail) if mail else render(request, PAGE, {}, status=404)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def answer_page(request: HttpRequest, mail: PurchaseMail) -> HttpResponse:
    form = AnswerForm(request.POST or None)
    done, status = False, 200
    if request.method == "POST":
        done = form.is_valid() and answered(mail, form)
        status = 200 if done else 422
        mail.order.refresh_from_db()
    context = {
        **purchase_paper(mail.order),
        "company": ports.company(),
        "form": form,
        "done": done,
    }
    return render(request, PAGE, context, status=status)


def answered(mail: PurchaseMail, form: AnswerForm) -> bool:
    try:
        purchase_mail.answer_purchase(mail.pk, **form.cleaned_data)
    except DomainError as refusal:
        add_refusal(form, refusal)
        return False
    return True
