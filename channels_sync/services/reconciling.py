"""Proof that no order was missed: the marketplace's list against ours."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import F
from django.utils.translation import gettext as _

from channels_sync.models import RemoteOrder, Shop, SyncProblem
from channels_sync.ports import OrderRef, marketplace
from channels_sync.services.importing import Imported, import_orders
from channels_sync.services.problems import report_problem
from channels_sync.services.reading import order_pages, windows
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.events import record_event
from orders.models import Order

LOOK_BACK = timedelta(days=15)
# Codes that one event names.
LISTED = 500
# Younger than this the importer may simply not have been there yet.
SETTLE = timedelta(minutes=15)
AT_ONCE, A_DAY = timedelta(0), timedelta(days=1)


@dataclass
class Differences:
    """Remote ids that we lack, and those whose state there is not the one we know."""

    compared: int = 0
    missing: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    # Of both, those that were read anew without trouble.
    fetched: int = 0


def reconcile(
    shop_id: int, *, look_back: timedelta = LOOK_BACK, settle: timedelta = SETTLE
) -> Differences:
    """Compare the orders created in the last days and list what differs as problems.

    Nothing is imported here; `catch_up` brings them in.
    """
    shop = Shop.objects.get(pk=shop_id)
    until = now() - settle
    refs = _remote_refs(shop, until - look_back, until)
    ours = {
        row["remote_id"]: row
        for row in RemoteOrder.objects.filter(
            shop=shop, remote_id__in=[ref.remote_id for ref in refs]
        ).values("remote_id", "remote_status", "order_id", "pk")
    }
    lost = _lost(shop)
    found = Differences(compared=len(refs))
    for ref in refs:
        row = ours.get(ref.remote_id)
        if row is None or ref.remote_id in lost:
            found.missing.append(ref.remote_id)
        elif ref.remote_status and row["remote_status"] != ref.remote_status:
            found.stale.append(ref.remote_id)
    for remote_id in found.missing:
        report_problem(
            shop_id,
            SyncProblem.Kind.MISSING_ORDER,
            remote_id,
            _("Sàn có đơn %(code)s, hệ thống không có") % {"code": remote_id},
        )
    Shop.objects.filter(pk=shop_id).update(last_reconciled_at=now())
    return found


def catch_up(
    shop_id: int, *, actor: Actor, look_back: timedelta = LOOK_BACK, settle: timedelta = SETTLE
) -> Differences:
    """Compare, fetch what is missing or different, and write down what was found.

    What cannot be fetched stays a problem; the event keeps the codes of all the others.
    """
    found = reconcile(shop_id, look_back=look_back, settle=settle)
    result = import_missing(shop_id, found.missing)
    result.add(import_orders(shop_id, found.stale))
    found.fetched = result.read - result.problems
    counts = {
        "compared": found.compared,
        "missing": len(found.missing),
        "stale": len(found.stale),
        "fetched": found.fetched,
    }
    shop = Shop.objects.get(pk=shop_id)
    shop.last_differences = counts
    shop.save(update_fields=["last_differences"])
    if found.missing or found.stale:
        codes = {"missing_ids": found.missing[:LISTED], "stale_ids": found.stale[:LISTED]}
        record_event("shop.reconciled", shop, actor=actor, data={**counts, **codes})
    return found


def import_missing(shop_id: int, remote_ids: list[str]) -> Imported:
    """Bring orders in again as if never seen."""
    RemoteOrder.objects.filter(
        shop_id=shop_id, remote_id__in=remote_ids, order__isnull=True
    ).update(applied_version=F("version") - 1)
    return import_orders(shop_id, remote_ids)


def _lost(shop: Shop) -> set[str]:
    """Orders that were placed here once and are no longer: the row lost its order."""
    rows = RemoteOrder.objects.filter(shop=shop, order__isnull=True, was_placed=True)
    present = set(
        Order.objects.filter(shop_ref=shop.pk, remote_id__in=rows.values("remote_id")).values_list(
            "remote_id", flat=True
        )
    )
    return set(rows.values_list("remote_id", flat=True)) - present


def _remote_refs(shop: Shop, since: datetime, until: datetime) -> list[OrderRef]:
    longest = timedelta(days=marketplace(shop.marketplace).longest_window_days)
    refs: dict[str, OrderRef] = {}
    for start, end in windows(since, until, longest):
        for page in order_pages(shop.pk, start, end, by_creation=True):
            refs.update((ref.remote_id, ref) for ref in page)
    return list(refs.values())
