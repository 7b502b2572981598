"""Orders in: read a window, put a page of orders in our words, place them, follow their state.

Everything may run twice: orders are unique by (shop, remote id), an older version is ignored, and
the cursor moves only when a whole window was read. One bad order becomes one problem.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from channels_sync.models import RemoteOrder, RemotePackage, Shop, SyncCursor, SyncProblem
from channels_sync.ports import (
    RemoteState,
    Sale,
    UnreadableSale,
    marketplace,
)
from channels_sync.services.access import ask
from channels_sync.services.connecting import ORDERS
from channels_sync.services.follow import follow_order
from channels_sync.services.listings import variants_of
from channels_sync.services.new_orders import place_sales
from channels_sync.services.problems import report_problem, resolve_problems
from channels_sync.services.reading import order_pages, windows
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError, ServiceRefused, ServiceUnreachable
from oms.kernel.locks import advisory_lock, redis_lock

log = logging.getLogger(__name__)

LOCK_SECONDS = 900
# Not a sale of ours yet: the buyer has not paid, or the marketplace holds it back.
WAITING = {RemoteState.UNPAID, RemoteState.HELD}
# Over before we ever saw it: history when it is older than the connection.
FINISHED = {
    RemoteState.SHIPPED,
    RemoteState.DELIVERED,
    RemoteState.COMPLETED,
    RemoteState.RETURNING,
}
BAD = (SyncProblem.Kind.BAD_ORDER, SyncProblem.Kind.MISSING_ORDER)
RETRIED = (SyncProblem.Kind.BAD_ORDER, SyncProblem.Kind.UNKNOWN_STATUS)
RETRY_AFTER = timedelta(minutes=10)
RETRIES = 50


@dataclass
class Imported:
    """What one import did. `skipped` were known already in this version."""

    read: int = 0
    placed: int = 0
    changed: int = 0
    skipped: int = 0
    problems: int = 0

    def add(self, other: "Imported") -> None:
        self.read += other.read
        self.placed += other.placed
        self.changed += other.changed
        self.skipped += other.skipped
        self.problems += other.problems


def poll_shop(shop_id: int) -> Imported | None:
    """Import what is new; a partner's trouble is written on the shop and tried again next time.

    Raises LockBusy while another worker reads the same shop.
    """
    try:
        return import_window(shop_id)
    except (ServiceUnreachable, ServiceRefused) as trouble:
        Shop.objects.filter(pk=shop_id).update(last_error=trouble.message, last_error_at=now())
        return None


def import_window(shop_id: int, *, until: datetime | None = None) -> Imported:
    """Read every order that changed since the cursor, with some minutes of overlap."""
    with redis_lock(f"channel-import:{shop_id}", LOCK_SECONDS):
        end = until or now()
        cursor = SyncCursor.objects.get(shop_id=shop_id, kind=ORDERS)
        overlap = timedelta(minutes=settings.CHANNELS_OVERLAP_MINUTES)
        result = Imported()
        for since, to in windows(cursor.position - overlap, end, _longest(shop_id)):
            for page in order_pages(shop_id, since, to):
                result.add(import_orders(shop_id, [ref.remote_id for ref in page]))
            # Never backwards: a window that was read stays read.
            SyncCursor.objects.filter(pk=cursor.pk, position__lt=to).update(position=to)
        result.add(_retry_problems(shop_id))
        Shop.objects.filter(pk=shop_id).update(last_poll_at=end, last_error="")
        return result


def _retry_problems(shop_id: int) -> Imported:
    """Orders that could not be taken are read again: the reason may be gone."""
    waiting = SyncProblem.objects.filter(
        shop_id=shop_id,
        resolved_at__isnull=True,
        kind__in=RETRIED,
        seen_at__lt=now() - RETRY_AFTER,
    )
    ids = list(waiting.order_by("seen_at").values_list("remote_id", flat=True)[:RETRIES])
    return import_orders(shop_id, list(dict.fromkeys(ids))) if ids else Imported()


def _longest(shop_id: int) -> timedelta:
    adapter = marketplace(Shop.objects.values_list("marketplace", flat=True).get(pk=shop_id))
    return timedelta(days=adapter.longest_window_days)


def import_orders(shop_id: int, remote_ids: Sequence[str]) -> Imported:
    """Read these orders and bring ours up to date; what cannot be read becomes a problem."""
    answers = _fetch(shop_id, remote_ids)
    return import_answers(shop_id, answers)


def _fetch(shop_id: int, remote_ids: Sequence[str]) -> list[Sale | UnreadableSale]:
    adapter = marketplace(Shop.objects.values_list("marketplace", flat=True).get(pk=shop_id))
    size = adapter.order_detail_size
    answers: list[Sale | UnreadableSale] = []
    for start in range(0, len(remote_ids), size):
        answers.extend(_fetch_some(shop_id, remote_ids[start : start + size]))
    answered = {answer.remote_id for answer in answers}
    for remote_id in remote_ids:
        if remote_id not in answered:
            reason = _("Sàn không trả về chi tiết đơn này")
            answers.append(UnreadableSale(remote_id, reason, {}))
    return answers


def _fetch_some(shop_id: int, remote_ids: Sequence[str]) -> list[Sale | UnreadableSale]:
    """One question for all; when it is refused, one by one, so that one order spoils no other."""
    try:
        return ask(shop_id, lambda adapter, access: adapter.fetch_orders(access, remote_ids))
    except ServiceRefused as refusal:
        if Shop.objects.filter(pk=shop_id).exclude(status=Shop.Status.CONNECTED).exists():
            raise
        if len(remote_ids) == 1:
            return [UnreadableSale(remote_ids[0], refusal.message, {})]
    return [answer for remote_id in remote_ids for answer in _fetch_some(shop_id, [remote_id])]


def import_answers(shop_id: int, answers: Sequence[Sale | UnreadableSale]) -> Imported:
    """Place and follow the orders of one page; the page is one call to the order intake."""
    shop = Shop.objects.get(pk=shop_id)
    result = Imported(read=len(answers))
    for answer in answers:
        if isinstance(answer, UnreadableSale):
            report_problem(shop_id, SyncProblem.Kind.BAD_ORDER, answer.remote_id, answer.reason)
            result.problems += 1
    sales = [answer for answer in answers if isinstance(answer, Sale)]
    known = {
        row.remote_id: row
        for row in RemoteOrder.objects.filter(
            shop_id=shop_id, remote_id__in=[sale.remote_id for sale in sales]
        )
    }
    fresh = [sale for sale in sales if is_news(known.get(sale.remote_id), sale)]
    result.skipped = len(sales) - len(fresh)
    if not fresh:
        return result
    wanted = [sale for sale in fresh if belongs_here(known.get(sale.remote_id), sale, shop)]
    order_ids = _place(shop, wanted, result)
    unplaced = {sale.remote_id for sale in wanted} - set(order_ids)
    kept = [sale for sale in fresh if sale.remote_id not in unplaced]
    rows = _keep(shop, kept, order_ids)
    for sale in kept:
        if sale.remote_id in rows:
            _follow(rows[sale.remote_id], sale, result)
    return result


def is_news(row: RemoteOrder | None, sale: Sale) -> bool:
    """Whether this answer says more than what is kept; an older version never does."""
    if row is None or sale.version > row.version:
        return True
    if sale.version < row.version:
        return False
    if row.applied_version < row.version or row.state != sale.state:
        return True
    return bool(row.payload != sale.payload)


def belongs_here(row: RemoteOrder | None, sale: Sale, shop: Shop) -> bool:
    """Whether this is an order that we have or should have.

    Not paid, held back, unknown, or cancelled before we had it: kept as it is, no order of ours.
    Finished before the shop was connected: its goods never left our books.
    """
    if row is not None and row.order_id is not None:
        return True
    if sale.state in WAITING or sale.state in (RemoteState.UNKNOWN, RemoteState.CANCELLED):
        return False
    return sale.state not in FINISHED or sale.placed_at >= shop.connected_at


def _place(shop: Shop, sales: Sequence[Sale], result: Imported) -> dict[str, int]:
    """Our order id for each sale that was taken; a problem for each that was not."""
    if not sales:
        return {}
    variants = variants_of(shop.pk, [line.listing_ref for s in sales for line in s.lines])
    outcome = place_sales(shop, sales, variants)
    for remote_id, reason in outcome.refused.items():
        report_problem(shop.pk, SyncProblem.Kind.BAD_ORDER, remote_id, reason)
        result.problems += 1
    result.placed += outcome.created
    result.changed += len(outcome.order_ids) - outcome.created
    return outcome.order_ids


@transaction.atomic
def _keep(shop: Shop, sales: Sequence[Sale], order_ids: dict[str, int]) -> dict[str, RemoteOrder]:
    """Write what the marketplace told, its parcels, and that the shop's numbers moved.

    A poll and a push may carry the same order: under the lock the newer word stays.
    """
    advisory_lock(f"remote-orders:{shop.pk}")
    versions = dict(
        RemoteOrder.objects.filter(
            shop=shop, remote_id__in=[sale.remote_id for sale in sales]
        ).values_list("remote_id", "version")
    )
    sales = [sale for sale in sales if sale.version >= versions.get(sale.remote_id, 0)]
    moment = now()
    rows = [
        RemoteOrder(
            shop=shop,
            remote_id=sale.remote_id,
            order_id=order_ids.get(sale.remote_id),
            was_placed=sale.remote_id in order_ids,
            remote_status=sale.remote_status[:60],
            state=sale.state,
            remote_created_at=sale.placed_at,
            remote_updated_at=sale.updated_at,
            version=sale.version,
            payload=sale.payload,
            held=_held(sale) if sale.remote_id not in order_ids else {},
            imported_at=moment,
        )
        for sale in sales
    ]
    RemoteOrder.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["shop", "remote_id"],
        update_fields=[
            *["order", "was_placed", "remote_status", "state", "version", "payload", "held"],
            *["remote_created_at", "remote_updated_at", "imported_at"],
        ],
    )
    kept = {
        row.remote_id: row
        for row in RemoteOrder.objects.filter(
            shop=shop, remote_id__in=[sale.remote_id for sale in sales]
        )
    }
    _keep_parcels(kept, sales)
    Shop.objects.filter(pk=shop.pk).update(import_version=F("import_version") + 1)
    resolve_problems(shop.pk, [sale.remote_id for sale in sales], BAD)
    return kept


def _keep_parcels(rows: dict[str, RemoteOrder], sales: Sequence[Sale]) -> None:
    RemotePackage.objects.bulk_create(
        [
            RemotePackage(
                remote_order=rows[sale.remote_id],
                package_number=parcel.package_number,
                carrier_name=parcel.carrier_name[:120],
                logistics_status=parcel.logistics_status[:60],
            )
            for sale in sales
            for parcel in sale.parcels
        ],
        update_conflicts=True,
        unique_fields=["remote_order", "package_number"],
        update_fields=["carrier_name", "logistics_status"],
    )


def _held(sale: Sale) -> dict[str, int]:
    if sale.state not in WAITING:
        return {}
    held: dict[str, int] = {}
    for line in sale.lines:
        held[line.listing_ref] = held.get(line.listing_ref, 0) + line.quantity
    return held


def _follow(row: RemoteOrder, sale: Sale, result: Imported) -> None:
    """Carry the state over to our order. What goes wrong with one order stays with it."""
    try:
        follow_order(row, sale, actor=Actor.partner(row.shop.marketplace))
    except DomainError as refusal:
        reason = refusal.message
    except Exception as error:
        log.exception("remote_order_follow_failed remote_order_id=%s", row.pk)
        reason = f"{type(error).__name__}: {error}"[:500]
    else:
        RemoteOrder.objects.filter(pk=row.pk, version=sale.version).update(
            applied_version=sale.version
        )
        return
    report_problem(row.shop_id, SyncProblem.Kind.BAD_ORDER, row.remote_id, reason)
    result.problems += 1
