"""Provinces, districts and wards, old and new. A Token is enough."""

from oms.sandbox.core import Reply, Request, Route
from oms.sandbox.ghn import places
from oms.sandbox.ghn.accounts import client_of
from oms.sandbox.ghn.envelope import ok
from oms.sandbox.ghn.reading import Body

ROOT = "/shiip/public-api"
MAX_PAGE = 200


class MasterData:
    def routes(self) -> list[Route]:
        return [
            Route("GET|POST", f"{ROOT}/master-data/province", self.provinces),
            Route("GET|POST", f"{ROOT}/master-data/district", self.districts),
            Route("GET|POST", f"{ROOT}/master-data/ward", self.wards),
            Route("GET", f"{ROOT}/v3/master-data/province/all", self.new_provinces),
            Route("GET", f"{ROOT}/v3/master-data/ward/all-by-province-id", self.new_wards),
        ]

    def provinces(self, request: Request) -> Reply:
        client_of(request)
        return ok(places.province_rows())

    def districts(self, request: Request) -> Reply:
        client_of(request)
        province_id = Body(request, "DistrictRequest").number("province_id")
        return ok(places.district_rows(province_id or None))

    def wards(self, request: Request) -> Reply:
        client_of(request)
        district_id = Body(request, "WardRequest").number("district_id", required=True)
        return ok(places.ward_rows(district_id) or None)

    def new_provinces(self, request: Request) -> Reply:
        client_of(request)
        return ok(places.new_province_rows())

    def new_wards(self, request: Request) -> Reply:
        client_of(request)
        body = Body(request, "WardsByProvinceRequest")
        rows = places.new_ward_rows(body.number("province_id", required=True))
        offset = body.number("offset")
        limit = body.number("limit", high=MAX_PAGE, default=MAX_PAGE) or MAX_PAGE
        return ok(rows[offset : offset + limit])
