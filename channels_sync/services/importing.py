"""Orders in: read a window, put a page of orders in our words, place them, follow their state.

Everything may run twice: orders are unique by (shop, remote id), an older version is ignored, and
the cursor moves only when a whole window was read. One bad order becomes one problem.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from channels_sync.models import RemoteOrder, Shop, SyncCursor, SyncProblem
from channels_sync.ports import OrderRef, Sale, UnreadableSale, marketplace
from channels_sync.services.access import ask
from channels_sync.services.connecting import ORDERS
from channels_sync.services.follow import follow_order
from channels_sync.services.listings import variants_of
from channels_sync.services.new_orders import place_sales
from channels_sync.services.plain_sales import apply_plain
from channels_sync.services.problems import report_problem
from channels_sync.services.reading import order_pages, windows
from channels_sync.services.remembering import belongs_here, bind_orders, is_news, keep
from channels_sync.services.stock_push import hurry_if_owed
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError, ServiceRefused, ServiceUnreachable
from oms.kernel.locks import redis_lock

log = logging.getLogger(__name__)

LOCK_SECONDS = 900
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

    Raises LockBusy while another worker reads the same shop. Stock numbers that had to wait for
    these orders are on their way at once.
    """
    try:
        result = import_window(shop_id)
    except (ServiceUnreachable, ServiceRefused) as trouble:
        Shop.objects.filter(pk=shop_id).update(last_error=trouble.message, last_error_at=now())
        return None
    hurry_if_owed(shop_id)
    return result


def import_window(shop_id: int, *, until: datetime | None = None) -> Imported:
    """Read every order that changed since the cursor, with some minutes of overlap."""
    with redis_lock(f"channel-import:{shop_id}", LOCK_SECONDS):
        end = until or now()
        cursor = SyncCursor.objects.get(shop_id=shop_id, kind=ORDERS)
        overlap = timedelta(minutes=settings.CHANNELS_OVERLAP_MINUTES)
        result = Imported()
        for since, to in windows(cursor.position - overlap, end, _longest(shop_id)):
            for page in order_pages(shop_id, since, to):
                result.add(import_refs(shop_id, page))
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
    return import_refs(shop_id, [OrderRef(remote_id) for remote_id in remote_ids])


def import_refs(shop_id: int, refs: Sequence[OrderRef]) -> Imported:
    """The same for rows of the marketplace's list, which may tell half of the order already."""
    return import_answers(shop_id, _fetch(shop_id, refs))


def _fetch(shop_id: int, refs: Sequence[OrderRef]) -> list[Sale | UnreadableSale]:
    adapter = marketplace(Shop.objects.values_list("marketplace", flat=True).get(pk=shop_id))
    size = adapter.order_detail_size
    answers: list[Sale | UnreadableSale] = []
    for start in range(0, len(refs), size):
        answers.extend(_fetch_some(shop_id, refs[start : start + size]))
    answered = {answer.remote_id for answer in answers}
    for ref in refs:
        if ref.remote_id not in answered:
            reason = _("Sàn không trả về chi tiết đơn này")
            answers.append(UnreadableSale(ref.remote_id, reason, {}))
    return answers


def _fetch_some(shop_id: int, refs: Sequence[OrderRef]) -> list[Sale | UnreadableSale]:
    """One question for all; when it is refused, one by one, so that one order spoils no other."""
    try:
        return ask(shop_id, lambda adapter, access: adapter.fetch_orders(access, refs))
    except ServiceRefused as refusal:
        if Shop.objects.filter(pk=shop_id).exclude(status=Shop.Status.CONNECTED).exists():
            raise
        if len(refs) == 1:
            return [UnreadableSale(refs[0].remote_id, refusal.message, {})]
    return [answer for ref in refs for answer in _fetch_some(shop_id, [ref])]


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
    rows = keep(shop, kept, order_ids)
    for sale in apply_plain(rows, [sale for sale in kept if sale.remote_id in rows]):
        _follow(rows[sale.remote_id], sale, result)
    placed_late = {key: order_ids[key] for key in order_ids if key not in rows}
    overtaken = bind_orders(shop.pk, placed_late)
    if overtaken:
        result.add(import_orders(shop_id, overtaken))
    return result


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
