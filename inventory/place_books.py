"""Equations of goods on their way, for the proof that the books agree."""

from django.utils.translation import gettext_noop

# Name, statement (parameter `most`: rows at most), and the words for its rows.
TRANSIT = (
    "transfers = in transit",
    """
    SELECT v.sku, coalesce(l.on_hand, 0), coalesce(t.quantity, 0)
    FROM (SELECT variant_id, sum(shipped - received - lost - returned) AS quantity
        FROM inventory_transferline GROUP BY variant_id) AS t
    FULL JOIN (SELECT variant_id, on_hand FROM inventory_stocklevel
        JOIN inventory_warehouse w ON w.id = warehouse_id AND w.kind = 'transit') AS l
        USING (variant_id)
    JOIN inventory_variant v ON v.id = variant_id
    WHERE coalesce(l.on_hand, 0) <> coalesce(t.quantity, 0) ORDER BY 1 LIMIT %(most)s
    """,
    gettext_noop("%s: đang chuyển %s, theo các phiếu chuyển %s"),
)
EQUATIONS = (TRANSIT,)
