"""The only module that names concrete adapters and joins an app to one on its right."""


def wire() -> None:
    """Register adapters and panels; called once when Django is ready."""
    from channels_sync.marketplaces.shopee.connector import connect as connect_shopee
    from channels_sync.ports import register_marketplace

    register_marketplace("shopee", connect_shopee)
