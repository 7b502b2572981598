"""Viettel Post and GHTK as their documents have them: envelopes, required fields, traps, verbs."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from oms.sandbox.core.places import find_place, read_address
from oms.sandbox.run import Sandbox, running_sandbox

VTP_ORDER: dict[str, Any] = {
    "ORDER_NUMBER": "DH-26-000123",
    "CHECK_UNIQUE": True,
    "SENDER_FULLNAME": "Cửa hàng A",
    "SENDER_ADDRESS": "1 Lê Lợi, Phường Bến Thành, Hồ Chí Minh",
    "SENDER_PHONE": "0901111111",
    "RECEIVER_FULLNAME": "Khách B",
    "RECEIVER_ADDRESS": "3 đường số 4, Phường Dịch Vọng, Quận Cầu Giấy, Hà Nội",
    "RECEIVER_PHONE": "0902222222",
    "PRODUCT_NAME": "Áo thun",
    "PRODUCT_QUANTITY": 2,
    "PRODUCT_PRICE": 650000,
    "PRODUCT_WEIGHT": 400,
    "PRODUCT_TYPE": "HH",
    "ORDER_PAYMENT": 3,
    "ORDER_SERVICE": "VCN",
    "MONEY_COLLECTION": "650000",
}
GHTK_ORDER: dict[str, Any] = {
    "id": "DH-26-000123",
    "pick_name": "Cửa hàng A",
    "pick_address": "1 Lê Lợi",
    "pick_province": "TP. Hồ Chí Minh",
    "pick_district": "Quận 3",
    "pick_ward": "Phường 6",
    "pick_tel": "0901111111",
    "name": "Khách B",
    "address": "3 đường số 4",
    "province": "Hà Nội",
    "district": "Quận Cầu Giấy",
    "ward": "Phường Dịch Vọng",
    "hamlet": "Khác",
    "tel": "0902222222",
    "is_freeship": 1,
    "pick_money": 650000,
    "value": 650000,
    "transport": "road",
}
PRODUCT = {"name": "Áo thun", "weight": 0.2, "quantity": 2, "price": 325000}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory) -> Iterator[Sandbox]:
    folder = tmp_path_factory.mktemp("carriers")
    with running_sandbox(folder, ["viettel_post", "ghtk"]) as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def first_day(sandbox) -> None:
    for name in ("viettel_post", "ghtk"):
        sandbox.control(name, "POST", "reset")


class Vtp:
    """Calls Viettel Post the way a seller's system would."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox, self.token = sandbox, ""
        given = sandbox.credentials()["viettel_post"]
        self.login = {"USERNAME": given["username"], "PASSWORD": given["password"]}
        self.token = self.data("/v2/user/Login", self.login)["token"]
        self.short = self.token
        self.token = self.data("/v2/user/ownerconnect", self.login)["token"]

    def post(self, path: str, body: Any) -> Any:
        url = self.sandbox.url("viettel_post") + path
        answer = requests.post(url, json=body, headers={"Token": self.token}, timeout=30)
        assert answer.status_code == 200
        return answer.json()

    def data(self, path: str, body: Any) -> Any:
        answer = self.post(path, body)
        assert answer["error"] is False, answer
        return answer["data"]

    def create(self, **changes: Any) -> Any:
        return self.post("/v2/order/createOrderNlp", VTP_ORDER | changes)

    def update(self, waybill: str, kind: int) -> bool:
        body = {"TYPE": kind, "ORDER_NUMBER": waybill, "NOTE": "", "DATE": ""}
        return not self.post("/v2/order/UpdateOrder", body)["error"]

    def walk(self, waybill: str, status: str) -> None:
        body = {"ORDER_NUMBER": waybill, "status": status}
        self.sandbox.control("viettel_post", "POST", "walk", body)


@pytest.fixture
def vtp(sandbox) -> Vtp:
    return Vtp(sandbox)


def ghtk(sandbox: Sandbox, method: str, path: str, **options: Any) -> requests.Response:
    given = sandbox.credentials()["ghtk"]
    headers = {"Token": given["token"], "X-Client-Source": given["partner_code"]}
    url = sandbox.url("ghtk") + path
    return requests.request(
        method, url, headers={**headers, **options.pop("headers", {})}, timeout=30, **options
    )


def ghtk_create(sandbox: Sandbox, product: dict[str, Any] = PRODUCT, **changes: Any) -> Any:
    body = {"products": [product], "order": GHTK_ORDER | changes}
    return ghtk(sandbox, "POST", "/services/shipment/order/?ver=1.5", json=body).json()


def test_the_login_chain_ends_in_a_token_of_its_own(vtp) -> None:
    long, vtp.token = vtp.token, vtp.short
    assert vtp.create()["status"] == 401
    vtp.token = long
    assert vtp.create()["error"] is False
    vtp.sandbox.clock.advance(366 * 86400)
    assert vtp.create(ORDER_NUMBER="later")["status"] == 401
    wrong = vtp.post("/v2/user/Login", {**vtp.login, "PASSWORD": "x"})
    assert (wrong["error"], wrong["data"]) == (True, None)


def test_the_waybill_is_not_the_sellers_code_and_a_second_order_is_refused_only_if_asked(
    vtp,
) -> None:
    first = vtp.create()["data"]
    assert first["ORDER_NUMBER"].isdigit()
    assert (first["MONEY_TOTAL"], first["MONEY_VAT"], first["KPI_HT"]) == (35_200, 3_200, 48.0)
    assert vtp.create()["error"] is True
    unguarded = vtp.create(CHECK_UNIQUE=False)["data"]
    assert unguarded["ORDER_NUMBER"] != first["ORDER_NUMBER"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"RECEIVER_PHONE": "12"},
        {"RECEIVER_ADDRESS": "3 đường số 4"},
        {"RECEIVER_ADDRESS": "x" * 151},
        {"SENDER_FULLNAME": ""},
        {"ORDER_SERVICE": "NOPE"},
        {"ORDER_SERVICE": "PTN"},
        {"PRODUCT_WEIGHT": "nặng"},
        {"ORDER_PAYMENT": 1},
        {"ORDER_PAYMENT": 5},
        {"PRODUCT_TYPE": "XX"},
        {"ORDER_NOTE": "ă" * 80},
        {"LIST_ITEM": "áo"},
    ],
)
def test_a_body_that_is_not_as_documented_is_refused_and_nothing_is_stored(vtp, wrong) -> None:
    assert vtp.create(**wrong)["error"] is True
    assert "orders" not in vtp.sandbox.control("viettel_post", "GET", "state")


def test_all_prices_come_as_a_bare_list_by_ids_and_wrapped_by_text(vtp) -> None:
    ids = {
        "SENDER_PROVINCE": 2,
        "SENDER_DISTRICT": 43,
        "RECEIVER_PROVINCE": 1,
        "RECEIVER_DISTRICT": 41,
    }
    parcel = {name: VTP_ORDER[name] for name in ("PRODUCT_TYPE", "PRODUCT_WEIGHT", "PRODUCT_PRICE")}
    asked = {**parcel, "MONEY_COLLECTION": 0, "TYPE": 1}
    rows = vtp.post("/v2/order/getPriceAll", {**asked, **ids})
    assert {row["MA_DV_CHINH"]: row["GIA_CUOC"] for row in rows} == {"VCN": 32_000, "VTK": 26_000}
    assert vtp.post("/v2/order/getPriceAll", asked)["error"] is True
    texts = {name: VTP_ORDER[name] for name in ("SENDER_ADDRESS", "RECEIVER_ADDRESS")}
    wrapped = vtp.post("/v2/order/getPriceAllNlp", {**asked, **texts})
    assert wrapped["RESULT"] == rows
    assert wrapped["RECEIVER_ADDRESS"]["PROVINCE_ID"] == 1


def test_the_verbs_of_an_order_keep_to_their_states(vtp) -> None:
    approve_return, again, cancel, take_up, delete = 2, 3, 4, 5, 11
    waybill = vtp.create()["data"]["ORDER_NUMBER"]
    assert not vtp.update(waybill, again)
    assert vtp.update(waybill, cancel)
    assert not vtp.update(waybill, cancel)
    assert vtp.update(waybill, take_up)
    vtp.walk(waybill, "105")
    assert not vtp.update(waybill, cancel)
    vtp.walk(waybill, "505")
    assert vtp.update(waybill, again)
    vtp.walk(waybill, "505")
    assert vtp.update(waybill, approve_return)
    assert not vtp.update(waybill, delete)
    other = vtp.create(ORDER_NUMBER="other")["data"]["ORDER_NUMBER"]
    assert vtp.update(other, cancel)
    assert vtp.update(other, delete)
    assert not vtp.update(other, take_up)


def test_an_order_is_edited_until_it_is_taken(vtp) -> None:
    waybill = vtp.create()["data"]["ORDER_NUMBER"]
    changed = VTP_ORDER | {"ORDER_NUMBER": waybill, "MONEY_COLLECTION": 500_000}
    assert vtp.data("/v2/order/edit", changed)["MONEY_COLLECTION"] == 500_000
    vtp.walk(waybill, "200")
    assert vtp.post("/v2/order/edit", changed)["error"] is True


def test_the_print_code_stands_in_the_message_and_opens_a_page(vtp) -> None:
    waybill = vtp.create()["data"]["ORDER_NUMBER"]
    until = int((vtp.sandbox.clock.now() + 60) * 1000)
    body = {"EXPIRY_TIME": until, "ORDER_ARRAY": [waybill]}
    answer = vtp.post("/v2/order/printing-code", body)
    assert answer["data"] is None
    page = vtp.sandbox.url("viettel_post") + "/DigitalizePrint/report.do"
    asked = {"type": 2, "bill": answer["message"], "showPostage": 1}
    assert waybill in requests.get(page, asked, timeout=30).text
    late = {**body, "EXPIRY_TIME": 1}
    assert vtp.post("/v2/order/printing-code", late)["error"] is True


def test_ghtk_weighs_in_kilograms_unless_told_and_names_the_first_of_two(sandbox) -> None:
    made = ghtk_create(sandbox)["order"]
    assert (made["partner_id"], made["status_id"], made["fee"]) == ("DH-26-000123", 2, "32000")
    again = ghtk_create(sandbox)
    assert again["error"]["code"] == "ORDER_ID_EXIST"
    assert again["error"]["ghtk_label"] == made["label"]
    grams = {**PRODUCT, "weight": 200}
    assert ghtk_create(sandbox, grams, id="a", weight_option="gram")["order"]["fee"] == "32000"
    trap = ghtk_create(sandbox, grams, id="b")["order"]
    assert int(trap["fee"]) > 1_000_000


@pytest.mark.parametrize(
    "wrong",
    [
        {"tel": "12"},
        {"hamlet": ""},
        {"ward": "", "street": ""},
        {"province": "Chẳng đâu"},
        {"transport": "boat"},
        {"pick_money": None},
        {"note": "a" * 121},
        {"tags": [999]},
        {"value": "nhiều"},
    ],
)
def test_ghtk_refuses_what_is_not_as_documented(sandbox, wrong) -> None:
    answer = ghtk_create(sandbox, **wrong)
    assert (answer["success"], "order" in answer) == (False, False)


def test_ghtk_takes_a_two_level_address_without_a_district(sandbox) -> None:
    new = {"province": "Hà Nội", "district": "", "ward": "Phường Cầu Giấy"}
    assert ghtk_create(sandbox, **new)["success"] is True


def test_ghtk_asks_for_token_and_partner_code(sandbox) -> None:
    path = "/services/shipment/list_pick_add"
    assert ghtk(sandbox, "GET", path).json()["success"] is True
    assert ghtk(sandbox, "GET", path, headers={"Token": "x"}).status_code == 401
    assert ghtk(sandbox, "GET", path, headers={"X-Client-Source": "x"}).status_code == 403


def test_ghtk_reads_cancels_and_prints_by_label_or_by_our_id(sandbox) -> None:
    label = ghtk_create(sandbox)["order"]["label"]
    shipment = "/services/shipment"
    for name in (label, "partner_id:DH-26-000123"):
        order = ghtk(sandbox, "GET", f"{shipment}/v2/{name}").json()["order"]
        assert (order["label_id"], order["weight"], order["status"]) == (label, 400, "2")
    document = ghtk(sandbox, "GET", f"/services/label/{label}?page_size=A6")
    assert document.content.startswith(b"%PDF")
    assert ghtk(sandbox, "GET", "/services/label/nobody").json()["success"] is False
    cancel = f"{shipment}/cancel/partner_id:DH-26-000123"
    assert [ghtk(sandbox, "POST", cancel).json()["success"] for _ in range(2)] == [True, False]


def test_the_places_that_text_names() -> None:
    old = read_address("12 A, Phường 12, Quận 10, TPHCM")
    assert old is not None
    assert (old.district, old.home) == ("Quận 10", "Hồ Chí Minh")
    new = read_address("12 A, Phường Tân Định, Thành phố Hồ Chí Minh")
    assert new is not None
    assert (new.district, new.home) == ("", "Hồ Chí Minh")
    assert find_place("Phường Bến Nghé", "Quận 10", "Hồ Chí Minh") is None
    assert find_place("Phường 1", "", "Sao Hỏa") is None
