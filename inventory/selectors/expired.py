"""Pieces past their date: they are here, and nobody may be promised them."""

# Of the balance `l`, at `now`.
EXPIRED = """(
    SELECT coalesce(sum(b.on_hand), 0)::int
    FROM inventory_lotbalance b JOIN inventory_lot o ON o.id = b.lot_id
    WHERE b.variant_id = l.variant_id AND b.warehouse_id = l.warehouse_id AND b.on_hand > 0
        AND o.expires_on < (%(now)s::timestamptz AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
)"""
