"""The Lazada sandbox against its documentation: gateway, orders by unit, two success envelopes."""

import base64
import hashlib
import hmac
import json
import time
from decimal import Decimal

import pytest
import requests

from oms.sandbox.lazada.signing import call_signature
from oms.sandbox.run import running_sandbox
from tests.sandbox.lazada_caller import OTHER_SELLER, START, LazadaCaller, pack_request


@pytest.fixture
def lazada(tmp_path):
    with running_sandbox(tmp_path, ["lazada"]) as sandbox:
        caller = LazadaCaller(sandbox).log_in()
        caller.control("POST", "behaviour", {"tracking_delay_s": 0})
        yield caller


def test_the_worked_example_of_the_documentation():
    values = {
        "access_token": "test",
        "app_key": "123456",
        "order_id": "1234",
        "sign_method": "sha256",
        "timestamp": "1517820392000",
    }
    sign = call_signature("helloworld", "/order/get", values)
    assert sign == "4190D32361CFB9581350222F345CB77F3B19F0E31D162316848A2C1FFD5FAB4A"


# The gateway


@pytest.mark.parametrize(
    ("system", "code"),
    [
        ({"app_key": None}, "MissingParameter"),
        ({"access_token": None}, "MissingParameter"),
        ({"app_key": "1"}, "InvalidAppKey"),
        ({"sign_method": "md5"}, "UnsupportedSignMethod"),
        ({"sign": "A" * 64}, "IncompleteSignature"),
        ({"timestamp": "1517820392000"}, "InvalidTimestamp"),
        ({"timestamp": "soon"}, "InvalidTimestamp"),
        ({"access_token": "false"}, "IllegalAccessToken"),
    ],
)
def test_the_gateway_refuses_with_http_200_and_a_code(lazada, system, code):
    answer = lazada.get("/seller/get", **system)
    assert (answer["code"], "request_id" in answer) == (code, True)
    assert answer["type"] in ("ISV", "ISP", "SYSTEM")


def test_lower_case_and_the_rest_prefix_are_wrong_signatures(lazada):
    good = lazada.signed("/seller/get", {})
    params = {**good, "sign": good["sign"].lower()}
    answer = requests.get(lazada.url + "/seller/get", params=params, timeout=30).json()
    assert answer["code"] == "IncompleteSignature"
    params = lazada.signed("/rest/seller/get", {})
    answer = requests.get(lazada.url + "/seller/get", params=params, timeout=30).json()
    assert answer["code"] == "IncompleteSignature"


def test_parameters_in_query_and_form_are_one_set_and_utc_text_is_a_time(lazada):
    values = lazada.signed("/seller/get", {})
    assert requests.get(lazada.url + "/seller/get", params=values, timeout=30).json()["data"]
    moment = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
    assert lazada.get("/seller/get", timestamp=moment)["code"] == "0"
    item = lazada.items(lazada.place())[0]["order_item_id"]
    path = "/order/invoice_number/set"
    signed = lazada.signed(path, {"order_item_id": item, "invoice_number": "K26TDN 12"})
    query = {name: signed.pop(name) for name in ("app_key", "sign", "timestamp", "sign_method")}
    answer = requests.post(lazada.url + path, params=query, data=signed, timeout=30).json()
    assert answer["data"]["invoice_number"] == "K26TDN 12"


def test_a_code_works_once_and_for_half_an_hour(lazada):
    code = lazada.code()
    assert lazada.post("/auth/token/create", {"code": code})["code"] == "0"
    assert lazada.post("/auth/token/create", {"code": code})["code"] == "InvalidCode"
    late = lazada.code()
    lazada.sandbox.clock.advance(1801)
    assert lazada.post("/auth/token/create", {"code": late})["code"] == "InvalidCode"


def test_tokens_live_ten_days_and_a_refresh_does_not_prolong_the_consent(lazada):
    lazada.sandbox.clock.advance(10 * 86_400 + 1)
    assert lazada.get("/seller/get")["code"] == "IllegalAccessToken"
    lazada.access_token = ""
    spent = lazada.refresh_token
    answer = lazada.post("/auth/token/refresh", {"refresh_token": spent})
    assert answer["country_user_info_list"][0]["seller_id"] == "200123456"
    assert "country_user_info" not in answer
    assert answer["refresh_expires_in"] < 40 * 86_400
    assert lazada.post("/auth/token/refresh", {"refresh_token": spent})["code"] == (
        "IllegalRefreshToken"
    )
    lazada.sandbox.clock.advance(40 * 86_400)
    last = {"refresh_token": answer["refresh_token"]}
    assert lazada.post("/auth/token/refresh", last)["code"] == "IllegalRefreshToken"


def test_the_consent_page_gives_a_code_and_the_state_back(lazada):
    page = lazada.sandbox.credentials()["lazada"]["consent_url"]
    asked = {"response_type": "code", "client_id": lazada.key, "state": "s 1",
             "redirect_uri": "http://127.0.0.1:8000/back/"}  # fmt: skip
    assert "Đơn Nhanh LazMall" in requests.get(page, params=asked, timeout=30).text
    form = {**asked, "seller_id": "200654321", "approve": "yes"}
    where = page.replace("authorize", "approve")
    answer = requests.post(where, data=form, timeout=30, allow_redirects=False)
    assert answer.headers["Location"].startswith("http://127.0.0.1:8000/back/?code=")
    assert answer.headers["Location"].endswith("&state=s+1")
    stranger = {**asked, "redirect_uri": "http://example.test/"}
    assert requests.get(page, params=stranger, timeout=30).status_code == 400


def test_what_the_memory_holds_survives_a_restart(tmp_path):
    with running_sandbox(tmp_path, ["lazada"]) as sandbox:
        caller = LazadaCaller(sandbox).log_in()
        order_id, token = caller.place(), caller.access_token
    with running_sandbox(tmp_path, ["lazada"]) as sandbox:
        again = LazadaCaller(sandbox)
        again.access_token = token
        assert again.statuses(order_id) == ["pending"]


# Orders


def test_the_list_needs_a_start_counts_all_and_has_no_units(lazada):
    for _ in range(3):
        lazada.place()
    assert lazada.get("/orders/get", {"limit": 2})["code"] == "MissingParameter"
    page = lazada.get("/orders/get", {"update_after": START, "limit": 2})["data"]
    assert (page["count"], len(page["orders"]), page["countTotal"]) == (2, 2, 8)
    assert "order_items" not in page["orders"][0]
    assert page["orders"][0]["order_id"] > 2**53
    assert "addressDsitrict" in page["orders"][0]["address_shipping"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"limit": 101}, "19"),
        ({"offset": "x"}, "14"),
        ({"update_after": "yesterday"}, "17"),
        ({"update_after": "2025-12-01T00:00:00"}, "17"),
        ({"status": "READY"}, "36"),
        ({"sort_direction": "UP"}, "74"),
        ({"sort_by": "price"}, "75"),
    ],
)
def test_wrong_parameters_of_the_list_have_their_codes(lazada, asked, code):
    assert lazada.get("/orders/get", {"update_after": START, **asked})["code"] == code


def test_one_row_is_one_unit_and_vouchers_are_split_by_payer(lazada):
    order_id = lazada.place(
        lines=[{"sku": "AT-DEN-M", "quantity": 3}], voucher_seller=5_000, voucher_platform=10_000
    )
    items = lazada.items(order_id)
    assert len({item["order_item_id"] for item in items}) == 3
    assert sum(float(item["voucher_seller"]) for item in items) == 5_000
    assert sum(float(item["voucher_platform"]) for item in items) == 10_000
    head = lazada.get("/order/get", {"order_id": order_id})["data"]
    assert (head["price"], head["voucher"], head["items_count"]) == ("447000.00", "15000.00", 3)
    assert "addressDistrict" in head["address_shipping"]
    assert "*" in head["address_shipping"]["phone"]


def test_units_of_many_orders_at_most_fifty_and_only_ones_own(lazada):
    ids = [lazada.place() for _ in range(2)]
    answer = lazada.get("/orders/items/get", {"order_ids": ids})
    assert [row["order_id"] for row in answer["data"]] == ids
    foreign = lazada.place(seller_id=OTHER_SELLER)
    assert lazada.get("/orders/items/get", {"order_ids": [*ids, foreign]})["code"] == "37"
    assert lazada.get("/order/get", {"order_id": foreign})["code"] == "16"
    many = list(range(1, 52))
    assert lazada.get("/orders/items/get", {"order_ids": many})["code"] == "38"
    assert lazada.get("/orders/items/get", {"order_ids": "1,2"})["code"] == "56"


# Fulfilment


def test_pack_then_ready_to_ship_then_the_waybill(lazada):
    order_id = lazada.place(lines=[{"sku": "AT-DEN-M", "quantity": 2}])
    rows = lazada.pack(order_id)
    assert {row["item_err_code"] for row in rows} == {"0"}
    [package_id] = {row["package_id"] for row in rows}
    assert rows[0]["tracking_number"]
    assert lazada.statuses(order_id) == ["packed", "packed"]
    assert lazada.ready(package_id)[0]["item_err_code"] == "0"
    assert lazada.statuses(order_id) == ["ready_to_ship"] * 2
    asked = {"getDocumentReq": {"doc_type": "PDF", "packages": [{"package_id": package_id}]}}
    data = lazada.post("/order/package/document/get", asked)["result"]["data"]
    assert base64.b64decode(data["file"]).startswith(b"%PDF")
    assert requests.get(data["pdf_url"], timeout=30).content.startswith(b"%PDF")


def test_success_outside_does_not_mean_that_a_row_was_done(lazada):
    order_id = lazada.place()
    [item] = lazada.items(order_id)
    assert lazada.ready("FP-NONE")[0]["item_err_code"] == "600001"
    package_id = lazada.pack(order_id)[0]["package_id"]
    assert lazada.pack(order_id)[0]["item_err_code"] == "700026"
    assert lazada.pack(order_id, [item["order_item_id"], 5])[0]["item_err_code"] == "700025"
    lazada.ready(package_id)
    assert lazada.ready(package_id)[0]["item_err_code"] == "700000"
    fbl = lazada.place(lines=[{"sku": "SRM-120", "is_fbl": 1}])
    assert lazada.pack(fbl)[0]["item_err_code"] == "700027"
    lazada.control("POST", "faults", {"kind": "row_no_carrier", "path": "*pack"})
    [row] = lazada.pack(lazada.place())
    assert (row["item_err_code"], row["retry"]) == ("1003", True)


def test_a_request_that_is_wrong_as_a_whole_fails_in_the_inner_envelope(lazada):
    order_id = lazada.place()
    ids = [item["order_item_id"] for item in lazada.items(order_id)]
    wrong = pack_request(order_id, ids, delivery_type="pickup")
    answer = lazada.post("/order/fulfill/pack", {"packReq": wrong})
    assert (answer["code"], answer["result"]["error_code"]) == ("0", "700004")
    many = pack_request(order_id, ids)
    many["pack_order_list"] *= 21
    answer = lazada.post("/order/fulfill/pack", {"packReq": many})
    assert answer["result"]["error_code"] == "700022"


def test_a_parcel_can_be_taken_apart_and_packed_again_in_parts(lazada):
    order_id = lazada.place(lines=[{"sku": "AT-DEN-M", "quantity": 2}])
    first, second = (item["order_item_id"] for item in lazada.items(order_id))
    package_id = lazada.pack(order_id)[0]["package_id"]
    lazada.packages("/order/package/repack", "rePackReq", package_id)
    assert lazada.statuses(order_id) == ["repacked"] * 2
    one = lazada.pack(order_id, [first])[0]["package_id"]
    two = lazada.pack(order_id, [second])[0]["package_id"]
    assert len({package_id, one, two}) == 3


def test_the_seller_cancels_for_a_reason_that_was_offered(lazada):
    order_id = lazada.place()
    asked = {
        "order_id": order_id,
        "order_item_id_list": [str(item["order_item_id"]) for item in lazada.items(order_id)],
    }
    options = lazada.get("/order/reverse/cancel/validate", asked)["data"]["reason_options"]
    wrong = lazada.get("/order/reverse/cancel/create", {**asked, "reason_id": "999"})
    assert wrong["code"] == "104"
    chosen = {**asked, "reason_id": options[0]["reason_id"]}
    assert lazada.get("/order/reverse/cancel/create", chosen)["code"] == "0"
    assert lazada.statuses(order_id) == ["canceled"]
    assert lazada.get("/order/reverse/cancel/validate", asked)["code"] == "122"


def test_units_are_cancelled_one_by_one_and_a_wrong_one_spoils_the_call(lazada):
    order_id = lazada.place(lines=[{"sku": "AT-DEN-M", "quantity": 3}])
    first, second, _third = [str(item["order_item_id"]) for item in lazada.items(order_id)]

    def create(*units: str) -> str:
        asked = {"order_id": order_id, "order_item_id_list": list(units), "reason_id": "15"}
        return lazada.get("/order/reverse/cancel/create", asked)["code"]

    assert create(first, "1") == "115"
    assert lazada.statuses(order_id) == ["pending"] * 3
    assert create(first) == "0"
    assert create(first, second) == "122"
    assert lazada.statuses(order_id) == ["canceled", "pending", "pending"]
    lazada.control("POST", "order_status", {"order_id": order_id, "status": "shipped"})
    assert create(second) == "122"


def test_a_buyers_wish_waits_for_an_answer_and_then_comes_true_by_itself(lazada):
    order_id = lazada.place()
    lazada.control("POST", "buyer_cancel", {"order_id": order_id, "seconds": 3600})
    [item] = lazada.items(order_id)
    assert item["need_cancel_confirm"]
    assert item["cancel_trigger_time"] > time.time() * 1000
    assert lazada.pack(order_id)[0]["item_err_code"] == "700026"
    lazada.sandbox.clock.advance(3601)
    end = time.monotonic() + 30
    while lazada.statuses(order_id) != ["canceled"]:
        assert time.monotonic() < end
        time.sleep(0.05)
    gone = {"reverse_order_id": item["reverse_order_id"], "agree_cancel": "true"}
    assert lazada.get("/order/reverse/cancel/seller/decide", gone)["code"] == "131"


# Stock and money


def test_sellable_is_the_total_less_what_orders_hold(lazada):
    before = lazada.stock("BINH-750")
    order_id = lazada.place(lines=[{"sku": "BINH-750", "quantity": 2}])
    lazada.place(lines=[{"sku": "BINH-750"}], status="unpaid")
    held = lazada.stock("BINH-750")
    assert held["stock"] == before["stock"] - 3
    assert (held["total"], held["withhold"]) == (before["total"], before["withhold"] + 1)
    lazada.ready(lazada.pack(order_id)[0]["package_id"])
    gone = lazada.stock("BINH-750")
    assert (gone["total"], gone["stock"]) == (before["total"] - 2, held["stock"])


@pytest.mark.parametrize("as_xml", [True, False])
def test_stock_and_prices_are_set_by_xml_or_json(lazada, as_xml):
    row = lazada.stock("TUI-VAI")
    names = {"ItemId": row["item_id"], "SkuId": row["sku_id"]}
    for path, change in (
        ("/product/stock/sellable/update", {"SellableQuantity": 77}),
        ("/product/price_quantity/update", {"Price": 95_000, "SalePrice": 90_000}),
    ):
        assert lazada.post(path, {"payload": payload([{**names, **change}], as_xml)})["code"] == "0"
    now = lazada.stock("TUI-VAI")
    assert (now["stock"], now["price"], now["special_price"]) == (77, 95_000, 90_000)


def payload(rows: list[dict], as_xml: bool) -> str:
    if not as_xml:
        return json.dumps({"Request": {"Product": {"Skus": {"Sku": rows}}}})
    skus = "".join(
        "<Sku>" + "".join(f"<{k}>{v}</{k}>" for k, v in row.items()) + "</Sku>" for row in rows
    )
    return f"<Request><Product><Skus>{skus}</Skus></Product></Request>"


def test_a_batch_names_the_rows_it_did_not_take(lazada):
    hat, bag = lazada.stock("MU-LT"), lazada.stock("TUI-VAI")
    rows = [
        {"ItemId": row["item_id"], "SkuId": row["sku_id"], "SellableQuantity": 3}
        for row in (hat, bag)
    ]
    answer = lazada.post("/product/stock/sellable/update", {"payload": payload(rows, False)})
    assert answer["code"] == "501"
    assert [(row["sku_id"], row["code"]) for row in answer["detail"]] == [
        (str(hat["sku_id"]), "4170")
    ]
    assert (lazada.stock("MU-LT")["stock"], lazada.stock("TUI-VAI")["stock"]) == (hat["stock"], 3)
    many = [rows[1]] * 51
    answer = lazada.post("/product/stock/sellable/update", {"payload": payload(many, False)})
    assert answer["code"] == "4171"


def test_the_fees_of_a_delivered_order_add_up_to_its_statement(lazada):
    order_id = lazada.place(lines=[{"sku": "SRM-120", "quantity": 2}], voucher_seller=4_000)
    lazada.control("POST", "order_status", {"order_id": order_id, "status": "delivered"})
    today = time.strftime("%Y-%m-%d", time.gmtime(lazada.sandbox.clock.now() + 7 * 3600))
    asked = {"start_time": today, "end_time": today, "trade_order_id": order_id}
    rows = lazada.get("/finance/transaction/details/get", asked)["data"]
    names = {row["fee_name"] for row in rows}
    assert {"Item Price Credit", "Commission", "Payment Fee", "Withheld VAT"} <= names
    [statement] = lazada.get("/finance/payout/status/get", {"created_after": today})["data"]
    paid = sum(Decimal(row["amount"]) for row in rows)
    assert Decimal(statement["closing_balance"]) == paid
    long = {"start_time": "2025-01-01", "end_time": "2026-01-01"}
    assert lazada.get("/finance/transaction/details/get", long)["code"] == "1000012"


# Pushes


def test_a_push_per_unit_is_signed_in_lower_case_over_the_raw_body(lazada, listener):
    lazada.control("POST", "callbacks", {"url": listener.url})
    order_id = lazada.place(lines=[{"sku": "AT-DEN-M", "quantity": 2}], push=True)
    lazada.sandbox.settle("lazada")
    assert len(listener.raw) == 2
    _path, headers, body = listener.raw[0]
    expected = hmac.new(lazada.secret.encode(), lazada.key.encode() + body, hashlib.sha256)
    assert headers["Authorization"] == expected.hexdigest()
    message = json.loads(body)
    assert (message["message_type"], message["seller_id"]) == (0, "200123456")
    assert message["data"]["trade_order_id"] == str(order_id)
    lazada.control("POST", "token_warning", {})
    lazada.sandbox.settle("lazada")
    warning = listener.bodies[-1]
    assert (warning["message_type"], warning["seller_id"]) == (8, "null")
    assert warning["data"]["seller_id"] == "200123456"


def test_a34_a_product_changes_whole_or_names_the_fields_to_blame(lazada):
    path = "/image/upload"
    file = {"image": ("a.jpg", b"\xff\xd8\xff123", "image/jpeg")}
    sent = requests.post(lazada.url + path, data=lazada.signed(path, {}), files=file, timeout=30)
    url = sent.json()["data"]["image"]["url"]
    big = {"image": ("a.jpg", b"\xff\xd8\xff" + b"0" * 1024 * 1024, "image/jpeg")}
    answer = requests.post(lazada.url + path, data=lazada.signed(path, {}), files=big, timeout=30)
    assert answer.json()["code"] == "303"
    item = lazada.stock("TUI-VAI")["item_id"]

    def update(**product) -> dict:
        body = {"Request": {"Product": {"ItemId": item, **product}}}
        return lazada.post("/product/update", {"payload": json.dumps(body)})

    good = {"Attributes": {"name": "Túi vải", "description": "<p>Dày</p>"}}
    assert update(**good, Images={"Image": [url]})["code"] == "0"
    refused = update(Attributes={"name": "x" * 256}, Images={"Image": ["https://x/y.jpg"]})
    assert refused["code"] == "501"
    assert [row["field"] for row in refused["detail"]] == ["name", "Images"]
    shown = lazada.get("/product/item/get", {"item_id": item})["data"]
    assert (shown["attributes"]["name"], json.loads(shown["images"])) == ("Túi vải", [url])
    assert lazada.post("/product/update", {"payload": "nothing"})["code"] == "30"
