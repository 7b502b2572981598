"""Counters that are exact, written with the change, and read without counting rows."""

from collections.abc import Callable, Mapping

from django.db import connection, transaction
from django.db.models import Sum

from oms.kernel.models import CounterSlot

# A connection keeps to one slot, so those that are open at once seldom wait for each other.
OWN_SLOT = "mod(pg_backend_pid(), 64)::smallint"

_BUMP = f"""
INSERT INTO kernel_counterslot AS c (name, slot, value)
SELECT name, {OWN_SLOT}, delta FROM unnest(%s::text[], %s::bigint[]) AS row (name, delta)
ORDER BY name
ON CONFLICT (name, slot) DO UPDATE SET value = c.value + excluded.value
"""  # noqa: S608 (a constant joined with constants)


def bump(deltas: Mapping[str, int]) -> None:
    """Add to counters in the caller's transaction; one statement, rows locked in name order."""
    real = {name: delta for name, delta in deltas.items() if delta}
    if not real:
        return
    with connection.cursor() as cursor:
        cursor.execute(_BUMP, [list(real), list(real.values())])


def read_counters(prefix: str) -> dict[str, int]:
    """Values by name, for the names that begin with `prefix`."""
    rows = CounterSlot.objects.filter(name__startswith=prefix).values("name")
    return {row["name"]: row["total"] for row in rows.annotate(total=Sum("value"))}


@transaction.atomic
def rebuild(prefix: str, count: Callable[[], Mapping[str, int]]) -> None:
    """Replace the counters below `prefix` by what `count()` finds.

    It counts after every open change is committed, and no change begins before this one is: a
    bump that was on its way is neither lost nor counted twice.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE kernel_counterslot IN SHARE ROW EXCLUSIVE MODE")
    values = count()
    CounterSlot.objects.filter(name__startswith=prefix).delete()
    CounterSlot.objects.bulk_create(
        CounterSlot(name=name, slot=0, value=value) for name, value in values.items()
    )
