"""What an invoice looks like on paper and as a file."""

import base64
import io
import zipfile
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from oms.sandbox.core.pdf import lines_pdf
from oms.sandbox.sinvoice.accounts import ACCOUNTS, VIETNAM


def pdf_base64(tax_code: str, body: dict[str, Any], number: str) -> str:
    return base64.b64encode(lines_pdf(_lines(tax_code, body, number), title=number)).decode()


def zip_base64(invoice: dict[str, Any], code: str | None) -> str:
    """A ZIP with the invoice's XML."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{invoice['invoiceNo']}.xml", xml(invoice, code))
    return base64.b64encode(content.getvalue()).decode()


def xml(invoice: dict[str, Any], code: str | None) -> str:
    body = invoice["payload"]
    buyer, summary = body["buyerInfo"], body["summarizeInfo"]
    day = datetime.fromtimestamp(invoice["issueDate"] / 1000, VIETNAM)
    name = buyer.get("buyerLegalName") or buyer.get("buyerName") or ""
    goods = "".join(
        f"<HHDVu><STT>{place}</STT><THHDVu>{escape(item['itemName'])}</THHDVu></HHDVu>"
        for place, item in enumerate(body["itemInfo"], 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><HDon><DLHDon><TTChung>'
        f"<KHMSHDon>{invoice['templateCode'][0]}</KHMSHDon>"
        f"<KHHDon>{invoice['invoiceSeri'][1:]}</KHHDon><SHDon>{invoice['number']}</SHDon>"
        f"<NLap>{day:%Y-%m-%d}</NLap></TTChung><NDHDon>"
        f"<NBan><MST>{invoice['supplierTaxCode']}</MST></NBan>"
        f"<NMua><Ten>{escape(name)}</Ten></NMua><DSHHDVu>{goods}</DSHHDVu>"
        f"<TToan><TgTTTBSo>{summary['totalAmountWithTax']}</TgTTTBSo></TToan></NDHDon></DLHDon>"
        f"<MCCQT>{code or ''}</MCCQT></HDon>"
    )


def _lines(tax_code: str, body: dict[str, Any], number: str) -> list[str]:
    seller, buyer = ACCOUNTS[tax_code], body["buyerInfo"]
    info, summary = body["generalInvoiceInfo"], body["summarizeInfo"]
    lines = [
        "HÓA ĐƠN GIÁ TRỊ GIA TĂNG" if number else "BẢN NHÁP - CHƯA CÓ GIÁ TRỊ",
        f"Mẫu số {info['templateCode']}  Ký hiệu {info['invoiceSeries']}  Số {number or '0'}",
        f"Đơn vị bán: {seller['name']} - MST {tax_code}",
        f"Địa chỉ: {seller['address']}",
        f"Người mua: {buyer.get('buyerName') or ''} {buyer.get('buyerLegalName') or ''}",
        f"MST: {buyer.get('buyerTaxCode') or ''}  Địa chỉ: {buyer.get('buyerAddressLine') or ''}",
        "",
    ]
    for place, item in enumerate(body["itemInfo"], 1):
        amount = item.get("itemTotalAmountWithoutTax") or 0
        lines.append(f"{place}. {item['itemName']} x {item.get('quantity') or ''}: {amount}")
    return [
        *lines,
        "",
        f"Cộng tiền hàng: {summary['totalAmountWithoutTax']}",
        f"Tiền thuế: {summary['totalTaxAmount']}",
        f"Tổng thanh toán: {summary['totalAmountWithTax']}",
    ]
