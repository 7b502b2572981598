"""Asking: by uuid, files, lists, templates; and the small changes that need no new invoice."""

from datetime import datetime
from typing import Any

from oms.sandbox.core import Request, Route
from oms.sandbox.sinvoice.accounts import TEMPLATES, VIETNAM, Door, day_of
from oms.sandbox.sinvoice.book import Book, not_found, templates_of
from oms.sandbox.sinvoice.envelope import (
    UTILS,
    WS,
    invalid,
    missing,
    ok,
    read_form,
    read_json,
    route,
)
from oms.sandbox.sinvoice.papers import pdf_base64, zip_base64

PAGE_LIMIT = 500


class Queries:
    def __init__(self, door: Door, book: Book) -> None:
        self.door, self.book, self.db = door, book, book.db

    def routes(self) -> list[Route]:
        table = [
            ("POST", f"{WS}/searchInvoiceByTransactionUuid", self.search),
            ("POST", f"{UTILS}/getInvoiceRepresentationFile", self.file),
            ("POST", f"{WS}/createExchangeInvoiceFile", self.exchange_file),
            ("POST", f"{WS}/updatePaymentStatus", self.mark_paid),
            ("POST", f"{WS}/cancelPaymentStatus", self.mark_unpaid),
            ("POST", f"{WS}/sendInvoiceByTransactionUuid", self.send_again),
            ("POST", f"{UTILS}/sendHtmlMailProcess", self.mail),
            ("POST", f"{UTILS}/getAllInvoiceTemplates", self.templates),
            ("GET", f"{WS}/getCustomFields", self.custom_fields),
            ("POST", f"{UTILS}/getInvoices/{{tax_code}}", self.invoices),
            ("POST", f"{UTILS}/getAllInvoices/{{tax_code}}", self.invoices),
            ("POST", f"{UTILS}/getInvoicesAll/{{tax_code}}", self.invoices),
            ("POST", f"{UTILS}/getListInvoiceDataControl", self.control_list),
        ]
        return [route(methods, path, call, self.door.faults) for methods, path, call in table]

    def search(self, request: Request) -> dict[str, Any]:
        """Drafts and unknown uuids are NOT_FOUND_DATA; the fault not_found_yet says so of any."""
        fields = read_form(request, "supplierTaxCode", "transactionUuid")
        tax_code = self.door.check(request, fields["supplierTaxCode"])
        if self.door.faults.take(request.path, "not_found_yet"):
            raise not_found()
        invoice = self.book.by_uuid(tax_code, fields["transactionUuid"])
        return ok(transactionUuid=invoice["transactionUuid"], result=[self._row(invoice)])

    def file(self, request: Request) -> dict[str, Any]:
        """Empty bytes while the paper is being made (control file_delay, fault empty_file)."""
        body = read_json(request)
        tax_code = self.door.check(request, body.get("supplierTaxCode"))
        kind = str(body.get("fileType", "")).upper()
        if kind not in ("PDF", "ZIP"):
            raise invalid("fileType", "phải là PDF hoặc ZIP")
        for name in ("invoiceNo", "templateCode"):
            if not body.get(name):
                raise missing(name)
        invoice = self.book.by_number(tax_code, str(body["invoiceNo"]))
        if invoice["templateCode"] != body["templateCode"]:
            raise not_found()
        content = "" if self._file_is_late(request, invoice) else self._content(invoice, kind)
        name = f"{tax_code}-{invoice['invoiceNo']}.{kind.lower()}"
        return ok(fileName=name, fileToBytes=content, paymentStatus=invoice["paid"])

    def exchange_file(self, request: Request) -> dict[str, Any]:
        fields = read_form(request, "supplierTaxCode", "invoiceNo", "strIssueDate", "exchangeUser")
        invoice = self._dated(request, fields)
        name = f"{invoice['invoiceNo']}-chuyen-doi.pdf"
        content = self._content(invoice, "PDF")
        return ok(fileName=name, fileToBytes=content, paymentStatus=invoice["paid"])

    def mark_paid(self, request: Request) -> dict[str, Any]:
        fields = read_form(
            request, "supplierTaxCode", "invoiceNo", "strIssueDate", "templateCode",
            "paymentType", "paymentTypeName",
        )  # fmt: skip
        return self._pay(request, fields, paid=True, method=fields["paymentTypeName"])

    def mark_unpaid(self, request: Request) -> dict[str, Any]:
        fields = read_form(request, "supplierTaxCode", "invoiceNo", "strIssueDate")
        return self._pay(request, fields, paid=False, method=None)

    def send_again(self, request: Request) -> dict[str, Any]:
        """To the tax authority: an invoice it refused is looked at anew."""
        fields = read_form(request, "supplierTaxCode", "transactionUuid")
        tax_code = self.door.check(request, fields["supplierTaxCode"])
        invoice = self.book.by_uuid(tax_code, fields["transactionUuid"])
        if invoice["refused"]:
            due = self.book.clock.now() + self.book.code_seconds()
            self.book.save({**invoice, "refused": False, "code_at": due})
        return ok(result=True)

    def mail(self, request: Request) -> dict[str, Any]:
        body = read_json(request)
        tax_code = self.door.check(request, body.get("supplierTaxCode"))
        for uuid in filter(None, str(body.get("lstTransactionUuid", "")).split(",")):
            invoice = self.book.by_uuid(tax_code, uuid.strip())
            email = invoice["payload"]["buyerInfo"].get("buyerEmail")
            number = self.db.next("mail")
            self.db.put("mails", number, {"to": email, "invoiceNo": invoice["invoiceNo"]})
        return ok(result=True)

    def templates(self, request: Request) -> dict[str, Any]:
        body = read_json(request)
        self.door.check(request, body.get("taxCode"))
        wanted = str(body.get("invoiceType") or "all")
        codes = tuple(code for code in TEMPLATES if wanted in ("all", code[0]))
        return ok(template=templates_of(day_of(self.book.now_ms).year, codes))

    def custom_fields(self, request: Request) -> dict[str, Any]:
        self.door.check(request, request.arg("taxCode"))
        return ok(customFields=[])

    def invoices(self, request: Request) -> dict[str, Any]:
        tax_code = self.door.check(request, request.params["tax_code"])
        body = read_json(request)
        start, end = (_milliseconds(body, name) for name in ("startDate", "endDate"))
        end += 86_400_000 - 1 if end == int(day_of(end).timestamp() * 1000) else 0
        size, page = _page(body)
        rows = [
            self._row(invoice)
            for invoice in self.book.of(tax_code)
            if start <= invoice["issueDate"] <= end
            and body.get("invoiceNo") in (None, "", invoice["invoiceNo"])
        ]
        return ok(totalRow=len(rows), invoices=rows[(page - 1) * size : page * size])

    def control_list(self, request: Request) -> dict[str, Any]:
        body = read_json(request)
        tax_code = self.door.check(request, body.get("supplierTaxCode"))
        start, end = (_slashed_day(body, name) for name in ("fromDate", "toDate"))
        rows = [
            {**self._row(invoice), "taxStatus": self._tax_status(invoice)}
            for invoice in self.book.of(tax_code)
            if start <= day_of(invoice["issueDate"]) <= end
        ]
        return ok(totalRow=len(rows), result=rows)

    def _pay(
        self, request: Request, fields: dict[str, str], *, paid: bool, method: str | None
    ) -> dict[str, Any]:
        invoice = self._dated(request, fields)
        self.book.save({**invoice, "paid": paid})
        return ok(result=True, paymentTime=self.book.now_ms, paymentMethod=method)

    def _dated(self, request: Request, fields: dict[str, str]) -> dict[str, Any]:
        """An invoice named by number and the day it was issued."""
        tax_code = self.door.check(request, fields["supplierTaxCode"])
        invoice = self.book.by_number(tax_code, fields["invoiceNo"])
        if not fields["strIssueDate"].isdigit():
            raise invalid("strIssueDate", "phải là mili giây")
        if day_of(int(fields["strIssueDate"])) != day_of(invoice["issueDate"]):
            raise not_found()
        return invoice

    def _content(self, invoice: dict[str, Any], kind: str) -> str:
        if kind == "ZIP":
            return zip_base64(invoice, self.book.code_of_tax(invoice))
        return pdf_base64(invoice["supplierTaxCode"], invoice["payload"], invoice["invoiceNo"])

    def _file_is_late(self, request: Request, invoice: dict[str, Any]) -> bool:
        delay = (self.db.get("settings", "file") or {"seconds": 0})["seconds"]
        late = self.book.clock.now() < invoice["made_at"] + delay
        return late or self.door.faults.take(request.path, "empty_file") is not None

    def _tax_status(self, invoice: dict[str, Any]) -> str:
        if invoice["refused"]:
            return "Cơ quan thuế từ chối"
        if invoice["code_at"] is None:
            return "Đã gửi cơ quan thuế"
        return "Đã cấp mã" if self.book.code_of_tax(invoice) else "Chờ cấp mã"

    def _row(self, invoice: dict[str, Any]) -> dict[str, Any]:
        summary, buyer = invoice["payload"]["summarizeInfo"], invoice["payload"]["buyerInfo"]
        same = (
            "supplierTaxCode", "invoiceNo", "templateCode", "invoiceSeri", "transactionUuid",
            "transactionID", "reservationCode", "issueDate", "adjustmentType",
        )  # fmt: skip
        return {
            **{name: invoice[name] for name in same},
            "status": "Đã thanh toán" if invoice["paid"] else "Chưa thanh toán",
            "codeOfTax": self.book.code_of_tax(invoice),
            "buyerName": buyer.get("buyerName"),
            "buyerTaxCode": buyer.get("buyerTaxCode"),
            "totalBeforeTax": summary["totalAmountWithoutTax"],
            "taxAmount": summary["totalTaxAmount"],
            "total": summary["totalAmountWithTax"],
        }


def _milliseconds(body: dict[str, Any], name: str) -> int:
    """A day or a moment: ISO text, or milliseconds."""
    value = body.get(name)
    if isinstance(value, int):
        return value
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise invalid(name)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=VIETNAM)
    return int(moment.timestamp() * 1000)


def _slashed_day(body: dict[str, Any], name: str) -> datetime:
    try:
        return datetime.strptime(str(body.get(name)), "%d/%m/%Y").replace(tzinfo=VIETNAM)
    except ValueError:
        raise invalid(name, "phải theo dd/MM/yyyy")


def _page(body: dict[str, Any]) -> tuple[int, int]:
    size, page = body.get("rowPerPage"), body.get("pageNum")
    if not isinstance(size, int) or not 1 <= size <= PAGE_LIMIT:
        raise invalid("rowPerPage")
    if not isinstance(page, int) or page < 1:
        raise invalid("pageNum", "bắt đầu từ 1")
    return size, page
