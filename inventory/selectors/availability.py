"""What may still be promised, and what a channel may be told of it. No other place says either."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from inventory.allocation.channel import Limits, Told, tell
from inventory.models import ChannelStockRule
from inventory.selectors.bundles import sets_available
from oms.kernel.clock import now as present
from oms.kernel.clock import today
from oms.kernel.sql import run

Channel = tuple[str, int]  # opaque: ("shop", id)

# A fortnight of sales says how much goes while a number is on its way.
LAG_DAYS = 14

# Goods in quarantine or in a closed warehouse are not for sale.
_AVAILABLE = """
SELECT l.variant_id, sum(greatest(
    l.on_hand - l.reserved - l.safety_stock - coalesce(e.units, 0), 0))::int
FROM inventory_stocklevel l JOIN inventory_warehouse w ON w.id = l.warehouse_id
LEFT JOIN (
    SELECT b.variant_id, b.warehouse_id, sum(b.on_hand)::int AS units
    FROM inventory_lotbalance b JOIN inventory_lot o ON o.id = b.lot_id
    WHERE b.variant_id = ANY(%(variants)s::bigint[]) AND b.on_hand > 0
        AND o.expires_on < %(today)s::date
    GROUP BY b.variant_id, b.warehouse_id
) AS e ON e.variant_id = l.variant_id AND e.warehouse_id = l.warehouse_id
WHERE l.variant_id = ANY(%(variants)s::bigint[]) AND w.is_active AND w.kind <> 'quarantine'
    AND (%(warehouses)s::bigint[] IS NULL OR l.warehouse_id = ANY(%(warehouses)s::bigint[]))
GROUP BY l.variant_id
"""
_SOLD = """
SELECT variant_id, -sum(quantity)::int FROM inventory_stockmovement
WHERE kind = 'shipment' AND variant_id = ANY(%(variants)s::bigint[])
    AND created_at >= %(since)s::timestamptz AND created_at < %(until)s::timestamptz
GROUP BY variant_id
"""
_TRAILS = """
SELECT v.id, c.trail
FROM inventory_variant v JOIN inventory_product p ON p.id = v.product_id
JOIN inventory_category c ON c.id = p.category_id
WHERE v.id = ANY(%(variants)s::bigint[])
"""


def available(
    variant_ids: Collection[int], warehouse_ids: Collection[int] | None = None
) -> dict[int, int]:
    """Units by variant over the warehouses that sell: on hand - reserved - safety - expired of
    each, never below 0.

    Without `warehouse_ids` every warehouse counts. Of a bundle: whole sets, each from one
    warehouse.
    """
    rows = run(
        _AVAILABLE,
        {
            "variants": list(variant_ids),
            "warehouses": None if warehouse_ids is None else list(warehouse_ids),
            "today": today(),
        },
    )
    sets = sets_available(variant_ids, warehouse_ids)
    return dict.fromkeys(variant_ids, 0) | {row[0]: row[1] for row in rows} | sets


def told_to_channel(
    channel: Channel,
    variant_ids: Collection[int],
    *,
    warehouse_ids: Collection[int] | None = None,
    held: Mapping[int, int] | None = None,
    now: datetime | None = None,
) -> dict[int, Told]:
    """What a channel may be told of each variant, in a fixed number of statements.

    `held` are pieces in the channel's orders that are not ours yet; they are taken off first.
    """
    moment = now or present()
    free = available(variant_ids, warehouse_ids)
    limits = _limits(channel, variant_ids, moment)
    lagging = [pk for pk, rule in limits.items() if rule.buffer_kind == "lag"]
    sold = units_sold(lagging, days=LAG_DAYS, until=moment) if lagging else {}
    taken = held or {}
    told: dict[int, Told] = {}
    same: dict[tuple[int, int, int, int], Told] = {}  # most goods share their rule and numbers
    for pk, units in free.items():
        facts = (units, taken.get(pk, 0), sold.get(pk, 0), id(limits[pk]))
        if facts not in same:
            same[facts] = tell(
                units, limits[pk], now=moment, held=facts[1], sold=facts[2], days=LAG_DAYS
            )
        told[pk] = same[facts]
    return told


def units_sold(variant_ids: Collection[int], *, days: int, until: datetime) -> dict[int, int]:
    """Units shipped by variant in the days before `until`; variants without sales are left out."""
    since = until - timedelta(days=days)
    rows = run(_SOLD, {"variants": list(variant_ids), "since": since, "until": until})
    return {row[0]: row[1] for row in rows}


def _limits(channel: Channel, variant_ids: Collection[int], moment: datetime) -> dict[int, Limits]:
    """The narrowest rule of the channel for each variant; without any, all that is available.

    A sale of the whole channel binds the variants that have a rule of their own as well.
    """
    kind, pk = channel
    everything = Limits()
    of_variant: dict[int, Limits] = {}
    of_category: dict[int, Limits] = {}
    for rule in ChannelStockRule.objects.filter(channel_kind=kind, channel_id=pk):
        if rule.variant_id is not None:
            of_variant[rule.variant_id] = _limits_of(rule)
        elif rule.category_id is not None:
            of_category[rule.category_id] = _limits_of(rule)
        else:
            everything = _limits_of(rule)
    chosen = dict.fromkeys(variant_ids, everything)
    if of_category:
        chosen |= _by_category(variant_ids, of_category)
    chosen |= {key: of_variant[key] for key in chosen.keys() & of_variant.keys()}
    if everything.is_sale(moment):
        chosen = {
            key: replace(limits, sale_from=everything.sale_from, sale_until=everything.sale_until)
            for key, limits in chosen.items()
        }
    return chosen


def _by_category(
    variant_ids: Collection[int], of_category: Mapping[int, Limits]
) -> dict[int, Limits]:
    """The rule of the nearest category above each variant; variants without one are left out."""
    found = {}
    for variant, trail in run(_TRAILS, {"variants": list(variant_ids)}):
        above = [int(part) for part in trail.split("/") if part]
        nearest = next((pk for pk in reversed(above) if pk in of_category), None)
        if nearest is not None:
            found[variant] = of_category[nearest]
    return found


def _limits_of(rule: ChannelStockRule) -> Limits:
    return Limits(
        buffer_kind=rule.buffer_kind,
        buffer_value=rule.buffer_value,
        max_units=rule.max_units,
        share_percent=rule.share_percent,
        sale_from=rule.sale_from,
        sale_until=rule.sale_until,
    )
