"""What workers do by the clock, done once here: the sweeps that bring both sides together."""

import logging
from collections.abc import Collection, Iterable
from datetime import datetime

from channels_sync.models import Shop, StockPush
from channels_sync.services import importing, reconciling, stock_push
from channels_sync.tasks import TROUBLE
from oms.kernel import inbox
from oms.kernel.actors import Actor
from oms.kernel.events.relay import relay_events
from oms.kernel.models import Event, InboxMessage
from oms.rehearsal import doors

log = logging.getLogger(__name__)
SYSTEM = Actor.system("rehearsal")


def turn(shops: Iterable[Shop]) -> None:
    """One turn: messages kept, events that nobody heard, new orders, numbers that are owed.

    A partner's trouble and work that another process has in hand are left for the next turn.
    """
    relay_events()
    inbox.process_waiting()
    for shop in shops:
        for work in (importing.poll_shop, _push):
            try:
                work(shop.pk)
            except TROUBLE as trouble:
                log.info("rehearsal_turn_put_off shop_id=%s why=%s", shop.pk, trouble)


def _push(shop_id: int) -> None:
    if shop_id in stock_push.due_shop_ids():
        stock_push.push_stock(shop_id)


def is_quiet(shops: Collection[Shop], *, since: datetime) -> bool:
    """Nothing that began since then is on its way any more, in either direction."""
    shop_ids = [shop.pk for shop in shops]
    codes = {shop.marketplace for shop in shops}
    owed = StockPush.objects.filter(
        listing__shop__in=shop_ids, listing__variant__isnull=False, state=StockPush.State.PENDING
    )
    return not (
        any(doors.pushes_waiting(code) for code in sorted(codes))
        or InboxMessage.objects.filter(processed_at=None, source__in=codes).exists()
        or Event.objects.filter(published_at=None, created_at__gte=since).exists()
        or owed.exists()
    )


def reconcile(shops: Iterable[Shop]) -> int:
    """The nightly comparison, up to this minute; how many orders nobody else had brought."""
    found = 0
    for shop in shops:
        try:
            differences = reconciling.catch_up(
                shop.pk, actor=SYSTEM, settle=reconciling.AT_ONCE, look_back=reconciling.A_DAY
            )
        except TROUBLE as trouble:
            log.info("rehearsal_not_reconciled shop_id=%s why=%s", shop.pk, trouble)
        else:
            found += len(differences.missing) + len(differences.stale)
    return found
