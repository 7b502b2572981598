"""What each carrier's codes mean to us, and the form of one code."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from shipping.ports import CarrierKind, Meaning, carrier_kind, carrier_kinds
from shipping.routing_forms import StatusForm
from shipping.selectors.status_map import MapRow, row_of, status_map
from shipping.services import status_map as mapping

MAY = "shipping.change_status_map"


@require_GET
@permission_required(MAY, raise_exception=True)
def status_list(request: HttpRequest, carrier: str = "") -> HttpResponse:
    """All codes of a carrier, those without a meaning first."""
    kinds = carrier_kinds()
    kind = known_carrier(carrier) if carrier else kinds[0]
    context = {"kinds": kinds, "kind": kind, "rows": status_map(kind)}
    return render(request, "shipping/status_map.html", context)


@require_http_methods(["GET", "POST"])
@permission_required(MAY, raise_exception=True)
def status_edit(request: HttpRequest, carrier: str) -> HttpResponse:
    """One code (`?code=`): save its meaning, go back to the connector's, or read the past anew."""
    kind = known_carrier(carrier)
    code = request.GET.get("code", "").strip()[:60]
    if not code:
        raise Http404
    row = row_of(kind, code)
    form = StatusForm(request.POST or None, initial=initial_of(row))
    if request.method == "POST" and form.is_valid():
        try:
            return act(request, kind, code, form.cleaned_data)
        except DomainError as refusal:
            add_refusal(form, refusal)
    context = {"kind": kind, "row": row, "form": form}
    return render(request, "shipping/status_edit.html", context, status=422 if form.errors else 200)


def act(request: HttpRequest, kind: CarrierKind, code: str, data: dict[str, Any]) -> HttpResponse:
    actor = Actor.of(request)
    here = reverse("shipping:status_edit", args=[kind.code], query={"code": code})
    if "again" in request.POST:
        job = mapping.start_reapply(kind.code, code, actor=actor)
        return redirect("web:job", job.pk)
    if "forget" in request.POST:
        mapping.forget_meaning(kind.code, code, actor=actor)
        messages.success(request, _("Mã này lại theo nghĩa mặc định của hãng."))
        return redirect(here)
    meaning = Meaning(data["status"], data["problem"])
    mapping.save_meaning(kind.code, code, meaning, actor=actor)
    messages.success(request, _("Đã lưu nghĩa của mã. Hành trình cũ giữ nguyên đến khi áp lại."))
    return redirect(here)


def initial_of(row: MapRow) -> dict[str, str]:
    meaning = row.meaning or Meaning()
    return {"status": meaning.status, "problem": meaning.problem}


def known_carrier(code: str) -> CarrierKind:
    kind = carrier_kind(code)
    if kind is None:
        raise Http404
    return kind
