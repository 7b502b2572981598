"""What createInvoice insists on before it looks at amounts."""

import re
from typing import Any

from oms.sandbox.sinvoice.accounts import TEMPLATES, day_of, series_of
from oms.sandbox.sinvoice.envelope import Wrong, invalid, missing

_UUID = re.compile(r"[A-Za-z0-9-]{10,36}")
_SERIES = re.compile(r"[A-Za-z0-9/]{1,25}")
_EMAIL = re.compile(r"[^@\s;,]+@[^@\s;,]+\.[^@\s;,]+")
_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
ORIGINAL, REPLACEMENT, ADJUSTMENT = "1", "3", "5"
MONEY, INFORMATION = "1", "2"
CLOCK_SKEW_MS = 5 * 60 * 1000
BUYER_TEXTS = (
    "buyerName", "buyerLegalName", "buyerTaxCode", "buyerAddressLine", "buyerPhoneNumber",
    "buyerEmail", "buyerIdType", "buyerIdNo", "buyerCode", "buyerCityName", "buyerDistrictName",
    "buyerCountryCode", "buyerBankName", "buyerBankAccount",
)  # fmt: skip


def section(body: dict[str, Any], name: str, kind: type = dict) -> Any:
    value = body.get(name)
    if value is None or value == []:
        raise missing(name)
    if not isinstance(value, kind):
        raise invalid(name)
    return value


def check_uuid(info: dict[str, Any]) -> str:
    uuid = info.get("transactionUuid")
    if not isinstance(uuid, str) or not _UUID.fullmatch(uuid):
        raise Wrong("TRANSACTION_UUID_INVALID", "transactionUuid phải có từ 10 đến 36 ký tự")
    return uuid


def check_general(info: dict[str, Any], now_ms: int) -> None:
    """Form, series, date, currency and kind of the invoice."""
    check_form(info)
    check_date(info, now_ms)
    currency = _text(info, "currencyCode", required=True)
    if currency != "VND" and not info.get("exchangeRate"):
        raise missing("exchangeRate")
    if not isinstance(info.get("paymentStatus"), bool):
        raise missing("paymentStatus")
    if info.get("validation", 0) not in (0, 1) or isinstance(info.get("validation"), bool):
        raise invalid("validation")
    check_kind(info)


def check_form(info: dict[str, Any]) -> None:
    template = _text(info, "templateCode", required=True)
    series = _text(info, "invoiceSeries", required=True)
    kind = _text(info, "invoiceType", required=True)
    if template not in TEMPLATES:
        raise Wrong("TEMPLATE_NOT_FOUND", f"Không tìm thấy mẫu hóa đơn {template}")
    if kind != template[0]:
        raise invalid("invoiceType", "không khớp với mẫu hóa đơn")
    if not _SERIES.fullmatch(series):
        raise Wrong("INVOICE_SERIAL_NOT_FOUND", f"Ký hiệu {series} không hợp lệ")


def check_date(info: dict[str, Any], now_ms: int) -> None:
    """Not in the future, and in the year the series is for."""
    date = info.get("invoiceIssuedDate")
    if date in (None, ""):
        date = now_ms
    if not isinstance(date, int) or isinstance(date, bool) or date > now_ms + CLOCK_SKEW_MS:
        raise Wrong("INVOICE_ISSUED_DATE_INVALID", "Ngày lập hóa đơn không hợp lệ")
    if info["invoiceSeries"] not in series_of(info["templateCode"], day_of(date).year):
        text = f"Không có ký hiệu {info['invoiceSeries']} cho năm {day_of(date).year}"
        raise Wrong("INVOICE_SERIAL_NOT_FOUND", text)


def check_kind(info: dict[str, Any]) -> None:
    kind = _text(info, "adjustmentType", required=True)
    if kind not in (ORIGINAL, REPLACEMENT, ADJUSTMENT):
        raise invalid("adjustmentType")
    if kind == ORIGINAL:
        return
    for name in ("originalInvoiceId", "originalTemplateCode", "additionalReferenceDesc"):
        _text(info, name, required=True)
    for name in ("originalInvoiceIssueDate", "additionalReferenceDate"):
        if not isinstance(info.get(name), int):
            raise missing(name)
    if kind == ADJUSTMENT and info.get("adjustmentInvoiceType") not in (MONEY, INFORMATION):
        raise missing("adjustmentInvoiceType")


def check_buyer(buyer: dict[str, Any]) -> None:
    for name in BUYER_TEXTS:
        _text(buyer, name)
    if not (buyer.get("buyerName") or buyer.get("buyerLegalName")):
        raise missing("buyerName")
    for email in filter(None, re.split(r"[;,]", buyer.get("buyerEmail") or "")):
        if not _EMAIL.fullmatch(email.strip()):
            raise Wrong("EMAIL_INVALID", f"Email {email} không hợp lệ")
    phone = buyer.get("buyerPhoneNumber") or ""
    if phone and not phone.isdigit():
        raise invalid("buyerPhoneNumber", "chỉ gồm chữ số")
    tax_code = buyer.get("buyerTaxCode") or ""
    if tax_code and not is_tax_code(tax_code):
        raise invalid("buyerTaxCode")
    if str(buyer.get("buyerNotGetInvoice", 0)) not in ("0", "1"):
        raise invalid("buyerNotGetInvoice")


def check_payments(payments: list[Any]) -> None:
    for payment in payments:
        if not isinstance(payment, dict):
            raise invalid("payments")
        _text(payment, "paymentMethodName", required=True)


def is_tax_code(text: str) -> bool:
    """10 digits with their check digit, a branch of such a code, or 12 digits of a person."""
    if re.fullmatch(r"\d{12}", text):
        return True
    if not re.fullmatch(r"\d{10}(-\d{3})?", text) or text.endswith("-000"):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=False))
    return int(text[9]) == 10 - total % 11


def _text(info: dict[str, Any], name: str, *, required: bool = False) -> str:
    value = info.get(name)
    if value is None or value == "":
        if required:
            raise missing(name)
        return ""
    if not isinstance(value, str):
        raise invalid(name, "phải là chuỗi")
    return value
