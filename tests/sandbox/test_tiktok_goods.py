"""The TikTok Shop sandbox by its documentation: products, stock, prices, statements, webhooks."""

import hashlib
import hmac
import json

import pytest

from oms.sandbox.run import running_sandbox
from oms.sandbox.tiktok_shop.signing import webhook_signature
from tests.sandbox.tiktok_caller import OTHER_SHOP, TikTokCaller


@pytest.fixture
def tiktok(tmp_path):
    with running_sandbox(tmp_path, ["tiktok_shop"]) as sandbox:
        caller = TikTokCaller(sandbox).log_in()
        caller.control("POST", "behaviour", {"tracking_delay_s": 0, "document_delay_s": 0})
        yield caller


# Products, stock and money


def test_products_come_by_pages_and_their_attributes_in_the_detail(tiktok):
    search = "/product/202502/products/search"
    assert tiktok.post(search, {})["code"] == 36009004  # page_size is required, in the query
    page = tiktok.data(tiktok.post(search, {"status": "ACTIVATE"}, page_size=3))
    assert (len(page["products"]), page["total_count"]) == (3, 8)
    shirt = next(row for row in page["products"] if row["title"] == "Áo thun cotton")
    assert "sales_attributes" not in shirt["skus"][0]
    detail = tiktok.data(tiktok.get(f"/product/202309/products/{shirt['id']}"))
    assert [row["value_name"] for row in detail["skus"][0]["sales_attributes"]] == ["Đen", "M"]
    assert detail["product_status"] == "ACTIVATE"


def test_stock_names_every_warehouse_and_refused_skus_are_told_inside_success(tiktok):
    hat = tiktok.stock("MU-LT")
    path = f"/product/202309/products/{hat['product_id']}/inventory/update"
    [place] = tiktok.data(
        tiktok.post("/product/202309/inventory/search", {"sku_ids": [hat["sku_id"]]})
    )["inventory"][0]["skus"][0]["warehouse_inventory"]  # fmt: skip

    def asked(quantity: int, warehouse: str = place["warehouse_id"]) -> list[int]:
        row = {"warehouse_id": warehouse, "quantity": quantity}
        body = {"skus": [{"id": hat["sku_id"], "inventory": [row]}]}
        return [error["code"] for error in tiktok.data(tiktok.post(path, body))["errors"]]

    assert asked(4) == [12052223]  # five pieces belong to a campaign
    assert asked(7, "other") == [12052220]
    assert asked(100_000) == [12052220]
    assert (asked(7), tiktok.stock("MU-LT")["stock"]) == ([], 7)


def test_sold_pieces_are_committed_until_they_leave(tiktok):
    before = tiktok.stock("BINH-750")
    order_id = tiktok.place(lines=[{"sku": "BINH-750", "quantity": 2}])
    tiktok.place(lines=[{"sku": "BINH-750"}], status="UNPAID")
    held = tiktok.stock("BINH-750")
    assert (held["stock"], held["committed"]) == (before["stock"] - 3, before["committed"] + 3)
    for status in ("AWAITING_COLLECTION", "IN_TRANSIT"):
        tiktok.control("POST", "order_status", {"order_id": order_id, "status": status})
    gone = tiktok.stock("BINH-750")
    assert (gone["stock"], gone["committed"]) == (held["stock"], held["committed"] - 2)


def test_prices_are_taken_all_or_none(tiktok):
    bag = tiktok.stock("TUI-VAI")
    path = f"/product/202309/products/{bag['product_id']}/prices/update"
    row = {"id": bag["sku_id"], "price": {"amount": "95000", "currency": "VND"}}
    assert tiktok.post(path, {"skus": [row, {**row, "id": "1"}]})["code"] == 12052250
    assert tiktok.stock("TUI-VAI")["price"] == 89_000
    tiktok.data(tiktok.post(path, {"skus": [row]}))
    assert tiktok.stock("TUI-VAI")["price"] == 95_000


@pytest.mark.parametrize("negative", [True, False])
def test_a_statement_is_the_sum_of_its_orders_in_both_notations(tiktok, negative):
    tiktok.control("POST", "behaviour", {"costs_are_negative": negative})
    order_id = tiktok.place(lines=[{"sku": "SRM-120", "quantity": 2}], voucher_seller=4_000)
    path = f"/finance/202501/orders/{order_id}/statement_transactions"
    assert "settlement_amount" not in tiktok.data(tiktok.get(path))
    tiktok.control("POST", "order_status", {"order_id": order_id, "status": "DELIVERED"})
    asked = {"sort_field": "statement_time", "page_size": 10}
    [day] = tiktok.data(tiktok.get("/finance/202309/statements", **asked))["statements"]
    assert day["statement_time"] % 86_400 == 0
    path = f"/finance/202501/statements/{day['id']}/statement_transactions"
    [row] = tiktok.data(tiktok.get(path, sort_field="order_create_time"))["transactions"]
    assert (row["order_id"], row["settlement_amount"]) == (order_id, day["settlement_amount"])
    sign = 1 if negative else -1
    costs = int(row["shipping_cost_amount"]) + int(row["fee_tax_amount"])
    assert int(row["revenue_amount"]) + sign * costs == int(row["settlement_amount"])
    fees = row["fee_tax_breakdown"]["fee"]
    assert int(fees["vn_fix_infrastructure_fee"]) == -3_000 * sign
    assert day["payment_status"] == "PROCESSING"


# Webhooks


def test_webhooks_are_signed_over_key_and_raw_body(tiktok, listener):
    tiktok.control("POST", "callbacks", {"url": listener.url})
    order_id = tiktok.place(push=True)
    tiktok.control("POST", "buyer_cancel", {"order_id": order_id})
    tiktok.sandbox.settle("tiktok_shop")
    _path, headers, body = listener.raw[0]
    expected = hmac.new(tiktok.secret.encode(), tiktok.key.encode() + body, hashlib.sha256)
    assert headers["Authorization"] == expected.hexdigest()
    assert webhook_signature(tiktok.key, tiktok.secret, body) == expected.hexdigest()
    assert [message["type"] for message in listener.bodies] == [1, 11, 1]
    assert len({message["tts_notification_id"] for message in listener.bodies}) == 3
    assert json.loads(body)["data"]["order_id"] == order_id
    tiktok.control("POST", "unlink", {})
    tiktok.place(push=True)
    tiktok.sandbox.settle("tiktok_shop")
    assert [message["type"] for message in listener.bodies[3:]] == [6]


def test_a_shop_subscribes_by_topic_and_leaves_again(tiktok, listener):
    topic = {"event_type": "ORDER_STATUS_CHANGE"}
    path = "/event/202309/webhooks"
    tiktok.data(tiktok.send("PUT", path, {**topic, "address": listener.url}).json())
    assert tiktok.data(tiktok.get(path))["total_count"] == 1
    tiktok.place(push=True)
    tiktok.place(push=True, shop_id=OTHER_SHOP)
    tiktok.sandbox.settle("tiktok_shop")
    assert len(listener.bodies) == 1
    tiktok.data(tiktok.send("DELETE", path, topic).json())
    tiktok.place(push=True)
    tiktok.sandbox.settle("tiktok_shop")
    assert len(listener.bodies) == 1


def test_what_the_memory_holds_survives_a_restart(tmp_path):
    with running_sandbox(tmp_path, ["tiktok_shop"]) as sandbox:
        caller = TikTokCaller(sandbox).log_in()
        order_id = caller.place()
    with running_sandbox(tmp_path, ["tiktok_shop"]) as sandbox:
        again = TikTokCaller(sandbox)
        again.access_token, again.cipher = caller.access_token, caller.cipher
        assert again.order(order_id)["status"] == "AWAITING_SHIPMENT"
