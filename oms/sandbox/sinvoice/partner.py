"""The S-Invoice host: its routes, its envelopes and what the control API can do to it."""

from typing import Any

from oms.sandbox.core import (
    Action,
    ControlError,
    Partner,
    Place,
    Reply,
    Request,
    Route,
    asked,
    json_reply,
)
from oms.sandbox.sinvoice.accounts import ACCOUNTS, MAIN, TEMPLATES, Door, day_of
from oms.sandbox.sinvoice.book import Book, templates_of
from oms.sandbox.sinvoice.envelope import general
from oms.sandbox.sinvoice.issuing import Issuing
from oms.sandbox.sinvoice.queries import Queries


class SInvoice(Partner):
    """Viettel S-Invoice. It calls nobody: whoever wants to know asks again."""

    name = "sinvoice"
    title = "Viettel S-Invoice"
    extra_faults = ("error_as_200", "empty_file", "not_found_yet", "token_401")
    status_keys = ("status", "taxStatus")

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.book = Book(self.db, self.clock)
        self.door = Door(self.db, self.clock, self.faults)

    def routes(self) -> list[Route]:
        return [
            Route("POST", "/auth/login", self.door.login),
            *Issuing(self.door, self.book).routes(),
            *Queries(self.door, self.book).routes(),
        ]

    def actions(self) -> dict[str, Action]:
        return {
            "code_delay": self.code_delay,
            "file_delay": self.file_delay,
            "give_code": self.give_code,
            "refuse_code": self.refuse_code,
        }

    def credentials(self) -> dict[str, Any]:
        year = day_of(self.book.now_ms).year
        return {
            "base_url": self.base_url,
            "username": MAIN,
            "password": ACCOUNTS[MAIN]["password"],
            "tax_code": MAIN,
            "template_code": TEMPLATES[0],
            "series": f"C{year % 100:02d}TAA",
            "templates": templates_of(year, TEMPLATES),
            "accounts": [
                {"username": tax_code, "tax_code": tax_code, **account}
                for tax_code, account in ACCOUNTS.items()
            ],
        }

    def code_delay(self, request: Request) -> dict[str, float]:
        """{seconds}: how long the tax authority takes for invoices made from now on."""
        return self._set("code", float(asked(request)["seconds"]))

    def file_delay(self, request: Request) -> dict[str, float]:
        """{seconds}: how long after its making an invoice has no file."""
        return self._set("file", float(asked(request)["seconds"]))

    def give_code(self, request: Request) -> dict[str, Any]:
        """{invoiceNo}: the code comes now."""
        return self._change(request, refused=False, code_at=self.clock.now())

    def refuse_code(self, request: Request) -> dict[str, Any]:
        """{invoiceNo}: the tax authority refuses until the invoice is sent again."""
        return self._change(request, refused=True)

    def not_found(self, request: Request) -> Reply:
        return json_reply({"code": 404, "message": "NOT_FOUND", "error": "Not Found"}, 404)

    def server_failed(self, request: Request, status: int) -> Reply:
        body = {"code": status, "message": "GENERAL", "error": "Internal Server Error"}
        return json_reply(body, status)

    def rate_limited(self, request: Request) -> Reply:
        return json_reply({"code": 429, "message": "TOO_MANY_REQUESTS"}, 429)

    def token_expired(self, request: Request) -> Reply:
        return general()

    def _set(self, name: str, seconds: float) -> dict[str, float]:
        self.db.put("settings", name, {"seconds": seconds})
        return {"seconds": seconds}

    def _change(self, request: Request, **changes: Any) -> dict[str, Any]:
        body = asked(request)
        key = f"{body.get('supplierTaxCode', MAIN)}/{body['invoiceNo']}"
        invoice = self.db.get("invoices", key)
        if invoice is None or invoice["code_at"] is None:
            raise ControlError("no such invoice of a series with a code")
        self.book.save({**invoice, **changes})
        return {"codeOfTax": self.book.code_of_tax({**invoice, **changes})}
