"""The TikTok Shop sandbox by its documentation: the search, units, parcels, wishes to cancel."""

import time

import pytest
import requests

from oms.sandbox.run import running_sandbox
from tests.sandbox.tiktok_caller import OTHER_SHOP, TikTokCaller


@pytest.fixture
def tiktok(tmp_path):
    with running_sandbox(tmp_path, ["tiktok_shop"]) as sandbox:
        caller = TikTokCaller(sandbox).log_in()
        caller.control("POST", "behaviour", {"tracking_delay_s": 0, "document_delay_s": 0})
        yield caller


# Orders

SEARCH = "/order/202309/orders/search"


def test_the_search_pages_by_token_and_reads_its_filters_from_the_body(tiktok):
    placed = [tiktok.place() for _ in range(3)]
    query = {"page_size": 2, "sort_field": "update_time", "sort_order": "ASC"}
    window = {"update_time_ge": int(time.time()) - 30}
    first = tiktok.data(tiktok.post(SEARCH, window, **query))
    second = tiktok.data(tiktok.post(SEARCH, window, page_token=first["next_page_token"], **query))
    assert {order["id"] for page in (first, second) for order in page["orders"]} >= set(placed)
    assert second["next_page_token"] == ""
    unpaid = tiktok.data(tiktok.post(SEARCH, {"order_status": "UNPAID"}))
    assert {order["status"] for order in unpaid["orders"]} == {"UNPAID"}
    exclusive = {"create_time_lt": first["orders"][0]["create_time"]}
    found = tiktok.data(tiktok.post(SEARCH, exclusive))["orders"]
    assert first["orders"][0]["id"] not in [order["id"] for order in found]


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ({"page_size": 101}, {}),
        ({"sort_order": "asc"}, {}),
        ({"sort_field": "price"}, {}),
        ({"page_token": "?"}, {}),
        ({}, {"order_status": "READY"}),
        ({}, {"update_time_ge": "1"}),
        ({}, {"warehouse_ids": [1]}),
    ],
)
def test_wrong_parameters_of_the_search_are_refused(tiktok, query, body):
    assert tiktok.post(SEARCH, body, **query)["code"] == 36009004


def test_one_line_item_is_one_unit_and_amounts_are_text_that_adds_up(tiktok):
    order = tiktok.order(
        tiktok.place(
            lines=[{"sku": "AT-DEN-M", "quantity": 3}], voucher_seller=4_000,
            voucher_platform=10_000, cod=True,
        )
    )  # fmt: skip
    assert len({line["id"] for line in order["line_items"]}) == 3
    assert {line["sku_name"] for line in order["line_items"]} == {"Đen, M"}
    paid = {name: int(value) for name, value in order["payment"].items() if name != "currency"}
    assert paid["original_total_product_price"] == 3 * 199_000
    assert paid["seller_discount"] == 3 * 50_000 + 4_000
    assert paid["sub_total"] == 3 * 149_000 - 14_000
    assert paid["total_amount"] == paid["sub_total"] + paid["shipping_fee"]
    for name in ("seller_discount", "platform_discount"):
        assert sum(int(line[name]) for line in order["line_items"]) == paid[name]
    where = order["recipient_address"]
    assert "*" in where["phone_number"]
    assert [row["address_level"] for row in where["district_info"]] == ["L0", "L1", "L3"]


def test_readable_buyers_are_those_whom_the_seller_ships_to(tiktok):
    own = tiktok.order(tiktok.place(shipping_type="SELLER"))["recipient_address"]
    assert own["phone_number"] == "(+84)903456721"
    held = tiktok.order(tiktok.place(status="ON_HOLD"))
    assert (held["recipient_address"], held["is_on_hold_order"]) == ({}, True)


def test_at_most_fifty_orders_by_their_ids_and_the_unknown_are_left_out(tiktok):
    foreign = tiktok.place(shop_id=OTHER_SHOP)
    mine = tiktok.place()
    found = tiktok.data(tiktok.get("/order/202507/orders", ids=f"{mine},{foreign},1"))["orders"]
    assert [order["id"] for order in found] == [mine]
    many = ",".join(str(number) for number in range(51))
    assert tiktok.get("/order/202507/orders", ids=many)["code"] == 36009004


# Fulfilment


def test_a_parcel_is_there_before_it_is_shipped_and_has_a_label_after(tiktok):
    order_id = tiktok.place(lines=[{"sku": "AT-DEN-M", "quantity": 2}])
    package_id = tiktok.package_of(order_id)
    path = f"/fulfillment/202309/packages/{package_id}"
    label = {"document_type": "SHIPPING_LABEL", "document_size": "A6"}
    assert tiktok.get(path + "/shipping_documents", **label)["code"] == 21011010
    slots = tiktok.data(tiktok.get(path + "/handover_time_slots"))
    assert (slots["can_pickup"], slots["can_drop_off"]) == (True, True)
    full, free, _last = slots["pickup_slots"]
    assert (full.pop("avaliable"), free.pop("avaliable")) == (False, True)
    assert tiktok.ship(package_id, {"handover_method": "PICKUP", "pickup_slot": full})["code"] != 0
    tiktok.data(tiktok.ship(package_id, {"handover_method": "PICKUP", "pickup_slot": free}))
    assert tiktok.order(order_id)["status"] == "AWAITING_COLLECTION"
    assert tiktok.ship(package_id)["code"] == 21011002
    found = tiktok.data(tiktok.get(path))
    assert (found["package_status"], found["pickup_slot"]) == ("PROCESSING", free)
    assert found["orders"][0]["skus"][0]["quantity"] == 2
    told = tiktok.data(tiktok.get(path + "/shipping_documents", **label))
    assert told["tracking_number"] == found["tracking_number"]
    assert requests.get(told["doc_url"], timeout=30).content.startswith(b"%PDF")
    tiktok.sandbox.clock.advance(86_401)
    assert requests.get(told["doc_url"], timeout=30).status_code == 403


def test_many_parcels_at_once_fail_one_by_one_inside_success(tiktok):
    good, bad = tiktok.place(), tiktok.place(status="AWAITING_COLLECTION")
    packages = [{"id": tiktok.package_of(good)}, {"id": tiktok.package_of(bad)}, {"id": "1"}]
    told = tiktok.data(tiktok.post("/fulfillment/202309/packages/ship", {"packages": packages}))
    assert [row["detail"]["package_id"] for row in told["errors"]] == [
        packages[1]["id"], "1",
    ]  # fmt: skip
    assert tiktok.order(good)["status"] == "AWAITING_COLLECTION"


def test_the_sellers_own_carrier_is_named_with_its_number(tiktok):
    order_id = tiktok.place(shipping_type="SELLER")
    package_id, option = tiktok.package_of(order_id), tiktok.order(order_id)["delivery_option_id"]
    path = f"/logistics/202309/delivery_options/{option}/shipping_providers"
    providers = tiktok.data(tiktok.get(path))["shipping_providers"]
    assert tiktok.ship(package_id, {"handover_method": "PICKUP"})["code"] == 36009004
    own = {"tracking_number": "GHN1", "shipping_provider_id": providers[0]["id"]}
    tiktok.data(tiktok.ship(package_id, {"self_shipment": own}))
    [line] = tiktok.order(order_id)["line_items"]
    assert (line["tracking_number"], line["display_status"]) == ("GHN1", "AWAITING_COLLECTION")


def test_combined_orders_share_a_parcel_and_are_shipped_with_it(tiktok):
    orders = [tiktok.place(), tiktok.place()]
    package_id = tiktok.control("POST", "combine", {"order_ids": orders})["package_id"]
    assert {tiktok.package_of(order_id) for order_id in orders} == {package_id}
    tiktok.data(tiktok.ship(package_id))
    assert {tiktok.order(order_id)["status"] for order_id in orders} == {"AWAITING_COLLECTION"}


# Cancelling


def test_the_seller_cancels_for_a_reason_that_fits_the_state(tiktok):
    order_id = tiktok.place(lines=[{"sku": "TUI-VAI"}])
    before = tiktok.stock("TUI-VAI")
    path = f"/return_refund/202602/orders/{order_id}/aftersale_eligibility"
    told = tiktok.data(tiktok.get(path, initiate_aftersale_user="SELLER", request_types="CANCEL"))
    [kind] = told["sku_eligibility"][0]["line_item_eligibility"]
    assert "seller_cancel_reason_out_of_stock" in kind["available_reason_names"]
    wrong = {"order_id": order_id, "cancel_reason": "seller_cancel_unpaid_reason_out_of_stock"}
    assert tiktok.post("/return_refund/202602/cancellations", wrong)["code"] == 25001021
    right = {**wrong, "cancel_reason": kind["available_reason_names"][0]}
    assert tiktok.data(tiktok.post("/return_refund/202602/cancellations", right))["cancel_id"]
    order = tiktok.order(order_id)
    assert (order["status"], order["cancellation_initiator"]) == ("CANCELLED", "SELLER")
    assert tiktok.stock("TUI-VAI")["stock"] == before["stock"] + 1
    [kind] = tiktok.data(tiktok.get(path))["sku_eligibility"][0]["line_item_eligibility"]
    assert not kind["eligible"]


def wishes(tiktok, order_id):
    body = {"order_ids": [order_id], "cancel_status": ["CANCELLATION_REQUEST_PENDING"]}
    answer = tiktok.post("/return_refund/202602/cancellations/search", body, page_size=10)
    return tiktok.data(answer)["cancellations"]


def test_a_buyers_wish_is_answered_once_and_the_same_answer_may_be_repeated(tiktok):
    order_id = tiktok.place()
    tiktok.control("POST", "buyer_cancel", {"order_id": order_id, "seconds": 3600})
    assert tiktok.order(order_id)["is_buyer_request_cancel"]
    assert tiktok.ship(tiktok.package_of(order_id))["code"] == 21011002
    [wish] = wishes(tiktok, order_id)
    assert wish["seller_next_action_response"][0]["deadline"] > time.time() + 3000
    root = f"/return_refund/202309/cancellations/{wish['cancel_id']}"
    assert tiktok.post(root + "/reject", {"reject_reason": "no"})["code"] == 25001021
    asked = {"return_or_cancel_id": wish["cancel_id"]}
    reasons = tiktok.data(tiktok.get("/return_refund/202309/reject_reasons", **asked))["reasons"]
    body = {"reject_reason": reasons[0]["name"]}
    for _time in range(2):
        tiktok.data(tiktok.post(root + "/reject", body, idempotency_key="k1"))
    assert tiktok.post(root + "/approve", idempotency_key="k2")["code"] != 0
    assert tiktok.order(order_id)["status"] == "AWAITING_SHIPMENT"
    assert wishes(tiktok, order_id) == []


def test_an_unanswered_wish_comes_true_by_itself(tiktok):
    order_id = tiktok.place()
    tiktok.control("POST", "buyer_cancel", {"order_id": order_id, "seconds": 3600})
    tiktok.sandbox.clock.advance(3601)
    end = time.monotonic() + 30
    while tiktok.order(order_id)["status"] != "CANCELLED":
        assert time.monotonic() < end
        time.sleep(0.05)
