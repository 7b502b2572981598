from invoicing.models.invoices import Invoice, InvoiceLine
from invoicing.models.parties import Company, IssuerAccount
from invoicing.models.payments import Payment, PaymentApplication
from invoicing.models.proposals import AdjustmentLine, AdjustmentProposal
from invoicing.models.refunds import Refund
from invoicing.models.rules import InvoiceForm, LegalText, SymbolPattern, TaxRate
from invoicing.models.submissions import Submission

__all__ = [
    "AdjustmentLine",
    "AdjustmentProposal",
    "Company",
    "Invoice",
    "InvoiceForm",
    "InvoiceLine",
    "IssuerAccount",
    "LegalText",
    "Payment",
    "PaymentApplication",
    "Refund",
    "Submission",
    "SymbolPattern",
    "TaxRate",
]
