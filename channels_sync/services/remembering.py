"""What a marketplace told about its orders, kept as it was told, and whether it is news or ours."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import F

from channels_sync.models import RemoteOrder, Shop, SyncProblem
from channels_sync.ports import RemoteState, Sale
from channels_sync.services.listings import variants_of
from channels_sync.services.parcels import keep_parcels
from channels_sync.services.problems import resolve_problems
from channels_sync.services.remembering_sql import KEEP_ORDERS
from channels_sync.services.stock_push import mark_variants
from inventory.selectors.bundles import share_goods
from oms.kernel.clock import now
from oms.kernel.locks import advisory_lock
from oms.kernel.sql import run

# Not a sale of ours yet: the buyer has not paid, or the marketplace holds it back.
WAITING = {RemoteState.UNPAID, RemoteState.HELD}
# Over before we ever saw it: history when it is older than the connection.
FINISHED = {
    RemoteState.SHIPPED,
    RemoteState.DELIVERED,
    RemoteState.COMPLETED,
    RemoteState.RETURNING,
}
NEVER_OURS = {RemoteState.UNKNOWN, RemoteState.CANCELLED, RemoteState.ELSEWHERE}
BAD = (SyncProblem.Kind.BAD_ORDER, SyncProblem.Kind.MISSING_ORDER)


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

    Not paid, held back, unknown, shipped by the marketplace itself, or cancelled before we had it:
    kept as it is, no order of ours.
    Finished before the shop was connected: its goods never left our books.
    """
    if row is not None and row.order_id is not None:
        return True
    if sale.state in WAITING or sale.state in NEVER_OURS:
        return False
    return sale.state not in FINISHED or sale.placed_at >= shop.connected_at


@transaction.atomic
def keep(shop: Shop, sales: Sequence[Sale], order_ids: dict[str, int]) -> dict[str, RemoteOrder]:
    """Write what the marketplace told, its parcels, and that the shop's numbers moved.

    A poll and a push may carry the same order: under the lock the newer word stays.
    """
    advisory_lock(f"remote-orders:{shop.pk}")
    before = {
        row.remote_id: row
        for row in RemoteOrder.objects.filter(
            shop=shop, remote_id__in=[sale.remote_id for sale in sales]
        ).only("remote_id", "version", "held")
    }
    sales = [
        sale
        for sale in sales
        if sale.remote_id not in before or sale.version >= before[sale.remote_id].version
    ]
    moment = now()
    told = [_row(sale, order_ids.get(sale.remote_id), moment) for sale in sales]
    kept = {row.remote_id: row for row in _keep_orders(shop, told)}
    keep_parcels(kept, sales)
    _mark_held(shop.pk, before, told)
    Shop.objects.filter(pk=shop.pk).update(import_version=F("import_version") + 1)
    resolve_problems(shop.pk, [sale.remote_id for sale in sales], BAD)
    return kept


def _mark_held(
    shop_id: int, before: Mapping[str, RemoteOrder], told: Sequence[dict[str, Any]]
) -> None:
    """What buyers hold without having paid changed: every shop with such goods owes a number."""
    refs: set[str] = set()
    for row in told:
        known = before.get(row["remote_id"])
        was = known.held if known else {}
        if was != row["held"]:
            refs |= was.keys() | row["held"].keys()
    if refs:
        held = variants_of(shop_id, sorted(refs))
        mark_variants(share_goods([variant.pk for variant in held.values()]))


def bind_orders(shop_id: int, order_ids: dict[str, int]) -> list[str]:
    """Orders that were placed from a word that was old when it was to be kept.

    Another worker kept a newer one in between, of a sale that it did not know as ours: cancelled,
    say. The order is bound to it; returns the remote ids that are to be read anew.
    """
    bound = []
    for remote_id, order_id in order_ids.items():
        free = RemoteOrder.objects.filter(shop=shop_id, remote_id=remote_id, order=None)
        if free.update(
            order_id=order_id, was_placed=True, held={}, applied_version=F("version") - 1
        ):
            bound.append(remote_id)
    return bound


def _keep_orders(shop: Shop, told: Sequence[dict[str, Any]]) -> list[RemoteOrder]:
    """The rows as they are now, by what the next steps ask of them."""
    text = json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False)
    names = ("pk", "remote_id", "order_id", "version", "state", "remote_status")
    return [
        RemoteOrder(shop=shop, **dict(zip(names, row, strict=True)))
        for row in run(KEEP_ORDERS, {"shop": shop.pk, "rows": text})
    ]


def _row(sale: Sale, order_id: int | None, moment: datetime) -> dict[str, Any]:
    return {
        "remote_id": sale.remote_id,
        "order_id": order_id,
        "was_placed": order_id is not None,
        "remote_status": sale.remote_status[:60],
        "state": sale.state,
        "remote_created_at": sale.placed_at,
        "remote_updated_at": sale.updated_at,
        "version": sale.version,
        "payload": sale.payload,
        "is_split": sale.is_split,
        "seller_voucher_vnd": sale.seller_voucher_vnd,
        "platform_voucher_vnd": sale.platform_voucher_vnd,
        "answer_until": sale.answer_until,
        "held": _held(sale) if order_id is None else {},
        "imported_at": moment,
    }


def _held(sale: Sale) -> dict[str, int]:
    if sale.state not in WAITING:
        return {}
    held: dict[str, int] = {}
    for line in sale.lines:
        held[line.listing_ref] = held.get(line.listing_ref, 0) + line.quantity
    return held
