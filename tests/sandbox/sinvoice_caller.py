"""Calls to the S-Invoice sandbox as a seller's system makes them."""

import uuid
from datetime import UTC, datetime

import requests

from oms.sandbox.run import Sandbox

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
        reply = requests.post(self.sandbox.url("sinvoice") + "/auth/login", json=body, timeout=30)
        if reply.ok:
            self.headers = {"Cookie": f"access_token={reply.json()['access_token']}"}
        return reply

    def call(self, path: str, **how) -> requests.Response:
        url = f"{self.sandbox.url('sinvoice')}{API}/{path}"
        return requests.post(url, headers=self.headers, timeout=30, **how)

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


def invoices_kept(seller: Seller) -> int:
    kept = seller.sandbox.control("sinvoice", "GET", "state?collection=invoices")
    return len(kept["invoices"])


def refusal(reply: requests.Response) -> tuple[int, str]:
    return reply.status_code, reply.json()["message"]
