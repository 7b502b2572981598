"""The goods two demo sellers offer. Prices are whole dong; a product has one row per SKU.

`total` is what the platform believes is in the warehouse; `withhold` is ordered and unpaid,
`occupy` paid and not yet ready to ship. A `campaign` row may only grow.
"""

from typing import Any

FIRST_SELLER, SECOND_SELLER = 200123456, 200654321
SELLERS = (
    {"seller_id": FIRST_SELLER, "name": "Đơn Nhanh LazMall", "short_code": "VN1ABCDE"},
    {"seller_id": SECOND_SELLER, "name": "Đơn Nhanh Outlet", "short_code": "VN2FGHIJ"},
)
_ITEM_BASE = {FIRST_SELLER: 2_300_000_000, SECOND_SELLER: 2_400_000_000}

# name, sku, price, special price, grams, total, campaign, status, category
_PLAIN = (
    ("Nồi chiên không dầu 5L", "NOI-5L", 1_590_000, 1_290_000, 4200, 30, False, "Active", 5111),
    ("Sữa rửa mặt trà xanh 120ml", "SRM-120", 139_000, 119_000, 160, 200, False, "Active", 7702),
    ("Túi vải canvas", "TUI-VAI", 89_000, None, 220, 150, False, "Active", 4211),
    ("Ốp lưng 14", "OP-14", 79_000, 59_000, 60, 300, False, "Active", 6390),
    ("Mũ lưỡi trai", "MU-LT", 120_000, 99_000, 110, 90, True, "Active", 4215),
    ("Bình nước 750ml", "BINH-750", 179_000, 159_000, 340, 110, False, "Active", 5140),
    ("Khăn bandana (ngừng bán)", "KHAN-BANDANA", 45_000, 39_000, 50, 12, False, "InActive", 4216),
)


def _row(number: int, sku: str, options: dict[str, str], price: int, special: int | None,
         total: int, grams: int, *, campaign: bool = False) -> dict[str, Any]:  # fmt: skip
    return {
        "sku_id": number,
        "sku": sku,
        "options": options,
        "price": price,
        "special_price": special,
        "grams": grams,
        "total": total,
        "withhold": 0,
        "occupy": 0,
        "campaign": campaign,
        "status": "active",
    }


def _product(seller_id: int, number: int, name: str, now: int, **more: Any) -> dict[str, Any]:
    return {
        "item_id": _ITEM_BASE[seller_id] + number,
        "seller_id": seller_id,
        "name": name,
        "status": "Active",
        "category": 4201,
        "created": now - 90 * 86_400,
        "updated": now - (30 - number) * 86_400,
        "variation": [],
        **more,
    }


def products(seller_id: int, now: int) -> list[dict[str, Any]]:
    """All products of one seller: a shirt of two variations, a dress of one, and plain ones."""
    first = _ITEM_BASE[seller_id] * 5
    colours, sizes = (("DEN", "Đen"), ("TRANG", "Trắng")), ("M", "L")
    shirt = [
        _row(first + 2 * c + s, f"AT-{code}-{size}", {"Màu": colour, "Size": size},
             199_000, 149_000, 120, 200)
        for c, (code, colour) in enumerate(colours)
        for s, size in enumerate(sizes)
    ]  # fmt: skip
    dress = [
        _row(first + 10 + s, f"VAY-HOA-{size}", {"Size": size}, 320_000, 259_000, 60, 250)
        for s, size in enumerate(("S", "M"))
    ]
    goods = [
        _product(seller_id, 1, "Áo thun cotton", now, skus=shirt, variation=["Màu", "Size"]),
        _product(seller_id, 2, "Váy hoa nhí", now, skus=dress, variation=["Size"]),
    ]
    for at, (name, sku, price, special, grams, total, campaign, status, category) in enumerate(
        _PLAIN, 3
    ):
        row = _row(first + 20 + at, sku, {}, price, special, total, grams, campaign=campaign)
        goods.append(
            _product(seller_id, at, name, now, skus=[row], status=status, category=category)
        )
    return goods


def sellable(row: dict[str, Any]) -> int:
    """What buyers can still order of one SKU."""
    return int(row["total"]) - int(row["withhold"]) - int(row["occupy"])


def selling_price(row: dict[str, Any]) -> int:
    special = row["special_price"]
    return int(row["price"] if special is None else special)


def variation(row: dict[str, Any]) -> str:
    """The chosen options as an order shows them, as in `Màu:Đen, Size:M`."""
    return ", ".join(f"{name}:{value}" for name, value in row["options"].items())


def shop_sku(product: dict[str, Any], row: dict[str, Any]) -> str:
    """The platform's own code of a SKU."""
    return f"{product['item_id']}_VNAMZ-{row['sku_id']}"


def find_row(product: dict[str, Any], sku_id: int) -> dict[str, Any] | None:
    """One SKU of a product."""
    return next((row for row in product["skus"] if row["sku_id"] == sku_id), None)
