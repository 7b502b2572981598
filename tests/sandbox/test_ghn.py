"""GHN over HTTP: envelopes, accounts, addresses, prices, and faults on demand."""

from collections.abc import Iterator

import pytest
import requests

from oms.sandbox.run import running_sandbox
from tests.sandbox.ghn_caller import ROOT, Seller, orders_kept


@pytest.fixture
def seller(tmp_path) -> Iterator[Seller]:
    with running_sandbox(tmp_path, ["ghn"]) as sandbox:
        yield Seller(sandbox)


# Envelopes and accounts


def test_a_wrong_token_is_refused_with_401(seller):
    reply = Seller(seller.sandbox, token="x").create()
    assert reply.status_code == 401
    assert reply.json() == {"code": 401, "message": "Token is not valid!", "data": None}
    assert orders_kept(seller) == 0


def test_a_shop_of_somebody_else_is_refused(seller):
    reply = Seller(seller.sandbox, shop_id=190002).create()
    assert (reply.status_code, reply.json()["code_message"]) == (400, "CLIENT_NOT_OWNER_OF_SHOP")


def test_an_unknown_route_is_404_in_the_envelope(seller):
    reply = seller.post("/v2/nowhere")
    assert (reply.status_code, reply.json()["code"]) == (404, 404)


def test_a_body_that_is_no_json_is_refused(seller):
    url = seller.sandbox.url("ghn") + ROOT + "/v2/shipping-order/create"
    reply = requests.post(url, data=b"{", headers=seller.headers, timeout=30)
    assert (reply.status_code, reply.json()["code_message"]) == (400, "USER_ERR_COMMON")


# Master data


def test_provinces_include_rows_switched_off(seller):
    rows = seller.get("/master-data/province").json()["data"]
    assert {row["ProvinceID"]: row["IsEnable"] for row in rows}[298] == 0


def test_districts_of_a_province_and_wards_of_a_district(seller):
    districts = seller.post("/master-data/district", {"province_id": 201}).json()["data"]
    assert {row["ProvinceID"] for row in districts} == {201}
    wards = seller.post("/master-data/ward?district_id=1484").json()["data"]
    assert [row["WardCode"] for row in wards] == ["1A0101", "1A0106"]


def test_new_provinces_are_34_and_their_wards_come_in_pages(seller):
    provinces = seller.get("/v3/master-data/province/all").json()["data"]
    assert len(provinces) == 34
    city = next(row["_id"] for row in provinces if "Sài Gòn" in row["extension_names"])
    path = f"/v3/master-data/ward/all-by-province-id?province_id={city}"
    page = seller.get(f"{path}&offset=1&limit=2").json()["data"]
    assert [row["name"] for row in page] == ["Phường Tân Định", "Phường Bến Thành"]
    assert seller.get(f"{path}&offset=0&limit=201").status_code == 400


def test_shops_of_the_account_only(seller):
    data = seller.post("/v2/shop/all", {"offset": 0, "limit": 200}).json()["data"]
    assert [shop["_id"] for shop in data["shops"]] == [190001]


def test_services_of_an_unknown_shop_are_null(seller):
    body = {"shop_id": 1, "from_district": 1452, "to_district": 1442}
    reply = seller.post("/v2/shipping-order/available-services", body)
    assert (reply.status_code, reply.json()["data"]) == (200, None)


def test_no_service_goes_to_a_locked_district(seller):
    body = {"shop_id": 190001, "from_district": 1452, "to_district": 1530}
    reply = seller.post("/v2/shipping-order/available-services", body)
    assert reply.json()["code_message"] == "ROUTE_NOT_FOUND_SERVICE"


# Fee


FEE = {
    "service_type_id": 2, "to_district_id": 1452, "to_ward_code": "21012", "weight": 800,
    "length": 20, "width": 15, "height": 10, "insurance_value": 650000, "cod_value": 650000,
}  # fmt: skip


def test_the_fee_of_a_parcel_within_the_city(seller):
    data = seller.post("/v2/shipping-order/fee", FEE).json()["data"]
    assert (data["total"], data["service_fee"], data["insurance_fee"]) == (24250, 21000, 3250)


def test_volume_counts_when_it_weighs_more(seller):
    data = seller.post(
        "/v2/shipping-order/fee", FEE | {"length": 30, "width": 20, "height": 20}
    ).json()["data"]
    assert data["service_fee"] == 21000 + 3 * 2500  # 2,400 g


def test_the_fee_does_not_know_wards_of_other_districts(seller):
    reply = seller.post("/v2/shipping-order/fee", FEE | {"to_ward_code": "1A0101"})
    assert reply.json()["code_message"] == "WARD_IS_INVALID"


def test_leadtime_is_in_unix_seconds(seller):
    data = seller.post("/v2/shipping-order/leadtime", FEE).json()["data"]
    assert 0 < data["leadtime"] - data["order_date"] < 2 * 86400


# Faults, restart, webhooks


def test_a_lost_answer_finds_its_order_by_our_code(seller):
    seller.steer("faults", kind="timeout_after_work", path="*/create")
    with pytest.raises(requests.ConnectionError):
        seller.create()
    body = {"client_order_code": "DH-26-000123"}
    found = seller.post("/v2/shipping-order/detail-by-client-code", body).json()["data"]
    assert found["order_code"] == seller.booked()
    assert orders_kept(seller) == 1


def test_faults_speak_ghns_envelope(seller):
    seller.steer("faults", kind="rate_limit")
    seller.steer("faults", kind="expired_token")
    seller.steer("faults", kind="status_5xx")
    replies = [seller.create() for _ in range(3)]
    assert [r.status_code for r in replies] == [429, 401, 500]
    assert replies[1].json()["message"] == "Token is not valid!"
    assert replies[2].json()["code_message"] == "SERVER_ERROR_COMMON"


def test_orders_survive_a_restart(tmp_path):
    with running_sandbox(tmp_path, ["ghn"]) as sandbox:
        code = Seller(sandbox).booked()
    with running_sandbox(tmp_path, ["ghn"]) as sandbox:
        assert Seller(sandbox).booked() == code
        assert Seller(sandbox).booked(client_order_code="2") != code
