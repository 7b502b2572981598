"""Problems of a shop: one open row per thing, renewed by a repeat, closed when it goes well."""

from collections.abc import Collection

from django.db import connection

from channels_sync.models import SyncProblem
from oms.kernel.clock import now

_REPORT = """
INSERT INTO channels_sync_syncproblem
    (shop_id, kind, remote_id, message, seen_count, created_at, seen_at)
VALUES (%s, %s, %s, %s, 1, %s, %s)
ON CONFLICT (shop_id, kind, remote_id) WHERE resolved_at IS NULL
DO UPDATE SET message = excluded.message, seen_at = excluded.seen_at,
    seen_count = channels_sync_syncproblem.seen_count + 1
"""


def report_problem(shop_id: int, kind: str, remote_id: str, message: str) -> None:
    """Open a problem, or renew the open one of the same kind about the same thing."""
    moment = now()
    with connection.cursor() as cursor:
        cursor.execute(_REPORT, [shop_id, kind, remote_id[:140], message, moment, moment])


def resolve_problems(shop_id: int, remote_ids: Collection[str], kinds: Collection[str] = ()) -> int:
    """Close the open problems about these things; all kinds when none is named."""
    rows = SyncProblem.objects.filter(
        shop_id=shop_id, remote_id__in=remote_ids, resolved_at__isnull=True
    )
    if kinds:
        rows = rows.filter(kind__in=kinds)
    return rows.update(resolved_at=now())
