"""S-Invoice over HTTP: numbering without holes, one number per uuid, sums, files, codes."""

import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy

import pytest
import requests

from oms.sandbox.run import running_sandbox
from tests.sandbox.sinvoice_caller import (
    DAY_MS,
    TAX,
    YY,
    Seller,
    changed,
    invoices_kept,
    payload,
    refusal,
)


@pytest.fixture
def seller(tmp_path) -> Iterator[Seller]:
    with running_sandbox(tmp_path, ["sinvoice"]) as sandbox:
        seller = Seller(sandbox)
        seller.login()
        yield seller


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
