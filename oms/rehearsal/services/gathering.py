"""Reading both sides of each channel: the sandbox's books through its doors, ours from the rows."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Q, Sum

from channels_sync.models import Listing, Shop, StockPush, SyncProblem
from channels_sync.services.stock_push import CHANNEL, held_quantities, quantities
from inventory.selectors import availability
from oms.kernel import books
from oms.kernel.clock import now
from oms.kernel.models import InboxMessage, PartnerCall
from oms.rehearsal import doors
from oms.rehearsal.models import Rehearsal
from oms.rehearsal.sides import Calls, Channel, Facts, Kept, Sale, Told
from orders.models import Order, OrderLine


def shops_to_sell_at() -> list[Shop]:
    """Connected shops whose marketplace is one of the sandbox's and knows their consent."""
    found: list[Shop] = []
    for code in doors.MARKETPLACES:
        connected = Shop.objects.filter(marketplace=code, status=Shop.Status.CONNECTED)
        linked = doors.linked_shops(code) if connected.exists() else []
        found += connected.filter(remote_shop_id__in=linked).order_by("pk")
    return found


def linked_listings(shop_id: int) -> list[Listing]:
    return list(
        Listing.objects.filter(shop_id=shop_id, variant__isnull=False)
        .exclude(sku="")
        .select_related("variant")
    )


def before_first_sale(shops: Iterable[Shop]) -> dict[str, Any]:
    """What is so now: units there are, what each shop may be told of them, where the logs end."""
    listings = {shop.pk: linked_listings(shop.pk) for shop in shops}
    variants = {pk: sku for rows in listings.values() for pk, sku in map(_own, rows)}
    free = availability.available(variants)
    last_call = PartnerCall.objects.order_by("-pk").values_list("pk", flat=True).first()
    return {
        "shops": sorted(listings),
        "began": now().timestamp(),
        "units": {variants[pk]: units for pk, units in free.items()},
        "allowed": {str(shop.pk): _allowed(shop, listings[shop.pk]) for shop in shops},
        "turned_away": turned_away(shops),
        "last_call": last_call or 0,
        "tokens": _token_versions(listings),
        "findings": len(_findings()),
    }


def turned_away(shops: Iterable[Shop]) -> dict[str, int]:
    """Calls that each marketplace refused with a fault so far, by its own count."""
    return {code: doors.turned_away(code) for code in sorted({s.marketplace for s in shops})}


def _allowed(shop: Shop, listings: list[Listing]) -> dict[str, int]:
    variants = dict(map(_own, listings))
    told = availability.told_to_channel(
        (CHANNEL, shop.pk),
        variants,
        warehouse_ids=list(shop.stock_warehouses.values_list("pk", flat=True)) or None,
        held=held_quantities(variants),
    )
    return {sku: told[pk].beside(None) for pk, sku in variants.items()}


def _own(listing: Listing) -> tuple[int, str]:
    """The variant that a linked listing sells, and its SKU here."""
    variant = listing.variant
    if variant is None:
        raise ValueError(f"listing {listing.pk} is not linked")
    return variant.pk, variant.sku


def _token_versions(shop_ids: Collection[int]) -> int:
    return Shop.objects.filter(pk__in=shop_ids).aggregate(n=Sum("token_version"))["n"] or 0


def _findings() -> list[str]:
    return [row.message for found in books.check_books().values() for row in found]


def gather(rehearsal: Rehearsal) -> Facts:
    """Both sides as they are now."""
    facts = rehearsal.facts
    shops = list(Shop.objects.filter(pk__in=facts["shops"]).order_by("pk"))
    channels = tuple(channel_of(shop, facts) for shop in shops)
    sold = {sku for channel in channels for sale in channel.sales for sku in sale.lines}
    found = _findings()
    return Facts(
        channels=channels,
        units={sku: units for sku, units in facts["units"].items() if sku in sold},
        calls=tuple(_calls(shops, facts)),
        renewals=_token_versions(facts["shops"]) - facts["tokens"],
        spoilt=facts.get("spoilt", {}),
        waiting=InboxMessage.objects.filter(
            processed_at=None, received_at__gte=rehearsal.started_at
        ).count(),
        problems=tuple(_problems(shops, rehearsal.started_at)),
        findings=tuple(found) if len(found) > facts["findings"] else (),
        reconciled=facts.get("reconciled", 0),
    )


def channel_of(shop: Shop, facts: dict[str, Any]) -> Channel:
    """One shop's two sides, by our SKUs. The marketplace's clock is brought back to ours."""
    since = facts["since"][shop.marketplace]
    told = doors.books(shop.marketplace, shop.remote_shop_id, since)
    ahead = told["now"] - now().timestamp()
    listings = linked_listings(shop.pk)
    right = quantities(shop.pk, listings)
    own = {row.sku: _own(row)[1] for row in listings}
    refused = StockPush.objects.filter(listing__in=listings, state=StockPush.State.FAILED)
    numbers = [row["number"] for row in told["orders"]]
    start = datetime.fromtimestamp(since - ahead, UTC)
    return Channel(
        shop_id=shop.pk,
        name=shop.name,
        code=shop.marketplace,
        sales=tuple(_sale(row, ahead, own) for row in told["orders"]),
        kept=tuple(kept_orders(shop.pk, numbers, start)),
        told=tuple(
            Told(own.get(row["sku"], row["sku"]), row["quantity"], row["at"] - ahead)
            for row in told["told"]
        ),
        shown={own.get(sku, sku): units for sku, units in told["stock"].items()},
        right={own[row.sku]: right[row.pk] for row in listings},
        allowed=facts["allowed"][str(shop.pk)],
        began=facts["began"],
        refused={own[sku]: why for sku, why in refused.values_list("listing__sku", "last_error")},
    )


def _sale(row: dict[str, Any], ahead: float, own: dict[str, str]) -> Sale:
    return Sale(
        number=row["number"],
        at=row["at"] - ahead,
        state=row["state"],
        lines={own.get(sku, sku): units for sku, units in row["lines"].items()},
        total_vnd=row["total_vnd"],
        waited=row["waited"],
    )


def kept_orders(shop_id: int, numbers: Collection[str], start: datetime) -> list[Kept]:
    """Our orders of these numbers, and whatever else of the shop was placed since the start."""
    rows = Order.objects.filter(
        Q(remote_id__in=numbers) | Q(placed_at__gt=start), shop_ref=shop_id
    ).values("pk", "remote_id", "status", "total_vnd", "created_at")
    lines: dict[int, Counter[str]] = {row["pk"]: Counter() for row in rows}
    sold = OrderLine.objects.filter(order_id__in=lines).values_list("order_id", "sku", "quantity")
    for order_id, sku, quantity in sold:
        lines[order_id][sku] += quantity
    return [
        Kept(
            number=row["remote_id"],
            at=row["created_at"].timestamp(),
            is_cancelled=row["status"] == Order.Status.CANCELLED,
            lines=lines[row["pk"]],
            total_vnd=row["total_vnd"],
        )
        for row in rows
    ]


def _calls(shops: list[Shop], facts: dict[str, Any]) -> list[Calls]:
    rows = (
        PartnerCall.objects.filter(pk__gt=facts["last_call"], partner__in=facts["since"])
        .values("partner")
        .annotate(requests=Count("pk"))
        .order_by("partner")
    )
    refused = turned_away(shops)
    return [
        Calls(
            partner=row["partner"],
            requests=row["requests"],
            retries=refused[row["partner"]] - facts["turned_away"][row["partner"]],
        )
        for row in rows
    ]


def _problems(shops: list[Shop], since: datetime) -> list[tuple[str, str]]:
    """What waits for a person since the start; refused numbers stand with the stock."""
    rows = (
        SyncProblem.objects.filter(shop__in=shops, resolved_at=None, created_at__gte=since)
        .exclude(kind=SyncProblem.Kind.STOCK_REFUSED)
        .select_related("shop")
        .order_by("pk")
    )
    return [(row.shop.name, f"{row.remote_id}: {row.message}") for row in rows]
