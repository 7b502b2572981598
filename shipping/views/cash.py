"""COD: what carriers hold, and the word that money has arrived."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.money import format_vnd
from shipping.forms import LossForm, RemittanceForm, chosen_ids
from shipping.models import CarrierAccount, Package
from shipping.selectors.carrier_money import AGE_BY_KEY
from shipping.selectors.packages import (
    COD_TAB_BY_KEY,
    COD_TABS,
    cod_page,
    cod_totals,
    packages_visible_to,
)
from shipping.selectors.statements import accounts_for
from shipping.services.cod import close_difference, record_remittance


@require_GET
@permission_required("shipping.reconcile_cod", raise_exception=True)
def cod_list(request: HttpRequest) -> HttpResponse:
    tab = request.GET.get("tab", "collected")
    account = _account(request)
    age = AGE_BY_KEY.get(request.GET.get("age", ""))
    page = cod_page(
        request.user,
        tab=tab,
        narrow=(Q(account=account) if account else Q()) & (age.condition if age else Q()),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    totals = cod_totals(request.user)
    tabs = [(item, totals[item.key]) for item in COD_TABS]
    context = {"page": page, "tabs": tabs, "tab": tab, "account": account, "age": age}
    return render(request, "shipping/cod_list.html", context)


def _account(request: HttpRequest) -> CarrierAccount | None:
    """The one whose parcels are asked for."""
    asked = request.GET.get("account", "")
    if not asked.isdecimal() or len(asked) > 18:
        return None
    return get_object_or_404(accounts_for(request.user), pk=int(asked))


@require_POST
@permission_required("shipping.reconcile_cod", raise_exception=True)
def receive_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Money for one package, with the amount that really came; the rest may come later."""
    package = get_object_or_404(packages_visible_to(request.user), pk=pk)
    form = RemittanceForm(request.POST)
    if not form.is_valid():
        return refuse(request, package, form)
    amount, reference = form.cleaned_data["amount"], form.cleaned_data["reference"]
    try:
        package = record_remittance(package.pk, amount, reference, actor=Actor.of(request))
    except DomainError as refusal:
        messages.error(request, f"{package.tracking_number}: {refusal.message}")
        return back(request)
    words = {"code": package.tracking_number, "missing": format_vnd(package.cod_missing_vnd)}
    if package.cod_missing_vnd:
        text = _("Đã ghi tiền của %(code)s, hãng còn thiếu %(missing)s: xem ở mục Lệch.")
        messages.warning(request, text % words)
    else:
        messages.success(request, _("Đã nhận đủ tiền của %(code)s.") % words)
    return back(request)


@require_POST
@permission_required("shipping.write_off_cod", raise_exception=True)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up the rest of a short remittance, with the reason."""
    package = get_object_or_404(packages_visible_to(request.user), pk=pk)
    form = LossForm(request.POST)
    if not form.is_valid():
        return refuse(request, package, form)
    try:
        close_difference(package.pk, form.cleaned_data["reason"], actor=Actor.of(request))
    except DomainError as refusal:
        messages.error(request, f"{package.tracking_number}: {refusal.message}")
    else:
        messages.success(request, _("Đã đóng chênh lệch của %s.") % package.tracking_number)
    return back(request)


@require_POST
@permission_required("shipping.reconcile_cod", raise_exception=True)
def receive_many(request: HttpRequest) -> HttpResponse:
    """One transfer that pays all that is missing of the ticked packages."""
    ids = chosen_ids(request.POST.getlist("ids"))
    reference = request.POST.get("reference", "")
    received = 0
    for package in packages_visible_to(request.user).filter(pk__in=ids).order_by("pk"):
        if not package.cod_missing_vnd:
            continue
        amount_vnd = package.cod_missing_vnd
        try:
            record_remittance(package.pk, amount_vnd, reference, actor=Actor.of(request))
            received += 1
        except DomainError as refusal:
            messages.error(request, f"{package.tracking_number}: {refusal.message}")
    messages.success(request, _("Đã nhận tiền của %(n)s kiện.") % {"n": received})
    return back(request)


def refuse(request: HttpRequest, package: Package, form: Form) -> HttpResponse:
    for name, errors in form.errors.items():
        text = " ".join(map(str, errors))
        messages.error(request, f"{package.tracking_number} · {form.fields[name].label}: {text}")
    return back(request)


def back(request: HttpRequest) -> HttpResponse:
    """To the tab where the person was."""
    tab = request.POST.get("tab", "")
    query = f"?tab={tab}" if tab in COD_TAB_BY_KEY else ""
    return redirect(reverse("shipping:cod_list") + query)
