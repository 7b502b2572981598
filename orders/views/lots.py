"""Choosing a lot for an order's line against the usual order."""

from functools import partial

from django import forms
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from inventory.services.lot_naming import choose_lot
from oms.kernel.actors import Actor
from oms.kernel.fields import LineField
from orders.models import OrderLine
from orders.selectors.lines import HOLDER
from orders.selectors.lists import orders_visible_to
from orders.views.actions import perform


class LotChoiceForm(forms.Form):
    lot = forms.IntegerField(label=gettext_lazy("Lô"), min_value=1)
    quantity = forms.IntegerField(label=gettext_lazy("Số lượng"), min_value=1, max_value=1_000_000)
    reason = LineField(label=gettext_lazy("Lý do"), limit=200)


@require_POST
@permission_required("inventory.choose_lot", raise_exception=True)
def choose(request: HttpRequest, pk: int, line_id: int) -> HttpResponse:
    line = get_object_or_404(
        OrderLine, pk=line_id, order_id=pk, order__in=orders_visible_to(request.user)
    )
    form = LotChoiceForm(request.POST)
    data = form.cleaned_data if form.is_valid() else {}
    act = partial(
        choose_lot,
        (HOLDER, line.pk),
        data.get("lot", 0),
        data.get("quantity", 0),
        reason=data.get("reason", ""),
        about=("order", pk),
        actor=Actor.of(request),
    )
    return perform(request, pk, act, _("Đã chọn lô."), form)
