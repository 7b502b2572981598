"""The invoices issued: numbered without holes, found again, coded by the tax authority in time."""

import hashlib
import secrets
import string
from typing import Any

from oms.sandbox.core import Clock, Store
from oms.sandbox.sinvoice.accounts import day_of, series_of
from oms.sandbox.sinvoice.checks import ADJUSTMENT, ORIGINAL, REPLACEMENT
from oms.sandbox.sinvoice.envelope import Wrong, invalid

CODE_SECONDS = 3.0
_LETTERS = string.ascii_uppercase + string.digits


class Book:
    """Invoices by tax code and number; transaction uuids are used once."""

    def __init__(self, db: Store, clock: Clock) -> None:
        self.db, self.clock = db, clock

    @property
    def now_ms(self) -> int:
        return int(self.clock.now() * 1000)

    def check_unused(self, tax_code: str, uuid: str) -> None:
        if self.db.get("uuids", f"{tax_code}/{uuid}") is not None:
            text = f"Giao dịch {uuid} đã được lập hóa đơn"
            raise Wrong("TRANSACTION_UUID_EXISTED", text)

    def issue(self, tax_code: str, body: dict[str, Any]) -> dict[str, Any]:
        """Number and keep an invoice that has passed every check."""
        info = body["generalInvoiceInfo"]
        issued_ms = info.get("invoiceIssuedDate") or self.now_ms
        series_key = f"{tax_code}|{info['templateCode']}|{info['invoiceSeries']}"
        self._keep_dates_in_order(series_key, issued_ms)
        original = self._original(tax_code, info)
        number = self.db.next(f"{series_key}|{day_of(issued_ms).year}")
        invoice = self._new(tax_code, info, number, issued_ms)
        invoice["payload"] = body
        self.db.put("series", series_key, {"last_ms": issued_ms})
        self.db.put("uuids", f"{tax_code}/{info['transactionUuid']}", {"no": invoice["invoiceNo"]})
        self.save(invoice)
        if original is not None:
            mark = "replaced_by" if info["adjustmentType"] == REPLACEMENT else "adjusted_by"
            self.save({**original, mark: invoice["invoiceNo"]})
        return invoice

    def save(self, invoice: dict[str, Any]) -> None:
        self.db.put("invoices", f"{invoice['supplierTaxCode']}/{invoice['invoiceNo']}", invoice)

    def by_number(self, tax_code: str, number: str) -> dict[str, Any]:
        invoice = self.db.get("invoices", f"{tax_code}/{number}")
        if invoice is None:
            raise not_found()
        return invoice

    def by_uuid(self, tax_code: str, uuid: str) -> dict[str, Any]:
        found = self.db.get("uuids", f"{tax_code}/{uuid}")
        if found is None:
            raise not_found()
        return self.by_number(tax_code, found["no"])

    def of(self, tax_code: str) -> list[dict[str, Any]]:
        return self.db.find("invoices", supplierTaxCode=tax_code)

    def code_of_tax(self, invoice: dict[str, Any]) -> str | None:
        """The tax authority's code, once it has come; never for series K or a refused invoice."""
        late = invoice["code_at"] is None or invoice["code_at"] > self.clock.now()
        return None if late or invoice["refused"] else invoice["code"]

    def code_seconds(self) -> float:
        settings = self.db.get("settings", "code") or {"seconds": CODE_SECONDS}
        return float(settings["seconds"])

    def _new(
        self, tax_code: str, info: dict[str, Any], number: int, issued_ms: int
    ) -> dict[str, Any]:
        series = info["invoiceSeries"]
        coded, from_register = series.startswith("C"), series[3:4] == "M"
        wait = 0.0 if from_register else self.code_seconds()
        digest = hashlib.sha256(f"{tax_code}/{series}/{number}".encode()).hexdigest().upper()
        return {
            "supplierTaxCode": tax_code,
            "invoiceNo": f"{series}{number}",
            "number": number,
            "templateCode": info["templateCode"],
            "invoiceSeri": series,
            "transactionUuid": info["transactionUuid"],
            "transactionID": str(self.now_ms) + f"{self.db.next('transaction', 10001)}",
            "reservationCode": "".join(secrets.choice(_LETTERS) for _ in range(15)),
            "issueDate": issued_ms,
            "made_at": self.clock.now(),
            "code": f"M1-{digest[:5]}-{digest[5:16]}" if from_register else digest[:34],
            "code_at": self.clock.now() + wait if coded else None,
            "refused": False,
            "adjustmentType": info["adjustmentType"],
            "paid": info["paymentStatus"],
            "replaced_by": None,
            "adjusted_by": None,
        }  # fmt: skip

    def _keep_dates_in_order(self, series_key: str, issued_ms: int) -> None:
        """Days may not go back within a series; within one day the times may."""
        last = self.db.get("series", series_key)
        if last is not None and day_of(issued_ms) < day_of(last["last_ms"]):
            text = "Ngày lập hóa đơn nhỏ hơn ngày của hóa đơn trước đó"
            raise Wrong("INVOICE_ISSUED_DATE_INVALID", text)

    def _original(self, tax_code: str, info: dict[str, Any]) -> dict[str, Any] | None:
        """The invoice corrected; the first way of correcting it is the only one from then on."""
        if info["adjustmentType"] == ORIGINAL:
            return None
        invoice = self.db.get("invoices", f"{tax_code}/{info['originalInvoiceId']}")
        if invoice is None or invoice["templateCode"] != info["originalTemplateCode"]:
            raise Wrong("ORIGINAL_INVOICE_NOT_FOUND", "Không tìm thấy hóa đơn gốc")
        if day_of(invoice["issueDate"]) != day_of(info["originalInvoiceIssueDate"]):
            raise invalid("originalInvoiceIssueDate", "khác ngày của hóa đơn gốc")
        if invoice["replaced_by"]:
            raise Wrong("ORIGINAL_INVOICE_REPLACED", "Hóa đơn gốc đã bị thay thế")
        if invoice["adjusted_by"] and info["adjustmentType"] != ADJUSTMENT:
            raise Wrong("ORIGINAL_INVOICE_ADJUSTED", "Hóa đơn gốc đã được điều chỉnh")
        return invoice


def templates_of(year: int, templates: tuple[str, ...]) -> list[dict[str, str]]:
    return [
        {
            "templateCode": template,
            "invoiceSeri": series,
            "originalTemplateCode": template,
            "taxPolicy": "TT78",
        }
        for template in templates
        for series in series_of(template, year)
    ]


def not_found() -> Wrong:
    return Wrong("NOT_FOUND_DATA", "Không tìm thấy dữ liệu")
