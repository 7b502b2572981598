"""Demo purchasing: two suppliers with prices, an order partly received, a draft, goods in lots."""

from datetime import date, timedelta

from inventory.models import Supplier, SupplierContact, Variant, Warehouse
from inventory.services.dock import receive_unordered
from inventory.services.landed import NewCost
from inventory.services.lot_naming import Named, set_tracking
from inventory.services.purchasing import NewLine, confirm_purchase, draft_purchase
from inventory.services.receiving import post_receipt, say_lots, set_counts, start_receipt
from inventory.services.suppliers import add_contact, save_supplier, set_price
from oms.demo.goods import DEMO
from oms.kernel.clock import today
from orders.services.promises import settle_promises

SUPPLIERS = [
    (
        Supplier(
            code="MAY-XANH", name="Xưởng may Nhà May Xanh", phone="+84903111222",
            email="dathang@maymau.example", address="45 Lũy Bán Bích, Tân Phú, TP.HCM",
            lead_time_days=7, min_order_vnd=2_000_000, payment_terms="Chuyển khoản trong 15 ngày",
        ),
        SupplierContact(name="Chị Hạnh", role="Nhận đơn", phone="+84903111333"),
        ("AT-", "VAY-HOA-", "TUI-VAI"),
    ),
    (
        Supplier(
            code="GIA-DUNG", name="Tổng kho Gia Dụng Việt", phone="+84283999888",
            email="sale@giadungmau.example", address="KCN Tân Bình, TP.HCM", lead_time_days=3,
            min_order_quantity=10, payment_terms="Thanh toán khi nhận hàng",
        ),
        SupplierContact(name="Anh Phúc", role="Kinh doanh", phone="+84283999777"),
        ("NOI-5L", "BINH-750", "SRM-120", "OP-14", "MU-LT"),
    ),
]  # fmt: skip


def create_purchases() -> None:
    """Nothing is made a second time."""
    if Supplier.objects.filter(code=SUPPLIERS[0][0].code).exists():
        return
    tailor, store = (_supplier(*row) for row in SUPPLIERS)
    goods = {row.sku: row.pk for row in Variant.objects.all()}
    place = Warehouse.objects.get(code="TD").pk
    ordered = draft_purchase(
        tailor.pk,
        place,
        [NewLine(goods[sku], 40) for sku in ("AT-DEN-M", "AT-TRANG-L", "VAY-HOA-S")],
        actor=DEMO,
        note="Giao giờ hành chính",
    )
    confirm_purchase(ordered.pk, actor=DEMO)
    receipt = start_receipt(ordered.pk, actor=DEMO)
    first = receipt.lines.order_by("line__position").first()
    if first is not None:
        set_counts(receipt.pk, {first.pk: 25})
    freight = NewCost("freight", "quantity", 150_000, "Xe tải từ xưởng")
    post_receipt(receipt.pk, actor=DEMO, costs=[freight])
    draft_purchase(store.pk, place, [NewLine(goods["NOI-5L"], 12)], actor=DEMO)
    _receive_lots(store, place)
    settle_promises(actor=DEMO)


def _receive_lots(supplier: Supplier, place: int) -> None:
    """Goods that came without an order: their lot, date and serials are said at the dock."""
    pot, wash = (Variant.objects.get(sku=sku) for sku in ("NOI-5L", "SRM-120"))
    set_tracking(pot.product_id, "serial", actor=DEMO)
    said = {
        pot.pk: [Named(f"BV5L-26{number:04d}", 1) for number in (101, 102, 103)],
        wash.pk: [Named("SRM-C12", 24, today() + timedelta(days=420))],
    }
    lines = [NewLine(pot.pk, 3), NewLine(wash.pk, 24)]
    receipt = receive_unordered(supplier.pk, place, lines, actor=DEMO, note="Hàng về sớm")
    for line in receipt.lines.all():
        say_lots(receipt.pk, line.pk, said[line.variant_id])
    post_receipt(receipt.pk, actor=DEMO)


def _supplier(supplier: Supplier, contact: SupplierContact, skus: tuple[str, ...]) -> Supplier:
    saved = save_supplier(supplier, actor=DEMO)
    add_contact(saved.pk, contact, actor=DEMO)
    for variant in Variant.objects.order_by("id"):
        if variant.sku.startswith(skus):
            set_price(
                saved.pk,
                variant.pk,
                price_vnd=variant.cost_vnd,
                valid_from=date(2026, 1, 1),
                actor=DEMO,
            )
    return saved
