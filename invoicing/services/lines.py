"""The lines of an order's invoice, as rows and as the issuer wants them."""

from datetime import date

from django.utils.translation import gettext as _

from invoicing.amounts import (
    NOT_SUBJECT,
    LineAmounts,
    Sale,
    Totals,
    invoice_lines,
    sums_by_rate,
    totals_of,
)
from invoicing.models import Invoice, InvoiceLine
from invoicing.ports import Buyer, Correction, Document, DocumentLine, DocumentRef, RateTotal
from invoicing.selectors.lines import amounts_of
from invoicing.selectors.rules import DELIVERY_PRODUCT_RATE, applied_rates, form_of
from invoicing.words import vnd_in_words
from oms.kernel.errors import DomainError
from oms.kernel.phones import national
from orders.models import Order

# Words of a legal paper: they do not follow the language of who makes the draft.
DISCOUNT_NAME = "Chiết khấu thương mại"
SHIPPING_NAME = "Phí vận chuyển"
AGREEMENT = "Phiếu trả hàng %s"


def lines_of_order(order: Order, *, template_code: str, day: date) -> list[LineAmounts]:
    """Goods, delivery and discounts with the VAT rates of that day.

    Sales invoices have no VAT column: their lines carry the whole amount and no tax.
    """
    form = form_of(template_code, day)
    has_vat = form is None or form.has_vat
    rates = applied_rates(day)

    def rate_of(product_rate: int) -> int:
        if not has_vat:
            return NOT_SUBJECT
        if product_rate not in rates:
            raise DomainError(
                _("Không có thuế suất VAT %(rate)s%% cho ngày này.") % {"rate": product_rate},
                code="invoice.rate",
            )
        return rates[product_rate]

    sales = [
        Sale(
            name=line.name,
            quantity=line.quantity,
            total_vnd=line.total_vnd,
            discount_vnd=line.discount_vnd,
            vat_rate=line.vat_rate,
            sku=line.sku,
        )
        for line in order.lines.all()
    ]
    if not sales:
        raise DomainError(_("Đơn hàng không có dòng hàng nào."), code="invoice.empty")
    return invoice_lines(
        sales,
        discount_vnd=order.discount_vnd,
        shipping_vnd=order.shipping_fee_buyer_vnd,
        rate_of=rate_of,
        shipping_rate=rate_of(DELIVERY_PRODUCT_RATE),
        discount_name=DISCOUNT_NAME,
        shipping_name=SHIPPING_NAME,
    )


def write_totals(invoice: Invoice, lines: list[LineAmounts]) -> Totals:
    """Put the sums on the row; the caller saves TOTAL_COLUMNS."""
    totals = totals_of(lines)
    invoice.net_vnd, invoice.tax_vnd = totals.net_vnd, totals.tax_vnd
    invoice.total_vnd, invoice.discount_vnd = totals.total_vnd, totals.discount_vnd
    invoice.words = vnd_in_words(totals.total_vnd)
    return totals


TOTAL_COLUMNS = ("net_vnd", "tax_vnd", "total_vnd", "discount_vnd", "words")


def write_lines(invoice: Invoice, lines: list[LineAmounts]) -> None:
    """Replace the rows of a draft."""
    invoice.lines.all().delete()
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            invoice=invoice,
            position=position,
            kind=line.kind,
            sku=line.sku,
            name=line.name,
            unit=line.unit,
            quantity=line.quantity,
            unit_price=line.unit_price,
            listed_vnd=line.listed_vnd,
            discount_vnd=line.discount_vnd,
            net_vnd=line.net_vnd,
            vat_rate=line.vat_rate,
            tax_vnd=line.tax_vnd,
            gross_vnd=line.gross_vnd,
        )
        for position, line in enumerate(lines, start=1)
    )


def document_of(invoice: Invoice) -> Document:
    """The invoice as the issuer's port takes it."""
    lines = amounts_of(invoice)
    return Document(
        reference=str(invoice.transaction_uuid),
        template_code=invoice.template_code,
        series=invoice.series,
        buyer=Buyer(
            name=invoice.buyer_name,
            legal_name=invoice.buyer_legal_name,
            tax_code=invoice.buyer_tax_code,
            address=invoice.buyer_address,
            phone=national(invoice.buyer_phone),
            email=invoice.buyer_email,
            takes_invoice=invoice.buyer_kind != Invoice.BuyerKind.CONSUMER,
        ),
        lines=tuple(_document_line(line) for line in lines),
        rates=tuple(RateTotal(s.vat_rate, s.net_vnd, s.tax_vnd) for s in sums_by_rate(lines)),
        net_vnd=invoice.net_vnd,
        tax_vnd=invoice.tax_vnd,
        total_vnd=invoice.total_vnd,
        discount_vnd=invoice.discount_vnd,
        words=invoice.words,
        payment_method=invoice.payment_method,
        is_paid=invoice.order.payment_status == Order.Payment.PAID,
        corrects=_correction(invoice),
    )


def _correction(invoice: Invoice) -> Correction | None:
    """Which invoice an adjusting one takes away from, and by which paper."""
    if invoice.kind != Invoice.Kind.ADJUSTMENT:
        return None
    proposal = invoice.adjusts
    first, back = proposal.invoice, proposal.document
    return Correction(
        invoice_no=first.invoice_no,
        template_code=first.template_code,
        issued_at=first.issued_at or first.created_at,
        agreement=AGREEMENT % back.number,
        agreed_at=back.received_at or back.created_at,
    )


def ref_of(invoice: Invoice) -> DocumentRef:
    return DocumentRef(
        reference=str(invoice.transaction_uuid),
        template_code=invoice.template_code,
        series=invoice.series,
        invoice_no=invoice.invoice_no,
    )


def _document_line(line: LineAmounts) -> DocumentLine:
    return DocumentLine(
        kind=line.kind,
        sku=line.sku,
        name=line.name,
        unit=line.unit,
        quantity=line.quantity,
        unit_price=line.unit_price,
        listed_vnd=line.listed_vnd,
        discount_vnd=line.discount_vnd,
        net_vnd=line.net_vnd,
        vat_rate=line.vat_rate,
        tax_vnd=line.tax_vnd,
        gross_vnd=line.gross_vnd,
    )
