"""When a shop's products may be changed together; stock is told at any hour."""

from datetime import datetime, time, timedelta

from channels_sync.models import Shop
from oms.kernel.clock import local, now


def is_open(shop: Shop, moment: datetime | None = None) -> bool:
    """Whether products may be sent now; a shop without hours is always open."""
    return opens_at(shop, moment or now()) is None


def opens_at(shop: Shop, moment: datetime) -> datetime | None:
    """When the shop's hours begin next; None while they last. They may go over midnight."""
    begin, end = shop.sync_from, shop.sync_until
    if begin is None or end is None or begin == end:
        return None
    here = local(moment)
    if _within(here.time(), begin, end):
        return None
    opening = here.replace(hour=begin.hour, minute=begin.minute, second=0, microsecond=0)
    return opening if opening > here else opening + timedelta(days=1)


def _within(at: time, begin: time, end: time) -> bool:
    return begin <= at < end if begin < end else at >= begin or at < end


def closed_shop_ids(moment: datetime | None = None) -> list[int]:
    """Shops whose hours do not last now."""
    shops = Shop.objects.filter(sync_from__isnull=False, sync_until__isnull=False)
    return [shop.pk for shop in shops if not is_open(shop, moment)]
