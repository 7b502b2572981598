"""Demo quotations: one that waits for its answer, one that the buyer agreed to."""

from datetime import timedelta

from inventory.models import Variant
from oms.demo.goods import DEMO
from oms.demo.orders import BUYERS, demo_line
from oms.kernel.clock import today
from orders.models import Quotation
from orders.services.quote_answers import accept_quotation
from orders.services.quoting import Offer, new_quotation, send_quotation

TERMS = "Giao trong 3 ngày làm việc kể từ khi đồng ý.\nThanh toán chuyển khoản trong 15 ngày."


def create_quotations() -> None:
    """For the two wholesale buyers; nothing is made a second time."""
    if Quotation.objects.exists():
        return
    rows = Variant.objects.filter(product__kind="simple", is_active=True)
    goods = list(rows.select_related("product").order_by("id")[:5])
    _send(BUYERS[1], goods[:3], 40)
    agreed = _send(BUYERS[3], goods[3:], 2)
    accept_quotation(agreed.current_id or 0, name=BUYERS[3][0], actor=DEMO)


def _send(buyer: tuple[str, ...], goods: list[Variant], pieces: int) -> Quotation:
    name, phone, street, ward, province = buyer
    offer = Offer(
        source="zalo",
        phone=phone,
        name=name,
        street=street,
        ward=ward,
        province=province,
        valid_until=today() + timedelta(days=10),
        shipping_fee_vnd=50_000,
        terms=TERMS,
        lines=[demo_line(variant, pieces) for variant in goods],
    )
    quotation = new_quotation(offer, request_key=f"demo-quotation-{phone}", actor=DEMO)
    return send_quotation(quotation.pk, key=f"demo-quotation-{phone}", actor=DEMO)
