"""Demo goods. The SKUs are those that the sandbox shops sell."""

from inventory.models import Product, StockMovement, Variant, Warehouse
from inventory.services.bundles import Part, set_components
from inventory.services.catalogue import NewProduct, Option, create_product
from inventory.services.prices import ListPrice, ListTerms, save_price_list, set_prices
from inventory.services.stock import Posting, post
from oms.demo.planning import create_history
from oms.kernel.actors import Actor

DEMO = Actor.system("demo")

PRODUCTS = [
    NewProduct(
        name="Áo thun cotton cổ tròn", sku="AT",
        category="Thời trang > Áo", brand="Nhà May Xanh", price_vnd=149_000,
        cost_vnd=72_000, vat_rate=8, weight_g=220, length_cm=25, width_cm=20, height_cm=3,
        options=[Option("Màu", ("Đen", "Trắng")), Option("Cỡ", ("M", "L"))],
        description="<p>Cotton 100 %, co giãn nhẹ.</p>",
    ),
    NewProduct(
        name="Váy hoa nhí tay phồng", sku="VAY-HOA",
        category="Thời trang > Váy", brand="Nhà May Xanh", price_vnd=285_000,
        cost_vnd=138_000, vat_rate=8, weight_g=320, length_cm=30, width_cm=22, height_cm=4,
        options=[Option("Cỡ", ("S", "M"))],
    ),
    NewProduct(
        name="Nồi chiên không dầu 5L", sku="NOI-5L",
        category="Gia dụng > Nhà bếp", brand="Bếp Việt", price_vnd=984_000,
        cost_vnd=690_000, vat_rate=10, weight_g=4600, length_cm=34, width_cm=32, height_cm=35,
        barcode="8936000000012",
    ),
    NewProduct(
        name="Sữa rửa mặt trà xanh 120ml", sku="SRM-120",
        category="Làm đẹp", brand="Lá Trà", price_vnd=120_000,
        cost_vnd=54_000, vat_rate=8, weight_g=160, length_cm=16, width_cm=5, height_cm=4,
        barcode="8936000000029",
    ),
    NewProduct(
        name="Túi vải canvas", sku="TUI-VAI",
        category="Thời trang > Phụ kiện", price_vnd=79_000, cost_vnd=31_000, vat_rate=8,
        weight_g=180, length_cm=35, width_cm=30, height_cm=2, barcode="8936000000036",
    ),
    NewProduct(
        name="Ốp lưng điện thoại 14", sku="OP-14",
        category="Phụ kiện điện thoại", price_vnd=59_000, cost_vnd=18_000, vat_rate=8,
        weight_g=60, length_cm=16, width_cm=8, height_cm=2, barcode="8936000000043",
    ),
    NewProduct(
        name="Mũ lưỡi trai", sku="MU-LT",
        category="Thời trang > Phụ kiện", price_vnd=99_000, cost_vnd=41_000, vat_rate=8,
        weight_g=120, length_cm=26, width_cm=18, height_cm=12, barcode="8936000000050",
    ),
    NewProduct(
        name="Bình nước 750ml", sku="BINH-750",
        category="Gia dụng > Nhà bếp", price_vnd=165_000, cost_vnd=88_000, vat_rate=8,
        weight_g=380, length_cm=27, width_cm=8, height_cm=8, barcode="8936000000067",
    ),
]  # fmt: skip

# Pieces of every variant per warehouse; a few are scarce so that alerts have something to say, and
# so that a marketplace shop, once it is connected, turns out to have sold more than is left.
STOCK = {"TD": 60, "HN": 25}
SCARCE = {"AT-TRANG-L": (3, 0), "NOI-5L": (8, 2), "VAY-HOA-S": (4, 1)}


def create_warehouses() -> list[Warehouse]:
    main, _created = Warehouse.objects.get_or_create(
        code="TD",
        defaults={
            "name": "Kho Thủ Đức", "kind": Warehouse.Kind.MAIN, "priority": 10,
            "contact_name": "Thủ kho Thủ Đức", "phone": "+84901234567",
            "street": "12 đường số 3", "ward": "Phường Thủ Đức", "province": "Hồ Chí Minh",
        },
    )  # fmt: skip
    branch, _created = Warehouse.objects.get_or_create(
        code="HN",
        defaults={
            "name": "Kho Long Biên", "kind": Warehouse.Kind.BRANCH, "priority": 20,
            "contact_name": "Thủ kho Long Biên", "phone": "+84902345678",
            "street": "8 Ngọc Lâm", "ward": "Phường Bồ Đề", "province": "Hà Nội",
        },
    )  # fmt: skip
    return [main, branch]


def create_goods() -> None:
    """Products with opening stock in both warehouses; a second call changes nothing."""
    if Product.objects.exists():
        return
    for new in PRODUCTS:
        create_product(new, actor=DEMO)
    warehouses = {row.code: row.pk for row in create_warehouses()}
    create_history(warehouses["TD"])
    rows = []
    for variant in Variant.objects.order_by("id"):
        pieces = SCARCE.get(variant.sku, (STOCK["TD"], STOCK["HN"]))
        for code, quantity in zip(("TD", "HN"), pieces, strict=True):
            rows.append(
                Posting(
                    variant_id=variant.pk,
                    warehouse_id=warehouses[code],
                    quantity=quantity,
                    kind=StockMovement.Kind.OPENING,
                    note="Tồn đầu kỳ",
                )
            )
    post(rows, actor=DEMO)
    create_bundle()
    create_prices()


def create_bundle() -> None:
    """A set of a bag and a cap: sold under its own price, held by its parts."""
    new = NewProduct(
        name="Combo đi biển", sku="COMBO-BIEN", category="Thời trang > Phụ kiện",
        price_vnd=159_000, vat_rate=8, weight_g=320, length_cm=35, width_cm=30, height_cm=12,
    )  # fmt: skip
    bundle = create_product(new, actor=DEMO).variants.get()
    parts = Variant.objects.filter(sku__in=["TUI-VAI", "MU-LT"]).order_by("pk")
    set_components(bundle.pk, [Part(part.pk, 1) for part in parts], actor=DEMO)


def create_prices() -> None:
    """Cheaper from five pieces on, for those who order by Zalo."""
    terms = ListTerms(name="Khách sỉ Zalo", source="zalo", priority=50)
    row = save_price_list(None, terms, actor=DEMO)
    goods = Variant.objects.filter(sku__in=["TUI-VAI", "MU-LT", "BINH-750"])
    set_prices(
        row.pk,
        [ListPrice(v.pk, 5, v.price_vnd * 9 // 10) for v in goods.order_by("pk")],
        actor=DEMO,
    )
