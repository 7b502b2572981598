"""What to buy, why, and one click to buy it; the forecast of a variant; what sells best."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.forms.replenishment import BuyingForm, DismissForm
from inventory.models import Supplier, SupplierBuying, Variant
from inventory.selectors import replenishment as reads
from inventory.services import replenishment, replenishment_orders
from inventory.tasks import plan_replenishment
from oms.kernel import queue
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.htmx import is_htmx
from oms.kernel.pages import cursors

SEE = "inventory.view_replenishment"
STATUSES = ("open", "dismissed", "ordered")


@require_GET
@permission_required(SEE, raise_exception=True)
def proposals(request: HttpRequest) -> HttpResponse:
    return proposals_page(request)


def proposals_page(request: HttpRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    shown = request.GET.get("status", "open")
    shown = shown if shown in STATUSES else "open"
    supplier = request.GET.get("supplier", "")
    context = {
        "page": reads.proposal_list(
            request.user,
            status=shown,
            supplier=supplier,
            **cursors(request.GET),
        ),
        "shown": shown,
        "supplier": supplier,
        "suppliers": reads.suppliers_of_open(request.user),
        "error": error,
    }
    template = "inventory/replenishment/proposals.html"
    return render(
        request, f"{template}#results" if is_htmx(request) else template, context, status=status
    )


@require_POST
@permission_required("inventory.change_purchase", raise_exception=True)
def order(request: HttpRequest) -> HttpResponse:
    """Turn the chosen proposals into draft purchase orders, one per supplier and warehouse."""
    wanted = [int(pk) for pk in request.POST.getlist("proposal") if pk.isdecimal()]
    ids = list(
        reads.proposals_visible_to(request.user).filter(pk__in=wanted).values_list("pk", flat=True)
    )
    if not ids:
        return proposals_page(request, error=_("Hãy chọn ít nhất một đề xuất."), status=422)
    try:
        orders = replenishment_orders.order_proposals(ids, actor=Actor.of(request))
    except DomainError as refusal:
        return proposals_page(request, error=refusal.message, status=422)
    numbers = ", ".join(made.number for made in orders)
    messages.success(request, _("Đã lập đơn nhập nháp %(numbers)s.") % {"numbers": numbers})
    if len(orders) == 1:
        return redirect("inventory:purchase_detail", orders[0].pk)
    return redirect("inventory:purchase_list")


@require_POST
@permission_required("inventory.change_purchase", raise_exception=True)
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(reads.proposals_visible_to(request.user), pk=pk)
    form = DismissForm(request.POST)
    if not form.is_valid():
        return proposals_page(request, error=_("Hãy ghi lý do."), status=422)
    try:
        replenishment.dismiss_proposal(
            row.pk, reason=form.cleaned_data["reason"], actor=Actor.of(request)
        )
    except DomainError as refusal:
        return proposals_page(request, error=refusal.message, status=422)
    messages.success(request, _("Đã bỏ qua, sẽ nhắc lại ở lần thiếu sau."))
    return redirect("inventory:replenishment")


@require_POST
@permission_required(SEE, raise_exception=True)
def compute(request: HttpRequest) -> HttpResponse:
    """Compute everything now, in a task."""
    queue.hurry(plan_replenishment)
    messages.info(request, _("Đang tính lại, tải lại trang sau ít phút."))
    return redirect("inventory:replenishment")


@require_GET
@permission_required(SEE, raise_exception=True)
def forecast(request: HttpRequest, variant_id: int) -> HttpResponse:
    variant = get_object_or_404(Variant.objects.select_related("product"), pk=variant_id)
    found = reads.outlook(request.user, variant)
    context = {
        "variant": variant,
        "outlook": found,
        "bars": [(f"{row.first:%d/%m}", row.units, str(row.units)) for row in found.weeks],
    }
    return render(request, "inventory/replenishment/forecast.html", context)


@require_GET
@permission_required(SEE, raise_exception=True)
def best_sellers(request: HttpRequest) -> HttpResponse:
    names = [_("T2"), _("T3"), _("T4"), _("T5"), _("T6"), _("T7"), _("CN")]
    units = reads.weekday_units(request.user)
    rows = [(names[day - 1], pieces) for day, pieces in units.items()]
    context = {
        "rows": reads.best_sellers(request.user),
        "weekdays": rows,
        "bars": [(name, pieces, str(pieces)) for name, pieces in rows],
    }
    return render(request, "inventory/replenishment/best_sellers.html", context)


@require_GET
@permission_required(SEE, raise_exception=True)
def buying(request: HttpRequest) -> HttpResponse:
    context = {"rows": reads.buying_terms()}
    return render(request, "inventory/replenishment/buying.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("inventory.change_supplier", raise_exception=True)
def edit_buying(request: HttpRequest, supplier_id: int) -> HttpResponse:
    supplier = get_object_or_404(Supplier, pk=supplier_id)
    known = SupplierBuying.objects.filter(supplier=supplier).first()
    form = BuyingForm(request.POST or None, instance=known or SupplierBuying(supplier=supplier))
    if request.method == "POST" and form.is_valid():
        replenishment_orders.save_buying(form.save(commit=False), actor=Actor.of(request))
        messages.success(request, _("Đã lưu cách đặt hàng."))
        return redirect("inventory:replenishment_buying")
    context = {"supplier": supplier, "form": form}
    status = 422 if form.errors else 200
    return render(request, "inventory/replenishment/buying_edit.html", context, status=status)
