"""Demo rates of the last days, and one order from abroad."""

from datetime import timedelta
from decimal import Decimal

from inventory.models import Variant
from oms.demo.goods import DEMO
from oms.kernel import clock
from orders.selectors.rates import rate_on
from orders.services.intake import NewLine, NewOrder, place_orders
from orders.services.rates import NewRate, set_rates

SOURCE = "Số liệu mẫu"
RATES = {"USD": "26350", "SGD": "20310.5", "THB": "812.25", "JPY": "171.4"}


def create_rates() -> None:
    """Yesterday's and today's; a second call adds none."""
    today = clock.today()
    set_rates(
        [
            NewRate(currency, today - timedelta(days=ago), Decimal(rate) - ago, SOURCE)
            for currency, rate in RATES.items()
            for ago in (0, 1)
        ],
        actor=DEMO,
    )
    variant = Variant.objects.exclude(product__kind="bundle").order_by("id").first()
    assert variant is not None
    known = rate_on("SGD", today)
    order = NewOrder(
        source="website",
        request_key="demo-abroad",
        recipient_name="Tan Wei Ling",
        recipient_phone="+6581234567",
        street="10 Anson Road, #12-03, Singapore 079903",
        currency=known.currency,
        rate=known.rate,
        rate_on=known.day,
        rate_source=known.source,
        shipping_fee_minor=1250,
        placed_at=clock.now(),
        lines=[
            NewLine(
                variant_id=variant.pk,
                sku=variant.sku,
                name=variant.full_name,
                quantity=2,
                unit_price_minor=1990,
                total_minor=3980,
            )
        ],
    )
    place_orders([order], actor=DEMO)
