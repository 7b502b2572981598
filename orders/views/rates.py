"""Rates of other currencies: typed for a day, or read from a file."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from oms.kernel.actors import Actor
from oms.kernel.clock import today
from oms.kernel.currencies import CURRENCIES
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.kernel.pages import keyset_page
from oms.kernel.tables import read_table
from orders.forms.rates import RateFileForm, RateForm
from orders.selectors.rates import last_days, rates
from orders.services.rates import NewRate, import_rates, set_rate


@require_http_methods(["GET", "POST"])
@permission_required("orders.change_rate", raise_exception=True)
def rate_list(request: HttpRequest) -> HttpResponse:
    """The newest first, with the form of today's; a day that has a rate is corrected by it."""
    form = RateForm(request.POST or None, initial={"day": today().isoformat()})
    if request.method == "POST" and form.is_valid():
        try:
            row = set_rate(NewRate(**form.cleaned_data), actor=Actor.of(request))
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            told = {"currency": row.currency, "day": f"{row.day:%d/%m/%Y}"}
            messages.success(request, _("Đã lưu tỷ giá %(currency)s ngày %(day)s.") % told)
            return redirect("orders:rate_list")
    return _page(request, form, RateFileForm())


@require_POST
@permission_required("orders.change_rate", raise_exception=True)
def import_file(request: HttpRequest) -> HttpResponse:
    form = RateFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            count = import_rates(
                read_table(form.cleaned_data["file"]),
                source=form.cleaned_data["source"] or form.cleaned_data["file"].name[:120],
                actor=Actor.of(request),
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            text = ngettext("Đã đọc %(n)d tỷ giá.", "Đã đọc %(n)d tỷ giá.", count)
            messages.success(request, text % {"n": count})
            return redirect("orders:rate_list")
    return _page(request, RateForm(initial={"day": today().isoformat()}), form)


def _page(request: HttpRequest, form: RateForm, file_form: RateFileForm) -> HttpResponse:
    code = request.GET.get("currency", "")
    chosen = code if code in CURRENCIES else ""
    page = keyset_page(
        rates(chosen),
        keys=("-day", "-id"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    known, day = last_days(), today()
    context = {
        "form": form,
        "file_form": file_form,
        "page": page,
        "chosen": chosen,
        "known": known,
        "missing": [currency for currency, last in known.items() if last != day],
        "today": day,
        "filters": {"currency": chosen},
    }
    status = 422 if form.errors or file_form.errors else 200
    return render(request, "orders/rates.html", context, status=status)
