"""Balances computed again from the rows they are sums of: the ledger and the open promises.

Only for numbers that drifted because rows were changed behind the services' back. A balance that
would break a rule of its table is left as it is, and reported with both numbers.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.services import stock_sql
from inventory.services.stock import announce
from oms.kernel.actors import Actor
from oms.kernel.books import Repair
from oms.kernel.events import EventRow, record_events
from oms.kernel.sql import retry_deadlock, run

AT_ONCE = 200
Place = tuple[int, int]  # variant id, warehouse id
Field = Literal["on_hand", "reserved", "value_vnd"]

# Read without locks: which balances to look at again under a lock.
_WRONG: dict[Field, str] = {
    "on_hand": """
SELECT variant_id, warehouse_id
FROM (SELECT variant_id, warehouse_id, sum(quantity) AS quantity
    FROM inventory_stockmovement GROUP BY variant_id, warehouse_id) AS m
FULL JOIN inventory_stocklevel l USING (variant_id, warehouse_id)
WHERE coalesce(l.on_hand, 0) <> coalesce(m.quantity, 0) ORDER BY 1, 2
""",
    "reserved": """
SELECT variant_id, warehouse_id
FROM (SELECT variant_id, warehouse_id, sum(quantity) AS quantity
    FROM inventory_allocation WHERE status = 'open' GROUP BY variant_id, warehouse_id) AS a
FULL JOIN inventory_stocklevel l USING (variant_id, warehouse_id)
WHERE coalesce(l.reserved, 0) <> coalesce(a.quantity, 0) ORDER BY 1, 2
""",
    "value_vnd": """
SELECT variant_id, warehouse_id
FROM (SELECT variant_id, warehouse_id, sum(value_vnd) AS value_vnd
    FROM inventory_stockmovement GROUP BY variant_id, warehouse_id) AS m
FULL JOIN inventory_stocklevel l USING (variant_id, warehouse_id)
WHERE coalesce(l.value_vnd, 0) <> coalesce(m.value_vnd, 0) ORDER BY 1, 2
""",
}
LOCK = """
SELECT l.id, l.variant_id, l.warehouse_id, l.on_hand, l.reserved, l.value_vnd
FROM inventory_stocklevel l
JOIN unnest(%(variants)s::bigint[], %(warehouses)s::bigint[]) AS p (variant_id, warehouse_id)
    USING (variant_id, warehouse_id)
WHERE l.variant_id = ANY(%(variants)s::bigint[])
ORDER BY l.id FOR NO KEY UPDATE OF l
"""
SUMS: dict[Field, str] = {
    "on_hand": """
SELECT p.v, p.w, coalesce(sum(m.quantity), 0)::int
FROM unnest(%(variants)s::bigint[], %(warehouses)s::bigint[]) AS p (v, w)
LEFT JOIN inventory_stockmovement m ON m.variant_id = p.v AND m.warehouse_id = p.w
GROUP BY p.v, p.w
""",
    "reserved": """
SELECT p.v, p.w, coalesce(sum(a.quantity), 0)::int
FROM unnest(%(variants)s::bigint[], %(warehouses)s::bigint[]) AS p (v, w)
LEFT JOIN inventory_allocation a ON a.variant_id = p.v AND a.warehouse_id = p.w
    AND a.status = 'open'
GROUP BY p.v, p.w
""",
    "value_vnd": """
SELECT p.v, p.w, coalesce(sum(m.value_vnd), 0)::bigint
FROM unnest(%(variants)s::bigint[], %(warehouses)s::bigint[]) AS p (v, w)
LEFT JOIN inventory_stockmovement m ON m.variant_id = p.v AND m.warehouse_id = p.w
GROUP BY p.v, p.w
""",
}
_SET: dict[Field, str] = {
    # Pieces and worth come from the same rows; a balance without pieces must have no worth.
    "on_hand": """
UPDATE inventory_stocklevel l SET on_hand = n.value, value_vnd = (
    SELECT coalesce(sum(value_vnd), 0) FROM inventory_stockmovement m
    WHERE m.variant_id = l.variant_id AND m.warehouse_id = l.warehouse_id)
FROM unnest(%(ids)s::bigint[], %(values)s::int[]) AS n (id, value) WHERE l.id = n.id
""",
    "reserved": """
UPDATE inventory_stocklevel l SET reserved = n.value
FROM unnest(%(ids)s::bigint[], %(values)s::int[]) AS n (id, value) WHERE l.id = n.id
""",
    "value_vnd": """
UPDATE inventory_stocklevel l SET value_vnd = n.value
FROM unnest(%(ids)s::bigint[], %(values)s::bigint[]) AS n (id, value) WHERE l.id = n.id
""",
}
SKUS = """
SELECT v.id, w.id, v.sku || ' @ ' || w.code
FROM unnest(%(variants)s::bigint[], %(warehouses)s::bigint[]) AS p (variant_id, warehouse_id)
JOIN inventory_variant v ON v.id = p.variant_id JOIN inventory_warehouse w ON w.id = p.warehouse_id
"""


def rebuild_on_hand(actor: Actor) -> list[Repair]:
    """What is on hand from the movements. A repeat changes nothing."""
    return [row for places in _wrong_places("on_hand") for row in _set(places, "on_hand", actor)]


def rebuild_reserved(actor: Actor) -> list[Repair]:
    """What is reserved from the open allocations. A repeat changes nothing."""
    return [row for places in _wrong_places("reserved") for row in _set(places, "reserved", actor)]


def rebuild_value(actor: Actor) -> list[Repair]:
    """What stock is worth from the movements. A repeat changes nothing."""
    return [
        row for places in _wrong_places("value_vnd") for row in _set(places, "value_vnd", actor)
    ]


def _wrong_places(field: Field) -> Iterator[dict[str, list[int]]]:
    rows = run(_WRONG[field])
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        yield {"variants": [row[0] for row in some], "warehouses": [row[1] for row in some]}


@retry_deadlock
@transaction.atomic
def _set(places: dict[str, list[int]], field: Field, actor: Actor) -> list[Repair]:
    """Who writes movements or promises locks the balance first: the sums stand still from here."""
    run(stock_sql.OPEN_LEVELS, places)
    levels = run(LOCK, places)
    sums = {(row[0], row[1]): row[2] for row in run(SUMS[field], places)}
    names = {(row[0], row[1]): row[2] for row in run(SKUS, places)}
    column = {"on_hand": 3, "reserved": 4, "value_vnd": 5}[field]
    repairs, kept = [], []
    for level in levels:
        place, before = (level[1], level[2]), level[column]
        after = sums[place]
        if before == after:
            continue
        refusal = _refusal(field, level, after)
        message = f"{names[place]}: {before} → {after}"
        key = f"{place[0]}:{place[1]}"
        if refusal:
            repairs.append(Repair(key, f"{message}. {refusal}", ok=False))
        else:
            repairs.append(Repair(key, message, ok=True))
            kept.append((level, before, after))
    _write(field, kept, actor)
    return repairs


def _refusal(field: Field, level: Sequence[int], after: int) -> str:
    """Why the table would refuse this balance; empty when it would not."""
    if field == "value_vnd":
        worthy = after >= 0 and (level[3] > 0 or after == 0)
        return "" if worthy else _("Giá trị không khớp số lượng: hãy dựng lại tồn thực tế trước.")
    on_hand, reserved = (after, level[4]) if field == "on_hand" else (level[3], after)
    if on_hand < 0:
        return _("Sổ kho cộng ra số âm: hãy kiểm kê rồi ghi điều chỉnh.")
    if reserved > on_hand:
        return _(
            "Không ghi được vì đang giữ %(reserved)d lớn hơn tồn %(on_hand)d: "
            "hãy kiểm số giữ chỗ, hoặc kiểm kê rồi ghi điều chỉnh."
        ) % {"reserved": reserved, "on_hand": on_hand}
    return ""


def _write(field: Field, kept: Sequence[tuple[Sequence[int], int, int]], actor: Actor) -> None:
    if not kept:
        return
    run(
        _SET[field],
        {"ids": [level[0] for level, _b, _a in kept], "values": [after for _l, _b, after in kept]},
    )
    record_rebuilt(
        [((level[1], level[2]), {field: [before, after]}) for level, before, after in kept], actor
    )


def record_rebuilt(changes: Sequence[tuple[Place, dict[str, list[int]]]], actor: Actor) -> None:
    """Tell for each balance what was computed again, with its value before and after."""
    if not changes:
        return
    record_events(
        [
            EventRow(
                "stock.rebuilt", "variant", place[0], {"warehouse_id": place[1], "changes": moved}
            )
            for place, moved in changes
        ],
        actor=actor,
    )
    announce({place[0] for place, _moved in changes}, actor=actor, freed=True)
