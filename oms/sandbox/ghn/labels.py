"""Printing: a token for some orders, then HTML pages of three sizes, open to whoever has it."""

import secrets
from html import escape
from typing import Any

from oms.sandbox.core import Refusal, Reply, Request, Route, html_reply
from oms.sandbox.core.barcode import code128_svg
from oms.sandbox.ghn.accounts import client_of
from oms.sandbox.ghn.envelope import bad_token, ok
from oms.sandbox.ghn.masterdata import ROOT
from oms.sandbox.ghn.parcels import Parcels
from oms.sandbox.ghn.reading import Body

TOKEN_SECONDS = 30 * 60
SIZES = {
    "printA5": ("148mm", "210mm"),
    "print80x80": ("80mm", "80mm"),
    "print52x70": ("52mm", "70mm"),
}

_PAGE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>GHN</title>
<style>@page {{ size: {width} {height}; margin: 2mm }} body {{ font-family: sans-serif; margin: 0 }}
.label {{ page-break-after: always; width: {width}; }} .code {{ font-weight: bold }}</style>
</head><body>{labels}</body></html>"""
_LABEL = """<div class="label"><div class="code">{sort_code}</div>{barcode}
<div class="code">{order_code}</div><div>{client_order_code}</div>
<div>Từ: {from_name} - {from_phone}</div>
<div>Đến: {to_name} - {to_phone}<br>{to_address}, {to_ward_name}, {to_province}</div>
<div>Thu hộ (COD): {cod} VND</div><div>{content}</div><div>{required_note}</div></div>"""


class Labels:
    def __init__(self, parcels: Parcels) -> None:
        self.parcels, self.db = parcels, parcels.db

    def routes(self) -> list[Route]:
        pages = [Route("GET", f"/a5/public-api/{page}", self.page) for page in SIZES]
        return [Route("GET|POST", f"{ROOT}/v2/a5/gen-token", self.gen_token), *pages]

    def gen_token(self, request: Request) -> Reply:
        client_id = client_of(request)
        codes = Body(request, "GenTokenRequest").texts("order_codes")
        for code in codes:
            self.parcels.of_client(client_id, code)
        token = secrets.token_hex(16)
        until = self.parcels.clock.now() + TOKEN_SECONDS
        self.db.put("print_tokens", token, {"order_codes": codes, "until": until})
        return ok({"token": token})

    def page(self, request: Request) -> Reply:
        ticket = self.db.get("print_tokens", request.arg("token"))
        if ticket is None or ticket["until"] < self.parcels.clock.now():
            raise Refusal(bad_token())
        width, height = SIZES[request.path.rsplit("/", 1)[1]]
        orders = [self.db.get("orders", code) for code in ticket["order_codes"]]
        labels = "".join(label(order) for order in orders if order is not None)
        return html_reply(_PAGE.format(width=width, height=height, labels=labels))


def label(order: dict[str, Any]) -> str:
    texts = {name: escape(value) for name, value in order.items() if isinstance(value, str)}
    cod = f"{order['cod_amount']:,}".replace(",", ".")
    return _LABEL.format(barcode=code128_svg(order["order_code"], 180, 40), cod=cod, **texts)
