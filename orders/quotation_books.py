"""Proofs that quotations agree with their lines, their orders and their counters."""

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.kernel import counters
from oms.kernel.actors import Actor
from oms.kernel.books import MOST_SHOWN, Finding, Repair, register_check
from oms.kernel.sql import run
from orders.models import Quotation
from orders.selectors.quotations import COUNTERS

LINES, COUNTED = "quotation lines = totals", "counters = quotations"

_LINES = """
SELECT q.id, q.number, v.number, v.goods_vnd, coalesce(sum(l.total_vnd), 0)
FROM orders_quotationversion v JOIN orders_quotation q ON q.id = v.quotation_id
LEFT JOIN orders_quotationline l ON l.version_id = v.id
GROUP BY q.id, v.id HAVING v.goods_vnd <> coalesce(sum(l.total_vnd), 0)
ORDER BY 2, 3 LIMIT %(most)s
"""


def register() -> None:
    """Called once by wiring."""
    register_check(
        LINES, lines_equal_totals, title=gettext_lazy("Tiền hàng báo giá = tổng các dòng")
    )
    register_check(
        COUNTED,
        counters_equal_rows,
        title=gettext_lazy("Số trên thẻ báo giá = số báo giá đếm được"),
        rebuild=rebuild_counters,
    )


def lines_equal_totals() -> list[Finding]:
    """The lines of each version sum to its goods."""
    text = _("%s bản %s: tiền hàng %s, tổng các dòng %s")
    return [
        Finding(LINES, text % tuple(row), reverse("orders:quotation_detail", args=[pk]))
        for pk, *row in run(_LINES, {"most": MOST_SHOWN})
    ]


def counters_equal_rows() -> list[Finding]:
    """Each state's counter says how many quotations are in it."""
    return [
        Finding(COUNTED, _("%s: bộ đếm %s, thực tế %s") % (name, kept, real))
        for name, kept, real in _wrong(_counted())
    ]


def rebuild_counters(actor: Actor) -> list[Repair]:
    """Count the states again."""
    repairs: list[Repair] = []

    def count() -> dict[str, int]:
        real_counts = _counted()
        repairs.extend(
            Repair(name, _("%s: %s → %s") % (name, kept, real), ok=True)
            for name, kept, real in _wrong(real_counts)
        )
        return real_counts

    counters.rebuild(COUNTERS, count)
    return repairs


def _counted() -> dict[str, int]:
    rows = Quotation.objects.order_by().values_list("status").annotate(n=Count("pk"))
    return {COUNTERS + status: n for status, n in rows}


def _wrong(real: dict[str, int]) -> list[tuple[str, int, int]]:
    kept = counters.read_counters(COUNTERS)
    return [
        (name, kept.get(name, 0), real.get(name, 0))
        for name in sorted(kept.keys() | real.keys())
        if kept.get(name, 0) != real.get(name, 0)
    ]
