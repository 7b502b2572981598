"""What the shop's rules do with risky orders as they come in."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from orders.models import Order, OrderProblem, RiskRule
from orders.selectors.order_risks import active_rules, order_risks, rule_for
from orders.services.lifecycle import hold_order
from orders.services.problems import open_problem
from orders.services.risk_checks import KIND, asks, is_paid
from orders.services.states import lock_order


def judge_orders(order_ids: Collection[int], *, actor: Actor) -> None:
    """The rules for each of these that they are about; marketplaces answer for their buyers."""
    if not active_rules():
        return
    waiting = Order.objects.filter(
        pk__in=order_ids, shop_ref=None, status=Order.Status.PENDING_CONFIRMATION
    )
    for order_id in waiting.order_by("pk").values_list("pk", flat=True):
        judge_order(order_id, actor=actor)


@transaction.atomic
def judge_order(order_id: int, *, actor: Actor) -> RiskRule | None:
    """Apply the rules to an order that waits for confirmation, once; returns the one that fits.

    What is asked stands under "Cần xử lý" with the reasons; a rule that stops holds the order.
    """
    rules = active_rules()
    if not rules:
        return None
    order = lock_order(order_id)
    known = OrderProblem.objects.filter(order=order, kind=KIND).exists()
    if known or order.shop_ref is not None or order.status != Order.Status.PENDING_CONFIRMATION:
        return None
    risk = order_risks([order])[order_id]
    rule = rule_for(order, risk, rules)
    if rule is None or is_paid(order, rule):
        return None
    data = {"rule_id": rule.pk, "action": rule.action, "level": risk.level}
    open_problem(order_id, KIND, asks(order, rule, risk), data, actor=actor)
    if rule.action == RiskRule.Action.STOP:
        reason = _("Rủi ro bom hàng: %(name)s") % {"name": rule.name}
        hold_order(order_id, actor=actor, reason=reason)
    return rule
