"""What waits under "Cần xử lý" in the demo shop: one of each common cause, made as in life."""

from dataclasses import replace

from inventory.models import StockMovement, Variant, Warehouse
from inventory.services.catalogue import NewProduct, create_product
from inventory.services.stock import Posting, post
from inventory.services.variants import VariantEdit, update_variants
from oms.demo.goods import DEMO
from oms.demo.orders import BUYERS, demo_line
from oms.kernel.clock import today
from orders.models import RecurringOrder
from orders.recurrence import WEEKS, Rhythm
from orders.services.intake import NewLine, NewOrder, place_and_confirm, place_orders
from orders.services.recurring import Plan, new_recurring
from orders.services.recurring_orders import make_due
from shipping.models import CarrierAccount
from shipping.services.shipments import ShipmentRequest, create_shipment

GIFT = NewProduct(
    name="Hộp quà trà xanh (số lượng có hạn)", sku="QUA-TRA", category="Quà tặng", brand="Lá Trà",
    price_vnd=350_000, cost_vnd=190_000, vat_rate=8, weight_g=900, length_cm=28, width_cm=20,
    height_cm=10, barcode="8936000000074",
)  # fmt: skip
GIFTS, GIFTS_ASKED = 4, 6
WEEKLY = "demo-recurring-gifts"


def create_exceptions() -> None:
    """Unknown goods, an unknown ward, a parcel the carrier refuses, too little stock; once."""
    if RecurringOrder.objects.filter(request_key=WEEKLY).exists():
        return
    shirt, cap = (Variant.objects.get(sku=sku) for sku in ("AT-DEN-L", "MU-LT"))
    unknown = NewLine(sku="AT-DO-L", name="Áo thun đỏ L", quantity=1, unit_price_vnd=149_000)
    place_orders(
        [
            replace(_order("goods", 0), lines=[unknown]),
            replace(_order("ward", 1), lines=[demo_line(shirt, 1)], ward="Phường Tân Đinhh"),
        ],
        actor=DEMO,
    )
    _refused_parcel(cap)
    _gifts_that_ran_out()


def _order(key: str, buyer: int) -> NewOrder:
    name, phone, street, ward, province = BUYERS[buyer]
    return NewOrder(
        source="website",
        request_key=f"demo-exception-{key}",
        recipient_name=name,
        recipient_phone=phone,
        street=street,
        ward=ward,
        province=province,
        is_cod=True,
        lines=[],
    )


def _refused_parcel(variant: Variant) -> None:
    """The street names a province, the form another: the carrier refuses it when it is booked."""
    new = replace(_order("street", 3), street="90 Hai Bà Trưng, Hà Nội", confirm=True)
    placed = place_and_confirm(replace(new, lines=[demo_line(variant, 2)]), actor=DEMO)
    account = CarrierAccount.objects.get(carrier="ghn")
    request = ShipmentRequest(
        account.pk, "2", weight_g=300, length_cm=26, width_cm=18, height_cm=12
    )
    create_shipment(placed.order_id or 0, request, actor=DEMO)


def _gifts_that_ran_out() -> None:
    """A weekly order of more gift boxes than there are, of a kind that cannot be owed."""
    gift = create_product(GIFT, actor=DEMO).variants.get()
    opening = Posting(
        variant_id=gift.pk,
        warehouse_id=Warehouse.objects.get(code="TD").pk,
        quantity=GIFTS,
        kind=StockMovement.Kind.OPENING,
        note="Tồn đầu kỳ",
    )
    post([opening], actor=DEMO)
    firm = VariantEdit(
        variant_id=gift.pk, sku=gift.sku, barcodes=[GIFT.barcode], price_vnd=gift.price_vnd,
        weight_g=gift.weight_g, length_cm=28, width_cm=20, height_cm=10, allow_backorder=False,
    )  # fmt: skip
    update_variants(gift.product_id, [firm], actor=DEMO)
    gift.refresh_from_db()
    name, phone, street, ward, province = BUYERS[5]
    plan = Plan(
        source="phone",
        phone=phone,
        name=name,
        street=street,
        ward=ward,
        province=province,
        rhythm=Rhythm(WEEKS, today(), 1, (today().weekday(),)),
        lines=[demo_line(gift, GIFTS_ASKED)],
    )
    make_due(new_recurring(plan, request_key=WEEKLY, actor=DEMO).pk)
