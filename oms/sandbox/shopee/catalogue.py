"""The goods two demo shops sell, and how a listing is remembered.

A listing always has models; one without variations has a single model of id 0. Prices are whole
dong. `reserved` is what promotions hold back: seller stock may not be set below it.
"""

from typing import Any

FIRST_SHOP, SECOND_SHOP = 88012345, 88067890
SHOPS = (
    (FIRST_SHOP, "Đơn Nhanh Demo"),
    (SECOND_SHOP, "Đơn Nhanh Hà Nội"),
)
_ITEM_BASE = {FIRST_SHOP: 23_620_000_000, SECOND_SHOP: 23_750_000_000}
_COLOURS, _SIZES = ("Đen", "Trắng"), ("M", "L")

# name, parent sku, original price, selling price, grams, stock, reserved, status, category
_PLAIN = (
    ("Nồi chiên không dầu 5L", "NOI-5L", 1_590_000, 1_290_000, 4200, 30, 0, "NORMAL", 100_636),
    ("Sữa rửa mặt trà xanh 120ml", "SRM-120", 139_000, 119_000, 160, 200, 0, "NORMAL", 100_664),
    ("Túi vải canvas", "TUI-VAI", 89_000, 89_000, 220, 150, 0, "NORMAL", 100_089),
    ("Ốp lưng 14", "OP-14", 79_000, 59_000, 60, 300, 0, "NORMAL", 100_486),
    ("Mũ lưỡi trai", "MU-LT", 120_000, 99_000, 110, 90, 5, "NORMAL", 100_092),
    ("Bình nước 750ml", "BINH-750", 179_000, 159_000, 340, 110, 0, "NORMAL", 100_717),
    ("Khăn bandana (ngừng bán)", "KHAN-BANDANA", 45_000, 39_000, 50, 12, 0, "UNLIST", 100_091),
)


def _model(model_id: int, sku: str, tier_index: list[int], price: tuple[int, int], stock: int,
           reserved: int = 0) -> dict[str, Any]:  # fmt: skip
    original_price, current_price = price
    return {
        "model_id": model_id,
        "model_sku": sku,
        "tier_index": tier_index,
        "original_price": original_price,
        "current_price": current_price,
        "stock": stock,
        "reserved": reserved,
    }


def _listing(
    shop_id: int, number: int, name: str, sku: str, now: int, **more: Any
) -> dict[str, Any]:
    return {
        "item_id": _ITEM_BASE[shop_id] + 1111 * number,
        "shop_id": shop_id,
        "item_name": name,
        "item_sku": sku,
        "description": f"{name} chính hãng, đổi trả trong 15 ngày.",
        "item_status": "NORMAL",
        "category_id": 100_047,
        "create_time": now - 90 * 86_400,
        "update_time": now - (30 - number) * 86_400,
        "weight_g": 200,
        "tiers": [],
        **more,
    }


def listings(shop_id: int, now: int) -> list[dict[str, Any]]:
    """All listings of one shop: a shirt of two tiers, a dress of one, and plain ones."""
    first_model = _ITEM_BASE[shop_id] * 10
    shirt = [
        _model(first_model + 1 + 2 * c + s, f"AT-{colour}-{size}", [c, s], (199_000, 149_000), 120)
        for c, colour in enumerate(("DEN", "TRANG"))
        for s, size in enumerate(_SIZES)
    ]
    dress = [
        _model(first_model + 11 + s, f"VAY-HOA-{size}", [s], (320_000, 259_000), 60)
        for s, size in enumerate(("S", "M"))
    ]
    goods = [
        _listing(
            shop_id, 1, "Áo thun cotton", "AT", now, models=shirt,
            tiers=[
                {"name": "Màu sắc", "options": list(_COLOURS)},
                {"name": "Kích cỡ", "options": list(_SIZES)},
            ],
        ),
        _listing(
            shop_id, 2, "Váy hoa nhí", "VAY-HOA", now, models=dress, weight_g=250,
            tiers=[{"name": "Kích cỡ", "options": ["S", "M"]}],
        ),
    ]  # fmt: skip
    for number, (name, sku, original, price, grams, stock, reserved, status, category) in enumerate(
        _PLAIN, 3
    ):
        model = _model(0, "", [], (original, price), stock, reserved)
        goods.append(
            _listing(
                shop_id, number, name, sku, now, models=[model], weight_g=grams,
                item_status=status, category_id=category,
            )
        )  # fmt: skip
    return goods


def sku_of(item: dict[str, Any], model: dict[str, Any]) -> str:
    """The code the seller knows this model by."""
    return str(model["model_sku"] or item["item_sku"])


def model_name(item: dict[str, Any], model: dict[str, Any]) -> str:
    """The chosen options as the order shows them, as in `Đen,M`."""
    return ",".join(
        tier["options"][at] for tier, at in zip(item["tiers"], model["tier_index"], strict=True)
    )


def find_model(item: dict[str, Any], model_id: int) -> dict[str, Any] | None:
    """One model of a listing."""
    return next((model for model in item["models"] if model["model_id"] == model_id), None)
