"""GHN's orders over HTTP: one per client_order_code, refusals by name, changes on the way."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from oms.sandbox.run import running_sandbox
from tests.sandbox.ghn_caller import ORDER, OTHER_TOKEN, Seller, orders_kept


@pytest.fixture
def seller(tmp_path) -> Iterator[Seller]:
    with running_sandbox(tmp_path, ["ghn"]) as sandbox:
        yield Seller(sandbox)


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


SENDER = {
    "from_name": "Kho Hà Nội",
    "from_phone": "0912345678",
    "from_address": "8 Tràng Tiền",
    "from_ward_name": "Phường Cửa Nam",
    "from_province_name": "Hà Nội",
    "is_new_from_address": True,
}


def test_a37_a_sender_takes_the_place_of_the_shops_address(seller):
    own = seller.detail(seller.booked(client_order_code="A"))
    sent = seller.detail(seller.booked(client_order_code="B", **SENDER))
    assert own["from_name"] != "Kho Hà Nội"
    assert (sent["shop_id"], sent["from_name"]) == (own["shop_id"], "Kho Hà Nội")
    assert (sent["from_address"], sent["from_ward_name"]) == ("8 Tràng Tiền", "Phường Cửa Nam")
    # What goes back goes to the sender as well.
    assert sent["return_address"] == "8 Tràng Tiền"
    far = seller.post("/v2/shipping-order/preview", ORDER | SENDER).json()["data"]
    near = seller.post("/v2/shipping-order/preview", ORDER).json()["data"]
    assert far["total_fee"] > near["total_fee"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"from_phone": "12"}, "PHONE_INVALID"),
        ({"from_ward_name": ""}, "USER_ERR_COMMON"),
        ({"from_province_name": ""}, "USER_ERR_COMMON"),
        ({"is_new_from_address": False}, "USER_ERR_COMMON"),  # then a district is needed
        ({"from_ward_name": "Phường Hội An"}, "FROM_ADDRESS_CONVERT_FAIL"),
        ({"from_address": "1 Lê Lợi, Đà Nẵng"}, "From address conflict"),
    ],
)
def test_a37_half_a_sender_is_refused(seller, changes, said):
    reply = seller.create(**(SENDER | changes))
    assert reply.status_code == 400
    assert said in (reply.json()["code_message"], reply.json()["message"])
    assert orders_kept(seller) == 0


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
        page = requests.get(f"{host}/a5/public-api/{size}?token={token}", timeout=30)
        assert page.headers["Content-Type"].startswith("text/html")
        assert code in page.text
    seller.sandbox.clock.advance(31 * 60)
    assert (
        requests.get(f"{host}/a5/public-api/printA5?token={token}", timeout=30).status_code == 401
    )
