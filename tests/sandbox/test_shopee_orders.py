"""Shopee: finding orders, reading them, ending them; stock that moves with them."""

import pytest
import requests

from tests.sandbox.shopee_caller import OTHER_SHOP, SHOP, ShopeeCaller

LIST, DETAIL = "order/get_order_list", "order/get_order_detail"
DEFAULT_FIELDS = {
    "order_sn", "region", "currency", "cod", "order_status", "message_to_seller", "create_time",
    "update_time", "days_to_ship", "ship_by_date", "booking_sn", "advance_package",
    "can_full_cancel_order", "can_partial_cancel_order",
}  # fmt: skip


def stock(shopee, sku: str) -> int:
    return shopee.control("GET", f"stock?shop_id={SHOP}&sku={sku}")[0]["stock"]


def seeded(shopee, **wanted) -> list[dict]:
    rows = shopee.control("GET", f"orders?shop_id={SHOP}")
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def test_the_first_day_has_the_orders_worth_seeing(shopee):
    rows = shopee.control("GET", "orders")
    statuses = sorted(row["status"] for row in rows)
    assert statuses == ["IN_CANCEL", *["READY_TO_SHIP"] * 10, "UNPAID"]
    own_fleet = [row for row in rows if not row["masked"]]
    assert [(row["cod"], row["channel_id"]) for row in own_fleet] == [(True, 50066)] * 3
    assert all(row["recipient"]["phone"].startswith("09") for row in own_fleet)
    assert "<script>" in next(row["note"] for row in rows if "🎁" in row["note"])


def test_without_optional_fields_only_numbers_are_listed(shopee):
    row = shopee.get(LIST, **shopee.window())["response"]["order_list"][0]
    assert set(row) == {"order_sn"}
    window = shopee.window(response_optional_fields="order_status")
    assert set(shopee.get(LIST, **window)["response"]["order_list"][0]) == {
        "order_sn",
        "order_status",
    }


def test_250_orders_come_in_pages_without_loss_or_repeat(shopee):
    created = shopee.now() + 2000
    shopee.sandbox.clock.advance(3000)
    placed = shopee.control("POST", "orders", {"count": 250, "create_time": created})
    window = {
        "time_range_field": "create_time",
        "time_from": created,
        "time_to": created,
        "page_size": 100,
    }
    got, sizes, cursor, more = [], [], "", True
    while more:
        response = shopee.get(LIST, **window, cursor=cursor)["response"]
        got += [row["order_sn"] for row in response["order_list"]]
        sizes.append(len(response["order_list"]))
        more, cursor = response["more"], response["next_cursor"]
    assert sizes == [100, 100, 50]
    assert cursor == ""
    assert sorted(got) == sorted(placed["order_sns"])
    assert len(set(got)) == 250


@pytest.mark.parametrize(
    "changes, error",
    [
        ({"time_from": 0}, "order.order_list_invalid_time"),
        ({"time_to": 1}, "order.order_list_invalid_time"),
        ({"page_size": 101}, "error_param"),
        ({"page_size": 0}, "error_param"),
        ({"page_size": None}, "error_param"),
        ({"time_range_field": "pay_time"}, "error_param"),
        ({"time_range_field": None}, "error_param"),
        ({"order_status": "RETRY_SHIP"}, "error_param"),
        ({"response_optional_fields": "total_amount"}, "error_param"),
        ({"cursor": "!!"}, "error_param"),
    ],
)
def test_a_wrong_list_call_is_refused(shopee, changes, error):
    assert shopee.get(LIST, **shopee.window(**changes))["error"] == error


def test_a_window_is_at_most_fifteen_days(shopee):
    end = shopee.now()
    fits = shopee.window(time_from=end - 15 * 86_400, time_to=end)
    assert shopee.get(LIST, **fits)["error"] == ""
    too_long = shopee.window(time_from=end - 15 * 86_400 - 1, time_to=end)
    assert shopee.get(LIST, **too_long)["error"] == "order.order_list_invalid_time"


def test_a_moved_order_comes_back_in_a_window_of_changes(shopee):
    order_sn = shopee.place()
    shopee.sandbox.clock.advance(1000)
    since = shopee.now()
    shopee.control("POST", "order_status", {"order_sn": order_sn, "status": "SHIPPED"})
    window = shopee.window(time_from=since, response_optional_fields="order_status")
    rows = shopee.get(LIST, **window)["response"]["order_list"]
    assert rows == [{"order_sn": order_sn, "order_status": "SHIPPED"}]
    by_creation = shopee.window(time_from=since, time_range_field="create_time")
    assert shopee.get(LIST, **by_creation)["response"]["order_list"] == []


def test_pending_orders_are_hidden_unless_asked_for(shopee):
    order_sn = shopee.place(status="PENDING")
    assert shopee.get(DETAIL, order_sn_list=order_sn)["error"] == "error_not_found"
    asked = shopee.get(DETAIL, order_sn_list=order_sn, request_order_status_pending="true")
    assert asked["response"]["order_list"][0]["order_status"] == "PENDING"


def test_the_shipment_list_holds_what_can_be_shipped(shopee):
    ready = shopee.place(lines=[{"sku": "TUI-VAI"}, {"sku": "MU-LT"}], packages=2)
    unpaid = shopee.place(status="UNPAID")
    rows = shopee.get("order/get_shipment_list", page_size=100)["response"]["order_list"]
    assert len([row for row in rows if row["order_sn"] == ready]) == 2
    assert not [row for row in rows if row["order_sn"] == unpaid]
    assert all(row["package_number"].startswith("OFG") for row in rows)


def test_an_order_shows_little_unless_fields_are_named(shopee):
    order_sn = shopee.place(note="Giao sớm", cod=True)
    assert set(shopee.detail(order_sn)) == DEFAULT_FIELDS
    named = shopee.detail(order_sn, "item_list", "total_amount")
    assert set(named) == DEFAULT_FIELDS | {"item_list", "total_amount"}
    assert (named["message_to_seller"], named["cod"]) == ("Giao sớm", True)


def test_an_unknown_optional_field_is_refused(shopee):
    answer = shopee.get(
        DETAIL, order_sn_list=shopee.place(), response_optional_fields="item_list,buyer_name"
    )
    assert (answer["error"], "buyer_name" in answer["message"]) == ("error_param", True)


def test_lines_carry_prices_quantities_and_codes(shopee):
    order_sn = shopee.place(lines=[{"sku": "AT-TRANG-L", "quantity": 2}, {"sku": "MU-LT"}])
    order = shopee.detail(order_sn, "item_list", "total_amount", "package_list")
    shirt, cap = order["item_list"]
    assert (shirt["item_sku"], shirt["model_sku"], shirt["model_name"]) == (
        "AT",
        "AT-TRANG-L",
        "Trắng,L",
    )
    assert (shirt["model_original_price"], shirt["model_discounted_price"]) == (199_000, 149_000)
    assert (cap["model_id"], cap["model_sku"], cap["item_sku"]) == (0, "", "MU-LT")
    assert shirt["line_item_id"] != cap["line_item_id"]
    assert order["total_amount"] == 2 * 149_000 + 99_000 + 16_500
    package = order["package_list"][0]
    assert package["logistics_status"] == "LOGISTICS_READY"
    assert [item["model_quantity"] for item in package["item_list"]] == [2, 1]


def test_an_unpaid_order_has_no_total_yet(shopee):
    order_sn = shopee.place(status="UNPAID")
    assert "total_amount" not in shopee.detail(order_sn, "total_amount", "pay_time")
    shopee.control("POST", "order_status", {"order_sn": order_sn, "status": "READY_TO_SHIP"})
    paid = shopee.detail(order_sn, "total_amount", "pay_time")
    assert (paid["total_amount"], paid["pay_time"] >= paid["create_time"]) == (165_500, True)


def test_the_recipient_is_masked_unless_the_seller_delivers(shopee):
    address = {"name": "Nguyễn Văn Minh", "phone": "0912345621", "street": "12 Lê Lai",
               "ward": "Phường Tân Định", "province": "TP. Hồ Chí Minh"}  # fmt: skip
    hidden = shopee.detail(shopee.place(address=address), "recipient_address")
    assert hidden["recipient_address"] == {
        "name": "N******h", "phone": "******21", "town": "", "district": "Phường Tân Định",
        "city": "", "state": "TP. Hồ Chí Minh", "region": "VN", "zipcode": "",
        "full_address": "12******",
    }  # fmt: skip
    clear = shopee.detail(shopee.place(address=address, masked=False), "recipient_address")
    assert clear["recipient_address"]["phone"] == "0912345621"
    assert clear["recipient_address"]["full_address"] == (
        "12 Lê Lai, Phường Tân Định, TP. Hồ Chí Minh"
    )


def test_at_most_fifty_orders_are_read_at_once(shopee):
    numbers = shopee.control("POST", "orders", {"count": 51})["order_sns"]
    assert shopee.get(DETAIL, order_sn_list=",".join(numbers))["error"] == "error_param"
    fifty = shopee.get(DETAIL, order_sn_list=",".join(numbers[:50]))
    assert len(fifty["response"]["order_list"]) == 50


def test_unknown_numbers_are_named_in_the_warning(shopee):
    known = shopee.place()
    answer = shopee.get(DETAIL, order_sn_list=f"{known},NOBODY")
    assert [row["order_sn"] for row in answer["response"]["order_list"]] == [known]
    assert answer["warning"] == ["NOBODY"]
    assert shopee.get(DETAIL, order_sn_list="NOBODY")["error"] == "error_not_found"


def test_another_shops_orders_do_not_exist(shopee):
    order_sn = shopee.place()
    other = ShopeeCaller(shopee.sandbox, OTHER_SHOP).log_in()
    assert other.get(DETAIL, order_sn_list=order_sn)["error"] == "error_not_found"


def test_an_order_takes_stock_and_a_cancellation_returns_it(shopee):
    before = stock(shopee, "AT-DEN-L")
    order_sn = shopee.place(lines=[{"sku": "AT-DEN-L", "quantity": 3}])
    assert stock(shopee, "AT-DEN-L") == before - 3
    body = {"order_sn": order_sn, "cancel_reason": "CUSTOMER_REQUEST"}
    answer = shopee.post("order/cancel_order", body)
    cancelled = shopee.detail(order_sn, "cancel_by", "cancel_reason", "package_list")
    assert answer["response"] == {"update_time": cancelled["update_time"]}
    assert (cancelled["order_status"], cancelled["cancel_by"]) == ("CANCELLED", "seller")
    assert cancelled["package_list"][0]["logistics_status"] == "LOGISTICS_INVALID"
    assert stock(shopee, "AT-DEN-L") == before
    assert shopee.post("order/cancel_order", body)["error"] == "order.error_permission"
    assert stock(shopee, "AT-DEN-L") == before


def test_out_of_stock_needs_the_items(shopee):
    order_sn = shopee.place()
    body = {"order_sn": order_sn, "cancel_reason": "OUT_OF_STOCK"}
    assert shopee.post("order/cancel_order", body)["error"] == "order.error_param"
    line = shopee.detail(order_sn, "item_list")["item_list"][0]
    body["item_list"] = [{"item_id": line["item_id"], "model_id": line["model_id"]}]
    assert shopee.post("order/cancel_order", body)["error"] == ""


@pytest.mark.parametrize("reason", ["BECAUSE", "UNDELIVERABLE_AREA", "COD_NOT_SUPPORTED"])
def test_a_reason_that_does_not_fit_is_refused(shopee, reason):
    order_sn = shopee.place(cod=False)
    body = {"order_sn": order_sn, "cancel_reason": reason}
    assert shopee.post("order/cancel_order", body)["error"] == "order.error_param"
    assert shopee.detail(order_sn)["order_status"] == "READY_TO_SHIP"


def test_a_shipped_order_is_not_cancelled(shopee):
    order_sn = shopee.place(status="SHIPPED")
    body = {"order_sn": order_sn, "cancel_reason": "CUSTOMER_REQUEST"}
    assert shopee.post("order/cancel_order", body)["error"] == "order.error_permission"


@pytest.mark.parametrize("operation, status", [("ACCEPT", "CANCELLED"), ("REJECT", "PROCESSED")])
def test_the_seller_answers_a_buyers_cancellation(shopee, operation, status):
    order_sn = shopee.place(status="PROCESSED")
    body = {"order_sn": order_sn, "operation": operation}
    path = "order/handle_buyer_cancellation"
    assert shopee.post(path, body)["error"] == "order.cancel_order_invalid_status"
    shopee.control("POST", "order_status", {"order_sn": order_sn, "status": "IN_CANCEL"})
    asked = shopee.detail(order_sn, "buyer_cancel_reason")["buyer_cancel_reason"]
    assert asked == "Tôi muốn đổi địa chỉ nhận hàng"
    assert shopee.post(path, body)["response"]["update_time"] > 0
    assert shopee.detail(order_sn)["order_status"] == status


def test_every_move_makes_the_update_time_grow(shopee):
    order_sn = shopee.place()
    times = [shopee.detail(order_sn)["update_time"]]
    for status in ("PROCESSED", "SHIPPED", "TO_CONFIRM_RECEIVE", "COMPLETED"):
        body = {"order_sn": order_sn, "status": status}
        times.append(shopee.control("POST", "order_status", body)["update_time"])
    assert times == sorted(set(times))


def test_escrow_adds_up_by_the_platforms_identity(shopee):
    order_sn = shopee.place(lines=[{"sku": "NOI-5L"}, {"sku": "SRM-120", "quantity": 2}])
    answer = shopee.get("payment/get_escrow_detail", order_sn=order_sn)["response"]
    money = answer["order_income"]
    fees = ("commission_fee", "service_fee", "seller_transaction_fee", "withholding_vat_tax",
            "withholding_pit_tax", "seller_order_processing_fee",
            "actual_shipping_fee")  # fmt: skip
    gross = (
        money["original_cost_of_goods_sold"]
        + money["buyer_paid_shipping_fee"]
        + money["shopee_shipping_rebate"]
    )
    assert money["original_cost_of_goods_sold"] == 1_290_000 + 2 * 119_000
    assert money["escrow_amount"] == gross - sum(money[name] for name in fees)
    assert all(isinstance(money[name], int) for name in fees)
    unpaid = shopee.place(status="UNPAID")
    assert shopee.get("payment/get_escrow_detail", order_sn=unpaid)["error"] == "order_not_found"


def test_unknown_codes_make_an_order_of_a_deleted_listing(shopee):
    order_sn = shopee.place(lines=[{"sku": "KHONG-CO", "price": 70_000}])
    line = shopee.detail(order_sn, "item_list")["item_list"][0]
    assert (line["item_sku"], line["model_discounted_price"]) == ("KHONG-CO", 70_000)
    info = shopee.get("product/get_item_base_info", item_id_list=line["item_id"])
    assert info["error"] == "error_item_not_found"


def test_a_control_call_with_a_mistake_changes_nothing(shopee):
    before = len(seeded(shopee))
    for wrong in ({"colour": 1}, {"status": "LOST"}, {"shop_id": 5}, {"count": 0}):
        with pytest.raises(ValueError):
            shopee.control("POST", "orders", wrong)
    assert len(seeded(shopee)) == before


@pytest.mark.parametrize("size", ["²", "9" * 30, "-1", "1.5", "ten"])
def test_what_is_not_a_whole_number_is_refused(shopee, size):
    reply = shopee.send("GET", LIST, params=shopee.window(page_size=size))
    assert (reply.status_code, reply.json()["error"]) == (200, "error_param")


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"null", b'{"order_sn":"\\ud800"}', b"\xff"])
def test_a_body_that_is_no_clean_json_object_is_refused(shopee, raw):
    path = "/api/v2/order/cancel_order"
    query = shopee.common(path, public=False)
    reply = requests.post(shopee.url + path, params=query, data=raw, timeout=30)
    assert (reply.status_code, reply.json()["error"]) == (200, "error_param")
