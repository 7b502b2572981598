"""Lots whose day has come: what they hold is no longer for sale, and the house is told."""

from datetime import timedelta

from django.db import transaction

from inventory.models import LotBalance
from inventory.services.stock import announce
from oms.kernel.actors import Actor
from oms.kernel.clock import today

WATCH = Actor.system("expiry-watch")


@transaction.atomic
def tell_expired() -> int:
    """Have channels told what the lots of yesterday take off sale; returns how many goods.

    A repeat tells the same again, which changes nothing.
    """
    yesterday = today() - timedelta(days=1)
    rows = LotBalance.objects.filter(lot__expires_on=yesterday, on_hand__gt=0)
    variants = set(rows.values_list("variant_id", flat=True))
    announce(variants, actor=WATCH)
    return len(variants)
