"""Where a product is sold, and what its shops said to its texts."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from channels_sync.models import Listing, ProductPush, Shop
from channels_sync.ports import marketplace_codes, product_editor
from channels_sync.selectors.shops import shops_visible_to


@dataclass(frozen=True, slots=True)
class ProductAtShop:
    shop: Shop
    remote_item_id: str
    push: ProductPush | None


def product_at_shops(user: Any, product_id: int) -> list[ProductAtShop]:
    """Each product of the user's shops that is this one and may be changed; two statements."""
    codes = [code for code in marketplace_codes() if product_editor(code)]
    shops = shops_visible_to(user).filter(marketplace__in=codes)
    items = (
        Listing.objects.filter(variant__product=product_id, shop__in=shops)
        .order_by("shop_id", "remote_item_id")
        .distinct("shop_id", "remote_item_id")
        .select_related("shop")
    )
    pushes = ProductPush.objects.filter(product=product_id)
    known = {(push.shop_id, push.remote_item_id): push for push in pushes}
    return [
        ProductAtShop(row.shop, row.remote_item_id, known.get((row.shop_id, row.remote_item_id)))
        for row in items
    ]


def field_notes(user: Any, product_id: int) -> dict[str, list[str]]:
    """What shops did not take, by field of the product, in words with the shop's name."""
    notes: dict[str, list[str]] = defaultdict(list)
    pushes = ProductPush.objects.filter(
        product=product_id, state=ProductPush.State.FAILED, shop__in=shops_visible_to(user)
    )
    for push in pushes.select_related("shop").order_by("shop__name", "pk"):
        for field, why in push.errors.items():
            notes[field or "all"].append(f"{push.shop.name}: {why}")
    return dict(notes)
