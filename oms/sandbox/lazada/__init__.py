"""A server that speaks the Lazada Open Platform protocol, written from its documentation."""

from oms.sandbox.lazada.partner import Lazada

__all__ = ["Lazada"]
