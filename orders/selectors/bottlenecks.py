"""Where orders wait: hours per stage, median and 90th percentile, cut as the owner asks.

Days are those of the company, cut in SQL; an order counts on the day on which it was placed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from inventory.models import Warehouse
from inventory.selectors.places import warehouses_visible_to
from oms.kernel.clock import COMPANY_ZONE, day_bounds
from oms.kernel.sql import run
from orders.models import Order

STAGES = {
    "confirm": _("Chờ xác nhận"),
    "pack": _("Nhặt và đóng gói"),
    "hand_over": _("Chờ bàn giao"),
    "total": _("Từ đặt đến bàn giao"),
    "deliver": _("Vận chuyển"),
    "complete": _("Thu tiền, hoàn thành"),
}
CUTS = {
    "day": _("Theo ngày"),
    "warehouse": _("Theo kho"),
    "channel": _("Theo kênh"),
    "person": _("Theo người"),
}
_KEYS = {
    "day": f"(s.placed_at AT TIME ZONE '{COMPANY_ZONE.key}')::date::text",
    "warehouse": "coalesce(s.warehouse_id::text, '')",
    "channel": "s.source",
    "person": "coalesce(s.person, '')",
}
# A stage ends with an event; the first of its name tells when goods were packed, and by whom.
_STAGES = """
WITH o AS MATERIALIZED (
    SELECT id, placed_at, confirmed_at, shipped_at, delivered_at, completed_at, ship_by_at,
        warehouse_id, source, status
    FROM orders_order
    WHERE placed_at >= %(since)s::timestamptz AND placed_at < %(until)s::timestamptz
        AND status NOT IN ('draft', 'cancelled')
        AND (%(source)s::text = '' OR source = %(source)s::text)
        AND (%(warehouse)s::bigint IS NULL OR warehouse_id = %(warehouse)s::bigint)
        AND (%(shops)s::bigint[] IS NULL OR shop_ref IS NULL
            OR shop_ref = ANY(%(shops)s::bigint[]))
        AND (%(warehouses)s::bigint[] IS NULL OR warehouse_id IS NULL
            OR warehouse_id = ANY(%(warehouses)s::bigint[]))
),
told AS MATERIALIZED (
    SELECT DISTINCT ON (e.about_id, e.name) e.about_id, e.name, e.created_at, e.actor_label
    FROM kernel_event e
    WHERE e.about_kind = 'order' AND e.about_id = ANY(ARRAY(SELECT id FROM o))
        AND e.name IN ('order.confirmed', 'shipment.packed', 'order.shipped',
            'order.delivered', 'order.completed')
    ORDER BY e.about_id, e.name, e.id
),
s AS (
    SELECT o.*, v.stage, v.since, v.until, p.actor_label AS person
    FROM o LEFT JOIN told k ON k.about_id = o.id AND k.name = 'shipment.packed'
    CROSS JOIN LATERAL (VALUES
        ('confirm', o.placed_at, o.confirmed_at, 'order.confirmed'),
        ('pack', o.confirmed_at, k.created_at, 'shipment.packed'),
        ('hand_over', coalesce(k.created_at, o.confirmed_at), o.shipped_at, 'order.shipped'),
        ('total', o.placed_at, o.shipped_at, 'order.shipped'),
        ('deliver', o.shipped_at, o.delivered_at, 'order.delivered'),
        ('complete', o.delivered_at, o.completed_at, 'order.completed')
    ) AS v (stage, since, until, name)
    LEFT JOIN told p ON p.about_id = o.id AND p.name = v.name
)
"""
_HOURS = """
SELECT {key} AS key, s.stage, count(*)::int,
    round(percentile_cont(0.5) WITHIN GROUP (ORDER BY {hours})::numeric, 1),
    round(percentile_cont(0.9) WITHIN GROUP (ORDER BY {hours})::numeric, 1),
    (count(*) FILTER (WHERE s.stage = 'total' AND s.shipped_at > s.ship_by_at))::int,
    (count(*) FILTER (WHERE s.stage = 'total' AND s.status
        IN ('returning', 'returned', 'partially_returned')))::int
FROM s WHERE s.until >= s.since GROUP BY 1, 2
"""
_LENGTH = "extract(epoch FROM s.until - s.since) / 3600"
_SQL = {cut: _STAGES + _HOURS.format(key=key, hours=_LENGTH) for cut, key in _KEYS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`until` is the last day that counts."""

    since: date
    until: date
    cut: str = "day"
    source: str = ""
    warehouse_id: int | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """Of the orders that went through a stage."""

    orders: int
    median: Decimal
    ninth: Decimal


@dataclass(slots=True)
class Row:
    """One day, warehouse, channel or person; a stage that nobody went through is missing."""

    key: str
    label: str
    stages: dict[str, Hours] = field(default_factory=dict)
    shipped: int = 0
    late: int = 0
    returned: int = 0

    @property
    def cells(self) -> list[tuple[str, Hours | None]]:
        """Every stage by its name, in the order of the work."""
        return [(str(name), self.stages.get(stage)) for stage, name in STAGES.items()]


def bottlenecks(user: Any, question: Question) -> list[Row]:
    """Days newest first, all else by the slowest way to the carrier; one or two statements."""
    shops, places = user.shop_scope(), user.warehouse_scope()
    found = run(
        _SQL[question.cut],
        {
            "since": _start(question.since),
            "until": day_bounds(question.until)[1],
            "source": question.source,
            "warehouse": question.warehouse_id,
            "shops": None if shops is None else sorted(shops),
            "warehouses": None if places is None else sorted(places),
        },
    )
    labels = _labels(question.cut, user, [row[0] for row in found])
    rows: dict[str, Row] = {}
    for key, stage, orders, median, ninth, late, returned in found:
        row = rows.setdefault(key, Row(key, labels.get(key, key)))
        row.stages[stage] = Hours(orders, median, ninth)
        if stage == "total":
            row.shipped, row.late, row.returned = orders, late, returned
    if question.cut == "day":
        return sorted(rows.values(), key=lambda row: row.key, reverse=True)
    return sorted(rows.values(), key=lambda row: (-_slowness(row), row.label))


def _start(day: date) -> datetime:
    return day_bounds(day)[0]


def _slowness(row: Row) -> Decimal:
    hours = row.stages.get("total")
    return hours.median if hours else Decimal(-1)


def _labels(cut: str, user: Any, keys: Sequence[str]) -> dict[str, str]:
    """How the keys are called; a limited user's warehouses only."""
    if cut == "day":
        return {key: f"{date.fromisoformat(key):%d/%m/%Y}" for key in keys}
    if cut == "channel":
        return {code: str(label) for code, label in Order.Source.choices}
    if cut == "warehouse":
        names = warehouses_visible_to(user).values_list("pk", "name")
        return {"": str(_("Chưa có kho")), **{str(pk): name for pk, name in names}}
    return {"": str(_("Không rõ"))}


def warehouses_for(user: Any) -> list[Warehouse]:
    return list(warehouses_visible_to(user).order_by("priority", "pk"))
