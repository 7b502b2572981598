"""The control doors of the marketplaces, and the word that each has for the same thing."""

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

TIMEOUT_S = 30


@dataclass(frozen=True)
class Dialect:
    """How a marketplace names shops, orders and their states at its control door."""

    owner: str
    number: str
    unpaid: str
    paid: str
    cancelled: str


DIALECTS = {
    "shopee": Dialect("shop_id", "order_sn", "UNPAID", "READY_TO_SHIP", "CANCELLED"),
    "lazada": Dialect("seller_id", "order_id", "unpaid", "pending", "canceled"),
    "tiktok_shop": Dialect("shop_id", "order_id", "UNPAID", "AWAITING_SHIPMENT", "CANCELLED"),
}


class Refused(Exception):
    """The door answered no, with this sentence."""


class Door:
    """One marketplace's control API over HTTP."""

    def __init__(self, name: str, url: str) -> None:
        self.name, self.dialect = name, DIALECTS[name]
        self._where = urlsplit(url)

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The answer; Refused when it is no, OSError when there is none."""
        connection = http.client.HTTPConnection(
            self._where.hostname or "", self._where.port, timeout=TIMEOUT_S
        )
        try:
            sent = None if body is None else json.dumps(body)
            headers = {"Content-Type": "application/json"}
            connection.request(method, f"/_sandbox/{path}", sent, headers)
            answer = connection.getresponse()
            data = json.loads(answer.read())
        except http.client.HTTPException as failure:
            raise OSError(f"{type(failure).__name__}: {failure}") from failure
        finally:
            connection.close()
        if answer.status >= 400:
            raise Refused(str(data.get("error", answer.reason)))
        return data

    def shops(self) -> list[str]:
        """Shops whose sellers have agreed to an app."""
        return [row["shop"] for row in self.call("GET", "linked")]

    def for_sale(self, shop: str) -> list[str]:
        """SKUs that buyers of a shop can order now."""
        found = self.call("GET", f"books?shop={shop}&since={1 << 40}")["for_sale"]
        return [sku for sku, left in found.items() if left > 0]

    def sell(self, shop: str, line: dict[str, Any], *, paid: bool, cod: bool) -> str:
        """Place an order of goods that the shop still offers; its number."""
        words = self.dialect
        wanted = {
            words.owner: shop,
            "lines": [line],
            "status": words.paid if paid else words.unpaid,
            "cod": cod and paid,
            "in_stock": True,
            "push": True,
        }
        answer = self.call("POST", "orders", wanted)
        return str(answer[f"{words.number}s"][0])

    def move(self, number: str, status: str) -> None:
        self.call("POST", "order_status", {self.dialect.number: number, "status": status})

    def spoil_next_push(self, fault: str) -> None:
        self.call("POST", "faults", {"kind": fault, "times": 1})
