"""Proofs that goods on their way are what transfers say, and that counts were posted once."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.kernel.books import MOST_SHOWN, Finding, register_check
from oms.kernel.sql import run

TRANSIT, COUNTS = "transfers = in transit", "counts = adjustments"

_TRANSIT = """
SELECT v.sku, coalesce(l.on_hand, 0), coalesce(t.quantity, 0)
FROM (SELECT variant_id, sum(shipped - received - lost - returned) AS quantity
    FROM inventory_transferline GROUP BY variant_id) AS t
FULL JOIN (SELECT variant_id, on_hand FROM inventory_stocklevel
    JOIN inventory_warehouse w ON w.id = warehouse_id AND w.kind = 'transit') AS l
    USING (variant_id)
JOIN inventory_variant v ON v.id = variant_id
WHERE coalesce(l.on_hand, 0) <> coalesce(t.quantity, 0) ORDER BY 1 LIMIT %(most)s
"""
_COUNTS = """
SELECT c.id, c.number, v.sku, coalesce(l.variance, 0), coalesce(m.quantity, 0)
FROM (SELECT count_id, variant_id, counted - book AS variance FROM inventory_countline
    WHERE counted IS NOT NULL AND count_id IN
        (SELECT id FROM inventory_stockcount WHERE status = 'approved')) AS l
FULL JOIN (SELECT cause_id AS count_id, variant_id, sum(quantity) AS quantity
    FROM inventory_stockmovement WHERE cause_kind = 'stock_count' AND cause_id IS NOT NULL
    GROUP BY cause_id, variant_id) AS m USING (count_id, variant_id)
JOIN inventory_stockcount c ON c.id = count_id JOIN inventory_variant v ON v.id = variant_id
WHERE coalesce(l.variance, 0) <> coalesce(m.quantity, 0) ORDER BY 1, 3 LIMIT %(most)s
"""


def register() -> None:
    """Called once by wiring."""
    register_check(
        TRANSIT,
        transfers_equal_transit,
        title=gettext_lazy("Hàng đang chuyển = tổng các phiếu chuyển"),
    )
    register_check(
        COUNTS,
        counts_equal_adjustments,
        title=gettext_lazy("Chênh lệch phiếu kiểm đã duyệt = điều chỉnh đã ghi"),
    )


def transfers_equal_transit() -> list[Finding]:
    """What was shipped and neither arrived nor was written off stands in transit."""
    text = _("%s: đang chuyển %s, theo các phiếu chuyển %s")
    url = reverse("inventory:transfer_list")
    return [Finding(TRANSIT, text % tuple(row), url) for row in run(_TRANSIT, {"most": MOST_SHOWN})]


def counts_equal_adjustments() -> list[Finding]:
    """An approved count posted the difference of every line, and nothing else."""
    text = _("%s %s: lệch %s, đã điều chỉnh %s")
    return [
        Finding(COUNTS, text % tuple(row), reverse("inventory:count_detail", args=[pk]))
        for pk, *row in run(_COUNTS, {"most": MOST_SHOWN})
    ]
