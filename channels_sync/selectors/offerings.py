"""Where a product is not sold yet, and what becomes of offering it there."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from channels_sync.models import Listing, MarketCategory, Offering, Shop
from channels_sync.ports import creator_of_products, marketplace_codes
from channels_sync.selectors.shops import shops_visible_to
from oms.kernel.text import fold

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Opportunity:
    """A shop that does not sell the product; `offering` when somebody asked for it."""

    shop: Shop
    offering: Offering | None


def opportunities(user: Any, product_id: int) -> list[Opportunity]:
    """Connected shops of the user that could sell the product; three statements."""
    codes = [code for code in marketplace_codes() if creator_of_products(code)]
    sold = Listing.objects.filter(variant__product=product_id).values("shop_id")
    shops = (
        shops_visible_to(user)
        .filter(marketplace__in=codes, status=Shop.Status.CONNECTED)
        .exclude(pk__in=sold)
    )
    asked = {row.shop_id: row for row in Offering.objects.filter(product=product_id)}
    return [Opportunity(shop, asked.get(shop.pk)) for shop in shops]


def found_categories(marketplace_code: str, words: str) -> QuerySet[MarketCategory]:
    """Categories that have every word on their way."""
    rows = MarketCategory.objects.filter(marketplace=marketplace_code)
    for word in fold(words).split()[:6]:
        rows = rows.filter(path_folded__contains=word)
    return rows.order_by("path", "pk")[:SHOWN]
