"""S-Invoice over HTTP: corrections, previews, papers and look-ups."""

import base64
import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from oms.sandbox.run import running_sandbox
from tests.sandbox.sinvoice_caller import TAX, YY, Seller, changed, invoices_kept, payload, refusal


@pytest.fixture
def seller(tmp_path) -> Iterator[Seller]:
    with running_sandbox(tmp_path, ["sinvoice"]) as sandbox:
        seller = Seller(sandbox)
        seller.login()
        yield seller


# Correcting


def correction(kind: str, original: dict, now_ms: int, **more) -> dict:
    return payload(
        adjustmentType=kind,
        originalInvoiceId=original["invoiceNo"],
        originalInvoiceIssueDate=now_ms,
        originalTemplateCode="1/001",
        additionalReferenceDesc="Biên bản 01",
        additionalReferenceDate=now_ms,
        **more,
    )


def money_down(original: dict, now_ms: int) -> dict:
    body = correction("5", original, now_ms, adjustmentInvoiceType="1")
    for item in body["itemInfo"]:
        item["isIncreaseItem"] = False
    up = ("isTotalAmountPos", "isTotalTaxAmountPos", "isTotalAmtWithoutTaxPos")
    body["summarizeInfo"] |= dict.fromkeys(up, False)
    for row in body["taxBreakdowns"]:
        row |= {"taxableAmountPos": False, "taxAmountPos": False}
    return body


def test_a_replaced_invoice_is_corrected_no_more(seller):
    first = seller.issued()
    assert seller.create(correction("3", first, seller.now_ms)).status_code == 200
    again = seller.create(correction("3", first, seller.now_ms))
    assert refusal(again) == (400, "ORIGINAL_INVOICE_REPLACED")


def test_an_adjusted_invoice_may_be_adjusted_again_but_not_replaced(seller):
    first = seller.issued()
    assert seller.create(money_down(first, seller.now_ms)).status_code == 200
    assert seller.create(money_down(first, seller.now_ms)).status_code == 200
    replaced = seller.create(correction("3", first, seller.now_ms))
    assert refusal(replaced) == (400, "ORIGINAL_INVOICE_ADJUSTED")


def test_a_money_adjustment_needs_a_direction_and_an_original(seller):
    first = seller.issued()
    body = correction("5", first, seller.now_ms, adjustmentInvoiceType="1")
    assert refusal(seller.create(body)) == (400, "BAD_REQUEST_ISINCREASEITEM_REQUIRED")
    flagless = money_down(first, seller.now_ms)
    del flagless["taxBreakdowns"][0]["taxAmountPos"]
    assert refusal(seller.create(flagless)) == (400, "BAD_REQUEST_TAXAMOUNTPOS_REQUIRED")
    unknown = correction("3", {"invoiceNo": f"C{YY}TAA99"}, seller.now_ms)
    assert refusal(seller.create(unknown)) == (400, "ORIGINAL_INVOICE_NOT_FOUND")


def test_information_is_adjusted_with_a_note_line(seller):
    body = correction("5", seller.issued(), seller.now_ms, adjustmentInvoiceType="2")
    body["itemInfo"] = [{"lineNumber": 1, "selection": 2, "itemName": "Sửa địa chỉ người mua"}]
    body["taxBreakdowns"] = []
    body["summarizeInfo"] = dict.fromkeys(body["summarizeInfo"], 0)
    assert seller.create(body).status_code == 200


def test_cancelling_is_refused(seller):
    form = {
        "supplierTaxCode": TAX,
        "templateCode": "1/001",
        "invoiceNo": seller.issued()["invoiceNo"],
    }
    reply = seller.call("InvoiceWS/cancelTransactionInvoice", data=form)
    assert refusal(reply) == (400, "CANCEL_INVOICE_NOT_ALLOWED")


# Drafts, files, queries


def test_a_preview_is_a_pdf_and_issues_nothing(seller):
    path = f"InvoiceUtilsWS/createInvoiceDraftPreview/{TAX}"
    answer = seller.call(path, json=payload()).json()
    reader = PdfReader(io.BytesIO(base64.b64decode(answer["fileToBytes"])))
    assert "BAN NHAP" in reader.pages[0].extract_text()
    assert (answer["errorCode"], invoices_kept(seller)) == (None, 0)
    wrong = seller.call(path, json=changed("itemInfo", []))
    assert (wrong.status_code, wrong.json()["errorCode"]) == (200, "BAD_REQUEST_ITEMINFO_REQUIRED")


def test_a_draft_is_not_found_by_its_uuid(seller):
    body = payload(transactionUuid="draft-000001")
    path = f"InvoiceWS/createOrUpdateInvoiceDraft/{TAX}"
    assert seller.call(path, json=body).json()["errorCode"] is None
    assert refusal(seller.search("draft-000001")) == (400, "NOT_FOUND_DATA")
    assert seller.create(body).status_code == 200


def test_the_search_takes_a_form_and_nothing_else(seller):
    body = {"supplierTaxCode": TAX, "transactionUuid": "anything-00"}
    reply = seller.call("InvoiceWS/searchInvoiceByTransactionUuid", json=body)
    assert refusal(reply) == (400, "BAD_REQUEST_CONTENT_TYPE")


def test_the_paper_may_come_later(seller):
    number = seller.issued()["invoiceNo"]
    seller.steer("faults", kind="empty_file", times=2)
    contents = [seller.file(number)["fileToBytes"] for _ in range(3)]
    assert contents[:2] == ["", ""]
    text = PdfReader(io.BytesIO(base64.b64decode(contents[2]))).pages[0].extract_text()
    assert f"So {number}" in text
    seller.steer("file_delay", seconds=60)
    late = seller.issued()["invoiceNo"]
    assert seller.file(late)["fileToBytes"] == ""
    seller.sandbox.clock.advance(61)
    assert seller.file(late)["fileToBytes"] != ""


def test_the_zip_holds_the_xml(seller):
    number = seller.issued()["invoiceNo"]
    raw = base64.b64decode(seller.file(number, "ZIP")["fileToBytes"])
    archive = zipfile.ZipFile(io.BytesIO(raw))
    assert archive.namelist() == [f"{number}.xml"]
    assert f"<MST>{TAX}</MST>" in archive.read(f"{number}.xml").decode()


def test_templates_carry_this_years_series(seller):
    body = {"taxCode": TAX, "invoiceType": "all"}
    rows = seller.call("InvoiceUtilsWS/getAllInvoiceTemplates", json=body).json()["template"]
    assert [(row["templateCode"], row["invoiceSeri"]) for row in rows] == [
        ("1/001", f"C{YY}TAA"),
        ("1/001", f"K{YY}TAA"),
        ("1/001", f"C{YY}MAA"),
        ("2/001", f"C{YY}TBB"),
    ]


def test_invoices_are_listed_in_pages(seller):
    for _ in range(3):
        seller.issued()
    today = datetime.fromtimestamp(seller.now_ms / 1000 + 7 * 3600, UTC).date().isoformat()
    body = {"startDate": today, "endDate": today, "rowPerPage": 2, "pageNum": 2}
    answer = seller.call(f"InvoiceUtilsWS/getInvoices/{TAX}", json=body).json()
    assert answer["totalRow"] == 3
    assert [row["invoiceNo"] for row in answer["invoices"]] == [f"C{YY}TAA3"]


def test_payment_status_is_changed_by_form(seller):
    body = payload(paymentStatus=False)
    number = seller.create(body).json()["result"]["invoiceNo"]
    form = {
        "supplierTaxCode": TAX, "invoiceNo": number, "strIssueDate": seller.now_ms,
        "templateCode": "1/001", "paymentType": "2", "paymentTypeName": "CK",
    }  # fmt: skip
    answer = seller.call("InvoiceWS/updatePaymentStatus", data=form).json()
    assert (answer["result"], answer["paymentMethod"]) == (True, "CK")
    row = seller.search(body["generalInvoiceInfo"]["transactionUuid"]).json()["result"][0]
    assert row["status"] == "Đã thanh toán"
