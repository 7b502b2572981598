"""Tags, flags, person in charge and priority: on one order, and the page of the shop's tags."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from orders.forms.marks import MarksForm, TagForm
from orders.models import Tag
from orders.selectors.lists import orders_visible_to
from orders.selectors.periods import CUSTOM, PERIODS, read_period
from orders.selectors.special import special_orders
from orders.services import marks
from orders.views.actions import perform


@require_POST
@permission_required("orders.mark_order", raise_exception=True)
def save_marks(request: HttpRequest, pk: int) -> HttpResponse:
    order = get_object_or_404(orders_visible_to(request.user), pk=pk)
    form, actor = MarksForm(order, request.POST), Actor.of(request)

    def save() -> None:
        data = form.cleaned_data
        marks.set_tags(pk, data["tags"], actor=actor)
        marks.set_flags(pk, data["flags"], actor=actor)
        marks.assign(pk, data["assignee"], actor=actor)
        marks.set_priority(pk, data["priority"], actor=actor)

    return perform(request, pk, save, _("Đã lưu thẻ và phụ trách."), form)


@require_http_methods(["GET", "POST"])
@permission_required("orders.change_tag", raise_exception=True)
def tag_list(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The shop's tags with the form of a new one, or of the one that is being changed."""
    tag = get_object_or_404(Tag, pk=pk) if pk else None
    initial = {"name": tag.name, "colour": tag.colour, "is_active": tag.is_active} if tag else None
    form = TagForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data
            marks.save_tag(
                data["name"], data["colour"], tag_id=pk, is_active=data["is_active"] or tag is None
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã lưu thẻ."))
            return redirect("orders:tag_list")
    context = {"form": form, "tag": tag, "tags": Tag.objects.order_by("-is_active", "name_folded")}
    return render(request, "orders/tag_list.html", context, status=422 if form.errors else 200)


@require_GET
@permission_required("orders.view_order", raise_exception=True)
def special(request: HttpRequest) -> HttpResponse:
    """Gift, VIP and replacement orders of a period, apart from the others."""
    period = read_period(request.GET.get("period", "30"), "", "") or "30"
    context = {
        "period": period,
        "periods": [row for row in PERIODS if row[0] != CUSTOM],
        "rows": special_orders(request.user, period),
    }
    return render(request, "orders/special.html", context)
