"""Customs papers of parcels that go abroad: declared on one page, printed one or many."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from shipping import customs_papers
from shipping.customs_forms import CustomsForm, CustomsLines
from shipping.models import CustomsDeclaration, FulfilmentLine, Package
from shipping.selectors.packages import packages_visible_to
from shipping.selectors.print_runs import ids_of_bulk
from shipping.services.customs import Declared, declare_parcel
from shipping.views.devices import document
from shipping.views.packages import visible_ids, visible_package


@require_http_methods(["GET", "POST"])
@permission_required("shipping.print_label", raise_exception=True)
def declare(request: HttpRequest, pk: int) -> HttpResponse:
    """Filled in from the goods; saved it can be printed."""
    package = visible_package(request, pk)
    said = CustomsDeclaration.objects.filter(package=package).first()
    form = CustomsForm(request.POST or None, instance=said, initial={"form": "cn22"})
    lines = CustomsLines(request.POST or None, initial=rows_of(package, said), prefix="lines")
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        declared = [Declared(**line.cleaned_data) for line in lines]
        try:
            declare_parcel(pk, declared, actor=Actor.of(request), **form.cleaned_data)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã lưu tờ khai hải quan."))
            return redirect("shipping:customs", pk)
    context = {"package": package, "form": form, "lines": lines, "said": said}
    status = 422 if request.method == "POST" else 200
    return render(request, "shipping/customs.html", context, status=status)


def rows_of(package: Package, said: CustomsDeclaration | None) -> list[dict[str, Any]]:
    """What was declared, or what lies in the parcel."""
    if said is not None:
        names = ("description", "hs_code", "origin", "quantity", "weight_g", "value_vnd")
        return list(said.lines.values(*names))
    lines = FulfilmentLine.objects.filter(fulfilment=package.fulfilment_id)
    return [
        {
            "description": "",
            "origin": "VN",
            "quantity": row.quantity,
            "weight_g": row.quantity * getattr(row.order_line.variant, "weight_g", 0),
            "value_vnd": row.order_line.unit_price_vnd * row.quantity,
        }
        for row in lines.select_related("order_line__variant").order_by("order_line__position")
    ]


@require_GET
@permission_required("shipping.print_label", raise_exception=True)
def customs_pdf(request: HttpRequest) -> HttpResponse:
    """The declarations of the ticked parcels, of an order or of a choice of orders, in one PDF."""
    run, order = request.GET.get("run", ""), request.GET.get("order", "")
    rows = CustomsDeclaration.objects.filter(package__in=packages_visible_to(request.user))
    if run.isdecimal():
        rows = rows.filter(package__in=ids_of_bulk(request.user, int(run)))
    elif order.isdecimal():
        rows = rows.filter(package__fulfilment__order=int(order))
    else:
        rows = rows.filter(package__in=visible_ids(request))
    joined = rows.select_related("package__fulfilment__order", "package__fulfilment__warehouse")
    found = list(joined.prefetch_related("lines").order_by("package_id"))
    if not found:
        messages.error(request, _("Chưa kiện nào được khai hải quan."))
        return redirect("shipping:package_list")
    return document(customs_papers.customs_pdf(found), "hai-quan.pdf")
