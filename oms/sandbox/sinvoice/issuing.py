"""Making invoices: create, drafts, previews, batches, and the retired cancelling."""

from typing import Any

from oms.sandbox.core import Request, Route
from oms.sandbox.sinvoice.accounts import Door
from oms.sandbox.sinvoice.amounts import check_arithmetic, check_lines, check_sums
from oms.sandbox.sinvoice.book import Book
from oms.sandbox.sinvoice.checks import (
    check_buyer,
    check_general,
    check_payments,
    check_uuid,
    section,
)
from oms.sandbox.sinvoice.envelope import UTILS, WS, Wrong, ok, read_form, read_json, route
from oms.sandbox.sinvoice.papers import pdf_base64


class Issuing:
    def __init__(self, door: Door, book: Book) -> None:
        self.door, self.book, self.db = door, book, book.db

    def routes(self) -> list[Route]:
        faults = self.door.faults
        return [
            route("POST", f"{WS}/createInvoice/{{tax_code}}", self.create, faults),
            route("POST", f"{WS}/createOrUpdateInvoiceDraft/{{tax_code}}", self.draft, faults),
            route("POST", f"{WS}/createBatchInvoice/{{tax_code}}", self.batch, faults),
            route("POST", f"{UTILS}/createInvoiceDraftPreview/{{tax_code}}", self.preview, faults),
            route("POST", f"{WS}/cancelTransactionInvoice", self.cancel, faults),
        ]

    def create(self, request: Request) -> dict[str, Any]:
        """One uuid, one number: a repeat is refused and numbers nothing."""
        tax_code = self.door.check(request, request.params["tax_code"])
        return ok(result=self._issue(tax_code, read_json(request), request.json()))

    def draft(self, request: Request) -> dict[str, Any]:
        tax_code = self.door.check(request, request.params["tax_code"])
        body = read_json(request)
        uuid = check_uuid(section(body, "generalInvoiceInfo"))
        self.book.check_unused(tax_code, uuid)
        self._check(body)
        self.db.put("drafts", f"{tax_code}/{uuid}", {"payload": request.json()})
        return ok(result=None)

    def batch(self, request: Request) -> dict[str, Any]:
        """Each invoice by itself; those refused are listed."""
        tax_code = self.door.check(request, request.params["tax_code"])
        exact = section(read_json(request), "commonInvoiceInputs", list)
        outputs: list[dict[str, Any]] = []
        errors: list[dict[str, Any]] = []
        for body, plain in zip(exact, request.json()["commonInvoiceInputs"], strict=True):
            info = body.get("generalInvoiceInfo") or {} if isinstance(body, dict) else {}
            try:
                made = self._issue(tax_code, body if isinstance(body, dict) else {}, plain)
                outputs.append({**made, "transactionUuid": info.get("transactionUuid")})
            except Wrong as error:
                series = info.get("invoiceSeries")
                errors.append({"errorCode": error.code, "invoiceSeri": series, "msg": error.text})
        return ok(
            createInvoiceOutputs=outputs,
            totalSuccess=len(outputs),
            totalFail=len(errors),
            lstMapError=errors,
        )

    def preview(self, request: Request) -> dict[str, Any]:
        tax_code = self.door.check(request, request.params["tax_code"])
        body = read_json(request)
        self._check(body)
        return ok(
            fileName="draft.pdf",
            fileToBytes=pdf_base64(tax_code, body, ""),
            paymentStatus=body["generalInvoiceInfo"]["paymentStatus"],
        )

    def cancel(self, request: Request) -> dict[str, Any]:
        """Retired since 1 June 2025: the law knows no cancelled invoice."""
        fields = read_form(request, "supplierTaxCode", "templateCode", "invoiceNo")
        tax_code = self.door.check(request, fields["supplierTaxCode"])
        self.book.by_number(tax_code, fields["invoiceNo"])
        text = "Không được hủy hóa đơn đã phát hành, hãy điều chỉnh hoặc thay thế"
        raise Wrong("CANCEL_INVOICE_NOT_ALLOWED", text)

    def _issue(self, tax_code: str, body: dict[str, Any], plain: dict[str, Any]) -> dict[str, Any]:
        uuid = check_uuid(section(body, "generalInvoiceInfo"))
        self.book.check_unused(tax_code, uuid)
        self._check(body)
        invoice = self.book.issue(tax_code, plain)
        self.db.delete("drafts", f"{tax_code}/{uuid}")
        names = ("supplierTaxCode", "invoiceNo", "transactionID", "reservationCode")
        made = {name: invoice[name] for name in names}
        return {**made, "codeOfTax": self.book.code_of_tax(invoice)}

    def _check(self, body: dict[str, Any]) -> None:
        info = section(body, "generalInvoiceInfo")
        check_general(info, self.book.now_ms)
        check_buyer(section(body, "buyerInfo"))
        check_payments(section(body, "payments", list))
        check_lines(section(body, "itemInfo", list), info)
        section(body, "summarizeInfo")
        check_sums(body)
        if info.get("validation") == 1:
            check_arithmetic(body)
