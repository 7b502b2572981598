"""A caller of the marketplace written from its documentation alone."""

import hashlib
import hmac
import json
from typing import Any

import requests

from oms.sandbox.run import Sandbox

SELLER, OTHER_SELLER = 200123456, 200654321
START = "2020-01-01T00:00:00+07:00"


class LazadaCaller:
    """Signs and sends; keeps the tokens of one seller."""

    def __init__(self, sandbox: Sandbox, seller_id: int = SELLER) -> None:
        self.sandbox, self.seller_id = sandbox, seller_id
        given = sandbox.credentials()["lazada"]
        self.url, self.key, self.secret = given["base_url"], given["app_key"], given["app_secret"]
        self.access_token = self.refresh_token = ""

    def sign(self, path: str, values: dict[str, str]) -> str:
        text = path + "".join(name + values[name] for name in sorted(values))
        return hmac.new(self.secret.encode(), text.encode(), hashlib.sha256).hexdigest().upper()

    def signed(self, path: str, given: dict[str, Any], **system: str | None) -> dict[str, str]:
        """`system` replaces (or, when None, drops) system parameters; `sign` too."""
        values: dict[str, Any] = {
            "app_key": self.key,
            "timestamp": str(int(self.sandbox.clock.now() * 1000)),
            "sign_method": "sha256",
            "access_token": self.access_token or None,
            **{name: text_of(value) for name, value in given.items()},
            **{name: value for name, value in system.items() if name != "sign"},
        }
        values = {name: value for name, value in values.items() if value is not None}
        return {**values, "sign": system.get("sign") or self.sign(path, values)}

    def get(self, path: str, given: dict[str, Any] | None = None, **system: str | None) -> dict:
        params = self.signed(path, given or {}, **system)
        return requests.get(self.url + path, params=params, timeout=30).json()

    def post(self, path: str, given: dict[str, Any]) -> dict:
        return requests.post(self.url + path, data=self.signed(path, given), timeout=30).json()

    def control(self, method: str, path: str, body: dict | None = None) -> Any:
        return self.sandbox.control("lazada", method, path, body)

    def log_in(self) -> "LazadaCaller":
        self.keep(self.post("/auth/token/create", {"code": self.code()}))
        return self

    def code(self) -> str:
        return self.control("POST", "issue_code", {"seller_id": self.seller_id})["code"]

    def keep(self, answer: dict) -> None:
        assert answer["code"] == "0", answer
        self.access_token, self.refresh_token = answer["access_token"], answer["refresh_token"]

    # Orders

    def place(self, **wanted: Any) -> int:
        return int(self.control("POST", "orders", {"push": False, **wanted})["order_id"])

    def items(self, order_id: int) -> list[dict]:
        answer = self.get("/order/items/get", {"order_id": order_id})
        assert answer["code"] == "0", answer
        return answer["data"]

    def statuses(self, order_id: int) -> list[str]:
        return [item["status"] for item in self.items(order_id)]

    def pack(self, order_id: int, item_ids: list[int] | None = None, **more: Any) -> list[dict]:
        """The rows of a pack call."""
        ids = item_ids or [item["order_item_id"] for item in self.items(order_id)]
        answer = self.post("/order/fulfill/pack", {"packReq": pack_request(order_id, ids, **more)})
        assert answer["result"]["success"], answer
        return answer["result"]["data"]["pack_order_list"][0]["order_item_list"]

    def packages(self, path: str, name: str, *package_ids: str) -> list[dict]:
        asked = {"packages": [{"package_id": package_id} for package_id in package_ids]}
        answer = self.post(path, {name: asked})
        assert answer["result"]["success"], answer
        return answer["result"]["data"]["packages"]

    def ready(self, *package_ids: str) -> list[dict]:
        return self.packages("/order/package/rts", "readyToShipReq", *package_ids)

    def stock(self, sku: str) -> dict:
        [row] = self.control("GET", f"stock?seller_id={self.seller_id}&sku={sku}")
        return row


def pack_request(order_id: int, ids: list[int], **more: Any) -> dict[str, Any]:
    return {
        "pack_order_list": [{"order_id": order_id, "order_item_list": ids}],
        "delivery_type": "dropship",
        "shipping_allocate_type": "TFS",
        **more,
    }


def text_of(value: Any) -> str:
    return json.dumps(value) if isinstance(value, dict | list) else str(value)
