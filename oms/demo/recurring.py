"""A demo order that recurs every Monday, and the terms of the wholesale group."""

from inventory.models import Variant
from oms.demo.goods import DEMO
from oms.demo.orders import BUYERS, demo_line
from oms.kernel.clock import today
from orders.models import CustomerGroup, RecurringOrder
from orders.recurrence import WEEKS, Rhythm
from orders.selectors.terms import Terms
from orders.services.recurring import Plan, new_recurring
from orders.services.terms import save_terms

WHOLESALE = "Khách sỉ"
TERMS = Terms(payment_days=15, credit_limit_vnd=30_000_000, min_order_vnd=500_000)


def create_recurring() -> None:
    """Nothing is made a second time."""
    if RecurringOrder.objects.exists():
        return
    save_terms(CustomerGroup.objects.get(name=WHOLESALE), TERMS, actor=DEMO)
    name, phone, street, ward, province = BUYERS[6]
    rows = Variant.objects.filter(product__kind="simple", is_active=True)
    goods = rows.select_related("product").order_by("id")[:2]
    plan = Plan(
        source="zalo",
        phone=phone,
        name=name,
        street=street,
        ward=ward,
        province=province,
        rhythm=Rhythm(WEEKS, today(), 1, (0,)),
        lines=[demo_line(variant, 3) for variant in goods],
    )
    new_recurring(plan, request_key="demo-recurring", actor=DEMO)
