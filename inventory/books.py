"""Proofs that balances are what the ledger and the promises add up to."""

from collections import defaultdict
from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.models import Allocation, StockMovement
from inventory.ports import name_holders
from inventory.services.rebuild import rebuild_on_hand, rebuild_reserved
from oms.kernel.books import MOST_SHOWN, Finding, register_check
from oms.kernel.clock import local
from oms.kernel.sql import run

ON_HAND, RESERVED = "movements = on hand", "allocations = reserved"
EVIDENCE_SHOWN = 3
Place = tuple[int, int]  # variant id, warehouse id

_ON_HAND = """
SELECT variant_id, warehouse_id, v.sku, w.code, coalesce(l.on_hand, 0), coalesce(m.quantity, 0)
FROM (SELECT variant_id, warehouse_id, sum(quantity) AS quantity
    FROM inventory_stockmovement GROUP BY variant_id, warehouse_id) AS m
FULL JOIN inventory_stocklevel l USING (variant_id, warehouse_id)
JOIN inventory_variant v ON v.id = variant_id JOIN inventory_warehouse w ON w.id = warehouse_id
WHERE coalesce(l.on_hand, 0) <> coalesce(m.quantity, 0) ORDER BY 3, 4 LIMIT %(most)s
"""
_RESERVED = """
SELECT variant_id, warehouse_id, v.sku, w.code, coalesce(l.reserved, 0), coalesce(a.quantity, 0)
FROM (SELECT variant_id, warehouse_id, sum(quantity) AS quantity
    FROM inventory_allocation WHERE status = 'open' GROUP BY variant_id, warehouse_id) AS a
FULL JOIN inventory_stocklevel l USING (variant_id, warehouse_id)
JOIN inventory_variant v ON v.id = variant_id JOIN inventory_warehouse w ON w.id = warehouse_id
WHERE coalesce(l.reserved, 0) <> coalesce(a.quantity, 0) ORDER BY 3, 4 LIMIT %(most)s
"""
_NEWEST_MOVEMENTS = """
SELECT m.* FROM unnest(%(variants)s::bigint[], %(warehouses)s::bigint[]) AS p (v, w)
CROSS JOIN LATERAL (
    SELECT variant_id, warehouse_id, quantity, kind, actor_label, created_at
    FROM inventory_stockmovement
    WHERE variant_id = p.v AND warehouse_id = p.w ORDER BY id DESC LIMIT %(most)s
) AS m
"""
_HOLDERS = """
SELECT a.* FROM unnest(%(variants)s::bigint[], %(warehouses)s::bigint[]) AS p (v, w)
CROSS JOIN LATERAL (
    SELECT id FROM inventory_allocation
    WHERE variant_id = p.v AND warehouse_id = p.w AND status = 'open' ORDER BY id LIMIT %(most)s
) AS a
"""


def register() -> None:
    """Called once by wiring."""
    register_check(
        ON_HAND,
        movements_equal_on_hand,
        title=gettext_lazy("Tồn thực tế = tổng biến động kho"),
        rebuild=rebuild_on_hand,
    )
    register_check(
        RESERVED,
        allocations_equal_reserved,
        title=gettext_lazy("Đang giữ chỗ = tổng phân bổ đang mở"),
        rebuild=rebuild_reserved,
    )


def movements_equal_on_hand() -> list[Finding]:
    """Each balance is the sum of its movements; the newest of them are the evidence."""
    rows = run(_ON_HAND, {"most": MOST_SHOWN})
    text = _("%s @ %s: tồn %s, tổng biến động %s")
    return findings(ON_HAND, text, rows, _movements(rows))


def allocations_equal_reserved() -> list[Finding]:
    """What is reserved is the sum of the open promises; their holders are the evidence."""
    rows = run(_RESERVED, {"most": MOST_SHOWN})
    text = _("%s @ %s: đang giữ %s, tổng phân bổ %s")
    return findings(RESERVED, text, rows, _holders(rows))


def findings(
    name: str, text: str, rows: Sequence[tuple], evidence: dict[Place, list[str]]
) -> list[Finding]:
    """Differences of balances: rows begin with variant and warehouse, `text` takes the rest."""
    return [
        Finding(
            name,
            text % row[2:],
            reverse("inventory:stock_explain", args=row[:2]),
            tuple(evidence.get((row[0], row[1]), ())),
        )
        for row in rows
    ]


def _places(rows: Sequence[tuple]) -> dict[str, list[int] | int]:
    return {
        "variants": [row[0] for row in rows],
        "warehouses": [row[1] for row in rows],
        "most": EVIDENCE_SHOWN,
    }


def _movements(rows: Sequence[tuple]) -> dict[Place, list[str]]:
    told: dict[Place, list[str]] = defaultdict(list)
    if not rows:
        return told
    for variant, warehouse, quantity, kind, actor, moment in run(_NEWEST_MOVEMENTS, _places(rows)):
        label = StockMovement.Kind(kind).label
        told[variant, warehouse].append(
            f"{local(moment):%d/%m/%Y %H:%M} {label} {quantity:+d} ({actor})"
        )
    return told


def _holders(rows: Sequence[tuple]) -> dict[Place, list[str]]:
    told: dict[Place, list[str]] = defaultdict(list)
    ids = [row[0] for row in run(_HOLDERS, _places(rows))] if rows else []
    held = list(Allocation.objects.filter(pk__in=ids).order_by("id"))
    for row, holder in zip(held, name_holders(held), strict=True):
        told[row.variant_id, row.warehouse_id].append(f"{holder.label}: {holder.quantity}")
    return told
