"""A fetched order is given to the buyer who knows its code."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from orders.selectors.lists import orders_visible_to
from orders.services.counter import hand_over_pickup
from orders.views.detail import order_page


@require_POST
@permission_required("orders.hand_over_pickup", raise_exception=True)
def pickup(request: HttpRequest, pk: int) -> HttpResponse:
    order = get_object_or_404(orders_visible_to(request.user), pk=pk)
    try:
        hand_over_pickup(pk, request.POST.get("code", "")[:20], actor=Actor.of(request))
    except DomainError as refusal:
        order.refresh_from_db()
        return order_page(request, order, error=refusal.message, status=422)
    messages.success(request, _("Đã giao hàng cho khách tại cửa hàng."))
    return redirect("orders:detail", pk)
