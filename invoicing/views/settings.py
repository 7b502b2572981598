"""The company's data and its account at the invoice issuer."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from invoicing.forms import AccountForm, CompanyForm
from invoicing.models import Company, IssuerAccount
from invoicing.selectors.active import default_account, default_company
from invoicing.services.accounts import check_account, save_account, save_company
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal

CHANGE = "invoicing.change_account"


@require_GET
@permission_required(CHANGE, raise_exception=True)
def settings_page(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@permission_required(CHANGE, raise_exception=True)
def company(request: HttpRequest) -> HttpResponse:
    form = CompanyForm(request.POST, instance=default_company() or Company())
    if form.is_valid():
        try:
            save_company(form.save(commit=False), actor=Actor.of(request))
        except DomainError as refusal:
            add_refusal(form, refusal)
    if not form.is_valid():
        return _page(request, company_form=form, status=422)
    messages.success(request, _("Đã lưu thông tin công ty."))
    return redirect("invoicing:settings")


@require_POST
@permission_required(CHANGE, raise_exception=True)
def account(request: HttpRequest) -> HttpResponse:
    seller = default_company()
    if seller is None:
        messages.error(request, _("Hãy lưu thông tin công ty trước."))
        return redirect("invoicing:settings")
    form = AccountForm(request.POST, instance=default_account() or IssuerAccount(company=seller))
    if not form.is_valid():
        return _page(request, account_form=form, status=422)
    save_account(form.save(commit=False), actor=Actor.of(request))
    messages.success(request, _("Đã lưu tài khoản phát hành."))
    return redirect("invoicing:settings")


@require_POST
@permission_required(CHANGE, raise_exception=True)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Try the account's login at the issuer."""
    get_object_or_404(IssuerAccount, pk=pk)
    try:
        check_account(pk)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Đăng nhập thành công."))
    return redirect("invoicing:settings")


def _page(
    request: HttpRequest,
    *,
    company_form: CompanyForm | None = None,
    account_form: AccountForm | None = None,
    status: int = 200,
) -> HttpResponse:
    seller, in_use = default_company(), default_account()
    context = {
        "company": seller,
        "account": in_use,
        "company_form": company_form or CompanyForm(instance=seller),
        "account_form": account_form or AccountForm(instance=in_use),
    }
    return render(request, "invoicing/settings.html", context, status=status)
