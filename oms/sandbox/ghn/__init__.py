"""A server that speaks GHN's public API v2, written from its documentation."""

from oms.sandbox.ghn.partner import Ghn

__all__ = ["Ghn"]
