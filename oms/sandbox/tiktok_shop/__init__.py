"""A server that speaks the TikTok Shop Open API protocol, written from its documentation."""

from oms.sandbox.tiktok_shop.partner import TikTokShop

__all__ = ["TikTokShop"]
