"""Customers and their orders."""

from orders.models.bulk import BulkItem, BulkRun
from orders.models.customer import Customer
from orders.models.lines import OrderLine, OrderLineComponent
from orders.models.notes import OrderNote, OrderProblem
from orders.models.order import Order

__all__ = [
    "BulkItem",
    "BulkRun",
    "Customer",
    "Order",
    "OrderLine",
    "OrderLineComponent",
    "OrderNote",
    "OrderProblem",
]
