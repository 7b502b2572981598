"""A caller of TikTok Shop written from its documentation alone."""

import hashlib
import hmac
import json
from typing import Any

import requests

from oms.sandbox.run import Sandbox

SHOP, OTHER_SHOP, SISTER_SHOP = (
    "7495000000000000101", "7495000000000000202", "7495000000000000203",
)  # fmt: skip


class TikTokCaller:
    """Signs and sends; keeps the tokens of one account and the cipher of one shop."""

    def __init__(self, sandbox: Sandbox, shop_id: str = SHOP) -> None:
        self.sandbox, self.shop_id = sandbox, shop_id
        given = sandbox.credentials()["tiktok_shop"]
        self.url, self.key, self.secret = given["base_url"], given["app_key"], given["app_secret"]
        self.access_token = self.refresh_token = self.cipher = ""

    def sign(self, path: str, query: dict[str, str], body: bytes) -> str:
        pairs = sorted(name + value for name, value in query.items())
        text = self.secret.encode() + path.encode() + "".join(pairs).encode() + body
        return hmac.new(
            self.secret.encode(), text + self.secret.encode(), hashlib.sha256
        ).hexdigest()

    def send(
        self,
        method: str,
        path: str,
        body: dict | None = None,
        *,
        query: dict[str, Any] | None = None,
        system: dict[str, str | None] | None = None,
        token: str | None = None,
    ) -> requests.Response:
        """`system` replaces (or, when None, drops) what every call carries; `sign` too."""
        raw = b"" if body is None else json.dumps(body).encode()
        values: dict[str, Any] = {
            "app_key": self.key,
            "timestamp": str(int(self.sandbox.clock.now())),
            "shop_cipher": None if path.startswith("/authorization") else self.cipher,
            **{name: str(value) for name, value in (query or {}).items()},
            **(system or {}),
        }
        given = values.pop("sign", None)
        values = {name: value for name, value in values.items() if value is not None}
        values["sign"] = given or self.sign(path, values, raw)
        token = self.access_token if token is None else token
        headers = {"Content-Type": "application/json"}
        headers |= {"x-tts-access-token": token} if token else {}
        return requests.request(
            method, self.url + path, params=values, data=raw or None, headers=headers, timeout=30
        )

    def get(self, path: str, **query: Any) -> dict:
        return self.send("GET", path, query=query).json()

    def post(self, path: str, body: dict | None = None, **query: Any) -> dict:
        return self.send("POST", path, body, query=query).json()

    def data(self, answer: dict) -> dict:
        assert answer["code"] == 0, answer
        return answer["data"]

    def control(self, method: str, path: str, body: dict | None = None) -> Any:
        return self.sandbox.control("tiktok_shop", method, path, body)

    # Access

    def token(self, path: str, **query: str) -> dict:
        """A token call: GET, with the secret, not signed."""
        query = {"app_key": self.key, "app_secret": self.secret, **query}
        return requests.get(self.url + path, params=query, timeout=30).json()

    def code(self) -> str:
        return self.control("POST", "issue_code", {"shop_id": self.shop_id})["code"]

    def exchange(self, code: str) -> dict:
        return self.token("/api/v2/token/get", auth_code=code, grant_type="authorized_code")

    def log_in(self) -> "TikTokCaller":
        told = self.data(self.exchange(self.code()))
        self.access_token, self.refresh_token = told["access_token"], told["refresh_token"]
        shops = self.data(self.get("/authorization/202309/shops"))["shops"]
        [self.cipher] = [shop["cipher"] for shop in shops if shop["id"] == self.shop_id]
        return self

    # Orders

    def place(self, **wanted: Any) -> str:
        return self.control("POST", "orders", {"push": False, **wanted})["order_id"]

    def order(self, order_id: str) -> dict:
        [found] = self.data(self.get("/order/202507/orders", ids=order_id))["orders"]
        return found

    def package_of(self, order_id: str) -> str:
        return self.order(order_id)["line_items"][0]["package_id"]

    def ship(self, package_id: str, body: dict | None = None) -> dict:
        return self.post(f"/fulfillment/202309/packages/{package_id}/ship", body or {})

    def stock(self, sku: str) -> dict:
        [row] = self.control("GET", f"stock?shop_id={self.shop_id}&sku={sku}")
        return row
