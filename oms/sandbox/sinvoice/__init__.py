"""A server that speaks Viettel S-Invoice's integration API, written from its documentation."""

from oms.sandbox.sinvoice.partner import SInvoice

__all__ = ["SInvoice"]
