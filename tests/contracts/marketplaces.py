"""Each marketplace as the contract suite sees it: its connector, and a hand on its sandbox."""

from typing import Any

from channels_sync.marketplaces.lazada.client import LazadaClient
from channels_sync.marketplaces.lazada.connector import REDACTED as LAZADA_REDACTED
from channels_sync.marketplaces.lazada.connector import REDACTED_AT_AUTH, LazadaConnector
from channels_sync.marketplaces.shopee.client import ShopeeClient
from channels_sync.marketplaces.shopee.connector import REDACTED as SHOPEE_REDACTED
from channels_sync.marketplaces.shopee.connector import ShopeeConnector
from channels_sync.marketplaces.tiktok_shop.client import TikTokClient
from channels_sync.marketplaces.tiktok_shop.connector import REDACTED as TIKTOK_REDACTED
from channels_sync.marketplaces.tiktok_shop.connector import TikTokConnector
from channels_sync.ports import Access, Grant, Marketplace, OrderRef, ParcelRef, Sale, Tokens
from oms.kernel.http import PartnerSession
from oms.sandbox.run import Sandbox

FAST = 1000


class Side:
    """One marketplace: what the suite needs to know of it, and nothing it does not share."""

    code: str
    shop_id: str
    shop_name: str
    # Patterns of the calls that the faults are put on.
    INFO: str
    DETAIL: str
    ARRANGE: str
    STOCK: str
    wrong_sign: str
    missing_order: str
    returned: dict[str, str] = {}
    # The consent page is told where to return to; else that is registered with the application.
    names_its_return = True
    # What calls name the shop by, where that is not its number.
    shop_key = ""
    # Where its sandbox keeps products; empty where a seller may not change what they say.
    collection = ""
    name_of_product = "name"

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.keys = sandbox.credentials()[self.code]
        self.connector: Any = self.connect(self.keys)

    def connect(self, keys: dict[str, Any]) -> Marketplace:
        raise NotImplementedError

    def with_wrong_key(self) -> Marketplace:
        raise NotImplementedError

    def secret(self) -> str:
        raise NotImplementedError

    def __call__(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        return self.sandbox.control(self.code, method, path, body)

    def fault(self, kind: str, path: str, **more: object) -> None:
        self("POST", "faults", {"kind": kind, "path": path, **more})

    def calls(self, path: str) -> int:
        return len(self("GET", f"calls?path={path.lstrip('*')}&limit=1000"))

    def issued_code(self) -> str:
        return self("POST", "issue_code", {})["code"]

    def grant(self) -> Grant:
        return self.connector.exchange_code(self.issued_code(), self.returned)

    def access(self) -> Access:
        return self.access_with(self.grant().tokens)

    def access_with(self, tokens: Tokens) -> Access:
        return Access(self.shop_id, tokens.access_token, self.shop_key)

    def place(self, **wanted: object) -> list[str]:
        raise NotImplementedError

    def ask_to_cancel(self, number: str) -> None:
        raise NotImplementedError

    def was_taken(self, sale: Sale) -> bool:
        """The first write of arranging this order's shipment was done."""
        raise NotImplementedError

    def fetch(self, access: Access, number: str) -> Sale:
        [sale] = self.connector.fetch_orders(access, [OrderRef(number)])
        assert isinstance(sale, Sale)
        return sale

    def parcel(self, access: Access, number: str) -> ParcelRef:
        """The first parcel of an order, named as our services name it."""
        told = self.fetch(access, number).parcels[0]
        shown = told.package_number if told.is_numbered else ""
        return ParcelRef(number, shown, unit_ids=told.unit_ids)


class ShopeeSide(Side):
    code, shop_id, shop_name = "shopee", "88012345", "Đơn Nhanh Demo"
    INFO, DETAIL = "*get_shop_info", "*get_order_detail"
    ARRANGE, STOCK = "*ship_order", "*update_stock"
    wrong_sign = "error_sign"
    returned = {"shop_id": "88012345"}
    missing_order = "2601010NOSUCH1"
    collection, name_of_product = "items", "item_name"

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        self("POST", "behaviour", {"tracking_delay_s": 0, "document_delay_s": 0})

    def connect(self, keys: dict[str, Any]) -> ShopeeConnector:
        http = PartnerSession("shopee", keys["base_url"], rate_per_second=FAST,
                              redact=SHOPEE_REDACTED)  # fmt: skip
        client = ShopeeClient(http, keys["partner_id"], keys["partner_key"])
        return ShopeeConnector(client, keys["consent_url"])

    def with_wrong_key(self) -> Marketplace:
        return self.connect({**self.keys, "partner_key": "shpkfalse"})

    def secret(self) -> str:
        return str(self.keys["partner_key"])

    def place(self, **wanted: object) -> list[str]:
        return self("POST", "orders", {"push": False, **wanted})["order_sns"]

    def ask_to_cancel(self, number: str) -> None:
        self("POST", "order_status", {"order_sn": number, "status": "IN_CANCEL"})

    def was_taken(self, sale: Sale) -> bool:
        return sale.parcels[0].is_arranged


class LazadaSide(Side):
    code, shop_id, shop_name = "lazada", "200123456", "Đơn Nhanh LazMall"
    INFO, DETAIL = "*/seller/get", "*/orders/items/get"
    ARRANGE, STOCK = "*/order/fulfill/pack", "*/sellable/update"
    wrong_sign = "IncompleteSignature"
    missing_order = "510022334455999000"
    collection = "products"

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        self("POST", "behaviour", {"tracking_delay_s": 0})

    def connect(self, keys: dict[str, Any]) -> LazadaConnector:
        market = PartnerSession("lazada", keys["base_url"], rate_per_second=FAST,
                                redact=LAZADA_REDACTED)  # fmt: skip
        auth = PartnerSession("lazada", keys["auth_url"], rate_per_second=FAST,
                              redact=REDACTED_AT_AUTH)  # fmt: skip
        client = LazadaClient(market, auth, keys["app_key"], keys["app_secret"])
        return LazadaConnector(client, keys["consent_url"])

    def with_wrong_key(self) -> Marketplace:
        return self.connect({**self.keys, "app_secret": "false"})

    def secret(self) -> str:
        return str(self.keys["app_secret"])

    def place(self, **wanted: object) -> list[str]:
        return self("POST", "orders", {"push": False, **wanted})["order_ids"]

    def ask_to_cancel(self, number: str) -> None:
        self("POST", "buyer_cancel", {"order_id": number})

    def was_taken(self, sale: Sale) -> bool:
        return sale.parcels[0].is_numbered


class TikTokSide(Side):
    code, shop_id, shop_name = "tiktok_shop", "7495000000000000101", "Đơn Nhanh TikTok"
    INFO, DETAIL = "*/authorization/202309/shops", "*/order/202507/orders"
    ARRANGE, STOCK = "*/ship", "*/inventory/update"
    wrong_sign = "106001"
    missing_order = "577000111222999000"
    names_its_return = False
    collection, name_of_product = "products", "title"

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        self("POST", "behaviour", {"tracking_delay_s": 0, "document_delay_s": 0})
        self.shop_key = str(self("GET", "state?collection=shops")["shops"][self.shop_id]["cipher"])

    def connect(self, keys: dict[str, Any]) -> TikTokConnector:
        api, auth = (
            PartnerSession("tiktok_shop", keys[name], rate_per_second=FAST, redact=TIKTOK_REDACTED)
            for name in ("base_url", "auth_url")
        )
        client = TikTokClient(api, auth, keys["app_key"], keys["app_secret"])
        return TikTokConnector(client, keys["consent_url"], keys["service_id"])

    def with_wrong_key(self) -> Marketplace:
        return self.connect({**self.keys, "app_secret": "false"})

    def secret(self) -> str:
        return str(self.keys["app_secret"])

    def place(self, **wanted: object) -> list[str]:
        return self("POST", "orders", {"push": False, **wanted})["order_ids"]

    def ask_to_cancel(self, number: str) -> None:
        self("POST", "buyer_cancel", {"order_id": number})

    def was_taken(self, sale: Sale) -> bool:
        return sale.parcels[0].is_arranged


SIDES: dict[str, type[Side]] = {side.code: side for side in (ShopeeSide, LazadaSide, TikTokSide)}
