"""What the shop's rules ask of risky orders before they are confirmed."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError
from oms.kernel.money import format_vnd
from orders.models import Order, OrderProblem, RiskRule
from orders.selectors.order_risks import (
    OrderRisk,
    active_rules,
    deposit_of,
    order_risks,
    rule_for,
)

KIND, Action = OrderProblem.Kind.RISK, RiskRule.Action


class RiskRefused(DomainError):
    """A rule asks something first; who dealt with it closes the problem on the order."""


def risk_refusals(orders: Sequence[Order]) -> dict[int, DomainError]:
    """Of orders to be confirmed those of which a rule asks something that nobody dealt with.

    One statement without rules; else a few for any number of orders.
    """
    rules = active_rules() if orders else []
    ours = [order for order in orders if order.shop_ref is None] if rules else []
    if not ours:
        return {}
    settled = set(
        OrderProblem.objects.filter(order__in=ours, kind=KIND, resolved_at__isnull=False)
        .values_list("order_id", flat=True)
    )  # fmt: skip
    risks = order_risks(ours)
    found: dict[int, DomainError] = {}
    for order in ours:
        rule = rule_for(order, risks[order.pk], rules)
        if rule is not None and order.pk not in settled and not is_paid(order, rule):
            found[order.pk] = RiskRefused(asks(order, rule, risks[order.pk]), "order.risk")
    return found


def is_paid(order: Order, rule: RiskRule) -> bool:
    return rule.action == Action.DEPOSIT and order.paid_vnd >= deposit_of(order, rule)


def asks(order: Order, rule: RiskRule, risk: OrderRisk) -> str:
    """What to do and why, in words."""
    told = {
        Action.DEPOSIT: _("Xin khách đặt cọc %(amount)s trước khi xác nhận."),
        Action.CALL: _("Gọi khách trước khi xác nhận."),
        Action.STOP: _("Đơn được giữ lại để xem xét."),
    }[Action(rule.action)]
    words = told % {"amount": format_vnd(deposit_of(order, rule))}
    return _("%(what)s %(level)s. %(why)s") % {
        "what": words,
        "level": risk.label,
        "why": risk.explanation,
    }
