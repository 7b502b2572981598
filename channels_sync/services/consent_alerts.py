"""Alerts before a shop's consent ends: one a step, until somebody consents again."""

from django.db import transaction
from django.urls import reverse

from channels_sync.models import Shop
from channels_sync.selectors.consent import Ending, endings
from oms.kernel.actors import Actor
from oms.kernel.alerts import Crossing, alerts_lock, settle_alerts

KIND = "shop_consent"


@transaction.atomic
def warn_of_consent(*, actor: Actor) -> list[str]:
    """Open what a shop has come to (7, 3, 1 days, lost) and close the rest.

    Returns the keys that are new: each step of each shop is told once, however often this runs.
    """
    alerts_lock(KIND)
    crossings = [_crossing(ending) for ending in endings(Shop.objects.all())]
    return settle_alerts(KIND, crossings, actor=actor).opened


def _crossing(ending: Ending) -> Crossing:
    return Crossing(
        key=f"{ending.shop.pk}:{ending.step}",
        message=ending.sentence,
        permission="channels_sync.connect_shop",
        url=reverse("channels_sync:shop_detail", args=[ending.shop.pk]),
        place=("shop", ending.shop.pk),
        data={"step": ending.step},
    )
