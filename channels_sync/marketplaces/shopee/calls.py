"""What the parts of the connector share: the client."""

from channels_sync.marketplaces.shopee.client import ShopeeClient


class ShopeeCalls:
    def __init__(self, client: ShopeeClient) -> None:
        self.client = client
