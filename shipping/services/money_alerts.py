"""Alerts about carriers' money: statements that differ by much, claims whose day comes."""

from datetime import timedelta

from django.db.models import Count, Func, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.alerts import Crossing, alerts_lock, settle_alerts
from oms.kernel.clock import today
from oms.kernel.money import format_vnd
from shipping.models import CarrierAccount, CarrierClaim, CarrierStatement, ClaimStatus, Step
from shipping.selectors.statements import difference

DIFFERENCE, CLAIM = "carrier_statement", "carrier_claim"
PERMISSION = "shipping.reconcile_cod"
# Lines that wait, their differences added up without their signs.
TOLD_FROM_VND = 100_000
DAYS_BEFORE = 3


def tell_differences(statement_id: int, *, actor: Actor) -> None:
    """Open, renew or close the alert of one statement."""
    statement = CarrierStatement.objects.select_related("account").get(pk=statement_id)
    alerts_lock(DIFFERENCE)
    waiting = statement.lines.exclude(step=Step.DONE).aggregate(
        count=Count("pk"), vnd=Sum(Func(difference(), function="abs"))
    )
    key, crossings = str(statement.pk), []
    if (waiting["vnd"] or 0) >= TOLD_FROM_VND:
        text = _("Bảng kê %(number)s (%(account)s): %(count)d dòng lệch, tổng %(sum)s.")
        words = {
            "number": statement.number,
            "account": statement.account.name,
            "count": waiting["count"],
            "sum": format_vnd(waiting["vnd"]),
        }
        url = reverse("shipping:statement_detail", args=[statement.pk])
        place = _place(statement.account)
        crossings.append(Crossing(key, text % words, PERMISSION, url, place))
    settle_alerts(DIFFERENCE, crossings, actor=actor, among=[key])


def _place(account: CarrierAccount) -> tuple[str, int] | None:
    return ("warehouse", account.warehouse_id) if account.warehouse_id else None


def settle_claim_alerts(*, actor: Actor) -> None:
    """Claims that are not sent and whose last day is near; a repeat opens nothing."""
    alerts_lock(CLAIM)
    rows = CarrierClaim.objects.filter(
        status=ClaimStatus.OPEN, due_on__lte=today() + timedelta(days=DAYS_BEFORE)
    ).select_related("account", "package")
    text = _("Khiếu nại kiện %(code)s với %(account)s: hạn gửi %(day)s.")
    crossings = [
        Crossing(
            str(row.pk),
            text
            % {
                "code": row.package.tracking_number,
                "account": row.account.name,
                "day": row.due_on.strftime("%d/%m/%Y"),
            },
            PERMISSION,
            reverse("shipping:claim_detail", args=[row.pk]),
            _place(row.account),
        )
        for row in rows.order_by("due_on", "pk")
    ]
    settle_alerts(CLAIM, crossings, actor=actor)
