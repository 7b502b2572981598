"""Hand-over to the carrier: scan or tick, then one button."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from oms.kernel.actors import Actor
from shipping.models import BookingState, Package
from shipping.selectors.packages import OURS, packages_visible_to
from shipping.services.handover import hand_over
from shipping.views.packages import visible_ids

LISTED = 200


@require_http_methods(["GET", "POST"])
@permission_required("shipping.hand_over", raise_exception=True)
def hand_over_page(request: HttpRequest) -> HttpResponse:
    """A scanned code or ticked rows go out; what may not leave is named with its reason."""
    if request.method == "GET":
        waiting = (
            packages_visible_to(request.user)
            .filter(OURS, booking_state=BookingState.BOOKED)
            .select_related("fulfilment__order")
            .order_by("carrier_code", "id")[: LISTED + 1]
        )
        rows = list(waiting)
        context = {"packages": rows[:LISTED], "has_more": len(rows) > LISTED}
        return render(request, "shipping/hand_over.html", context)
    code = request.POST.get("code", "").strip()
    if code:
        scan(request, code)
    else:
        leave(request, visible_ids(request))
    return redirect("shipping:hand_over")


def scan(request: HttpRequest, code: str) -> None:
    found = (
        packages_visible_to(request.user)
        .filter(Q(tracking_number=code) | Q(reference=code))
        .exclude(booking_state=BookingState.VOID)
        .first()
    )
    if found is None:
        messages.error(request, _("Không có kiện nào mang mã “%(code)s”.") % {"code": code[:60]})
    elif found.handed_over_at is not None:
        messages.warning(request, _("%(code)s đã bàn giao rồi.") % {"code": code})
    else:
        leave(request, [found.pk])


def leave(request: HttpRequest, ids: list[int]) -> None:
    if not ids:
        messages.error(request, _("Chưa chọn kiện nào."))
        return
    result = hand_over(ids, actor=Actor.of(request))
    if result.done:
        n = len(result.done)
        text = ngettext("Đã bàn giao %(n)s kiện.", "Đã bàn giao %(n)s kiện.", n)
        messages.success(request, text % {"n": n})
    codes = dict(Package.objects.filter(pk__in=result.refused).values_list("pk", "tracking_number"))
    for key, reason in result.refused.items():
        messages.error(request, f"{codes.get(key) or key}: {reason}")
