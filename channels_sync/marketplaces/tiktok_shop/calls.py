"""What the parts of the connector share: the client."""

from channels_sync.marketplaces.tiktok_shop.client import TikTokClient


class TikTokCalls:
    def __init__(self, client: TikTokClient) -> None:
        self.client = client
