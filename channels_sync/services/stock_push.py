"""Telling shops how much may be sold: what inventory says of the channel, never on hand.

A change of stock raises the version of one row per listing, so many changes are one message with
the newest number. The number is computed when it is sent, after the shop's orders were read, and
is dropped when an order came in meanwhile.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from channels_sync.models import Listing, RemoteOrder, Shop, StockPush, SyncProblem
from channels_sync.ports import ListingOutcome, StockNumber, marketplace
from channels_sync.queue import hurry
from channels_sync.services.access import ask
from channels_sync.services.problems import report_problem, resolve_problems
from inventory.selectors import availability
from inventory.selectors.bundles import share_goods, spread_held, with_their_bundles
from oms.kernel.clock import now
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.kernel.locks import redis_lock

# Orders read longer ago than this are read again before a number is computed.
FRESH_ORDERS = timedelta(seconds=60)
SHORTEST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
LOCK_SECONDS = 600
# What inventory calls one of our shops.
CHANNEL = "shop"
PER_RUN = 500

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
        hurry("push_stock", shop_id)
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


@dataclass(frozen=True)
class _Owed:
    push_id: int
    version: int
    listing: Listing


def push_stock(shop_id: int) -> int:
    """Send what is owed to one shop; returns how many listings took their number.

    Raises LockBusy while another worker sends to the same shop. Nothing is sent when the shop's
    orders cannot be read: a number that does not know the last order sells too much.
    """
    with redis_lock(f"stock-push:{shop_id}", LOCK_SECONDS):
        owed = _owed(shop_id)
        if not owed:
            return 0
        read_orders_first(shop_id)
        adapter = marketplace(owed[0].listing.shop.marketplace)
        groups = [owed] if adapter.batch_mixes_items else _by_item(owed)
        sent = 0
        for rows in groups:
            for start in range(0, len(rows), adapter.batch_size):
                sent += _send(shop_id, rows[start : start + adapter.batch_size])
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


def _owed(shop_id: int) -> list[_Owed]:
    rows = (
        StockPush.objects.filter(
            listing__shop_id=shop_id,
            listing__variant__isnull=False,
            version__gt=F("sent_version"),
            next_attempt_at__lte=now(),
        )
        .select_related("listing__shop")
        .order_by("next_attempt_at", "pk")[:PER_RUN]
    )
    return [_Owed(row.pk, row.version, row.listing) for row in rows]


def _by_item(owed: Iterable[_Owed]) -> list[list[_Owed]]:
    groups: dict[str, list[_Owed]] = defaultdict(list)
    for row in owed:
        groups[row.listing.remote_item_id].append(row)
    return list(groups.values())


def _import_version(shop_id: int) -> int:
    return Shop.objects.values_list("import_version", flat=True).get(pk=shop_id)


def _send(shop_id: int, rows: list[_Owed]) -> int:
    """One message for some listings. The absolute number may safely be sent again."""
    seen = _import_version(shop_id)
    amounts = quantities(shop_id, [row.listing for row in rows])
    numbers = [
        StockNumber(
            row.listing.remote_item_id,
            row.listing.remote_model_id,
            amounts[row.listing.pk],
            tuple(row.listing.location_ids),
        )
        for row in rows
    ]
    if _import_version(shop_id) != seen:
        return 0  # an order came in meanwhile: the next run counts it
    try:
        outcome = ask(shop_id, lambda adapter, access: adapter.update_stock(access, numbers))
    except ServiceRefused as refusal:
        outcome = ListingOutcome(frozenset(), {n.ref: refusal.message for n in numbers})
    except ServiceUnreachable as trouble:
        _postpone_all(rows, trouble)
        raise
    return _record(rows, amounts, outcome)


def _record(rows: list[_Owed], amounts: dict[int, int], outcome: ListingOutcome) -> int:
    moment = now()
    taken = [row for row in rows if row.listing.ref in outcome.accepted]
    for row in taken:
        _record_sent(row, amounts[row.listing.pk], moment)
    for row in rows:
        if row not in taken:
            reason = outcome.refused.get(row.listing.ref) or _("Sàn không trả lời")
            _record_refused(row, reason)
    if taken:
        resolve_problems(
            taken[0].listing.shop_id,
            [row.listing.ref for row in taken],
            [SyncProblem.Kind.STOCK_REFUSED, SyncProblem.Kind.STOCK_DRIFT],
        )
    return len(taken)


@transaction.atomic
def _record_sent(row: _Owed, quantity: int, moment: datetime) -> None:
    """A version that rose while the number was on its way stays owed."""
    push = StockPush.objects.select_for_update().get(pk=row.push_id)
    push.sent_version = max(push.sent_version, row.version)
    push.quantity, push.sent_at = quantity, moment
    push.attempts, push.last_error = 0, ""
    if push.sent_version == push.version:
        push.state = StockPush.State.SENT
    push.save()
    Listing.objects.filter(pk=row.listing.pk).update(
        pushed_quantity=quantity, remote_quantity=quantity, remote_quantity_at=moment
    )


def _record_refused(row: _Owed, reason: str) -> None:
    _postpone(row, reason, StockPush.State.FAILED)
    report_problem(
        row.listing.shop_id,
        SyncProblem.Kind.STOCK_REFUSED,
        row.listing.ref,
        _("%(name)s: %(reason)s") % {"name": row.listing.name, "reason": reason},
    )


def _postpone_all(rows: list[_Owed], trouble: ServiceUnreachable) -> None:
    for row in rows:
        _postpone(row, trouble.message, StockPush.State.PENDING, trouble.retry_after)


@transaction.atomic
def _postpone(
    row: _Owed, reason: str, state: StockPush.State, wait_seconds: float | None = None
) -> None:
    push = StockPush.objects.select_for_update().get(pk=row.push_id)
    if push.version != row.version:
        return  # a newer number is owed and due at once
    wait = timedelta(seconds=wait_seconds or 0) or SHORTEST_WAIT * 2 ** min(push.attempts, 10)
    push.attempts += 1
    push.state, push.last_error = state, reason[:1000]
    push.next_attempt_at = now() + min(wait, LONGEST_WAIT)
    push.save(update_fields=["attempts", "state", "last_error", "next_attempt_at"])


def read_back(shop_id: int) -> int:
    """Compare the shop's own numbers with what they should be; differences are sent again."""
    from channels_sync.services.listings import pull_listings

    read_orders_first(shop_id)
    pull_listings(shop_id)
    linked = list(
        Listing.objects.filter(
            shop_id=shop_id,
            variant__isnull=False,
            remote_quantity__isnull=False,
            # What is owed anyway is not drift.
            push__version=F("push__sent_version"),
        )
    )
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
