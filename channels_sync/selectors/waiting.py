"""How much of each kind waits in a shop, counted no further than a person reads."""

from collections.abc import Iterable
from dataclasses import dataclass

from channels_sync.models import Shop
from oms.kernel.sql import run

MOST_COUNTED = 1000

_WAITING = """
SELECT s.id,
    (SELECT count(*) FROM (
        SELECT FROM channels_sync_stockpush p JOIN channels_sync_listing l ON l.id = p.listing_id
        WHERE l.shop_id = s.id AND l.variant_id IS NOT NULL
            AND p.version > p.sent_version AND p.state = 'pending'
        LIMIT %(most)s::int) owed),
    (SELECT count(*) FROM (
        SELECT FROM channels_sync_stockpush p JOIN channels_sync_listing l ON l.id = p.listing_id
        WHERE l.shop_id = s.id AND l.variant_id IS NOT NULL
            AND p.version > p.sent_version AND p.state = 'failed'
        LIMIT %(most)s::int) refused),
    (SELECT count(*) FROM (
        SELECT FROM channels_sync_syncproblem
        WHERE shop_id = s.id AND resolved_at IS NULL LIMIT %(most)s::int) problems),
    (SELECT count(*) FROM (
        SELECT FROM channels_sync_listing
        WHERE shop_id = s.id AND variant_id IS NULL LIMIT %(most)s::int) unlinked),
    (SELECT count(*) FROM (
        SELECT FROM channels_sync_remotepackage p
        JOIN channels_sync_remoteorder o ON o.id = p.remote_order_id
        WHERE o.shop_id = s.id AND p.next_attempt_at IS NOT NULL LIMIT %(most)s::int) packages),
    (SELECT count(*) FROM (
        SELECT FROM kernel_inboxmessage
        WHERE processed_at IS NULL AND source = s.code LIMIT %(most)s::int) messages)
FROM unnest(%(shops)s::bigint[], %(codes)s::text[]) AS s (id, code)
"""


@dataclass(frozen=True)
class Waiting:
    """Each number is exact below MOST_COUNTED, and that when it is more."""

    owed_pushes: int
    refused_pushes: int
    open_problems: int
    unlinked: int
    # Parcels that wait to be announced, numbered or labelled.
    owed_packages: int
    # Push messages of the whole marketplace that were stored and not worked off.
    messages: int


def waiting_in(shops: Iterable[Shop]) -> dict[int, Waiting]:
    """By shop; one statement, and as much work in a shop of a hundred thousand listings."""
    named = {shop.pk: shop.marketplace for shop in shops}
    asked = {"shops": list(named), "codes": list(named.values()), "most": MOST_COUNTED}
    return {row[0]: Waiting(*row[1:]) for row in run(_WAITING, asked)}
