"""Alerts about returns whose answer or proof is due soon."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from channels_sync.models import ReturnRequest
from oms.kernel.actors import Actor
from oms.kernel.alerts import Crossing, alerts_lock, settle_alerts
from oms.kernel.clock import local, now

KIND = "return_due"
SOON = timedelta(hours=24)


@transaction.atomic
def settle_due(*, actor: Actor) -> None:
    """One alert for each return that waits for us and ends within a day; it goes when answered."""
    alerts_lock(KIND)
    end = now() + SOON
    wishes = Q(state=ReturnRequest.State.REQUESTED, answer_until__lt=end, may_accept=True)
    proofs = Q(may_prove=True, proof_until__lt=end)
    rows = ReturnRequest.objects.filter(wishes | proofs).select_related("shop")
    settle_alerts(KIND, [_crossing(row) for row in rows], actor=actor)


def _crossing(row: ReturnRequest) -> Crossing:
    assert row.due_at is not None
    text = (
        _("Trả hàng %(code)s của %(shop)s cần gửi bằng chứng trước %(time)s")
        if row.may_prove
        else _("Trả hàng %(code)s của %(shop)s cần trả lời trước %(time)s")
    )
    told = {"code": row.remote_id, "shop": row.shop.name}
    return Crossing(
        key=str(row.pk),
        message=text % {**told, "time": f"{local(row.due_at):%H:%M %d/%m}"},
        permission="channels_sync.view_return",
        url=reverse("channels_sync:return_detail", args=[row.pk]),
        place=("shop", row.shop_id),
    )
