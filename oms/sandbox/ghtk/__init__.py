"""Giao Hàng Tiết Kiệm, order API 1.5."""

from oms.sandbox.ghtk.partner import Ghtk

__all__ = ["Ghtk"]
