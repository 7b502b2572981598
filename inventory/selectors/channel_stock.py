"""What each channel is told of one variant, with the arithmetic; and the rules of a channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from inventory.allocation.channel import Told
from inventory.models import ChannelStockRule
from inventory.ports import ChannelOffer, channel_offers
from inventory.selectors.availability import Channel, told_to_channel


@dataclass(frozen=True, slots=True)
class ChannelStory:
    """One listing: the sum, and the number that goes out beside what went out before."""

    offer: ChannelOffer
    told: Told

    @property
    def number(self) -> int:
        return self.told.beside(self.offer.last_told)


def channel_stories(user: Any, variant_id: int) -> Sequence[ChannelStory]:
    """Why is it 7 over there? One story for each place that sells the variant."""
    return [
        ChannelStory(offer, _told(offer, variant_id)) for offer in channel_offers(user, variant_id)
    ]


def _told(offer: ChannelOffer, variant_id: int) -> Told:
    return told_to_channel(
        offer.channel,
        [variant_id],
        warehouse_ids=offer.warehouse_ids,
        held={variant_id: offer.held},
    )[variant_id]


def rules_of(channel: Channel) -> QuerySet[ChannelStockRule]:
    """The rules of a channel, the one for everything first."""
    rules = ChannelStockRule.objects.filter(channel_kind=channel[0], channel_id=channel[1])
    return rules.select_related("variant__product", "category").order_by(
        F("variant__sku").asc(nulls_first=True), F("category__path").asc(nulls_first=True), "id"
    )
