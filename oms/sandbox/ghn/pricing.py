"""Services, fee and lead time. Legacy codes only: new two-level addresses have no price here."""

from datetime import datetime, timedelta, timezone
from typing import Any

from oms.sandbox.core import Clock, Reply, Request, Route, Store
from oms.sandbox.ghn import fees, places
from oms.sandbox.ghn.accounts import client_of, shop_of
from oms.sandbox.ghn.booking import MAX_INSURANCE, MAX_SIDE_CM, MAX_WEIGHT_G, check_ward
from oms.sandbox.ghn.envelope import ok, refusal
from oms.sandbox.ghn.masterdata import ROOT
from oms.sandbox.ghn.parcels import iso
from oms.sandbox.ghn.reading import Body, part

VIETNAM = timezone(timedelta(hours=7))


class Pricing:
    def __init__(self, db: Store, clock: Clock) -> None:
        self.db, self.clock = db, clock

    def routes(self) -> list[Route]:
        order = f"{ROOT}/v2/shipping-order"
        return [
            Route("GET|POST", f"{order}/available-services", self.services),
            Route("GET|POST", f"{order}/fee", self.fee),
            Route("GET|POST", f"{order}/leadtime", self.leadtime),
        ]

    def services(self, request: Request) -> Reply:
        """An unknown shop is no error: `data` is null."""
        client_id = client_of(request)
        body = Body(request, "ServiceRequest")
        shop = self.db.get("shops", body.number("shop_id", required=True))
        ends = [body.number(name, required=True) for name in ("from_district", "to_district")]
        if shop is None:
            return ok(None)
        if shop["client_id"] != client_id:
            raise refusal("client is not owner of shop", "CLIENT_NOT_OWNER_OF_SHOP")
        for number in ends:
            district = places.find_district(number)
            if district is None or district[3] == 0:
                raise refusal("route not found service", "ROUTE_NOT_FOUND_SERVICE")
        return ok(
            [
                {"service_id": number, "short_name": name, "service_type_id": kind}
                for kind, (number, name) in fees.SERVICES.items()
            ]
        )

    def fee(self, request: Request) -> Reply:
        shop = shop_of(request, self.db)
        body = Body(request, "FeeRequest")
        kind = self._kind(body)
        same = self._same_province(body, shop)
        weight = body.number(
            "weight", required=True, high=MAX_WEIGHT_G if kind == fees.LIGHT else None
        )
        sides = [body.number(side, high=MAX_SIDE_CM) for side in ("length", "width", "height")]
        insured = body.number("insurance_value", high=MAX_INSURANCE)
        body.number("cod_value")
        body.number("cod_failed_amount")
        if kind == fees.HEAVY:
            self._check_items(body)
        grams = fees.chargeable_g(weight, *sides)
        return ok(fees.quote(kind, grams, insured, same_province=same))

    def leadtime(self, request: Request) -> Reply:
        shop = shop_of(request, self.db)
        body = Body(request, "LeadTimeRequest")
        same = self._same_province(body, shop)
        kind = body.number("service_type_id", default=fees.LIGHT) or fees.LIGHT
        now = self.clock.now()
        days = fees.transit_days(same_province=same, service_type=kind)
        day = datetime.fromtimestamp(now, VIETNAM) + timedelta(days=days)
        due = int(day.replace(hour=23, minute=59, second=59, microsecond=0).timestamp())
        return ok(
            {
                "leadtime": due,
                "order_date": int(now),
                "leadtime_order": {
                    "from_estimate_date": iso(due - 86399),
                    "to_estimate_date": iso(due),
                },
            }
        )

    def _kind(self, body: Body) -> int:
        service_id = body.number("service_id")
        kinds = {number: kind for kind, (number, _) in fees.SERVICES.items()}
        kind = (
            kinds.get(service_id, 0)
            if service_id
            else body.number("service_type_id", required=True)
        )
        if kind not in fees.SERVICES:
            raise refusal("route not found service", "ROUTE_NOT_FOUND_SERVICE")
        return kind

    def _same_province(self, body: Body, shop: dict[str, Any]) -> bool:
        """Checks both ends; the sender's is the shop's when left out."""
        start, code = shop["district_id"], shop["ward_code"]
        if body.has("from_district_id"):
            start, code = body.number("from_district_id"), body.text("from_ward_code")
            if code:
                check_ward(body, "from", start, code)
        end = body.number("to_district_id", required=True)
        check_ward(body, "to", end, body.text("to_ward_code", required=True))
        districts = places.find_district(start), places.find_district(end)
        if districts[0] is None or districts[1] is None:
            raise refusal("route not found service", "ROUTE_NOT_FOUND_SERVICE")
        return districts[0][1] == districts[1][1]

    def _check_items(self, body: Body) -> None:
        rows = body.objects("items")
        if not rows:
            raise body.failed("items", "required")
        for place, row in enumerate(rows):
            item = part(row, f"FeeRequest.Items[{place}]")
            item.text("name", required=True)
            item.number("quantity", required=True)
            for name in ("weight", "length", "width", "height"):
                item.number(name, required=True)
