"""Fee rates of the demo shop, as the sandbox's marketplaces take them."""

from datetime import timedelta
from decimal import Decimal

from channels_sync.models import FeeRate
from channels_sync.services.rates import NewFeeRate, set_fee_rate
from oms.demo.goods import DEMO
from oms.kernel import clock

SOURCE = "Biểu phí mẫu của sàn giả lập"
GOODS, PAID = FeeRate.Base.GOODS.value, FeeRate.Base.PAID.value
# Marketplace, kind, percent, base, fixed amount of an order.
RATES = (
    ("shopee", "commission", "4", GOODS, 0),
    ("shopee", "service", "6", GOODS, 3_000),
    ("shopee", "payment", "4.91", PAID, 0),
    ("shopee", "tax", "1.5", GOODS, 0),
    ("lazada", "commission", "8", GOODS, 0),
    ("lazada", "payment", "2.2", PAID, 0),
    ("lazada", "tax", "1.5", GOODS, 0),
    ("tiktok_shop", "commission", "4", GOODS, 0),
    ("tiktok_shop", "service", "3", GOODS, 3_000),
    ("tiktok_shop", "payment", "5", PAID, 0),
    ("tiktok_shop", "shipping", "0", GOODS, 1_650),
    ("tiktok_shop", "tax", "1.5", GOODS, 0),
)


def create_fee_rates() -> None:
    """Since the first of last month; a second call adds none."""
    this_month = clock.today().replace(day=1)
    since = (this_month - timedelta(days=1)).replace(day=1)
    for code, kind, percent, base, fixed in RATES:
        rate = NewFeeRate(
            marketplace=code,
            shop_id=None,
            kind=kind,
            valid_from=since,
            source=SOURCE,
            percent=Decimal(percent),
            base=base,
            fixed_vnd=fixed,
        )
        set_fee_rate(rate, actor=DEMO)
