"""Days that the buyer of an order was told, line by line, and a person's own word."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import LineField, add_refusal
from orders.models import Order, OrderLine
from orders.selectors.lists import orders_visible_to
from orders.selectors.promises import promises_of
from orders.services.promises import promise_line


class PromiseForm(forms.Form):
    day = forms.DateField(
        label=gettext_lazy("Hẹn giao ngày"), widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = LineField(label=gettext_lazy("Lý do"), limit=200)


@require_GET
@permission_required("orders.view_order", raise_exception=True)
def promise_list(request: HttpRequest, pk: int) -> HttpResponse:
    order = get_object_or_404(orders_visible_to(request.user), pk=pk)
    return _page(request, order)


def _page(
    request: HttpRequest, order: Order, *, line_id: int = 0, form: PromiseForm | None = None
) -> HttpResponse:
    lines = [
        (row, form if form and row.line.pk == line_id else PromiseForm(auto_id=f"{row.line.pk}-%s"))
        for row in promises_of(order)
    ]
    context = {"order": order, "lines": lines, "may_promise": order.shipped_at is None}
    status = 422 if form and form.errors else 200
    return render(request, "orders/promises.html", context, status=status)


@require_POST
@permission_required("orders.change_order", raise_exception=True)
def promise(request: HttpRequest, pk: int, line_id: int) -> HttpResponse:
    order = get_object_or_404(orders_visible_to(request.user), pk=pk)
    line = get_object_or_404(OrderLine, pk=line_id, order=order)
    form = PromiseForm(request.POST, auto_id=f"{line.pk}-%s")
    if form.is_valid():
        said = form.cleaned_data
        try:
            promise_line(line.pk, said["day"], said["reason"], actor=Actor.of(request))
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã ghi ngày hẹn của %s.") % (line.sku or line.name))
            return redirect("orders:promises", pk)
    return _page(request, order, line_id=line.pk, form=form)
