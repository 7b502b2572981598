"""A server that speaks the Shopee Open Platform v2 protocol, written from its documentation."""

from oms.sandbox.shopee.partner import Shopee

__all__ = ["Shopee"]
