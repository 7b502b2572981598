"""A word for money that nobody knows: what was told under it, and what it shall count as."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from channels_sync.forms import MoneyWordForm
from channels_sync.ports import marketplace
from channels_sync.selectors.money_words import (
    EXAMPLES,
    lines_of_word,
    money_words_visible_to,
    sums_of_word,
)
from channels_sync.selectors.rates import sees_all_shops
from channels_sync.selectors.sight import seen_orders
from channels_sync.services.money_words import classify_word
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal


@require_http_methods(["GET", "POST"])
@permission_required("channels_sync.view_settlement", raise_exception=True)
def money_word(request: HttpRequest, pk: int) -> HttpResponse:
    """It holds for all shops of the marketplace: who is limited to some may look, not choose."""
    row = get_object_or_404(money_words_visible_to(request.user), pk=pk)
    may_choose = sees_all_shops(request.user) and request.user.has_perm(
        "channels_sync.change_settlement"
    )
    if request.method == "POST" and not may_choose:
        raise PermissionDenied
    initial = {"counts_as": row.counts_as, "seen": row.counts_as}
    form = MoneyWordForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            classify_word(row.pk, **form.cleaned_data, actor=Actor.of(request))
        except DomainError as refusal:
            add_refusal(form, refusal)
            row.refresh_from_db()
        else:
            messages.success(request, _("Đã phân loại. Lãi lỗ của các đơn đang được tính lại."))
            return redirect("channels_sync:money_word", row.pk)
    lines = list(lines_of_word(row, request.user)[:EXAMPLES])
    orders = dict.fromkeys(line.order_id for line in lines)
    context = {
        "row": row,
        "name": marketplace(row.marketplace).name,
        "form": form,
        "may_choose": may_choose,
        "sums": sums_of_word(row, request.user),
        "lines": lines,
        "seen": seen_orders(request.user, orders),
    }
    status = 422 if form.errors else 200
    return render(request, "channels_sync/money_word.html", context, status=status)
