"""S-Invoice over HTTP: numbering without holes, one number per uuid, sums, files, codes."""

import base64
import io
import uuid
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from datetime import UTC, datetime

import pytest
import requests
from pypdf import PdfReader

from oms.sandbox.run import Sandbox, running_sandbox

TAX = "0318990013"
API = "/services/einvoiceapplication/api/InvoiceAPI"
YY = f"{datetime.now(UTC):%y}"
DAY_MS = 86_400_000


def payload(**general) -> dict:
    """2 x 108,000 at 8 % and 1 x 50,000 not subject to VAT."""
    return {
        "generalInvoiceInfo": {
            "transactionUuid": str(uuid.uuid4()),
            "invoiceType": "1",
            "templateCode": "1/001",
            "invoiceSeries": f"C{YY}TAA",
            "currencyCode": "VND",
            "adjustmentType": "1",
            "paymentStatus": True,
            "validation": 1,
            **general,
        },
        "buyerInfo": {"buyerName": "Khách B", "buyerEmail": "b@example.test"},
        "payments": [{"paymentMethodName": "TM/CK"}],
        "itemInfo": [
            {
                "lineNumber": 1, "selection": 1, "itemName": "Áo thun", "unitPrice": 108000,
                "quantity": 2, "itemTotalAmountWithoutTax": 216000, "taxPercentage": 8,
                "taxAmount": 17280, "itemTotalAmountWithTax": 233280,
            },
            {
                "lineNumber": 2, "selection": 1, "itemName": "Sách", "unitPrice": 50000,
                "quantity": 1, "itemTotalAmountWithoutTax": 50000, "taxPercentage": -2,
                "taxAmount": 0, "itemTotalAmountWithTax": 50000,
            },
        ],
        "taxBreakdowns": [
            {"taxPercentage": 8, "taxableAmount": 216000, "taxAmount": 17280},
            {"taxPercentage": -2, "taxableAmount": 50000, "taxAmount": 0},
        ],
        "summarizeInfo": {
            "sumOfTotalLineAmountWithoutTax": 266000, "totalAmountWithoutTax": 266000,
            "totalTaxAmount": 17280, "totalAmountWithTax": 283280,
        },
    }  # fmt: skip


def changed(path: str, value) -> dict:
    """A payload with one place set: "itemInfo.0.taxAmount"."""
    body = payload()
    at = body
    *way, last = path.split(".")
    for step in way:
        at = at[int(step)] if isinstance(at, list) else at[step]
    at[last] = value
    return body


class Seller:
    def __init__(self, sandbox: Sandbox, tax_code: str = TAX) -> None:
        self.sandbox, self.tax_code = sandbox, tax_code
        self.headers: dict[str, str] = {}

    def login(self, password: str = "Sandbox@2026") -> requests.Response:
        body = {"username": self.tax_code, "password": password}
        reply = requests.post(self.sandbox.url("sinvoice") + "/auth/login", json=body, timeout=5)
        if reply.ok:
            self.headers = {"Cookie": f"access_token={reply.json()['access_token']}"}
        return reply

    def call(self, path: str, **how) -> requests.Response:
        url = f"{self.sandbox.url('sinvoice')}{API}/{path}"
        return requests.post(url, headers=self.headers, timeout=5, **how)

    def create(self, body: dict) -> requests.Response:
        return self.call(f"InvoiceWS/createInvoice/{TAX}", json=body)

    def issued(self, **general) -> dict:
        return self.create(payload(**general)).json()["result"]

    def search(self, transaction: str) -> requests.Response:
        form = {"supplierTaxCode": self.tax_code, "transactionUuid": transaction}
        return self.call("InvoiceWS/searchInvoiceByTransactionUuid", data=form)

    def file(self, number: str, kind: str = "PDF") -> dict:
        body = {"supplierTaxCode": self.tax_code, "invoiceNo": number, "templateCode": "1/001"}
        path = "InvoiceUtilsWS/getInvoiceRepresentationFile"
        return self.call(path, json=body | {"fileType": kind}).json()

    def steer(self, action: str, **body) -> dict:
        return self.sandbox.control("sinvoice", "POST", action, body)

    @property
    def now_ms(self) -> int:
        return int(self.sandbox.clock.now() * 1000)


@pytest.fixture
def seller(tmp_path) -> Iterator[Seller]:
    with running_sandbox(tmp_path, ["sinvoice"]) as sandbox:
        seller = Seller(sandbox)
        seller.login()
        yield seller


def invoices_kept(seller: Seller) -> int:
    kept = seller.sandbox.control("sinvoice", "GET", "state?collection=invoices")
    return len(kept["invoices"])


def refusal(reply: requests.Response) -> tuple[int, str]:
    return reply.status_code, reply.json()["message"]


# Logging in


def test_a_login_gives_a_token_that_looks_like_a_jwt(seller):
    body = seller.login().json()
    assert (body["token_type"], body["expires_in"]) == ("bearer", "300")
    assert len(body["access_token"].split(".")) == 3


def test_a_wrong_password_gives_none(seller):
    assert seller.login("x").status_code == 401


def test_cookie_bearer_and_basic_are_all_taken(seller):
    token = seller.headers["Cookie"].partition("=")[2]
    basic = base64.b64encode(f"{TAX}:Sandbox@2026".encode()).decode()
    for header in (
        seller.headers,
        {"Authorization": f"Bearer {token}"},
        {"Authorization": f"Basic {basic}"},
    ):
        seller.headers = header
        assert seller.create(payload()).status_code == 200


def test_an_expired_token_is_a_500_general(seller):
    seller.sandbox.clock.advance(301)
    assert refusal(seller.create(payload())) == (500, "GENERAL")
    seller.login()
    assert seller.create(payload()).status_code == 200


def test_an_account_acts_for_its_own_tax_code_only(seller):
    other = Seller(seller.sandbox, f"{TAX}-001")
    other.login()
    assert refusal(other.create(payload())) == (400, "BAD_REQUEST_SUPPLIERTAXCODE_INVALID")


# Creating


def test_an_invoice_is_numbered_and_its_code_comes_later(seller):
    body = payload()
    reply = seller.create(body)
    assert (reply.json()["errorCode"], reply.json()["description"]) == (None, None)
    result = reply.json()["result"]
    assert (result["invoiceNo"], result["codeOfTax"]) == (f"C{YY}TAA1", None)
    assert len(result["reservationCode"]) == 15
    seller.sandbox.clock.advance(4)
    row = seller.search(body["generalInvoiceInfo"]["transactionUuid"]).json()["result"][0]
    assert (row["invoiceNo"], len(row["codeOfTax"])) == (f"C{YY}TAA1", 34)


def test_series_k_never_gets_a_code_and_a_cash_register_makes_its_own(seller):
    plain = seller.issued(invoiceSeries=f"K{YY}TAA", transactionUuid="plain-00001")
    assert plain["codeOfTax"] is None
    assert seller.issued(invoiceSeries=f"C{YY}MAA")["codeOfTax"].startswith("M1-")
    seller.sandbox.clock.advance(100)
    assert seller.search("plain-00001").json()["result"][0]["codeOfTax"] is None


def test_each_series_counts_by_itself_and_a_refusal_leaves_no_hole(seller):
    assert seller.issued()["invoiceNo"] == f"C{YY}TAA1"
    assert seller.create(changed("summarizeInfo.totalTaxAmount", 1)).status_code == 400
    assert seller.issued(invoiceSeries=f"K{YY}TAA")["invoiceNo"] == f"K{YY}TAA1"
    assert seller.issued()["invoiceNo"] == f"C{YY}TAA2"


def test_the_same_uuid_is_refused_and_numbers_nothing(seller):
    body = payload()
    seller.create(body)
    assert refusal(seller.create(body)) == (400, "TRANSACTION_UUID_EXISTED")
    assert invoices_kept(seller) == 1
    assert seller.issued()["invoiceNo"] == f"C{YY}TAA2"


def test_eight_at_once_with_one_uuid_make_one_invoice(seller):
    body = payload()
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: seller.create(body).status_code, range(8)))
    assert sorted(statuses) == [200] + [400] * 7
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda _: seller.issued()["invoiceNo"], range(8)))
    assert sorted(numbers) == sorted(f"C{YY}TAA{number}" for number in range(2, 10))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("generalInvoiceInfo.transactionUuid", "short", "TRANSACTION_UUID_INVALID"),
        ("generalInvoiceInfo.templateCode", "1/999", "TEMPLATE_NOT_FOUND"),
        ("generalInvoiceInfo.invoiceSeries", "C25TAA", "INVOICE_SERIAL_NOT_FOUND"),
        ("generalInvoiceInfo.invoiceType", "2", "BAD_REQUEST_INVOICETYPE_INVALID"),
        ("generalInvoiceInfo.paymentStatus", None, "BAD_REQUEST_PAYMENTSTATUS_REQUIRED"),
        ("generalInvoiceInfo.adjustmentType", "7", "BAD_REQUEST_ADJUSTMENTTYPE_INVALID"),
        ("buyerInfo.buyerName", "", "BAD_REQUEST_BUYERNAME_REQUIRED"),
        ("buyerInfo.buyerEmail", "no-at", "EMAIL_INVALID"),
        ("buyerInfo.buyerTaxCode", "0318990014", "BAD_REQUEST_BUYERTAXCODE_INVALID"),
        ("buyerInfo.buyerPhoneNumber", "0901-23", "BAD_REQUEST_BUYERPHONENUMBER_INVALID"),
        ("payments", [], "BAD_REQUEST_PAYMENTS_REQUIRED"),
        ("itemInfo", [], "BAD_REQUEST_ITEMINFO_REQUIRED"),
        ("itemInfo.0.itemName", "", "BAD_REQUEST_ITEMNAME_REQUIRED"),
        ("itemInfo.1.lineNumber", 3, "BAD_REQUEST_LINENUMBER_INVALID"),
        ("itemInfo.0.taxAmount", 17290, "BAD_REQUEST_TAXAMOUNT_INVALID"),
        ("itemInfo.0.taxAmount", 17280.5, "BAD_REQUEST_TAXAMOUNT_INVALID"),
        ("itemInfo.0.isIncreaseItem", True, "BAD_REQUEST_ISINCREASEITEM_INVALID"),
        ("itemInfo.0.unitPrice", 1.1234567, "BAD_REQUEST_UNITPRICE_INVALID"),
        ("itemInfo.0.quantity", 3, "BAD_REQUEST_ITEMTOTALAMOUNTWITHOUTTAX_INVALID"),
        ("taxBreakdowns.0.taxableAmount", 200000, "BAD_REQUEST_TAXABLEAMOUNT_INVALID"),
        ("taxBreakdowns", [], "BAD_REQUEST_TAXBREAKDOWNS_INVALID"),
        ("summarizeInfo.totalAmountWithTax", 283300, "BAD_REQUEST_TOTALAMOUNTWITHTAX_INVALID"),
        ("summarizeInfo.totalTaxAmount", None, "BAD_REQUEST_TOTALTAXAMOUNT_REQUIRED"),
    ],
)
def test_a_wrong_payload_is_refused_by_name(seller, path, value, message):
    reply = seller.create(changed(path, value))
    assert refusal(reply) == (400, message)
    assert reply.json()["data"]
    assert invoices_kept(seller) == 0


def test_without_validation_sums_are_taken_as_sent(seller):
    body = changed("summarizeInfo.totalAmountWithTax", 1)
    body["generalInvoiceInfo"]["validation"] = 0
    assert seller.create(body).status_code == 200


def test_days_do_not_go_back_within_a_series_nor_into_the_future(seller):
    now = seller.now_ms
    assert seller.create(payload(invoiceIssuedDate=now)).status_code == 200
    late = seller.create(payload(invoiceIssuedDate=now - 2 * DAY_MS))
    assert refusal(late) == (400, "INVOICE_ISSUED_DATE_INVALID")
    early = seller.create(payload(invoiceIssuedDate=now + DAY_MS))
    assert refusal(early) == (400, "INVOICE_ISSUED_DATE_INVALID")


def test_business_errors_may_come_with_http_200(seller):
    seller.steer("faults", kind="error_as_200")
    reply = seller.create(changed("buyerInfo.buyerEmail", "no-at"))
    assert (reply.status_code, reply.json()["errorCode"]) == (200, "EMAIL_INVALID")
    assert reply.json()["description"]


def test_a_batch_says_which_failed(seller):
    body = {"commonInvoiceInputs": [payload(), changed("itemInfo", []), payload()]}
    answer = seller.call(f"InvoiceWS/createBatchInvoice/{TAX}", json=body).json()
    assert (answer["totalSuccess"], answer["totalFail"]) == (2, 1)
    numbers = [row["invoiceNo"] for row in answer["createInvoiceOutputs"]]
    assert numbers == [f"C{YY}TAA1", f"C{YY}TAA2"]
    assert answer["lstMapError"][0]["errorCode"] == "BAD_REQUEST_ITEMINFO_REQUIRED"


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
    body["summarizeInfo"]["isTotalAmountPos"] = False
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


def test_a_code_refused_comes_after_sending_again(seller):
    number = seller.issued(transactionUuid="refused-0001")["invoiceNo"]
    seller.steer("refuse_code", invoiceNo=number)
    seller.sandbox.clock.advance(10)
    assert seller.search("refused-0001").json()["result"][0]["codeOfTax"] is None
    form = {"supplierTaxCode": TAX, "transactionUuid": "refused-0001"}
    assert seller.call("InvoiceWS/sendInvoiceByTransactionUuid", data=form).json()["result"] is True
    seller.sandbox.clock.advance(10)
    assert seller.search("refused-0001").json()["result"][0]["codeOfTax"] is not None


# Faults and restart


def test_a_lost_answer_is_found_by_its_uuid(seller):
    body = payload(transactionUuid="lost-0000001")
    seller.steer("faults", kind="timeout_after_work", path="*/createInvoice/*")
    with pytest.raises(requests.ConnectionError):
        seller.create(body)
    seller.steer("faults", kind="not_found_yet")
    assert refusal(seller.search("lost-0000001")) == (400, "NOT_FOUND_DATA")
    found = seller.search("lost-0000001").json()["result"]
    assert [row["invoiceNo"] for row in found] == [f"C{YY}TAA1"]
    assert refusal(seller.create(body)) == (400, "TRANSACTION_UUID_EXISTED")


def test_numbers_and_uuids_survive_a_restart(tmp_path):
    body = payload()
    for expected in (200, 400):
        with running_sandbox(tmp_path, ["sinvoice"]) as sandbox:
            seller = Seller(sandbox)
            seller.login()
            assert seller.create(deepcopy(body)).status_code == expected
            assert seller.issued()["invoiceNo"] == f"C{YY}TAA{2 if expected == 200 else 3}"
