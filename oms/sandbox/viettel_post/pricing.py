"""The price calls. All services at once: a success is a bare list, a refusal the envelope."""

from typing import Any

from oms.sandbox.core import Clock, Reply, Request, Route, Store, json_reply
from oms.sandbox.viettel_post import fees
from oms.sandbox.viettel_post.accounts import user_of
from oms.sandbox.viettel_post.booking import SIDES, price, read_ends, read_product, read_service
from oms.sandbox.viettel_post.envelope import body_of, ok
from oms.sandbox.viettel_post.places import SERVICES, Spot, extra_rows


class Pricing:
    def __init__(self, db: Store, clock: Clock) -> None:
        self.db, self.clock = db, clock

    def routes(self) -> list[Route]:
        return [
            Route("POST", "/v2/order/getPriceAll", self.all_services),
            Route("POST", "/v2/order/getPriceAllNlp", self.all_services_by_text),
            Route("POST", "/v2/order/getPrice", self.one_service),
            Route("POST", "/v2/order/getPriceNlp", self.one_service_by_text),
        ]

    def all_services(self, request: Request) -> Reply:
        rows, _, _ = self._rows(request, by_text=False)
        return json_reply(rows)

    def all_services_by_text(self, request: Request) -> Reply:
        rows, start, end = self._rows(request, by_text=True)
        return json_reply(
            {"RESULT": rows, "SENDER_ADDRESS": start.ids(), "RECEIVER_ADDRESS": end.ids()}
        )

    def one_service(self, request: Request) -> Reply:
        return self._one(request, by_text=False)

    def one_service_by_text(self, request: Request) -> Reply:
        return self._one(request, by_text=True)

    def _rows(self, request: Request, *, by_text: bool) -> tuple[list[dict[str, Any]], Spot, Spot]:
        user_of(request, self.db, self.clock)
        body = body_of(request)
        body.whole("TYPE", required=True, one_of=(0, 1))
        start, end = read_ends(body, by_text=by_text)
        product = read_product(body)
        same = start.home == end.home
        exchange = fees.exchange_g(*(product[f"PRODUCT_{side}"] for side in SIDES))
        weight = max(product["PRODUCT_WEIGHT"], exchange)
        rows = []
        for code, name in SERVICES.items():
            fee = fees.service_fee(code, weight, same_province=same)
            if fee is not None:
                rows.append(
                    {
                        "MA_DV_CHINH": code,
                        "TEN_DICHVU": name,
                        "GIA_CUOC": fee,
                        "THOI_GIAN": f"{fees.hours(code, same_province=same)} giờ",
                        "EXCHANGE_WEIGHT": exchange,
                        "EXTRA_SERVICE": extra_rows(),
                    }
                )
        return rows, start, end

    def _one(self, request: Request, *, by_text: bool) -> Reply:
        user_of(request, self.db, self.clock)
        body = body_of(request)
        body.whole("NATIONAL_TYPE", required=True, one_of=(0, 1))
        start, end = read_ends(body, by_text=by_text)
        asked = {**read_product(body), "ORDER_SERVICE": read_service(body)}
        return ok(price(asked, start, end))
