"""Proof that goods on their way are what the transfers say."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.kernel.books import MOST_SHOWN, Finding, register_check
from oms.kernel.sql import run

TRANSIT = "transfers = in transit"

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


def register() -> None:
    """Called once by wiring."""
    register_check(
        TRANSIT,
        transfers_equal_transit,
        title=gettext_lazy("Hàng đang chuyển = tổng các phiếu chuyển"),
    )


def transfers_equal_transit() -> list[Finding]:
    """What was shipped and neither arrived nor was written off stands in transit."""
    text = _("%s: đang chuyển %s, theo các phiếu chuyển %s")
    url = reverse("inventory:transfer_list")
    return [Finding(TRANSIT, text % tuple(row), url) for row in run(_TRANSIT, {"most": MOST_SHOWN})]
