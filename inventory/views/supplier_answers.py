"""The page behind the link in a mail: a supplier answers without an account."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from inventory import ports
from inventory.forms.purchasing import AnswerForm
from inventory.models import PurchaseMail
from inventory.selectors.purchasing import purchase_paper
from inventory.services import purchase_mail
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.kernel.public_pages import public_page

PAGE = "inventory/purchasing/supplier_answer.html"


@require_http_methods(["GET", "POST"])
@public_page("supplier")
def supplier_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Shows this one order to who holds the link; a wrong or old link says nothing about any."""
    mail = purchase_mail.mail_of(token)
    return answer_page(request, mail) if mail else render(request, PAGE, {}, status=404)


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
