"""Our document to Viettel's words and back. Pure: no network, no clock, no rows."""

import base64
import binascii
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from invoicing.ports import Buyer, Correction, Document, DocumentLine, DocumentRef, Issued
from oms.kernel.errors import ServiceUnreachable

ORIGINAL, ADJUSTMENT, MONEY = "1", "5", "1"
SELECTION = {"goods": 1, "fee": 1, "discount": 3}
SYMBOL_LENGTH = 6
ITEM_CODE_LENGTH = 50


def create_request(document: Document) -> dict[str, Any]:
    """createInvoice and createInvoiceDraftPreview take the same body.

    No issue date: the server stamps it, so that dates never go back within a series when several
    workers send. No seller: the server knows it by the tax code in the address.
    """
    return {
        "generalInvoiceInfo": {
            "transactionUuid": document.reference,
            "invoiceType": document.template_code[:1],
            "templateCode": document.template_code,
            "invoiceSeries": document.series,
            "currencyCode": "VND",
            "paymentStatus": document.is_paid,
            "cusGetInvoiceRight": True,
            **_general(document.corrects),
        },
        "buyerInfo": _buyer(document.buyer),
        "payments": [{"paymentMethodName": document.payment_method}],
        "itemInfo": [
            _item(n, line) if document.corrects is None else _difference(n, line)
            for n, line in enumerate(document.lines, start=1)
        ],
        "taxBreakdowns": [
            {
                "taxPercentage": r.vat_rate,
                "taxableAmount": abs(r.net_vnd),
                "taxAmount": abs(r.tax_vnd),
                **_signs(document.corrects, taxableAmountPos=-r.net_vnd, taxAmountPos=-r.tax_vnd),
            }
            for r in document.rates
        ],
        "summarizeInfo": {
            "sumOfTotalLineAmountWithoutTax": document.net_vnd,
            "totalAmountWithoutTax": document.net_vnd,
            "totalTaxAmount": document.tax_vnd,
            "totalAmountWithTax": document.total_vnd,
            "totalAmountWithTaxInWords": document.words,
            "discountAmount": document.discount_vnd if document.corrects is None else 0,
            **_signs(
                document.corrects,
                isTotalAmountPos=-document.total_vnd,
                isTotalTaxAmountPos=-document.tax_vnd,
                isTotalAmtWithoutTaxPos=-document.net_vnd,
                isDiscountAmtPos=0,
            ),
        },
    }


def _general(corrects: Correction | None) -> dict[str, Any]:
    """The kind of invoice. Shares of issued lines are sent as they are: computed anew from their
    rate they could differ by a đồng from what was issued (validation 0).
    """
    if corrects is None:
        return {"adjustmentType": ORIGINAL, "validation": 1}
    return {
        "adjustmentType": ADJUSTMENT,
        "adjustmentInvoiceType": MONEY,
        "originalInvoiceId": corrects.invoice_no,
        "originalInvoiceIssueDate": _milliseconds(corrects.issued_at),
        "originalTemplateCode": corrects.template_code,
        "additionalReferenceDesc": corrects.agreement,
        "additionalReferenceDate": _milliseconds(corrects.agreed_at),
        "validation": 0,
    }


def _signs(corrects: Correction | None, **changes: int) -> dict[str, bool]:
    """On an adjustment amounts have no sign and flags beside them say whether they go up."""
    if corrects is None:
        return {}
    return {name: change > 0 for name, change in changes.items()}


def _difference(number: int, line: DocumentLine) -> dict[str, Any]:
    """A line that lowers the first invoice; a discount's share that goes with it raises it."""
    raises = line.kind == "discount"
    return {**_item(number, line), "selection": 1, "isIncreaseItem": raises}


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _buyer(buyer: Buyer) -> dict[str, Any]:
    optional = {
        "buyerLegalName": buyer.legal_name,
        "buyerTaxCode": buyer.tax_code,
        "buyerAddressLine": buyer.address,
        "buyerPhoneNumber": "".join(c for c in buyer.phone if c.isdigit()),
        "buyerEmail": buyer.email,
    }
    return {
        "buyerName": buyer.name,
        "buyerNotGetInvoice": 0 if buyer.takes_invoice else 1,
        **{key: value for key, value in optional.items() if value},
    }


def _item(number: int, line: DocumentLine) -> dict[str, Any]:
    """A discount line keeps positive amounts; `isIncreaseItem` false carries the sign."""
    item: dict[str, Any] = {
        "lineNumber": number,
        "selection": SELECTION[line.kind],
        "itemName": line.name,
        "unitPrice": _plain(line.unit_price),
        "quantity": line.quantity,
        "itemTotalAmountWithoutTax": line.listed_vnd,
        "taxPercentage": line.vat_rate,
        "taxAmount": line.tax_vnd,
        "discount": 0,
        "itemDiscount": line.discount_vnd,
        "itemTotalAmountAfterDiscount": line.net_vnd,
        "itemTotalAmountWithTax": line.gross_vnd,
    }
    if line.sku and len(line.sku) <= ITEM_CODE_LENGTH:
        item["itemCode"] = line.sku
    if line.unit:
        item["unitName"] = line.unit
    if line.kind == "discount":
        item["isIncreaseItem"] = False
    return item


def search_request(tax_code: str, ref: DocumentRef) -> dict[str, str]:
    """Form fields of searchInvoiceByTransactionUuid."""
    return {"supplierTaxCode": tax_code, "transactionUuid": ref.reference}


def file_request(tax_code: str, ref: DocumentRef) -> dict[str, str]:
    return {
        "supplierTaxCode": tax_code,
        "invoiceNo": ref.invoice_no,
        "templateCode": ref.template_code,
        "transactionUuid": ref.reference,
        "fileType": "PDF",
    }


def issued_of(result: dict[str, Any], *, series: str) -> Issued:
    """What createInvoice or one hit of the search says. A yes without a number is unreadable."""
    invoice_no = str(result.get("invoiceNo") or "")
    symbol, number = _number_of(invoice_no, series)
    return Issued(
        invoice_no=invoice_no,
        series=symbol,
        number=number,
        reservation_code=str(result.get("reservationCode") or ""),
        tax_authority_code=str(result.get("codeOfTax") or ""),
        transaction_id=str(result.get("transactionID") or ""),
        issued_at=_moment(result.get("issueDate")),
    )


def found_in(body: dict[str, Any], ref: DocumentRef) -> Issued | None:
    """The hit of a search; None for an empty list, unreadable when the list is missing."""
    hits = body.get("result")
    if not isinstance(hits, list):
        raise ServiceUnreachable("S-Invoice: search without a result", maybe_done=False)
    return issued_of(hits[0], series=ref.series) if hits else None


def pdf_of(body: dict[str, Any]) -> bytes | None:
    """The PDF inside an answer; None while the bytes are still empty."""
    text = body.get("fileToBytes")
    if not text:
        return None
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError, ValueError) as broken:
        raise ServiceUnreachable("S-Invoice: unreadable file", maybe_done=False) from broken
    if not content.startswith(b"%PDF"):
        raise ServiceUnreachable("S-Invoice: the file is not a PDF", maybe_done=False)
    return content


def _number_of(invoice_no: str, series: str) -> tuple[str, int]:
    """`K26TAA1` is series and number in one; a symbol has six characters."""
    symbol = series if invoice_no.startswith(series) else invoice_no[:SYMBOL_LENGTH]
    digits = invoice_no[len(symbol) :]
    if not digits.isdecimal():
        raise ServiceUnreachable("S-Invoice: an answer without invoice number", maybe_done=True)
    return symbol, int(digits)


def _moment(milliseconds: object) -> datetime | None:
    if not isinstance(milliseconds, int | str) or not str(milliseconds).isdecimal():
        return None
    return datetime.fromtimestamp(int(milliseconds) / 1000, tz=UTC)


def _plain(number: Decimal) -> Any:
    """The JSON number that is written with exactly these digits."""
    return int(number) if number == number.to_integral_value() else json.loads(f"{number:f}")
