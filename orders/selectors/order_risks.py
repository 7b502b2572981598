"""How likely an order's parcel is refused: by who buys and by where it goes, with the reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from oms.kernel.sql import run
from orders.models import Customer, Order, RiskRule
from orders.risk import Risk, judge
from orders.selectors.customer_figures import risks_of

SEVERITY = [Customer.Risk.NONE, Customer.Risk.LOW, Customer.Risk.MEDIUM, Customer.Risk.HIGH]

# Parcels that came to an end at the same street and ward, whoever ordered them.
_PLACES = """
SELECT a.id, count(*) FILTER (WHERE o.fulfillment_status <> 'delivered'
        AND o.delivered_at IS NULL)::int, count(*)::int
FROM orders_order a JOIN orders_order o ON o.new_unit_path = a.new_unit_path
    AND o.id <> a.id AND lower(o.street) = lower(a.street)
    AND o.new_unit_path <> '' -- as the index order_ended_in_street says
    AND o.fulfillment_status IN ('delivered', 'return_pending', 'returning', 'returned')
WHERE a.id = ANY(%(orders)s::bigint[]) AND a.new_unit_path <> '' AND a.street <> ''
GROUP BY a.id
"""


@dataclass(frozen=True, slots=True)
class OrderRisk:
    """The worse of both grades; what a person said of the buyer comes before either."""

    phone: Risk | None = None
    place: Risk | None = None

    @property
    def level(self) -> str:
        if self.phone is not None and self.phone.was_set:
            return self.phone.level
        grades = [risk.level for risk in (self.phone, self.place) if risk is not None]
        return max(grades, key=severity, default=Customer.Risk.NONE)

    @property
    def is_worrying(self) -> bool:
        return self.level != Customer.Risk.NONE

    @property
    def label(self) -> str:
        return str(Customer.Risk(self.level).label)

    @property
    def reasons(self) -> list[str]:
        """Why this grade, the buyer's own history first."""
        found = [self.phone.explanation] if self.phone is not None else []
        if self.place is not None and self.place.is_worrying:
            text = _("Địa chỉ này: không nhận %(refused)d trên %(finished)d đơn đã gửi.")
            found.append(text % {"refused": self.place.refused, "finished": self.place.finished})
        return found

    @property
    def explanation(self) -> str:
        return " ".join(self.reasons)


def severity(level: str) -> int:
    return SEVERITY.index(Customer.Risk(level))


def order_risks(orders: Sequence[Order]) -> dict[int, OrderRisk]:
    """By order; two statements for any number of them. Ours alone: no one else is asked."""
    if not orders:
        return {}
    phones = risks_of({order.recipient_phone for order in orders} - {""})
    places = {
        pk: judge(refused, finished)
        for pk, refused, finished in run(_PLACES, {"orders": [order.pk for order in orders]})
    }
    return {
        order.pk: OrderRisk(phones.get(order.recipient_phone), places.get(order.pk))
        for order in orders
    }


def active_rules() -> list[RiskRule]:
    return list(RiskRule.objects.filter(is_active=True))


def rule_for(order: Any, risk: OrderRisk, rules: Sequence[RiskRule]) -> RiskRule | None:
    """The first that fits."""
    for rule in rules:
        fits = risk.is_worrying and severity(risk.level) >= severity(rule.level)
        if fits and order.total_vnd >= rule.min_total_vnd and (order.is_cod or not rule.only_cod):
            return rule
    return None


def deposit_of(order: Any, rule: RiskRule) -> int:
    """Đồng to pay ahead, rounded up."""
    return -(-order.total_vnd * rule.deposit_percent // 100)
