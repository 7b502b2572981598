"""Shopee: pushes, their signature, their faults, and those that never arrived."""

import hashlib
import hmac
import json

import pytest
import requests

from tests.sandbox.shopee_caller import SHOP, until

LOST, CONFIRM = "push/get_lost_push_message", "push/confirm_consumed_lost_push_message"


@pytest.fixture
def pushed(shopee, listener):
    shopee.control("POST", "callbacks", {"url": listener.url})
    return listener


def expected_sign(shopee, url: str, body: bytes) -> str:
    return hmac.new(shopee.key.encode(), url.encode() + b"|" + body, hashlib.sha256).hexdigest()


def of_code(pushed, code: int) -> list[dict]:
    return [body for body in pushed.bodies if body["code"] == code]


def attempts(shopee) -> int:
    """How often the newest push has been tried, as far as the platform has taken note."""
    return len(shopee.control("GET", "webhooks?limit=1")[0]["attempts"])


def fault(shopee, kind: str, **more) -> None:
    more = {"path": "order_status_push", **more}
    shopee.control("POST", "faults", {"kind": kind, **more})


def test_a_new_order_is_pushed_with_the_signature_of_its_bytes(shopee, pushed):
    order_sn = shopee.place(lines=[{"sku": "TUI-VAI"}])
    shopee.sandbox.settle("shopee")
    (path, headers, raw) = pushed.raw[0]
    assert path == "/hook"
    assert headers["Authorization"] == expected_sign(shopee, pushed.url, raw)
    envelope = json.loads(raw)
    assert (envelope["code"], envelope["shop_id"]) == (3, SHOP)
    assert abs(envelope["timestamp"] - shopee.now()) < 5
    assert envelope["data"] == {
        "ordersn": order_sn,
        "status": "READY_TO_SHIP",
        "completed_scenario": "",
        "update_time": shopee.detail(order_sn)["update_time"],
        "items": [],
    }


def test_shipping_pushes_status_number_and_waybill(shopee, pushed):
    order_sn = shopee.place(lines=[{"sku": "TUI-VAI"}])
    tracking = shopee.shipped_with_tracking(order_sn)
    row = {"order_sn": order_sn, "tracking_number": tracking}
    shopee.post("logistics/create_shipping_document", {"order_list": [row]})
    shopee.sandbox.clock.advance(2)
    assert until(lambda: of_code(pushed, 15))
    statuses = [body["data"]["status"] for body in of_code(pushed, 3)]
    assert statuses == ["READY_TO_SHIP", "PROCESSED"]
    number = of_code(pushed, 4)[0]["data"]
    assert (number["ordersn"], number["tracking_no"]) == (order_sn, tracking)
    done = of_code(pushed, 15)[0]["data"]
    assert (done["ordersn"], done["package_number"], done["status"]) == (
        order_sn,
        number["package_number"],
        "READY",
    )


def test_promotion_stock_is_pushed_when_an_order_takes_and_returns_it(shopee, pushed):
    order_sn = shopee.place(lines=[{"sku": "MU-LT", "quantity": 2}])
    body = {"order_sn": order_sn, "cancel_reason": "CUSTOMER_REQUEST"}
    assert shopee.post("order/cancel_order", body)["error"] == ""
    shopee.sandbox.settle("shopee")
    moves = [body["data"] for body in of_code(pushed, 8)]
    assert [move["action"] for move in moves] == ["place_order", "cancel_order"]
    changes = [move["changed_values"][0] for move in moves]
    assert [change["new"] - change["old"] for change in changes] == [-2, 2]
    assert {move["ordersn"] for move in moves} == {order_sn}


def test_an_authorisation_is_pushed_for_the_partner(shopee, pushed):
    shopee.code()
    shopee.sandbox.settle("shopee")
    envelope = of_code(pushed, 1)[0]
    assert (envelope["partner_id"], "shop_id" in envelope) == (shopee.partner_id, False)
    assert envelope["data"]["shop_id_list"] == [SHOP]


def test_a_duplicate_comes_twice_with_the_same_bytes(shopee, pushed):
    fault(shopee, "duplicate")
    shopee.place(lines=[{"sku": "TUI-VAI"}])
    shopee.sandbox.settle("shopee")
    first, second = pushed.raw
    assert first[2] == second[2]


def test_reordered_pushes_come_the_other_way_round(shopee, pushed):
    fault(shopee, "reorder")
    order_sn = shopee.place(lines=[{"sku": "TUI-VAI"}])
    shopee.control("POST", "order_status", {"order_sn": order_sn, "status": "CANCELLED"})
    shopee.sandbox.settle("shopee")
    statuses = [body["data"]["status"] for body in pushed.bodies]
    assert statuses == ["CANCELLED", "READY_TO_SHIP"]


def test_a_bad_signature_does_not_fit_the_bytes(shopee, pushed):
    fault(shopee, "bad_signature")
    shopee.place(lines=[{"sku": "TUI-VAI"}])
    shopee.sandbox.settle("shopee")
    _, headers, raw = pushed.raw[0]
    assert headers["Authorization"] != expected_sign(shopee, pushed.url, raw)


def test_an_undocumented_status_can_be_pushed(shopee, pushed):
    fault(shopee, "unknown_webhook_status", value="TELEPORTED")
    shopee.place(lines=[{"sku": "TUI-VAI"}])
    shopee.sandbox.settle("shopee")
    assert pushed.bodies[0]["data"]["status"] == "TELEPORTED"


def test_a_push_that_fails_is_tried_again_and_then_lost(shopee, pushed):
    pushed.answers = [500] * 4
    shopee.place(lines=[{"sku": "TUI-VAI"}])
    for tries in range(1, 5):
        assert until(lambda tries=tries: attempts(shopee) == tries)
        shopee.sandbox.clock.advance(20)
    shopee.sandbox.settle("shopee")
    lost = shopee.get(LOST, public=True)["response"]
    assert len(lost["push_message_list"]) == 1
    message = lost["push_message_list"][0]
    assert json.loads(message["data"]) == pushed.bodies[0]
    assert (message["code"], message["shop_id"]) == (3, SHOP)


def test_a_lost_push_is_fetched_and_confirmed(shopee, pushed):
    shopee.control("POST", "lost-push", {"on": True})
    sent = [shopee.place(lines=[{"sku": "TUI-VAI"}]) for _ in range(3)]
    shopee.control("POST", "lost-push", {"on": False})
    assert pushed.raw == []
    lost = shopee.get(LOST, public=True)["response"]
    numbers = [json.loads(m["data"])["data"]["ordersn"] for m in lost["push_message_list"]]
    assert (numbers, lost["has_next_page"]) == (sent, False)
    last = lost["last_message_id"]
    assert shopee.post(CONFIRM, {"last_message_id": last + 1}, public=True)["error"] != ""
    assert shopee.post(CONFIRM, {"last_message_id": last}, public=True)["error"] == ""
    assert shopee.get(LOST, public=True)["response"]["push_message_list"] == []


def test_lost_pushes_come_a_hundred_at_a_time_for_three_days(shopee, pushed):
    shopee.control("POST", "lost-push", {"on": True})
    shopee.control("POST", "orders", {"count": 101, "lines": [{"sku": "TUI-VAI"}]})
    first = shopee.get(LOST, public=True)["response"]
    assert (len(first["push_message_list"]), first["has_next_page"]) == (100, True)
    shopee.post(CONFIRM, {"last_message_id": first["last_message_id"]}, public=True)
    rest = shopee.get(LOST, public=True)["response"]
    assert (len(rest["push_message_list"]), rest["has_next_page"]) == (1, False)
    shopee.sandbox.clock.advance(3 * 86_400 + 1)
    assert shopee.get(LOST, public=True)["response"]["push_message_list"] == []


def test_setting_the_callback_proves_it_with_a_signed_message(shopee, listener):
    body = {"callback_url": listener.url, "set_push_config_off": [8]}
    assert shopee.post("push/set_app_push_config", body, public=True)["response"] == {
        "result": "success"
    }
    _, headers, raw = listener.raw[0]
    assert json.loads(raw)["code"] == 0
    assert headers["Authorization"] == expected_sign(shopee, listener.url, raw)
    config = shopee.get("push/get_app_push_config", public=True)["response"]
    assert (config["callback_url"], 8 in config["push_config_off_list"]) == (listener.url, True)
    shopee.place(lines=[{"sku": "MU-LT"}])
    shopee.sandbox.settle("shopee")
    assert [body["code"] for body in listener.bodies] == [0, 3]


def test_a_callback_that_does_not_answer_is_not_kept(shopee, pushed):
    pushed.answers = [500]
    elsewhere = pushed.url + "?v=2"
    body = {"callback_url": elsewhere}
    assert shopee.post("push/set_app_push_config", body, public=True)["error"] == "error_param"
    config = shopee.get("push/get_app_push_config", public=True)["response"]
    assert config["callback_url"] == pushed.url


def test_a_blocked_shop_is_not_pushed(shopee, pushed):
    body = {"blocked_shop_id_list": [SHOP]}
    assert shopee.post("push/set_app_push_config", body, public=True)["error"] == ""
    shopee.place(lines=[{"sku": "TUI-VAI"}])
    shopee.sandbox.settle("shopee")
    assert pushed.raw == []


def test_an_answer_that_never_comes_leaves_the_work_done(shopee):
    order_sn = shopee.place()
    path = "/api/v2/logistics/ship_order"
    shopee.control("POST", "faults", {"kind": "timeout_after_work", "path": path})
    with pytest.raises(requests.ConnectionError):
        shopee.ship(order_sn, dropoff={})
    assert shopee.detail(order_sn)["order_status"] == "PROCESSED"
