"""GHN over HTTP: envelopes, refusals, limits, one order per client_order_code, webhooks."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from oms.sandbox.run import Sandbox, running_sandbox
from tests.sandbox.conftest import Listener

ROOT = "/shiip/public-api"
TOKEN, OTHER_TOKEN = (
    "a1b2c3d4-0000-4000-8000-000000190001",
    "a1b2c3d4-0000-4000-8000-000000190002",
)
ORDER = {
    "payment_type_id": 1,
    "required_note": "CHOXEMHANGKHONGTHU",
    "service_type_id": 2,
    "client_order_code": "DH-26-000123",
    "to_name": "Khách A",
    "to_phone": "0901234567",
    "to_address": "12 đường số 3",
    "to_ward_name": "Phường Tân Định",
    "to_province_name": "Hồ Chí Minh",
    "is_new_to_address": True,
    "weight": 800,
    "length": 20,
    "width": 15,
    "height": 10,
    "cod_amount": 650000,
    "insurance_value": 650000,
    "content": "Áo thun",
    "items": [{"name": "Áo thun", "code": "AT-01", "quantity": 2, "price": 325000, "weight": 400}],
}


class Seller:
    """Calls GHN the way a seller's system would."""

    def __init__(self, sandbox: Sandbox, token: str = TOKEN, shop_id: int = 190001) -> None:
        self.sandbox = sandbox
        self.headers = {"Token": token, "ShopId": str(shop_id)}

    def post(self, path: str, body: dict | None = None) -> requests.Response:
        url = self.sandbox.url("ghn") + ROOT + path
        return requests.post(url, json=body or {}, headers=self.headers, timeout=5)

    def get(self, path: str) -> requests.Response:
        url = self.sandbox.url("ghn") + ROOT + path
        return requests.get(url, headers=self.headers, timeout=5)

    def create(self, **changes) -> requests.Response:
        return self.post("/v2/shipping-order/create", ORDER | changes)

    def booked(self, **changes) -> str:
        return self.create(**changes).json()["data"]["order_code"]

    def detail(self, code: str) -> dict:
        return self.post("/v2/shipping-order/detail", {"order_code": code}).json()["data"]

    def steer(self, action: str, **body) -> dict:
        return self.sandbox.control("ghn", "POST", action, body)


@pytest.fixture
def seller(tmp_path) -> Iterator[Seller]:
    with running_sandbox(tmp_path, ["ghn"]) as sandbox:
        yield Seller(sandbox)


def listen(seller: Seller, listener: Listener) -> None:
    seller.steer("callbacks", url=f"{listener.url}/s3cret/", scope="190001")


def orders_kept(seller: Seller) -> int:
    return len(seller.sandbox.control("ghn", "GET", "state?collection=orders")["orders"])


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
    reply = requests.post(url, data=b"{", headers=seller.headers, timeout=5)
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


# Create


def test_an_order_is_created_with_its_fee(seller):
    body = seller.create().json()
    assert (body["code"], body["message"], body["data"]["total_fee"]) == (200, "Success", 24250)
    detail = seller.detail(body["data"]["order_code"])
    assert (detail["status"], detail["cod_amount"], detail["shop_id"]) == (
        "ready_to_pick",
        650000,
        190001,
    )


def test_the_same_client_order_code_answers_with_the_same_order(seller):
    assert seller.booked() == seller.booked()
    assert orders_kept(seller) == 1


def test_the_same_code_at_once_makes_one_order(seller):
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: seller.booked(), range(8)))
    assert len(set(codes)) == 1
    assert orders_kept(seller) == 1


def test_orders_without_a_client_order_code_are_each_new(seller):
    assert seller.booked(client_order_code="") != seller.booked(client_order_code="")


def test_preview_prices_and_keeps_nothing(seller):
    data = seller.post("/v2/shipping-order/preview", ORDER).json()["data"]
    assert (data["order_code"], data["total_fee"]) == ("", 24250)
    assert orders_kept(seller) == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"to_name": ""}, "CreateOrderRequest.ToName failed on the 'required' tag"),
        ({"required_note": "XEM"}, "CreateOrderRequest.RequiredNote failed on the 'oneof' tag"),
        ({"payment_type_id": 3}, "CreateOrderRequest.PaymentTypeID failed on the 'oneof' tag"),
        ({"weight": 50_001}, "CreateOrderRequest.Weight failed on the 'max' tag"),
        ({"weight": 0}, "CreateOrderRequest.Weight failed on the 'required' tag"),
        ({"length": 201}, "CreateOrderRequest.Length failed on the 'max' tag"),
        ({"cod_amount": 50_000_001}, "CreateOrderRequest.CODAmount failed on the 'max' tag"),
        ({"cod_amount": -1}, "CreateOrderRequest.CODAmount failed on the 'min' tag"),
        (
            {"insurance_value": 5_000_001},
            "CreateOrderRequest.InsuranceValue failed on the 'max' tag",
        ),
        (
            {"client_order_code": "x" * 51},
            "CreateOrderRequest.ClientOrderCode failed on the 'max' tag",
        ),
        ({"items": [], "content": ""}, "CreateOrderRequest.Content failed on the 'required' tag"),
        (
            {"service_type_id": 5, "items": []},
            "CreateOrderRequest.Items failed on the 'required' tag",
        ),
        (
            {"weight": "800"},
            "json: cannot unmarshal string into Go struct field"
            " CreateOrderRequest.weight of type int",
        ),
    ],
)
def test_a_field_out_of_bounds_is_refused_by_name(seller, changes, message):
    reply = seller.create(**changes)
    assert (reply.status_code, reply.json()["message"]) == (400, message)
    assert reply.json()["code_message"] == "USER_ERR_COMMON"
    assert orders_kept(seller) == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to_phone": "12345"}, "PHONE_INVALID"),
        ({"service_type_id": 3}, "ROUTE_NOT_FOUND_SERVICE"),
        ({"to_province_name": "Atlantis"}, "TO_ADDRESS_CONVERT_FAIL"),
        ({"to_ward_name": "Phường Cầu Giấy"}, "TO_ADDRESS_CONVERT_FAIL"),
        ({"is_new_to_address": False, "to_district_name": "Quận 99"}, "TO_ADDRESS_CONVERT_FAIL"),
        (
            {"is_new_to_address": False, "to_ward_code": "20101", "to_district_id": 1452},
            "WARD_IS_INVALID",
        ),
    ],
)
def test_what_cannot_be_delivered_is_refused_by_code(seller, changes, code):
    reply = seller.create(**changes)
    assert (reply.status_code, reply.json()["code_message"]) == (400, code)


def test_a_street_that_names_another_province_is_a_conflict(seller):
    reply = seller.create(to_address="12 đường số 3, Hà Nội")
    assert reply.json()["message"] == "To address conflict"
    assert seller.create(to_address="12 Xa lộ Hà Nội").status_code == 200


def test_all_three_ways_to_write_an_address_are_taken(seller):
    old = {"is_new_to_address": False, "client_order_code": ""}
    names = {"to_ward_name": "Phường 12", "to_district_name": "Quận 10"}
    codes = {"to_ward_name": None, "to_province_name": None, "to_ward_code": "21012"}
    assert seller.create(**old, **names).status_code == 200
    assert seller.create(**old, **codes, to_district_id=1452).status_code == 200


# Read, change, switch


def test_an_order_is_found_by_our_code_and_by_nobody_else(seller):
    code = seller.booked()
    path, body = "/v2/shipping-order/detail-by-client-code", {"client_order_code": "DH-26-000123"}
    assert seller.post(path, body).json()["data"]["order_code"] == code
    other = Seller(seller.sandbox, token=OTHER_TOKEN, shop_id=190002)
    assert other.post(path, body).json()["code_message"] == "ORDER_NOT_FOUND"


def test_cancelling_says_per_order_whether_it_worked(seller):
    early, late = seller.booked(), seller.booked(client_order_code="2")
    seller.steer("walk", order_code=late, status="picked")
    reply = seller.post("/v2/switch-status/cancel", {"order_codes": [early, late]})
    assert reply.status_code == 200
    assert reply.json()["data"] == [
        {"order_code": early, "result": True, "message": "OK"},
        {"order_code": late, "result": False, "message": "Trạng thái đơn hàng không hợp lệ"},
    ]
    assert [seller.detail(code)["status"] for code in (early, late)] == ["cancel", "picked"]


def test_an_unknown_code_fails_the_whole_cancel(seller):
    code = seller.booked()
    reply = seller.post("/v2/switch-status/cancel", {"order_codes": [code, "NOPE"]})
    assert (reply.status_code, reply.json()["code_message"]) == (400, "ORDER_NOT_FOUND")
    assert seller.detail(code)["status"] == "ready_to_pick"


def test_a_failed_delivery_may_be_tried_again_or_sent_back(seller):
    code = seller.booked()
    seller.steer("walk", order_code=code, status="delivery_fail")
    again = seller.post("/v2/switch-status/storing", {"order_codes": [code]})
    assert again.json()["data"][0]["result"] is True
    back = seller.post("/v2/switch-status/return", {"order_codes": [code]})
    assert back.json()["data"][0]["result"] is True
    assert seller.detail(code)["status"] == "return"


def test_update_takes_fewer_fields_on_the_way(seller):
    code = seller.booked()
    path = "/v2/shipping-order/update"
    assert seller.post(path, {"order_code": code, "weight": 900}).json()["data"] is None
    assert seller.detail(code)["weight"] == 900
    seller.steer("walk", order_code=code, status="delivered")
    assert seller.post(path, {"order_code": code, "note": "x"}).status_code == 400


def test_cod_changes_until_the_parcel_is_out_for_delivery(seller):
    code = seller.booked()
    path = "/v2/shipping-order/updateCOD"
    assert seller.post(path, {"order_code": code, "cod_amount": 0}).status_code == 200
    assert seller.detail(code)["cod_amount"] == 0
    assert seller.post(path, {"order_code": code, "cod_amount": 5_000_001}).status_code == 400
    seller.steer("walk", order_code=code, status="delivering")
    assert seller.post(path, {"order_code": code, "cod_amount": 1000}).status_code == 400


def test_raising_cod_may_ask_for_a_password(seller):
    code = seller.booked()
    seller.steer("faults", kind="cod_otp")
    body = {"order_code": code, "cod_amount": 700_000}
    reply = seller.post("/v2/shipping-order/updateCOD", body)
    assert reply.json()["code_message"] == "PERMISSION_DENIED_EDIT_COD"


def test_labels_open_with_a_token_for_half_an_hour(seller):
    code = seller.booked()
    token = seller.post("/v2/a5/gen-token", {"order_codes": [code]}).json()["data"]["token"]
    host = seller.sandbox.url("ghn")
    for size in ("printA5", "print80x80", "print52x70"):
        page = requests.get(f"{host}/a5/public-api/{size}?token={token}", timeout=5)
        assert page.headers["Content-Type"].startswith("text/html")
        assert code in page.text
    seller.sandbox.clock.advance(31 * 60)
    assert requests.get(f"{host}/a5/public-api/printA5?token={token}", timeout=5).status_code == 401


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


def test_every_step_is_told_in_order(seller, listener):
    listen(seller, listener)
    code = seller.booked()
    steps = seller.steer("walk", order_code=code, status="delivered", reason="xong")
    seller.sandbox.settle("ghn")
    assert listener.got[0][0] == "/hook/s3cret/"
    assert [(b["Type"], b["Status"]) for b in listener.bodies] == [
        ("create", "ready_to_pick"),
        *(("switch_status", status) for status in steps),
    ]
    last = listener.bodies[-1]
    assert (last["OrderCode"], last["ShopID"], last["CODAmount"]) == (code, 190001, 650000)
    assert (last["Reason"], last["Fee"]["Total"], last["CODTransferDate"]) == ("xong", 24250, None)


def test_an_illegal_step_is_refused_unless_forced(seller):
    code = seller.booked()
    with pytest.raises(ValueError, match="may be followed by: picking, cancel"):
        seller.steer("move", order_code=code, status="delivered")
    forced = seller.steer("move", order_code=code, status="delivered", force=True)
    assert forced["status"] == "delivered"


def test_weighing_again_tells_the_weight_and_then_the_fee(seller, listener):
    code = seller.booked()
    listen(seller, listener)
    seller.steer("reweigh", order_code=code, weight=1600)
    seller.sandbox.settle("ghn")
    assert [(b["Type"], b["Weight"], b["TotalFee"]) for b in listener.bodies] == [
        ("update_weight", 1600, 29250),
        ("update_fee", 1600, 29250),
    ]


def test_cod_is_transferred_after_delivery_only(seller, listener):
    code = seller.booked()
    with pytest.raises(ValueError, match="no COD has been collected"):
        seller.steer("cod_transferred", client_order_code="DH-26-000123")
    seller.steer("walk", order_code=code, status="delivered")
    listen(seller, listener)
    seller.steer("cod_transferred", order_code=code)
    seller.sandbox.settle("ghn")
    assert listener.bodies[0]["Type"] == "cod"
    assert listener.bodies[0]["CODTransferDate"] is not None
    assert seller.detail(code)["is_cod_transferred"] is True


def test_webhooks_come_twice_and_out_of_order_on_demand(seller, listener):
    code = seller.booked()
    listen(seller, listener)
    seller.steer("faults", kind="duplicate", path="switch_status")
    seller.steer("move", order_code=code, status="picking")
    seller.sandbox.settle("ghn")
    assert [b["Status"] for b in listener.bodies] == ["picking", "picking"]
    assert listener.bodies[0] == listener.bodies[1]
    listener.got.clear()
    seller.steer("faults", kind="reorder", path="switch_status")
    seller.steer("move", order_code=code, status="picked")
    seller.steer("move", order_code=code, status="storing")
    seller.sandbox.settle("ghn")
    assert [b["Status"] for b in listener.bodies] == ["storing", "picked"]


def test_a_forged_webhook_does_not_know_the_secret(seller, listener):
    code = seller.booked()
    listen(seller, listener)
    seller.steer("faults", kind="bad_signature")
    seller.steer("move", order_code=code, status="picking")
    seller.sandbox.settle("ghn")
    assert listener.got[0][0] == "/hook/s3crex/"


def test_older_spellings_and_unknown_states_can_be_sent(seller, listener):
    code = seller.booked()
    listen(seller, listener)
    seller.steer("emit", order_code=code, type="Switch_status", changes={"Status": "picked"})
    seller.steer("faults", kind="unknown_webhook_status", value="teleported")
    seller.steer("move", order_code=code, status="picking")
    seller.sandbox.settle("ghn")
    told = [(b["Type"], b["Status"]) for b in listener.bodies]
    assert told == [("Switch_status", "picked"), ("switch_status", "teleported")]
    assert seller.detail(code)["status"] == "picking"


def test_detail_may_carry_a_state_nobody_documented(seller):
    code = seller.booked()
    seller.steer("faults", kind="unknown_status", path="*/detail")
    assert seller.detail(code)["status"] == "sandbox_unknown_status"
    assert seller.detail(code)["status"] == "ready_to_pick"


def test_what_was_charged_is_asked_for_by_itself(seller):
    code = seller.booked()
    assert {"fee", "total_fee", "sort_code"}.isdisjoint(seller.detail(code))
    charged = seller.post("/v2/shipping-order/soc", {"order_code": code}).json()["data"]
    assert (charged["total_fee"], charged["detail"]["insurance"]) == (24250, 3250)


def test_parcels_move_by_themselves_when_asked(seller):
    code = seller.booked()
    seller.steer("auto_advance", on=True, seconds=60, cod_after=60)
    seen = ["ready_to_pick"]
    for _ in range(8):
        seller.sandbox.clock.advance(61)
        seller.sandbox.partner("ghn").tick()
        seen.append(seller.detail(code)["status"])
    assert seen[-2:] == ["delivered", "delivered"]
    assert seller.detail(code)["is_cod_transferred"] is True
