"""Customers and their orders."""

from orders.models.bulk import BulkItem, BulkRun
from orders.models.customer import Customer, CustomerGroup, CustomerMerge
from orders.models.lines import CancelledLine, OrderLine, OrderLineComponent
from orders.models.notes import NoteFile, OrderNote, OrderProblem
from orders.models.order import Order
from orders.models.profit import OrderProfit
from orders.models.promises import LinePromise
from orders.models.quotations import (
    Quotation,
    QuotationLine,
    QuotationMail,
    QuotationVersion,
)
from orders.models.rates import ExchangeRate
from orders.models.reasons import ProblemRule, Reason, ReasonMapping
from orders.models.recurring import RecurringLine, RecurringOrder, RecurringRun
from orders.models.returns import (
    Return,
    ReturnLine,
    ReturnPhoto,
    ReturnPiece,
    ReturnPolicy,
    ReturnSource,
)
from orders.models.risk_rules import RiskRule
from orders.models.tags import Tag
from orders.models.views import OrderView

__all__ = [
    "BulkItem",
    "BulkRun",
    "CancelledLine",
    "Customer",
    "CustomerGroup",
    "CustomerMerge",
    "ExchangeRate",
    "LinePromise",
    "NoteFile",
    "Order",
    "OrderLine",
    "OrderLineComponent",
    "OrderNote",
    "OrderProblem",
    "OrderProfit",
    "OrderView",
    "ProblemRule",
    "Quotation",
    "QuotationLine",
    "QuotationMail",
    "QuotationVersion",
    "Reason",
    "ReasonMapping",
    "RecurringLine",
    "RecurringOrder",
    "RecurringRun",
    "Return",
    "ReturnLine",
    "ReturnPhoto",
    "ReturnPiece",
    "ReturnPolicy",
    "ReturnSource",
    "RiskRule",
    "Tag",
]
