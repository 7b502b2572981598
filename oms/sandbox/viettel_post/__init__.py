"""Viettel Post, partner API v2 with the newer v3 categories."""

from oms.sandbox.viettel_post.partner import ViettelPost

__all__ = ["ViettelPost"]
