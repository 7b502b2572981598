"""The goods the demo shops offer. Prices are whole dong; a product has one row per SKU.

`available` is what buyers can still order, `committed` is sold and has not left. Pieces in
`campaign` are part of what is available and cannot be taken away while it runs.
"""

from typing import Any

FIRST_ACCOUNT, SECOND_ACCOUNT = "hWaeegAAAABqXniBPelk", "kZbffhAAAACqYojCQfml"
FIRST_SHOP, SECOND_SHOP = "7495000000000000101", "7495000000000000202"
SISTER_SHOP, FOREIGN_SHOP = "7495000000000000203", "7495000000000000204"
ACCOUNTS = (
    {"open_id": FIRST_ACCOUNT, "seller_name": "Đơn Nhanh TikTok"},
    {"open_id": SECOND_ACCOUNT, "seller_name": "Đơn Nhanh Group"},
)
# shop, account, name, region
_SHOPS = (
    (FIRST_SHOP, FIRST_ACCOUNT, "Đơn Nhanh TikTok", "VN"),
    (SECOND_SHOP, SECOND_ACCOUNT, "Đơn Nhanh Outlet", "VN"),
    (SISTER_SHOP, SECOND_ACCOUNT, "Đơn Nhanh Baby", "VN"),
    (FOREIGN_SHOP, SECOND_ACCOUNT, "Don Nhanh Malaysia", "MY"),
)
SHOPS: tuple[dict[str, Any], ...] = tuple(
    {
        "shop_id": shop_id,
        "account": account,
        "name": name,
        "region": region,
        "seller_type": "LOCAL" if account == FIRST_ACCOUNT else "CROSS_BORDER",
        "cipher": f"ROW_{shop_id[-3:]}4yMAAAAA{shop_id[::-1][:8]}",
        "code": f"{region}LC{shop_id[-6:]}",
    }
    for shop_id, account, name, region in _SHOPS
)

# name, sku, price, sale price, grams, available, campaign, status
_PLAIN = (
    ("Nồi chiên không dầu 5L", "NOI-5L", 1_590_000, 1_290_000, 4200, 30, 0, "ACTIVATE"),
    ("Sữa rửa mặt trà xanh 120ml", "SRM-120", 139_000, 119_000, 160, 200, 0, "ACTIVATE"),
    ("Túi vải canvas", "TUI-VAI", 89_000, 89_000, 220, 150, 0, "ACTIVATE"),
    ("Ốp lưng 14", "OP-14", 79_000, 59_000, 60, 300, 0, "ACTIVATE"),
    ("Mũ lưỡi trai", "MU-LT", 120_000, 99_000, 110, 90, 5, "ACTIVATE"),
    ("Bình nước 750ml", "BINH-750", 179_000, 159_000, 340, 110, 0, "ACTIVATE"),
    ("Khăn bandana", "KHAN-BANDANA", 45_000, 39_000, 50, 12, 0, "SELLER_DEACTIVATED"),
)
# Products are numbered within a shop from here on.
_FIRST_NUMBER = {
    shop["shop_id"]: 1_729_000_000_000_000_000 + at * 1_000_000 for at, shop in enumerate(SHOPS)
}


def warehouse_of(shop_id: str) -> str:
    """The one sales warehouse of a shop."""
    return f"74{shop_id[-3:]}00000000000001"


def _row(number: int, sku: str, attributes: dict[str, str], price: int, sale: int, available: int,
         grams: int, *, campaign: int = 0) -> dict[str, Any]:  # fmt: skip
    return {
        "id": str(number),
        "seller_sku": sku,
        "attributes": attributes,
        "price": price,
        "sale_price": sale,
        "grams": grams,
        "available": available,
        "committed": 0,
        "campaign": campaign,
    }


def _product(shop_id: str, number: int, title: str, now: int, **more: Any) -> dict[str, Any]:
    return {
        "id": str(number),
        "shop_id": shop_id,
        "title": title,
        "status": "ACTIVATE",
        "created": now - 90 * 86_400,
        "updated": now - 30 * 86_400,
        **more,
    }


def products(shop_id: str, now: int) -> list[dict[str, Any]]:
    """All products of one shop: a shirt of two attributes, a dress of one, and plain ones."""
    first = _FIRST_NUMBER[shop_id]
    colours, sizes = (("DEN", "Đen"), ("TRANG", "Trắng")), ("M", "L")
    shirt = [
        _row(first + 10 + 2 * c + s, f"AT-{code}-{size}", {"Màu": colour, "Size": size},
             199_000, 149_000, 120, 200)
        for c, (code, colour) in enumerate(colours)
        for s, size in enumerate(sizes)
    ]  # fmt: skip
    dress = [
        _row(first + 20 + s, f"VAY-HOA-{size}", {"Size": size}, 320_000, 259_000, 60, 250)
        for s, size in enumerate(("S", "M"))
    ]
    goods = [
        _product(shop_id, first + 1, "Áo thun cotton", now, skus=shirt),
        _product(shop_id, first + 2, "Váy hoa nhí", now, skus=dress),
    ]
    for at, (title, sku, price, sale, grams, available, campaign, status) in enumerate(_PLAIN, 3):
        row = _row(first + 30 + at, sku, {}, price, sale, available, grams, campaign=campaign)
        goods.append(_product(shop_id, first + at, title, now, skus=[row], status=status))
    return goods


def sku_name(row: dict[str, Any]) -> str:
    """The chosen attributes as an order shows them, as in `Đen, M`."""
    return ", ".join(row["attributes"].values())


def find_row(product: dict[str, Any], sku_id: str) -> dict[str, Any] | None:
    """One SKU of a product."""
    return next((row for row in product["skus"] if row["id"] == sku_id), None)
