"""Create, price, read, cancel, label and the address lists."""

from typing import Any

from oms.sandbox.core import Fields, Reply, Request, Route, bytes_reply
from oms.sandbox.core.pdf import A4, A6, Page, pdf_of
from oms.sandbox.core.places import OLD_PLACES, find_new_province, key
from oms.sandbox.ghtk import fees
from oms.sandbox.ghtk.accounts import account_of
from oms.sandbox.ghtk.booking import exists_already, read_order, read_place
from oms.sandbox.ghtk.envelope import ok, refusal
from oms.sandbox.ghtk.parcels import Parcels, created, shown
from oms.sandbox.ghtk.statuses import CANCELLABLE

A5 = (420, 595)
PAGES = {"A5": A5, "A6": A6, "A4": A4}


class Calls:
    def __init__(self, parcels: Parcels) -> None:
        self.parcels = parcels

    def routes(self) -> list[Route]:
        root = "/services/shipment"
        return [
            Route("POST", f"{root}/order/", self.create),
            Route("POST", f"{root}/order", self.create),
            Route("GET", f"{root}/fee", self.fee),
            Route("GET", f"{root}/v2/{{name}}", self.read),
            Route("POST", f"{root}/cancel/{{name}}", self.cancel),
            Route("GET", f"{root}/list_pick_add", self.pick_up_addresses),
            Route("GET", "/services/label/{name}", self.label),
            Route("GET", "/services/address/getAddressLevel4", self.hamlets),
        ]

    def create(self, request: Request) -> Reply:
        account = account_of(request)["code"]
        order = read_order(_object(request))
        known = self.parcels.by_own_code(account, order["partner_id"])
        if known is not None:
            raise exists_already(known)
        order["due_at"] = self.parcels.clock.now() + order.pop("days") * 86400
        return ok(order=created(self.parcels.add(order, account=account)))

    def fee(self, request: Request) -> Reply:
        """Weight is in grams here."""
        account_of(request)
        asked = Fields({name: values[0] for name, values in request.query.items()}, refusal)
        start, end = read_place(asked, "pick_"), read_place(asked, "")
        weight_g = asked.whole("weight", required=True, low=1)
        transport = asked.text("transport", one_of=(fees.ROAD, fees.FLY)) or fees.ROAD
        same = start.home == end.home
        ship = fees.ship_fee(transport, weight_g, same_province=same)
        insurance = fees.insurance_fee(asked.whole("value"))
        return ok(
            fee={
                "name": "area1",
                "fee": (ship or 0) + insurance,
                "insurance_fee": insurance,
                "ship_fee_only": ship or 0,
                "include_vat": "0",
                "cost_id": "",
                "delivery_type": "",
                "a": "1",
                "dt": "local" if same else "remote",
                "extFees": [],
                "delivery": ship is not None,
            }
        )

    def read(self, request: Request) -> Reply:
        return ok(order=shown(self._named(request)))

    def cancel(self, request: Request) -> Reply:
        order = self._named(request)
        if order["status"] == "-1":
            raise refusal("Đơn hàng đã ở trạng thái hủy")
        if order["status"] not in CANCELLABLE:
            raise refusal("Đơn hàng đã lấy, không thể hủy")
        self.parcels.move(order, "-1", force=True)
        return ok("Hủy đơn hàng thành công")

    def label(self, request: Request) -> Reply:
        order = self._named(request)
        width, height = PAGES.get(request.arg("page_size", "A6"), A6)
        wide = request.arg("original", "portrait") == "landscape"
        page = Page((height, width) if wide else (width, height))
        draw(page, order)
        return bytes_reply(pdf_of([page], title=order["label"]), "application/pdf")

    def pick_up_addresses(self, request: Request) -> Reply:
        account = account_of(request)
        return ok(
            data=[
                {
                    "pick_address_id": "1001",
                    "address": "12 Thành Thái, Phường 14, Quận 10, TP. Hồ Chí Minh",
                    "pick_tel": "0901000001",
                    "pick_name": account["name"],
                }
            ]
        )

    def hamlets(self, request: Request) -> Reply:
        account_of(request)
        wanted = find_new_province(request.arg("province")), key(request.arg("district"))
        known = {(find_new_province(p), key(d)) for p, d, _ in OLD_PLACES}
        return ok(data=["Khác"] if wanted in known else [])

    def _named(self, request: Request) -> dict[str, Any]:
        account = account_of(request)["code"]
        return self.parcels.of_account(account, request.params["name"])


def draw(page: Page, order: dict[str, Any]) -> None:
    _, top = page.size
    page.barcode(20, top - 60, order["label"], width=200, height=40)
    lines = (
        order["label"],
        order["sorting_code"],
        f"Tu: {order['pick_name']} - {order['pick_tel']}",
        f"Den: {order['name']} - {order['tel']}",
        order["address"],
        f"Thu ho: {order['pick_money']}",
    )
    for place, line in enumerate(lines):
        page.text(20, top - 80 - 16 * place, line, bold=place == 0)


def _object(request: Request) -> dict[str, Any]:
    try:
        data = request.json()
    except ValueError:
        raise refusal("Dữ liệu không phải JSON")
    if not isinstance(data, dict) or not isinstance(data.get("order"), dict):
        raise refusal("Thiếu order")
    return data
