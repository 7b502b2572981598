"""Telling shops how much may be sold: what inventory says of the channel, never on hand.

A change of stock raises the version of one row per listing, so many changes are one message with
the newest number. The number is computed when it is sent, after the shop's orders were read, and
is dropped when an order came in meanwhile.
"""

import math
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from channels_sync.models import Listing, RemoteOrder, Shop, StockPush, SyncProblem
from channels_sync.ports import ListingOutcome, StockNumber, marketplace
from channels_sync.queue import hurry_once
from channels_sync.services.access import ask
from channels_sync.services.problems import report_problem
from channels_sync.services.stock_outcomes import Owed, postpone_all, record_outcome
from inventory.selectors import availability
from inventory.selectors.bundles import share_goods, spread_held, with_their_bundles
from oms.kernel.clock import now
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.kernel.locks import LockBusy, redis_lock

# Orders read longer ago than this are read again before a number is computed.
FRESH_ORDERS = timedelta(seconds=60)
LOCK_SECONDS = 600
# What inventory calls one of our shops.
CHANNEL = "shop"
PER_ROUND = 500
MOST_ROUNDS = 200
MOST_LOOKS = 3
READ_BACK = 1000

_MARK = """
INSERT INTO channels_sync_stockpush
    (listing_id, version, sent_version, state, attempts, next_attempt_at, last_error)
SELECT id, 1, 0, 'pending', 0, %s, '' FROM channels_sync_listing
WHERE variant_id IS NOT NULL AND {condition}
ORDER BY id
ON CONFLICT (listing_id) DO UPDATE SET version = channels_sync_stockpush.version + 1,
    state = 'pending', attempts = 0, next_attempt_at = excluded.next_attempt_at
RETURNING listing_id
"""
_BY_VARIANT = _MARK.format(condition="variant_id = ANY(%s)")
_BY_LISTING = _MARK.format(condition="id = ANY(%s)")
_BY_SHOP = _MARK.format(condition="shop_id = %s")


def mark_variants(variant_ids: Collection[int]) -> int:
    """Stock of these variants changed: their listings and their bundles' owe a message."""
    return _mark(_BY_VARIANT, with_their_bundles(variant_ids))


def mark_listings(listing_ids: Collection[int]) -> int:
    return _mark(_BY_LISTING, sorted(set(listing_ids)))


def mark_shop(shop_id: int) -> int:
    return _mark(_BY_SHOP, shop_id)


@transaction.atomic
def _mark(statement: str, argument: list[int] | int) -> int:
    if argument == []:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(statement, [now(), argument])
        listing_ids = [row[0] for row in cursor.fetchall()]
    shops = Listing.objects.filter(pk__in=listing_ids).values_list("shop_id", flat=True)
    for shop_id in sorted(set(shops)):
        hurry_once("push_stock", shop_id)
    return len(listing_ids)


def due_shop_ids() -> list[int]:
    """Connected shops with a message that is owed and whose time has come."""
    rows = StockPush.objects.filter(
        version__gt=F("sent_version"),
        next_attempt_at__lte=now(),
        listing__shop__status=Shop.Status.CONNECTED,
        listing__variant__isnull=False,
    )
    return sorted(set(rows.values_list("listing__shop_id", flat=True)))


def push_stock(shop_id: int, *, seconds: float = math.inf) -> int:
    """Send what is owed to one shop until nothing is; returns how many listings took their number.

    After so many seconds the rest is left to a task behind those that wait.
    Raises LockBusy while another worker sends to the same shop, or reads its orders: either looks
    once more when it is done, so what became owed meanwhile is not left lying. Nothing is sent when
    the shop's orders cannot be read: a number that does not know the last order sells too much.
    """
    until = time.monotonic() + seconds
    with redis_lock(f"stock-push:{shop_id}", LOCK_SECONDS):
        sent = _push_rounds(shop_id, until)
    for _again in range(MOST_LOOKS):
        if time.monotonic() > until:
            hurry_if_owed(shop_id)
            return sent
        if not _owed(shop_id, most=1):
            return sent
        with suppress(LockBusy), redis_lock(f"stock-push:{shop_id}", LOCK_SECONDS):
            sent += _push_rounds(shop_id, until)
    return sent


def hurry_if_owed(shop_id: int) -> None:
    """Wake a worker when the shop is owed a number that is due."""
    if _owed(shop_id, most=1):
        hurry_once("push_stock", shop_id)


def _push_rounds(shop_id: int, until: float) -> int:
    sent = 0
    for _round in range(MOST_ROUNDS):
        owed = _owed(shop_id, most=PER_ROUND)
        if not owed or time.monotonic() > until:
            break
        read_orders_first(shop_id)
        sent += _push_round(shop_id, owed, until)
    return sent


def _push_round(shop_id: int, owed: list[Owed], until: float) -> int:
    """One round's numbers are computed together; an order that comes in meanwhile ends it."""
    adapter = marketplace(owed[0].listing.shop.marketplace)
    groups = [owed] if adapter.batch_mixes_items else _by_item(_whole_items(owed))
    seen, sent = _import_version(shop_id), 0
    amounts = quantities(shop_id, [row.listing for row in owed])
    for rows in groups:
        for start in range(0, len(rows), adapter.batch_size):
            if _import_version(shop_id) != seen or time.monotonic() > until:
                return sent  # the next round counts it
            sent += _send(shop_id, rows[start : start + adapter.batch_size], amounts)
    return sent


def read_orders_first(shop_id: int) -> None:
    """Read the shop's new orders unless that was done a moment ago."""
    from channels_sync.services.importing import import_window

    shop = Shop.objects.get(pk=shop_id)
    if shop.last_poll_at is None or shop.last_poll_at < now() - FRESH_ORDERS:
        import_window(shop_id)


def quantities(shop_id: int, listings: Iterable[Listing]) -> dict[int, int]:
    """What each listing may show: what the shop may be told, in a sale never a higher number."""
    shop = Shop.objects.get(pk=shop_id)
    rows = [row for row in listings if row.variant_id is not None]
    variant_ids = sorted({row.variant_id for row in rows if row.variant_id})
    told = availability.told_to_channel(
        (CHANNEL, shop_id),
        variant_ids,
        warehouse_ids=list(shop.stock_warehouses.values_list("pk", flat=True)) or None,
        held=held_quantities(variant_ids),
    )
    return {row.pk: told[row.variant_id or 0].beside(row.pushed_quantity) for row in rows}


def held_quantities(variant_ids: Collection[int]) -> dict[int, int]:
    """Pieces that buyers hold at a marketplace in orders which are not ours yet (not paid, held).

    The marketplace took them off its own number; ours must not put them back. A held bundle holds
    its components, and a held component the bundles that need it.
    """
    waiting = list(
        RemoteOrder.objects.filter(order__isnull=True)
        .exclude(held={})
        .values_list("shop_id", "held")
    )
    if not waiting:
        return {}
    linked = Listing.objects.filter(variant_id__in=share_goods(variant_ids)).only(
        "shop_id", "remote_item_id", "remote_model_id", "variant_id"
    )
    meaning = {(row.shop_id, row.ref): row.variant_id for row in linked}
    total: dict[int, int] = defaultdict(int)
    for shop_id, held in waiting:
        for ref, quantity in held.items():
            variant_id = meaning.get((shop_id, ref))
            if variant_id is not None:
                total[variant_id] += int(quantity)
    return spread_held(total, variant_ids)


def _owed(shop_id: int, *, most: int) -> list[Owed]:
    """Item by item: what one message of the marketplace can tell stands together."""
    rows = (
        StockPush.objects.filter(
            listing__shop_id=shop_id,
            listing__variant__isnull=False,
            version__gt=F("sent_version"),
            next_attempt_at__lte=now(),
        )
        .select_related("listing__shop")
        .order_by("listing__remote_item_id", "pk")[:most]
    )
    return [Owed(row.pk, row.version, row.listing) for row in rows]


def _whole_items(owed: list[Owed]) -> list[Owed]:
    """Without the last item of a full round: the rest of it may stand in the next."""
    last = owed[-1].listing.remote_item_id
    whole = [row for row in owed if row.listing.remote_item_id != last]
    return whole if len(owed) == PER_ROUND and whole else owed


def _by_item(owed: Iterable[Owed]) -> list[list[Owed]]:
    groups: dict[str, list[Owed]] = defaultdict(list)
    for row in owed:
        groups[row.listing.remote_item_id].append(row)
    return list(groups.values())


def _import_version(shop_id: int) -> int:
    return Shop.objects.values_list("import_version", flat=True).get(pk=shop_id)


def _send(shop_id: int, rows: list[Owed], amounts: Mapping[int, int]) -> int:
    """One message for some listings. The absolute number may safely be sent again."""
    numbers = [
        StockNumber(
            row.listing.remote_item_id,
            row.listing.remote_model_id,
            amounts[row.listing.pk],
            tuple(row.listing.location_ids),
        )
        for row in rows
    ]
    try:
        outcome = ask(shop_id, lambda adapter, access: adapter.update_stock(access, numbers))
    except ServiceRefused as refusal:
        outcome = ListingOutcome(frozenset(), {n.ref: refusal.message for n in numbers})
    except ServiceUnreachable as trouble:
        postpone_all(rows, trouble)
        raise
    return record_outcome(rows, amounts, outcome)


def read_back(shop_id: int) -> int:
    """Compare the shop's own numbers with what they should be; differences are sent again."""
    from channels_sync.services.listings import pull_listings

    read_orders_first(shop_id)
    pull_listings(shop_id)
    last, found = 0, 0
    while True:
        linked = list(
            Listing.objects.filter(
                shop_id=shop_id,
                pk__gt=last,
                variant__isnull=False,
                remote_quantity__isnull=False,
                # What is owed anyway is not drift.
                push__version=F("push__sent_version"),
            ).order_by("pk")[:READ_BACK]
        )
        if not linked:
            return found
        last = linked[-1].pk
        found += _report_drift(shop_id, linked)


def _report_drift(shop_id: int, linked: list[Listing]) -> int:
    expected = quantities(shop_id, linked)
    drifted = [row for row in linked if row.remote_quantity != expected[row.pk]]
    for row in drifted:
        report_problem(
            shop_id,
            SyncProblem.Kind.STOCK_DRIFT,
            row.ref,
            _("%(name)s: trên sàn %(there)s, đúng ra %(here)s")
            % {"name": row.name, "there": row.remote_quantity, "here": expected[row.pk]},
        )
    mark_listings([row.pk for row in drifted])
    return len(drifted)
