"""Where a variant is sold, for the page that explains its stock."""

from typing import Any

from django.urls import reverse

from channels_sync.models import Listing
from channels_sync.selectors.shops import listings_visible_to
from channels_sync.services.stock_push import CHANNEL, held_quantities
from inventory.ports import ChannelOffer


def offers_of(user: Any, variant_id: int) -> list[ChannelOffer]:
    """Each listing of the variant in the user's shops; a fixed number of statements."""
    listings: list[Listing] = list(
        listings_visible_to(user)
        .filter(variant_id=variant_id)
        .select_related("shop")
        .prefetch_related("shop__stock_warehouses")
        .order_by("shop__name", "pk")
    )
    held = held_quantities([variant_id]).get(variant_id, 0) if listings else 0
    return [
        ChannelOffer(
            channel=(CHANNEL, listing.shop_id),
            name=listing.shop.name,
            url=reverse("channels_sync:stock_rules", args=[listing.shop_id]),
            warehouse_ids=[row.pk for row in listing.shop.stock_warehouses.all()] or None,
            held=held,
            last_told=listing.pushed_quantity,
        )
        for listing in listings
    ]
