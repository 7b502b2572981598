"""A pick list for exactly the orders that were chosen; nobody plans a wave."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from shipping.floor_forms import PaperForm
from shipping.models import Fulfilment, PickWave
from shipping.selectors.picking import to_pick_of
from shipping.selectors.print_runs import orders_of_bulk
from shipping.services.waves import pick_on_paper


@require_http_methods(["GET", "POST"])
@permission_required("shipping.plan_picking", raise_exception=True)
def pick_paper(request: HttpRequest) -> HttpResponse:
    """Asks how the orders of a choice (`run`) or one (`order`) are picked; POST makes the walks."""
    typed = request.POST if request.method == "POST" else request.GET
    asked = {"run": typed.get("run", ""), "order": typed.get("order", "")}
    rows = to_pick_of(request.user, _order_ids(request.user, **asked))
    form = PaperForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = _make(request, form, rows)
        if made:
            return _to_print(request, made)
    if not rows and not form.errors:
        messages.info(request, _("Không đơn nào trong lựa chọn này còn chờ nhặt."))
        return redirect("shipping:picking")
    context = asked | {"form": form, "places": _by_place(rows)}
    status = 422 if form.errors else 200
    return render(request, "shipping/pick_paper.html", context, status=status)


def _order_ids(user: Any, run: str, order: str) -> list[int]:
    if run.isdecimal():
        return orders_of_bulk(user, int(run))
    return [int(order)] if order.isdecimal() else []


def _make(request: HttpRequest, form: PaperForm, rows: list[Fulfilment]) -> list[PickWave]:
    try:
        return pick_on_paper(rows, actor=Actor.of(request), **form.cleaned_data)
    except DomainError as refusal:
        add_refusal(form, refusal)
        return []


def _to_print(request: HttpRequest, made: list[PickWave]) -> HttpResponse:
    if len(made) == 1:
        messages.success(request, _("Phiếu nhặt đã sẵn sàng: in ra rồi đi nhặt."))
        return redirect("shipping:wave", made[0].pk)
    numbers = ", ".join(wave.number for wave in made)
    messages.success(
        request,
        _("Mỗi kho một phiếu nhặt: %(numbers)s. Mở từng phiếu để in.") % {"numbers": numbers},
    )
    return redirect("shipping:picking")


def _by_place(rows: list[Fulfilment]) -> list[tuple[str, int]]:
    """How many parcels each warehouse has of them."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.warehouse.name] = counts.get(row.warehouse.name, 0) + 1
    return list(counts.items())
