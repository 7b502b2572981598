"""Prices out: what our price lists say of a shop, sent when a person asks for it."""

from collections.abc import Iterable, Iterator, Sequence

from channels_sync.models import Listing, Shop, SyncProblem
from channels_sync.ports import ListingOutcome, PriceNumber, marketplace
from channels_sync.queue import hurry
from channels_sync.services.access import ask
from channels_sync.services.hours import closed_shop_ids, is_open
from channels_sync.services.problems import report_problem, resolve_problems
from inventory.selectors.prices import price_for
from oms.kernel.actors import Actor
from oms.kernel.clock import now, today
from oms.kernel.errors import ServiceRefused
from oms.kernel.events import record_event
from oms.kernel.locks import redis_lock

LOCK_SECONDS = 600
KIND = SyncProblem.Kind.PRICE_REFUSED


def told_prices(shop: Shop, listings: Iterable[Listing]) -> dict[int, int]:
    """What each linked listing should cost in this shop; one statement."""
    linked = {row.pk: row.variant_id for row in listings if row.variant_id is not None}
    prices = price_for(
        dict.fromkeys(linked.values(), 1), source=shop.marketplace, on=today(), shop_ref=shop.pk
    )
    return {pk: prices[variant_id].price_vnd for pk, variant_id in linked.items()}


def want_prices(shop_id: int, *, forced: bool) -> bool:
    """Send the prices now, or when the shop's hours begin; True when it is now."""
    shop = Shop.objects.get(pk=shop_id)
    if forced or is_open(shop):
        hurry("push_prices", shop_id)
        return True
    Shop.objects.filter(pk=shop_id, prices_wanted_at__isnull=True).update(prices_wanted_at=now())
    return False


def due_price_shop_ids() -> list[int]:
    """Shops whose prices waited for their hours, which have begun."""
    rows = Shop.objects.filter(prices_wanted_at__isnull=False, status=Shop.Status.CONNECTED)
    return list(rows.exclude(pk__in=closed_shop_ids()).order_by("pk").values_list("pk", flat=True))


def push_prices(shop_id: int, *, actor: Actor) -> int:
    """Send every price that differs from what the shop shows; returns how many were taken.

    A price of zero is nobody's wish and stays. Raises LockBusy while another worker does the same.
    """
    with redis_lock(f"price-push:{shop_id}", LOCK_SECONDS):
        shop = Shop.objects.get(pk=shop_id)
        wanted = shop.prices_wanted_at
        rows = list(Listing.objects.filter(shop=shop, variant__isnull=False).order_by("pk"))
        told = told_prices(shop, rows)
        owed = [row for row in rows if told[row.pk] and told[row.pk] != row.price_vnd]
        taken = sum(_send(shop, batch, told) for batch in _batches(shop, owed))
        Shop.objects.filter(pk=shop_id, prices_wanted_at=wanted).update(prices_wanted_at=None)
        if owed:
            data = {"sent": taken, "refused": len(owed) - taken}
            record_event("shop.prices_sent", shop, actor=actor, data=data)
        return taken


def _batches(shop: Shop, rows: Sequence[Listing]) -> Iterator[list[Listing]]:
    """Rows that fit into one message."""
    adapter = marketplace(shop.marketplace)
    groups: dict[str, list[Listing]] = {}
    for row in rows:
        groups.setdefault("" if adapter.batch_mixes_items else row.remote_item_id, []).append(row)
    for group in groups.values():
        for start in range(0, len(group), adapter.batch_size):
            yield group[start : start + adapter.batch_size]


def _send(shop: Shop, rows: Sequence[Listing], told: dict[int, int]) -> int:
    numbers = [PriceNumber(row.remote_item_id, row.remote_model_id, told[row.pk]) for row in rows]
    try:
        outcome = ask(shop.pk, lambda adapter, access: adapter.update_prices(access, numbers))
    except ServiceRefused as refusal:
        outcome = ListingOutcome(frozenset(), {n.ref: refusal.message for n in numbers})
    taken = [row for row in rows if row.ref in outcome.accepted]
    for row in taken:
        row.price_vnd = told[row.pk]
    Listing.objects.bulk_update(taken, ["price_vnd"])
    resolve_problems(shop.pk, [row.ref for row in taken], [KIND])
    for row in rows:
        if row.ref not in outcome.accepted:
            report_problem(shop.pk, KIND, row.ref, f"{row.name}: {outcome.refused.get(row.ref)}")
    return len(taken)
