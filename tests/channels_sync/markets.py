"""Each marketplace as the tests of our services see it: a hand on its sandbox, in our words."""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings as django_settings

from channels_sync.models import Shop
from channels_sync.services.arranging import arrange_shipment, send_arrangement
from channels_sync.services.connecting import connect_shop
from channels_sync.services.importing import import_orders, import_window
from channels_sync.services.listings import pull_listings
from channels_sync.services.waybills import fetch_waybill
from inventory.models import Product, Variant, Warehouse
from oms.kernel import inbox
from oms.kernel.models import InboxMessage
from oms.sandbox.run import running_sandbox
from orders.models import Order
from orders.services.lifecycle import confirm_order

from .conftest import ACTOR, Partner, fill_shelf

# Far enough to be moved, near enough that no call of ours seems to come from the future.
BEHIND_S = 20
SOLD = ("AT-DEN-M", "SRM-120", "NOI-5L", "MU-LT", "BINH-750", "VAY-HOA-M", "TUI-VAI")


class Market(Partner):
    """What the shared suite needs to know of a marketplace."""

    shop_id: ClassVar[str]
    shop_name: ClassVar[str]
    # What comes back from the consent page beside the code.
    returned: ClassVar[dict[str, str]] = {}
    # Our words for the states of an order: to_ship, shipped, delivered, over, cancelled, unpaid.
    words: ClassVar[dict[str, str]]
    # Calls, as patterns of faults.
    DETAIL: ClassVar[str]
    ARRANGE: ClassVar[str]
    STOCK: ClassVar[str]
    CANCEL: ClassVar[str]
    ANSWER: ClassVar[str]
    # What the seller gives off the listed price of a shirt, beside any voucher.
    shirt_off: ClassVar[int] = 0
    behaviour: ClassVar[dict[str, Any]] = {"tracking_delay_s": 0}
    name_of_order = "order_id"

    def place(self, **wanted: Any) -> list[str]:
        if "status" in wanted:
            wanted["status"] = self.words[wanted["status"]]
        answer = self("POST", "orders", {"push": False, **wanted})
        return answer[f"{self.name_of_order}s"]

    def move(self, number: str, status: str, **facts: Any) -> None:
        told = {self.name_of_order: number, "status": self.words.get(status, status), **facts}
        self("POST", "order_status", told)

    def sent(self, pattern: str) -> int:
        """How many calls of this pattern came in."""
        calls = self.calls(pattern.strip("*").split("*")[0])
        return sum(fnmatchcase(call["path"], pattern) for call in calls)

    def told(self, number: str) -> dict[str, Any]:
        """The order as the marketplace has it."""
        [found] = self("GET", f"orders?{self.name_of_order}={number}")
        return found

    def reason_of(self, number: str) -> str:
        """For what the order was cancelled there; empty while it is not."""
        raise NotImplementedError

    def is_to_be_fetched(self, number: str) -> bool:
        """The marketplace took the shipment."""
        raise NotImplementedError

    def ask_to_cancel(self, number: str) -> None:
        self("POST", "buyer_cancel", {"order_id": number, "seconds": 7200})

    def row(self, sku: str) -> dict[str, Any]:
        [found] = [
            row for row in self("GET", f"stock?sku={sku}") if self.shop_id in map(str, row.values())
        ]
        return found

    def stock(self, sku: str) -> int:
        return self.row(sku)["stock"]

    def set_stock(self, sku: str, quantity: int) -> None:
        raise NotImplementedError

    def push(self, number: str, status: str = "to_ship", at: int = 1) -> bytes:
        """The message that an order's state changed, as the marketplace writes it."""
        raise NotImplementedError

    def signature(self, body: bytes, secret: str) -> str:
        keys = django_settings.PARTNERS[self.code_name]
        return hexdigest(secret or keys["app_secret"], keys["app_key"].encode() + body)

    def send(self, client: Any, body: bytes, secret: str = "") -> int:
        """Call our endpoint as the marketplace does."""
        return client.post(
            f"/hooks/{self.code_name}/",
            body,
            content_type="application/json",
            headers={"Authorization": self.signature(body, secret)},
        ).status_code


def hexdigest(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


class ShopeeMarket(Market):
    code_name, shop_id, shop_name = "shopee", "88012345", "Đơn Nhanh Demo"
    returned: ClassVar = {"shop_id": "88012345"}
    name_of_order = "order_sn"
    words: ClassVar = {
        "to_ship": "READY_TO_SHIP", "shipped": "SHIPPED", "delivered": "TO_CONFIRM_RECEIVE",
        "over": "COMPLETED", "cancelled": "CANCELLED", "unpaid": "UNPAID",
    }  # fmt: skip
    DETAIL, STOCK = "*get_order_detail", "*update_stock"
    ARRANGE, CANCEL, ANSWER = "*ship_order", "*cancel_order", "*handle_buyer_cancellation"
    behaviour: ClassVar = {"tracking_delay_s": 0, "document_delay_s": 0}

    def move(self, number: str, status: str, **facts: Any) -> None:
        self.sandbox.clock.advance(1)  # the marketplace counts in whole seconds
        super().move(number, status, **facts)

    def ask_to_cancel(self, number: str) -> None:
        self.move(number, "IN_CANCEL")

    def reason_of(self, number: str) -> str:
        return str(self.told(number)["cancel_reason"])

    def is_to_be_fetched(self, number: str) -> bool:
        return bool(self.told(number)["status"] == "PROCESSED")

    def set_stock(self, sku: str, quantity: int) -> None:
        self("POST", "stock", {"sku": sku, "stock": quantity})

    def push(self, number: str, status: str = "to_ship", at: int = 1) -> bytes:
        data = {"ordersn": number, "status": self.words[status], "update_time": at}
        return written({"code": 3, "shop_id": 88012345, "timestamp": at, "data": data})

    def signature(self, body: bytes, secret: str) -> str:
        url = f"{django_settings.OMS_PUBLIC_URL}/hooks/shopee/".encode()
        key = django_settings.PARTNERS["shopee"]["partner_key"]
        return hexdigest(secret or key, url + b"|" + body)


class LazadaMarket(Market):
    code_name, shop_id, shop_name = "lazada", "200123456", "Đơn Nhanh LazMall"
    words: ClassVar = {
        "to_ship": "pending", "shipped": "shipped", "delivered": "delivered",
        "over": "delivered", "cancelled": "canceled", "unpaid": "unpaid",
    }  # fmt: skip
    DETAIL, STOCK = "*/orders/items/get", "*/sellable/update"
    ARRANGE, CANCEL, ANSWER = "*/fulfill/pack", "*/cancel/create", "*/seller/decide"

    def reason_of(self, number: str) -> str:
        return str(self.told(number)["items"][0]["reason"])

    def is_to_be_fetched(self, number: str) -> bool:
        return bool(self.told(number)["statuses"] == ["ready_to_ship"])

    def set_stock(self, sku: str, quantity: int) -> None:
        self("POST", "stock", {"sku": sku, "total": quantity})

    def push(self, number: str, status: str = "to_ship", at: int = 1) -> bytes:
        data = {"trade_order_id": number, "trade_order_line_id": "1", "status_update_time": at,
                "order_status": self.words[status]}  # fmt: skip
        told = {"seller_id": self.shop_id, "message_type": 0, "site": "lazada_vn", "timestamp": 1}
        return written({**told, "data": data})


class TikTokMarket(Market):
    code_name, shop_id, shop_name = "tiktok_shop", "7495000000000000101", "Đơn Nhanh TikTok"
    words: ClassVar = {
        "to_ship": "AWAITING_SHIPMENT", "shipped": "IN_TRANSIT", "delivered": "DELIVERED",
        "over": "COMPLETED", "cancelled": "CANCELLED", "unpaid": "UNPAID",
    }  # fmt: skip
    DETAIL, STOCK = "*/order/202507/orders", "*/inventory/update"
    ARRANGE, CANCEL, ANSWER = "*/ship", "*/202602/cancellations", "*/cancellations/*/*"
    shirt_off = 50_000
    behaviour: ClassVar = {"tracking_delay_s": 0, "document_delay_s": 0}

    def reason_of(self, number: str) -> str:
        return str(self.told(number)["cancel_reason"])

    def is_to_be_fetched(self, number: str) -> bool:
        return bool(self.told(number)["status"] == "AWAITING_COLLECTION")

    def set_stock(self, sku: str, quantity: int) -> None:
        self("POST", "stock", {"sku": sku, "available": quantity})

    def push(self, number: str, status: str = "to_ship", at: int = 1) -> bytes:
        data = {"order_id": number, "order_status": self.words[status], "update_time": at}
        envelope = {"type": 1, "tts_notification_id": f"{number}{status}{at}", "timestamp": at}
        return written({**envelope, "shop_id": self.shop_id, "data": data})


def written(message: Mapping[str, Any]) -> bytes:
    return json.dumps(message).encode()


MARKETS: dict[str, type[Market]] = {
    market.code_name: market for market in (ShopeeMarket, LazadaMarket, TikTokMarket)
}


# A shop and its orders, at any of them


@contextmanager
def running_market(code: str, tmp_path: Path, settings: Any) -> Iterator[Market]:
    """The marketplace on free ports, and our settings pointing at it."""
    with running_sandbox(tmp_path / "sandbox", [code], behind=BEHIND_S) as sandbox:
        settings.PARTNERS = {**settings.PARTNERS, code: sandbox.credentials()[code]}
        settings.MEDIA_ROOT = tmp_path / "media"
        market = MARKETS[code](sandbox)
        market("POST", "behaviour", market.behaviour)
        yield market


def connect(market: Market) -> Shop:
    code = market.code()
    [connected] = connect_shop(market.code_name, code, returned=market.returned, actor=ACTOR)
    return connected


def stocked(shop: Shop) -> Shop:
    """Goods are on the shelf, listings linked, the first day read."""
    warehouse = Warehouse.objects.create(code="KHO1", name="Kho", province="TP. Hồ Chí Minh")
    variants = []
    for sku in SOLD:
        product = Product.objects.create(name=sku, name_folded=sku.lower())
        variants.append(Variant.objects.create(product=product, sku=sku))
    fill_shelf(warehouse, variants, 100)
    pull_listings(shop.pk)
    import_window(shop.pk)
    return shop


def order_of(number: str) -> Order:
    return Order.objects.get(remote_id=number)


def confirmed(market: Market, shop: Shop, **wanted: Any) -> Order:
    [number] = market.place(**wanted)
    import_orders(shop.pk, [number])
    confirm_order(order_of(number).pk, actor=ACTOR)
    return order_of(number)


def shipped(market: Market, shop: Shop, **wanted: Any) -> Order:
    """An order whose parcel has its label."""
    order = confirmed(market, shop, **wanted)
    [wish] = arrange_shipment(order.pk, actor=ACTOR)
    fetch_waybill(send_arrangement(wish.pk).pk)
    return order


def moved(market: Market, shop: Shop, order: Order, *statuses: str) -> Order:
    for status in statuses:
        market.move(order.remote_id, status)
        import_orders(shop.pk, [order.remote_id])
    return order_of(order.remote_id)


def take_pushes() -> None:
    for message in InboxMessage.objects.filter(processed_at=None).order_by("pk"):
        inbox.process(message.pk)
