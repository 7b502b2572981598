"""The indexes of an order: one for each way in which the list is walked."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

# Tabs in which the hand-over is still ahead: there a deadline can be missed.
OPEN_TABS = (
    *("to_confirm", "waiting_stock", "to_arrange", "to_print"),
    *("packing", "to_hand_over", "on_hold"),
)
# From here on a quantity is looked up; smaller ones are met soon by any walk.
MANY_PIECES = 10

STATES = [
    *("tab", "status", "fulfillment_status", "label_printed_count", "payment_status"),
    *("cod_status", "invoice_status", "carrier_code", "source", "province"),
]
FILTERED = [
    *STATES,
    *("pieces", "sku_count", "warehouse", "shop_ref", "assignee", "customer", "phone_reversed"),
    *("confirmed_at", "shipped_at", "ship_by_at", "needs_attention"),
]

OF_OPEN = [name for name in FILTERED if name not in {"phone_reversed", "ship_by_at"}]

INDEXES = [
    # Parcels that came to an end in a street: what the risk of an address is read from.
    models.Index(
        "new_unit_path",
        Lower("street"),
        name="order_ended_in_street",
        condition=~Q(new_unit_path="")
        & Q(fulfillment_status__in=["delivered", "return_pending", "returning", "returned"]),
    ),
    models.Index(fields=["split_from"], name="order_parts", condition=Q(split_from__isnull=False)),
    models.Index(
        fields=["merged_into"], name="order_merged", condition=Q(merged_into__isnull=False)
    ),
    models.Index(fields=["tab", "-placed_at", "-id"], name="order_tab_newest"),
    # The tab counters of users who are limited to shops or warehouses.
    models.Index(fields=["tab", "warehouse", "shop_ref"], name="order_tab_scope"),
    # With all that filters ask: the walk from the newest reads this index alone.
    models.Index(fields=["-placed_at", "-id"], include=FILTERED, name="order_newest"),
    # Two filters of which few orders or none have both, where any walk would read everything.
    # Values repeat, so the index stays small; the planner knows from the statistics of migration
    # 0025 which pairs are rare.
    models.Index(fields=STATES, name="order_facets"),
    models.Index(fields=["warehouse", "-placed_at", "-id"], name="order_warehouse_newest"),
    models.Index(fields=["source", "-placed_at", "-id"], name="order_source_newest"),
    models.Index(
        fields=["shop_ref", "-placed_at", "-id"],
        name="order_shop_newest",
        condition=Q(shop_ref__isnull=False),
    ),
    models.Index(
        fields=["-placed_at", "-id"],
        name="order_attention_newest",
        condition=Q(needs_attention=True),
    ),
    # Filters of the list: what nearly every order ends with is not kept.
    models.Index(
        fields=["province", "-placed_at", "-id"],
        name="order_province_newest",
        condition=~Q(province=""),
    ),
    models.Index(
        fields=["carrier_code", "-placed_at", "-id"],
        name="order_carrier_newest",
        condition=~Q(carrier_code=""),
    ),
    models.Index(
        fields=["cod_status", "-placed_at", "-id"],
        name="order_cod_newest",
        condition=~Q(cod_status="none") & ~Q(cod_status="remitted"),
    ),
    models.Index(
        fields=["payment_status", "-placed_at", "-id"],
        name="order_payment_newest",
        condition=~Q(payment_status="paid"),
    ),
    models.Index(
        fields=["invoice_status", "-placed_at", "-id"],
        name="order_invoice_newest",
        condition=~Q(invoice_status="not_required") & ~Q(invoice_status="coded"),
    ),
    # With all that filters ask: orders due within hours are thousands, and of another filter few.
    models.Index(
        fields=["ship_by_at", "id"],
        include=["placed_at", *OF_OPEN],
        name="order_due",
        condition=Q(ship_by_at__isnull=False, tab__in=OPEN_TABS),
    ),
    # The phones of orders that can still be stopped: which are double is seen from these alone.
    models.Index(
        fields=["-placed_at", "-id"],
        include=["phone_reversed"],
        name="order_open_newest",
        condition=Q(tab__in=OPEN_TABS),
    ),
    models.Index(
        fields=["tab", "ship_by_at", "id"],
        name="order_tab_deadline",
        condition=Q(ship_by_at__isnull=False, tab__in=OPEN_TABS),
    ),
    models.Index(
        fields=["-confirmed_at", "-id"],
        name="order_confirmed_newest",
        condition=Q(confirmed_at__isnull=False),
    ),
    models.Index(
        fields=["-shipped_at", "-id"],
        name="order_shipped_newest",
        condition=Q(shipped_at__isnull=False),
    ),
    models.Index(
        fields=["-placed_at", "-id"],
        name="order_buyer_note",
        condition=~Q(buyer_note=""),
    ),
    models.Index(fields=["id"], name="order_own_note", condition=~Q(internal_note="")),
    models.Index(fields=["pieces"], name="order_pieces", condition=Q(pieces__gte=MANY_PIECES)),
    # Orders that would take stock if there were any, in the order in which they get it.
    models.Index(
        fields=["-priority", "placed_at", "id"],
        name="order_wants_stock",
        condition=Q(fulfillment_status="unallocated")
        & Q(status__in=["pending_confirmation", "confirmed"]),
    ),
    # Held orders whose goods go back one day; hardly any order is one.
    models.Index(
        fields=["stock_kept_until", "id"],
        name="order_hold_ends",
        condition=Q(stock_kept_until__isnull=False),
    ),
    # What is owed on terms: few orders, whatever the size of the table.
    models.Index(
        fields=["due_on", "id"],
        name="order_owed",
        condition=Q(
            due_on__isnull=False, payment_status__in=["unpaid", "pending", "partially_paid"]
        ),
    ),
    models.Index(fields=["remote_id"], name="order_remote_id", condition=~Q(remote_id="")),
    models.Index(
        fields=["tracking_number"],
        name="order_tracking_number",
        condition=~Q(tracking_number=""),
    ),
    models.Index(
        fields=["phone_reversed"],
        opclasses=["varchar_pattern_ops"],
        name="order_phone_tail",
    ),
    # Orders with none stay out, so that intake pays nothing for these two.
    GinIndex(fields=["tag_ids"], name="order_tags", condition=~Q(tag_ids=[])),
    GinIndex(fields=["flags"], name="order_flags", condition=~Q(flags=[])),
    models.Index(
        fields=["assignee", "-placed_at", "-id"],
        name="order_assignee_newest",
        condition=Q(assignee__isnull=False),
    ),
    GinIndex(fields=["search_folded"], opclasses=["gin_trgm_ops"], name="order_search_trgm"),
]
