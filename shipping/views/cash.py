"""COD: what carriers hold, and the word that money has arrived."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from shipping.forms import RemittanceForm, chosen_ids
from shipping.selectors.packages import COD_TABS, cod_page, cod_totals, packages_visible_to
from shipping.services.cod import record_remittance


@require_GET
@permission_required("shipping.reconcile_cod", raise_exception=True)
def cod_list(request: HttpRequest) -> HttpResponse:
    tab = request.GET.get("tab", "collected")
    page = cod_page(
        request.user,
        tab=tab,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    totals = cod_totals(request.user)
    tabs = [(item, totals[item.key]) for item in COD_TABS]
    return render(request, "shipping/cod_list.html", {"page": page, "tabs": tabs, "tab": tab})


@require_POST
@permission_required("shipping.reconcile_cod", raise_exception=True)
def receive_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Money for one package, with the amount that really came."""
    package = get_object_or_404(packages_visible_to(request.user), pk=pk)
    form = RemittanceForm(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, f"{package.tracking_number}: {' '.join(map(str, errors))}")
        return redirect("shipping:cod_list")
    amount, reference = form.cleaned_data["amount"], form.cleaned_data["reference"]
    try:
        record_remittance(package.pk, amount, reference, actor=Actor.of(request))
    except DomainError as refusal:
        messages.error(request, f"{package.tracking_number}: {refusal.message}")
    else:
        messages.success(request, _("Đã nhận tiền của %(c)s.") % {"c": package.tracking_number})
    return redirect("shipping:cod_list")


@require_POST
@permission_required("shipping.reconcile_cod", raise_exception=True)
def receive_many(request: HttpRequest) -> HttpResponse:
    """One transfer that pays the ticked packages in full."""
    ids = chosen_ids(request.POST.getlist("ids"))
    reference = request.POST.get("reference", "")
    received = 0
    for package in packages_visible_to(request.user).filter(pk__in=ids).order_by("pk"):
        try:
            record_remittance(package.pk, package.cod_vnd, reference, actor=Actor.of(request))
            received += 1
        except DomainError as refusal:
            messages.error(request, f"{package.tracking_number}: {refusal.message}")
    messages.success(request, _("Đã nhận tiền của %(n)s kiện.") % {"n": received})
    return redirect("shipping:cod_list")
