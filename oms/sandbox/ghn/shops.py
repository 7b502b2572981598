"""Shops of an account, pick-up shifts and drop-off points."""

from datetime import UTC, datetime, timedelta
from typing import Any

from oms.sandbox.core import Reply, Request, Route, Store
from oms.sandbox.ghn.accounts import client_of
from oms.sandbox.ghn.booking import check_phone, check_ward
from oms.sandbox.ghn.envelope import ok
from oms.sandbox.ghn.masterdata import ROOT
from oms.sandbox.ghn.reading import Body

HOUR = 3600
SHIFTS = ((2, "Sáng", 7, 12), (3, "Chiều", 12, 18), (4, "Tối", 18, 21))
MAX_PAGE = 200


class Shops:
    def __init__(self, db: Store) -> None:
        self.db = db

    def routes(self) -> list[Route]:
        return [
            Route("GET|POST", f"{ROOT}/v2/shop/all", self.all),
            Route("POST", f"{ROOT}/v2/shop/register", self.register),
            Route("GET|POST", f"{ROOT}/v2/shift/date", self.shifts),
            Route("GET|POST", f"{ROOT}/v2/station/get", self.stations),
        ]

    def all(self, request: Request) -> Reply:
        client_id = client_of(request)
        body = Body(request, "ShopRequest")
        offset = body.number("offset")
        limit = body.number("limit", high=MAX_PAGE, default=MAX_PAGE) or MAX_PAGE
        phone = body.text("client_phone")
        shops = [
            shop for shop in self.db.find("shops", client_id=client_id) if shop["_id"] > offset
        ]
        page = [shop for shop in shops if phone in ("", shop["phone"])][:limit]
        return ok({"last_offset": page[-1]["_id"] if page else offset, "shops": page})

    def register(self, request: Request) -> Reply:
        client_id = client_of(request)
        body = Body(request, "RegisterShopRequest")
        shop: dict[str, Any] = {
            "_id": 190_100 + self.db.next("shops"),
            "client_id": client_id,
            "name": body.text("name", required=True, limit=1024),
            "phone": check_phone(body.text("phone", required=True)),
            "address": body.text("address", required=True, limit=1024),
            "ward_code": body.text("ward_code", required=True),
            "district_id": body.number("district_id", required=True),
            "status": 1,
        }
        check_ward(body, "from", shop["district_id"], shop["ward_code"])
        self.db.put("shops", shop["_id"], shop)
        return ok({"shop_id": shop["_id"]})

    def shifts(self, request: Request) -> Reply:
        """Today's and tomorrow's; tomorrow's begin a day later in seconds."""
        client_of(request)
        today = datetime.now(UTC) + timedelta(hours=7)
        return ok(
            [
                {
                    "id": number + 3 * day,
                    "title": f"{title} {(today + timedelta(days=day)):%d-%m-%Y}"
                    f" ({start}h00 - {end}h00)",
                    "from_time": (24 * day + start) * HOUR,
                    "to_time": (24 * day + end) * HOUR,
                }
                for day in (0, 1)
                for number, title, start, end in SHIFTS
            ]
        )

    def stations(self, request: Request) -> Reply:
        client_of(request)
        district_id = Body(request, "StationRequest").number("district_id")
        row = {
            "locationId": 1327,
            "locationCode": "1327",
            "locationName": "Bưu cục 12 Thành Thái",
            "address": "12 Thành Thái, Phường 14, Quận 10, TP.HCM",
        }
        return ok([row] if district_id in (0, 1452) else [])
