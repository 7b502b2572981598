"""Printing: a code for some orders, then an HTML page on the print host."""

import secrets
from html import escape
from typing import Any

from oms.sandbox.core import Reply, Request, Route, html_reply
from oms.sandbox.core.barcode import code128_svg
from oms.sandbox.viettel_post.accounts import user_of
from oms.sandbox.viettel_post.envelope import body_of, error_reply, ok, refusal
from oms.sandbox.viettel_post.parcels import Parcels

MOST = 100
PAPERS = {"1": "148mm 210mm", "2": "105mm 148mm", "100": "100mm 150mm", "1001": "74mm 105mm"}
PRINT_PAGE = "/DigitalizePrint/report.do"

_PAGE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Viettel Post</title>
<style>@page {{ size: {size}; margin: 2mm }} body {{ font-family: sans-serif; margin: 0 }}
.label {{ page-break-after: always }} .code {{ font-weight: bold }}</style>
</head><body>{labels}</body></html>"""
_LABEL = """<div class="label">{barcode}<div class="code">{ORDER_NUMBER}</div>
<div>{ORDER_REFERENCE} · {ORDER_SERVICE}</div><div>Từ: {SENDER_FULLNAME} - {SENDER_PHONE}</div>
<div>Đến: {RECEIVER_FULLNAME} - {RECEIVER_PHONE}<br>{RECEIVER_ADDRESS}</div>
<div>Thu hộ: {cod} đ</div><div>{PRODUCT_NAME}</div><div>{ORDER_NOTE}</div>{postage}</div>"""


class Labels:
    def __init__(self, parcels: Parcels) -> None:
        self.parcels, self.db, self.clock = parcels, parcels.db, parcels.clock

    def routes(self) -> list[Route]:
        return [
            Route("POST", "/v2/order/printing-code", self.code),
            Route("GET", PRINT_PAGE, self.page),
        ]

    def code(self, request: Request) -> Reply:
        """The code stands in `message`, not in `data`."""
        user, body = user_of(request, self.db, self.clock), body_of(request)
        until = body.whole("EXPIRY_TIME", required=True) / 1000
        waybills = body.data.get("ORDER_ARRAY")
        if not isinstance(waybills, list) or not 0 < len(waybills) <= MOST:
            raise refusal(f"ORDER_ARRAY phải có từ 1 đến {MOST} đơn")
        if until <= self.clock.now():
            raise refusal("EXPIRY_TIME phải ở tương lai")
        for waybill in waybills:
            self.parcels.of_user(user, str(waybill))
        code = secrets.token_hex(16)
        kept = {"waybills": [str(waybill) for waybill in waybills], "until": until}
        self.db.put("print_codes", code, kept)
        return ok(None, message=code)

    def page(self, request: Request) -> Reply:
        ticket = self.db.get("print_codes", request.arg("bill"))
        size = PAPERS.get(request.arg("type"))
        if ticket is None or size is None or ticket["until"] < self.clock.now():
            return error_reply("Mã in không hợp lệ", http=400)
        orders = [self.db.get("orders", waybill) for waybill in ticket["waybills"]]
        shows_postage = request.arg("showPostage") == "1"
        labels = "".join(label(order, shows_postage) for order in orders if order)
        return html_reply(_PAGE.format(size=size, labels=labels))


def label(order: dict[str, Any], shows_postage: bool) -> str:
    texts = {name: escape(value) for name, value in order.items() if isinstance(value, str)}
    cod = f"{order['MONEY_COLLECTION']:,}".replace(",", ".")
    postage = f"<div>Cước: {order['MONEY_TOTAL']}</div>" if shows_postage else ""
    barcode = code128_svg(order["ORDER_NUMBER"], 180, 40)
    return _LABEL.format(barcode=barcode, cod=cod, postage=postage, **texts)
