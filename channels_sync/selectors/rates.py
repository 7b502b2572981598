"""Fee rates as they hold today, and what settled orders really paid."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from channels_sync.models import FeeRate, OrderFee
from channels_sync.selectors.shops import shops_visible_to
from oms.kernel.clock import today
from oms.kernel.sql import run

LOOK_BACK = timedelta(days=30)
# A few orders say nothing about a rate.
LEAST_ORDERS = 5
THOUSANDTH = Decimal("0.001")
# Of these a part of the sale is taken; delivery and refunds follow no rate.
LEARNED = (
    *(OrderFee.Kind.COMMISSION, OrderFee.Kind.SERVICE, OrderFee.Kind.PAYMENT),
    *(OrderFee.Kind.AFFILIATE, OrderFee.Kind.TAX),
)
# A fee that every order paid in the same amount is one per order; else it is a part of what its
# ratio varies least with. Orders with a refund did not pay their fees in full.
_OBSERVED = """
WITH settled AS (
    SELECT s.marketplace, f.order_id,
        sum(f.amount_vnd) FILTER (WHERE f.kind IN ('goods', 'voucher')) AS sold,
        sum(f.amount_vnd) FILTER (WHERE f.kind IN ('goods', 'voucher', 'shipping_paid')) AS paid
    FROM channels_sync_orderfee f JOIN channels_sync_shop s ON s.id = f.shop_id
    WHERE s.marketplace = ANY(%(marketplaces)s::text[]) AND f.order_id IS NOT NULL
        AND f.happened_on >= %(since)s::date
    GROUP BY 1, 2
    HAVING bool_or(f.kind = 'goods') AND NOT bool_or(f.kind = 'refund')
), counted AS (
    SELECT marketplace, count(*) AS orders FROM settled WHERE sold > 0 GROUP BY 1
), taken AS (
    SELECT d.marketplace, f.kind, f.name, d.sold, d.paid, -sum(f.amount_vnd) AS amount
    FROM settled d JOIN channels_sync_orderfee f ON f.order_id = d.order_id
    WHERE d.sold > 0 AND f.kind = ANY(%(kinds)s::text[]) GROUP BY d.order_id, 1, 2, 3, 4, 5
)
SELECT t.marketplace, t.kind, t.name, c.orders, sum(t.amount), sum(t.sold), sum(t.paid),
    count(*) = c.orders AND min(t.amount) = max(t.amount) AND min(t.sold) < max(t.sold),
    stddev_pop(t.amount::numeric / t.paid) < stddev_pop(t.amount::numeric / t.sold)
FROM taken t JOIN counted c USING (marketplace)
WHERE c.orders >= %(least)s::int
GROUP BY 1, 2, 3, 4 HAVING sum(t.amount) > 0 ORDER BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Observed:
    """What settled orders of the last weeks paid of one fee."""

    marketplace: str
    kind: str
    name: str
    orders: int
    base: str
    percent: Decimal
    fixed_vnd: int
    until: date

    @property
    def label(self) -> str:
        return str(OrderFee.Kind(self.kind).label)

    @property
    def sentence(self) -> str:
        told = {"n": self.orders, "day": f"{self.until:%d/%m/%Y}"}
        return _("Từ %(n)s đơn đã quyết toán, 30 ngày đến %(day)s") % told


def observed_rates(marketplaces: Collection[str]) -> list[Observed]:
    """One row a fee, as the marketplace names it; nothing of a marketplace with too few orders."""
    until = today()
    rows = run(
        _OBSERVED,
        {
            "marketplaces": list(marketplaces),
            "since": until - LOOK_BACK,
            "kinds": [kind.value for kind in LEARNED],
            "least": LEAST_ORDERS,
        },
    )
    found = []
    for code, kind, name, orders, amount, sold, paid, is_fixed, on_paid in rows:
        on_paid = on_paid and not is_fixed
        base = FeeRate.Base.PAID if on_paid else FeeRate.Base.GOODS
        percent = Decimal(0) if is_fixed else _percent(amount, paid if on_paid else sold)
        fixed = int(amount / orders) if is_fixed else 0
        found.append(Observed(code, kind, name, orders, base.value, percent, fixed, until))
    return found


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return min((part * 100 / whole).quantize(THOUSANDTH, ROUND_HALF_UP), Decimal(100))


def fee_rates_visible_to(user: Any) -> QuerySet[FeeRate]:
    """Those of whole marketplaces, and of shops in the user's scope."""
    rows = FeeRate.objects.select_related("shop")
    return rows.filter(Q(shop=None) | Q(shop__in=shops_visible_to(user)))


def fee_rates_of(user: Any) -> QuerySet[FeeRate]:
    """Those that this user may change: who is limited to some shops, only theirs."""
    rows = fee_rates_visible_to(user)
    return rows if sees_all_shops(user) else rows.filter(shop__isnull=False)


def sees_all_shops(user: Any) -> bool:
    """What holds for a whole marketplace is for who sees all of it."""
    return user.shop_scope() is None


def standing_rates(rows: Sequence[FeeRate], day: date) -> set[int]:
    """Of these rows, those that hold on a day: the newest begun row of each fee."""
    newest: dict[tuple[str, int | None, str, str], FeeRate] = {}
    for row in rows:
        key = row.marketplace, row.shop_id, row.kind, row.name
        if row.valid_from <= day and (key not in newest or row.valid_from > newest[key].valid_from):
            newest[key] = row
    return {row.pk for row in newest.values()}
