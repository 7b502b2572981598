"""Demo returns: one that waits for an answer, one whose goods are on their way back."""

from oms.demo.goods import DEMO
from orders.models import Order, Return, RiskRule
from orders.services.returning import NewReturn, open_return
from orders.services.states import apply_states

Fulfillment = Order.Fulfillment


def create_returns() -> None:
    """Of the oldest confirmed orders, which leave for it; a second call adds none."""
    RiskRule.objects.get_or_create(
        name="Cọc 30% đơn thu hộ lớn",
        defaults={
            "level": "medium",
            "min_total_vnd": 500_000,
            "action": RiskRule.Action.DEPOSIT,
            "deposit_percent": 30,
            "position": 10,
        },
    )
    if Return.objects.exists():
        return
    ready = Order.objects.filter(
        status=Order.Status.CONFIRMED, fulfillment_status=Fulfillment.ALLOCATED
    )
    asked, refused = list(ready.order_by("placed_at", "id")[:2])
    for step in (Fulfillment.HANDED_OVER, Fulfillment.DELIVERED):
        apply_states(asked.pk, actor=DEMO, event_name="order.moved", fulfillment=step)
    line = asked.lines.order_by("position").first()
    assert line is not None
    wish = NewReturn(
        origin=Return.Origin.BUYER,
        items={line.pk: 1},
        reason_code="faulty",
        note="Khóa kéo bị kẹt, xin đổi cái khác",
        wish=Return.Wish.EXCHANGE,
    )
    open_return(asked.pk, wish, actor=DEMO)
    for step in (Fulfillment.HANDED_OVER, Fulfillment.RETURNING):
        apply_states(refused.pk, actor=DEMO, event_name="order.moved", fulfillment=step)
    back = NewReturn(
        origin=Return.Origin.CARRIER,
        status=Return.Status.COMING,
        reason_code="refused",
        tracking_number="HOAN0001",
    )
    open_return(refused.pk, back, actor=DEMO)
