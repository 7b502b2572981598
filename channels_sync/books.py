"""Proof that what orders cost at their marketplace is what its statements say."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_sync.services.money_words import PLACED
from oms.kernel.actors import Actor
from oms.kernel.books import MOST_SHOWN, Finding, Repair, register_check
from oms.kernel.sql import run
from orders.services.profits import count_profits
from shipping.models.ledger import FEE_KINDS

SETTLED = "settled fees = statement lines"
_SETTLED = """
SELECT o.id, o.number, p.fees_vnd, o.goods_vnd - o.discount_vnd - f.payout + d.fees
FROM orders_orderprofit p JOIN orders_order o ON o.id = p.order_id
JOIN (SELECT order_id, sum(amount_vnd)::bigint AS payout FROM channels_sync_orderfee
    WHERE order_id IS NOT NULL GROUP BY order_id HAVING bool_or(kind = 'goods')
) AS f ON f.order_id = o.id
CROSS JOIN LATERAL (SELECT coalesce(-sum(e.amount_vnd), 0)::bigint AS fees
    FROM shipping_fulfilment w JOIN shipping_package k ON k.fulfilment_id = w.id
    JOIN shipping_carrierentry e ON e.package_id = k.id AND e.kind = ANY(%(delivery)s::text[])
    WHERE w.order_id = o.id
) AS d
WHERE p.fees_state = 'settled'
    AND p.fees_vnd <> o.goods_vnd - o.discount_vnd - f.payout + d.fees
ORDER BY 2 LIMIT %(most)s
"""


STATEMENTS = "statements that differ = open problems"
_UNTOLD = """
SELECT s.id, s.number, s.told_vnd, coalesce(f.lines, 0)
FROM channels_sync_settlement s
LEFT JOIN (SELECT shop_id, statement, sum(amount_vnd)::bigint AS lines FROM channels_sync_orderfee
    WHERE statement <> '' GROUP BY 1, 2) AS f ON f.shop_id = s.shop_id AND f.statement = s.number
WHERE s.told_vnd IS NOT NULL AND s.told_vnd <> coalesce(f.lines, 0) AND NOT EXISTS (
    SELECT FROM channels_sync_syncproblem p WHERE p.shop_id = s.shop_id
        AND p.kind = 'statement_differs' AND p.remote_id = s.number AND p.resolved_at IS NULL)
ORDER BY s.last_day DESC, s.id LIMIT %(most)s
"""

CLASSIFIED = "lines of unknown money = the choice"
_MISPLACED = f"""
SELECT p.id, f.name, s.name, coalesce(b.id, 0) FROM ({PLACED}) AS p
JOIN channels_sync_orderfee f ON f.id = p.id JOIN channels_sync_shop s ON s.id = p.shop_id
LEFT JOIN channels_sync_settlement b ON b.shop_id = f.shop_id AND b.number = f.statement
WHERE (f.kind, f.remote_id) IS DISTINCT FROM (p.kind, p.remote_id)
ORDER BY p.id LIMIT %(most)s
"""  # noqa: S608 - no value of anybody is in it


def register() -> None:
    """Called once by wiring."""
    register_check(
        SETTLED,
        settled_fees_equal_lines,
        title=gettext_lazy("Phí sàn của đơn = các dòng quyết toán"),
        rebuild=count_again,
    )
    register_check(
        STATEMENTS,
        differing_statements_are_told,
        title=gettext_lazy("Bảng quyết toán lệch = vấn đề đang mở"),
    )
    register_check(
        CLASSIFIED,
        lines_follow_their_choice,
        title=gettext_lazy("Khoản tiền lạ được tính như đã phân loại"),
    )


def settled_fees_equal_lines() -> list[Finding]:
    """Goods less discount less fees is what the marketplace paid for the order, and what a carrier
    of our own took for it.
    """
    text = _("%s: phí sàn %s, theo quyết toán %s")
    return [
        Finding(SETTLED, text % tuple(row), reverse("orders:detail", args=[pk]))
        for pk, *row in _differing()
    ]


def _differing() -> list[tuple[Any, ...]]:
    return run(_SETTLED, {"most": MOST_SHOWN, "delivery": [kind.value for kind in FEE_KINDS]})


def count_again(actor: Actor) -> list[Repair]:
    """Count the orders that differ anew, as many as are shown."""
    rows = _differing()
    count_profits([pk for pk, *_rest in rows])
    text = _("%s: phí sàn %s → %s")
    return [Repair(row[1], text % tuple(row[1:]), ok=True) for row in rows]


def differing_statements_are_told() -> list[Finding]:
    """A payout is the sum of its orders and adjustments, or somebody has it to look at."""
    text = _("Bảng %s: sàn báo %s, các dòng %s, chưa có vấn đề nào mở")
    return [
        Finding(
            STATEMENTS, text % tuple(row), reverse("channels_sync:settlement_detail", args=[pk])
        )
        for pk, *row in run(_UNTOLD, {"most": MOST_SHOWN})
    ]


def lines_follow_their_choice() -> list[Finding]:
    """Money of a word that somebody classified has the kind and the order that the choice says."""
    text = _("Dòng “%s” của %s không theo cách đã phân loại")
    return [
        Finding(CLASSIFIED, text % (name, shop), _statement_address(statement_id))
        for _pk, name, shop, statement_id in run(_MISPLACED, {"most": MOST_SHOWN})
    ]


def _statement_address(statement_id: int) -> str:
    if not statement_id:
        return reverse("channels_sync:settlement_list")
    return reverse("channels_sync:settlement_detail", args=[statement_id])
