"""The stored lines of an invoice, as values."""

from invoicing.amounts import LineAmounts
from invoicing.models import Invoice


def amounts_of(invoice: Invoice) -> list[LineAmounts]:
    """The stored lines, without the database."""
    return [
        LineAmounts(
            kind=row.kind,
            name=row.name,
            quantity=row.quantity,
            unit_price=row.unit_price,
            listed_vnd=row.listed_vnd,
            discount_vnd=row.discount_vnd,
            net_vnd=row.net_vnd,
            vat_rate=row.vat_rate,
            tax_vnd=row.tax_vnd,
            gross_vnd=row.gross_vnd,
            sku=row.sku,
            unit=row.unit,
        )
        for row in invoice.lines.all()
    ]
