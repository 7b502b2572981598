"""Demo orders of the last two days, from every own source, in every early state."""

import random
from datetime import timedelta

from inventory.models import Variant
from oms.demo.goods import DEMO
from oms.kernel import clock
from orders.services import marks
from orders.services.intake import NewLine, NewOrder, place_orders

COUNT = 36
BUYERS = [
    ("Nguyễn Thị Phương Thảo", "+84903111222", "45 Nguyễn Trãi", "Phường Biên Hòa", "Đồng Nai"),
    ("Trần Văn Đức", "+84904222333", "12 Lê Lợi", "Phường Tân Định", "Hồ Chí Minh"),
    ("Lê Hoàng Yến Nhi", "+84905333444", "7 Trần Phú", "Phường Xuân Hương - Đà Lạt", "Lâm Đồng"),
    ("Phạm Quốc Khánh", "+84906444555", "90 Hai Bà Trưng", "Phường Sài Gòn", "Hồ Chí Minh"),
    ("Đặng Thị Ngọc Ánh", "+84907555666", "3 Hàng Bông", "Phường Hoàn Kiếm", "Hà Nội"),
    ("Vũ Đình Trọng", "+84908666777", "21 Bạch Đằng", "Phường Hải Châu", "Đà Nẵng"),
    ("Bùi Thuỳ Dương", "+84909777888", "60 Trần Hưng Đạo", "Phường Ninh Kiều", "Cần Thơ"),
    ("Hồ Kỳ Duyên", "+84911888999", "15 Lê Duẩn", "Phường Thuận Hóa", "Huế"),
]
NOTES = ["", "", "", "Giao giờ hành chính", "Gọi trước khi giao", "Gói quà giúp mình nhé 🎁"]
TAGS = [("Gọi lại", "amber"), ("Hàng dễ vỡ", "red"), ("Khách quen", "green")]
SOURCES = ["facebook", "zalo", "phone", "website"]


def create_orders() -> None:
    """Placed through the same service as any order; a second call adds none."""
    rng = random.Random(2026)  # noqa: S311 - the same demo on every machine
    plain = Variant.objects.exclude(product__kind="bundle")
    variants = list(plain.select_related("product").order_by("id"))
    batch = [demo_order(rng, number, variants) for number in range(COUNT)]
    placed = [row.order_id for row in place_orders(batch, actor=DEMO) if row.order_id]
    for place, (name, colour) in enumerate(TAGS):
        tag = marks.save_tag(name, colour)
        marks.tag_orders(placed[place::9], add=[tag.pk], actor=DEMO)
    marks.flag_orders(placed[4::16], add=["gift"], actor=DEMO)
    marks.flag_orders(placed[7::16], add=["vip"], actor=DEMO)


def demo_order(rng: random.Random, number: int, variants: list[Variant]) -> NewOrder:
    name, phone, street, ward, province = rng.choice(BUYERS)
    placed_at = clock.now() - timedelta(minutes=(COUNT - number) * 80 - rng.randrange(60))
    goods = rng.sample(variants, k=rng.choice([1, 1, 1, 2, 3]))
    prepaid = rng.random() < 0.25
    lines = [demo_line(variant, rng.choice([1, 1, 1, 2])) for variant in goods]
    fee = rng.choice([0, 20_000, 30_000])
    return NewOrder(
        source=rng.choice(SOURCES),
        request_key=f"demo-{number}",
        recipient_name=name,
        recipient_phone=phone,
        street=street,
        ward=ward,
        province=province,
        buyer_note=rng.choice(NOTES),
        shipping_fee_buyer_vnd=fee,
        is_cod=not prepaid,
        placed_at=placed_at,
        # The oldest few are late, so that the screens have something to warn of.
        ship_by_at=placed_at + timedelta(hours=44),
        lines=lines,
        confirm=number % 3 != 0,
    )


def demo_line(variant: Variant, quantity: int) -> NewLine:
    return NewLine(
        variant_id=variant.pk,
        sku=variant.sku,
        name=variant.full_name,
        quantity=quantity,
        unit_price_vnd=variant.price_vnd,
        vat_rate=variant.product.vat_rate,
    )
