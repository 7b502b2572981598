"""Calls to the GHN sandbox as a seller's system makes them."""

import requests

from oms.sandbox.run import Sandbox
from tests.sandbox.conftest import Listener

ROOT = "/shiip/public-api"

TOKEN, OTHER_TOKEN = (
    "a1b2c3d4-0000-4000-8000-000000190001",
    "a1b2c3d4-0000-4000-8000-000000190002",
)

ORDER = {
    "payment_type_id": 1,
    "required_note": "CHOXEMHANGKHONGTHU",
    "service_type_id": 2,
    "client_order_code": "DH-26-000123",
    "to_name": "Khách A",
    "to_phone": "0901234567",
    "to_address": "12 đường số 3",
    "to_ward_name": "Phường Tân Định",
    "to_province_name": "Hồ Chí Minh",
    "is_new_to_address": True,
    "weight": 800,
    "length": 20,
    "width": 15,
    "height": 10,
    "cod_amount": 650000,
    "insurance_value": 650000,
    "content": "Áo thun",
    "items": [{"name": "Áo thun", "code": "AT-01", "quantity": 2, "price": 325000, "weight": 400}],
}


class Seller:
    """Calls GHN the way a seller's system would."""

    def __init__(self, sandbox: Sandbox, token: str = TOKEN, shop_id: int = 190001) -> None:
        self.sandbox = sandbox
        self.headers = {"Token": token, "ShopId": str(shop_id)}

    def post(self, path: str, body: dict | None = None) -> requests.Response:
        url = self.sandbox.url("ghn") + ROOT + path
        return requests.post(url, json=body or {}, headers=self.headers, timeout=30)

    def get(self, path: str) -> requests.Response:
        url = self.sandbox.url("ghn") + ROOT + path
        return requests.get(url, headers=self.headers, timeout=30)

    def create(self, **changes) -> requests.Response:
        return self.post("/v2/shipping-order/create", ORDER | changes)

    def booked(self, **changes) -> str:
        return self.create(**changes).json()["data"]["order_code"]

    def detail(self, code: str) -> dict:
        return self.post("/v2/shipping-order/detail", {"order_code": code}).json()["data"]

    def steer(self, action: str, **body) -> dict:
        return self.sandbox.control("ghn", "POST", action, body)


def listen(seller: Seller, listener: Listener) -> None:
    seller.steer("callbacks", url=f"{listener.url}/s3cret/", scope="190001")


def orders_kept(seller: Seller) -> int:
    return len(seller.sandbox.control("ghn", "GET", "state?collection=orders")["orders"])
