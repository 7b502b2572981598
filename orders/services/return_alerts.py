"""An alarm for goods that should have been here long ago (C-41)."""

from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.alerts import Crossing, alerts_lock, settle_alerts
from oms.kernel.clock import day_bounds, today
from orders.models import Return
from orders.selectors.returns import NOT_HERE, days_since, policy

KIND = "return_late"


@transaction.atomic
def settle_late(*, actor: Actor) -> None:
    """One alert for each return that has not come in its days; it goes with the goods' coming."""
    alerts_lock(KIND)
    # Begun on a day that lies more than so many days back.
    end = day_bounds(today() - timedelta(days=policy().alarm_days))[0]
    rows = Return.objects.filter(status__in=NOT_HERE, started_at__lt=end).select_related("order")
    settle_alerts(KIND, [_crossing(row) for row in rows.order_by("pk")], actor=actor)


def _crossing(document: Return) -> Crossing:
    text = _("Phiếu trả %(number)s của đơn %(order)s đã %(days)d ngày chưa về")
    words = {
        "number": document.number,
        "order": document.order.number,
        "days": days_since(document),
    }
    place = document.order.warehouse_id
    return Crossing(
        key=str(document.pk),
        message=text % words,
        permission="orders.view_return",
        url=reverse("orders:return_detail", args=[document.pk]),
        place=("warehouse", place) if place else None,
    )
