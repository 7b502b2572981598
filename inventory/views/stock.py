"""Stock: one table of all of it, and for each number the rows that make it."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from inventory.forms.stock import AdjustForm
from inventory.models import Variant
from inventory.ports import holders_visible_to
from inventory.selectors import stock as stock_selectors
from inventory.selectors.channel_stock import channel_stories
from inventory.selectors.documents import documents_of
from inventory.selectors.places import warehouses_visible_to
from inventory.selectors.units import in_units, units_of
from inventory.services.adjusting import adjust_stock
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.htmx import is_htmx
from oms.kernel.pages import cursors


@require_GET
@permission_required("inventory.view_stock", raise_exception=True)
def stock_list(request: HttpRequest) -> HttpResponse:
    q, show = request.GET.get("q", "").strip(), request.GET.get("show", "")
    warehouse = request.GET.get("warehouse", "")
    page = stock_selectors.stock_list(
        request.user,
        q=q,
        warehouse_id=int(warehouse) if warehouse.isdecimal() else None,
        low_only=show == "low",
        **cursors(request.GET),
    )
    context = {
        "page": page,
        "q": q,
        "show": show,
        "warehouse": warehouse,
        "warehouses": warehouses_visible_to(request.user),
    }
    template = (
        "inventory/stock_list.html#results" if is_htmx(request) else "inventory/stock_list.html"
    )
    return render(request, template, context)


@require_GET
@permission_required("inventory.view_stock", raise_exception=True)
def explain(request: HttpRequest, variant_id: int, warehouse_id: int) -> HttpResponse:
    return explain_page(request, variant_id, warehouse_id, AdjustForm())


def explain_page(
    request: HttpRequest, variant_id: int, warehouse_id: int, form: AdjustForm, *, status: int = 200
) -> HttpResponse:
    variant = get_object_or_404(Variant.objects.select_related("product"), pk=variant_id)
    warehouse = get_object_or_404(warehouses_visible_to(request.user), pk=warehouse_id)
    story = stock_selectors.explain(variant_id, warehouse_id)
    papers = documents_of([line.movement for line in story.lines], request.user)
    units = units_of([variant_id])[variant_id]
    on_hand = story.level.on_hand if story.level else 0
    context = {
        "in_units": in_units(on_hand, units) if len(units) > 1 else "",
        "variant": variant,
        "warehouse": warehouse,
        "story": story,
        "lines": zip(story.lines, papers, strict=True),
        "held": holders_visible_to(request.user, story.allocations),
        "channels": channel_stories(request.user, variant_id),
        "form": form,
    }
    return render(request, "inventory/stock_explain.html", context, status=status)


@require_POST
@permission_required("inventory.adjust_stock", raise_exception=True)
def adjust(request: HttpRequest, variant_id: int, warehouse_id: int) -> HttpResponse:
    get_object_or_404(warehouses_visible_to(request.user), pk=warehouse_id)
    form = AdjustForm(request.POST)
    if form.is_valid():
        try:
            adjust_stock(variant_id, warehouse_id, actor=Actor.of(request), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Đã điều chỉnh tồn."))
            return redirect("inventory:stock_explain", variant_id, warehouse_id)
    return explain_page(request, variant_id, warehouse_id, form, status=422)
