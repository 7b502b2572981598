"""A caller of the marketplace written from its documentation alone."""

import hashlib
import hmac
import time
from typing import Any

import requests

from oms.sandbox.run import Sandbox

SHOP, OTHER_SHOP = 88012345, 88067890


class ShopeeCaller:
    """Signs and sends; keeps the tokens of one shop."""

    def __init__(self, sandbox: Sandbox, shop_id: int = SHOP) -> None:
        self.sandbox, self.shop_id = sandbox, shop_id
        given = sandbox.credentials()["shopee"]
        self.url, self.partner_id, self.key = (
            given["base_url"],
            given["partner_id"],
            given["partner_key"],
        )
        self.access_token = self.refresh_token = ""

    def now(self) -> int:
        return int(self.sandbox.clock.now())

    def sign(self, *parts: object) -> str:
        base = "".join(str(part) for part in parts).encode()
        return hmac.new(self.key.encode(), base, hashlib.sha256).hexdigest()

    def common(self, path: str, *, public: bool) -> dict[str, Any]:
        at = self.now()
        query: dict[str, Any] = {"partner_id": self.partner_id, "timestamp": at}
        if public:
            return {**query, "sign": self.sign(self.partner_id, path, at)}
        query |= {"access_token": self.access_token, "shop_id": self.shop_id}
        parts = (self.partner_id, path, at, self.access_token, self.shop_id)
        return {**query, "sign": self.sign(*parts)}

    def send(self, method: str, path: str, *, params=None, body=None, public=False, **common):
        """One call; `common` replaces (or, when None, drops) common parameters."""
        path = f"/api/v2/{path}"
        query = {**self.common(path, public=public), **common, **(params or {})}
        query = {name: value for name, value in query.items() if value is not None}
        return requests.request(method, self.url + path, params=query, json=body, timeout=30)

    def get(self, path: str, *, public: bool = False, **params) -> dict:
        return self.send("GET", path, params=params, public=public).json()

    def post(self, path: str, body: dict, *, public: bool = False) -> dict:
        return self.send("POST", path, body=body, public=public).json()

    def control(self, method: str, path: str, body: dict | None = None) -> Any:
        return self.sandbox.control("shopee", method, path, body)

    # Tokens

    def code(self) -> str:
        return self.control("POST", "issue_code", {"shop_id": self.shop_id})["code"]

    def exchange(self, code: str, **changes) -> dict:
        body = {"code": code, "partner_id": self.partner_id, "shop_id": self.shop_id, **changes}
        return self.post("auth/token/get", body, public=True)

    def refresh(self, token: str = "", **changes) -> dict:
        body = {
            "refresh_token": token or self.refresh_token,
            "partner_id": self.partner_id,
            "shop_id": self.shop_id,
            **changes,
        }
        return self.post("auth/access_token/get", body, public=True)

    def keep(self, answer: dict) -> None:
        assert answer["error"] == "", answer
        self.access_token = answer["access_token"]
        self.refresh_token = answer["refresh_token"]

    def log_in(self) -> "ShopeeCaller":
        self.keep(self.exchange(self.code()))
        return self

    # Orders

    def place(self, **wanted) -> str:
        return self.control("POST", "orders", wanted)["order_sn"]

    def window(self, **more) -> dict[str, Any]:
        return {
            "time_range_field": "update_time",
            "time_from": self.now() - 86_400,
            "time_to": self.now() + 60,
            "page_size": 100,
            **more,
        }

    def detail(self, order_sn: str, *fields: str) -> dict:
        params = {"order_sn_list": order_sn, "response_optional_fields": ",".join(fields)}
        answer = self.get("order/get_order_detail", **params)
        assert answer["error"] == "", answer
        return answer["response"]["order_list"][0]

    def parameter(self, order_sn: str) -> dict:
        return self.get("logistics/get_shipping_parameter", order_sn=order_sn)

    def ship(self, order_sn: str, **how) -> str:
        """The error of a ship_order call; empty when it worked."""
        return self.post("logistics/ship_order", {"order_sn": order_sn, **how})["error"]

    def pickup(self, order_sn: str) -> dict:
        address = self.parameter(order_sn)["response"]["pickup"]["address_list"][0]
        slot = address["time_slot_list"][0]["pickup_time_id"]
        return {"address_id": address["address_id"], "pickup_time_id": slot}

    def tracking(self, order_sn: str) -> str:
        answer = self.get("logistics/get_tracking_number", order_sn=order_sn)
        return answer["response"]["tracking_number"]

    def shipped_with_tracking(self, order_sn: str) -> str:
        assert self.ship(order_sn, pickup=self.pickup(order_sn)) == ""
        self.sandbox.clock.advance(3)
        return until(lambda: self.tracking(order_sn))


def until(ask, seconds: float = 30.0):
    """Ask until the answer is true; the last answer when it never was."""
    end = time.monotonic() + seconds
    while not (answer := ask()) and time.monotonic() < end:
        time.sleep(0.02)
    return answer
