"""Shopee behind the Marketplace port: one client call and one mapping per operation."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext as _

from channels_sync.marketplaces.shopee import escrow, mapping, webhook
from channels_sync.marketplaces.shopee.client import Json, ShopeeClient
from channels_sync.marketplaces.shopee.creating import ShopeeCreating
from channels_sync.marketplaces.shopee.money import ShopeeMoney
from channels_sync.marketplaces.shopee.returning import ShopeeReturns
from channels_sync.marketplaces.shopee.shipping import ShopeeShipping
from channels_sync.marketplaces.shopee.sign import push_is_genuine
from channels_sync.marketplaces.shopee.texts import ShopeeTexts
from channels_sync.ports import (
    Access,
    Capabilities,
    Grant,
    OrderPage,
    OrderRef,
    Push,
    Sale,
    ShopInfo,
    Tokens,
    UnreadableSale,
)
from oms.kernel import clock
from oms.kernel.errors import ServiceRefused
from oms.kernel.http import PartnerSession

REDACTED = ("access_token", "refresh_token", "sign", "code", "partner_key")


class ShopeeConnector(ShopeeCreating, ShopeeTexts, ShopeeShipping, ShopeeMoney, ShopeeReturns):
    code = "shopee"
    name = "Shopee"
    capabilities = Capabilities(
        chooses_handover=True, own_carrier=True, tells_completion=True, edits_products=True
    )
    longest_window_days = 15
    order_page_size = 100
    order_detail_size = 50
    batch_size = 50
    batch_mixes_items = False

    def __init__(self, client: ShopeeClient, consent_page: str) -> None:
        super().__init__(client)
        self.consent_page = consent_page

    # Access

    @property
    def has_keys(self) -> bool:
        return bool(self.client.partner_id and self.client.partner_key)

    def consent_url(self, redirect_uri: str, state: str) -> str:
        """The new-style page: no timestamp and no signature; `state` comes back unchanged."""
        query = {
            "partner_id": self.client.partner_id,
            "auth_type": "seller",
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "state": state,
        }
        return f"{self.consent_page}?{urlencode(query)}"

    def exchange_code(self, code: str, returned: Mapping[str, str]) -> Grant:
        shop_id, account = _digits(returned, "shop_id"), _digits(returned, "main_account_id")
        body: Json = {"code": code, "partner_id": self.client.partner_id}
        if account:
            body["main_account_id"] = int(account)
        elif shop_id:
            body["shop_id"] = int(shop_id)
        else:
            raise ServiceRefused(_("Sàn không cho biết gian hàng nào đã đồng ý"), code="no_shop")
        answer = self.client.public_post("/api/v2/auth/token/get", body)
        return mapping.grant(answer, shop_id=shop_id, now=clock.now())

    def refresh(self, remote_shop_id: str, refresh_token: str) -> Tokens:
        body = {
            "refresh_token": refresh_token,
            "partner_id": self.client.partner_id,
            "shop_id": int(remote_shop_id),
        }
        answer = self.client.public_post("/api/v2/auth/access_token/get", body)
        return mapping.tokens(answer, now=clock.now())

    def shop_info(self, access: Access) -> ShopInfo:
        answer = self.client.get(access, "/api/v2/shop/get_shop_info")
        return ShopInfo(
            name=str(answer.get("shop_name") or ""),
            region=str(answer.get("region") or ""),
            authorised_until=mapping.moment(answer.get("expire_time")),
        )

    # Orders

    def list_orders(
        self, access: Access, *, since: datetime, until: datetime, cursor: str, by_creation: bool
    ) -> OrderPage:
        query = {
            "time_range_field": "create_time" if by_creation else "update_time",
            "time_from": int(since.timestamp()),
            "time_to": int(until.timestamp()),
            "page_size": self.order_page_size,
            "cursor": cursor,
            "response_optional_fields": "order_status",
            "request_order_status_pending": "true",
        }
        answer = self.client.get(access, "/api/v2/order/get_order_list", query)["response"]
        rows = tuple(
            OrderRef(str(row["order_sn"]), str(row.get("order_status") or ""))
            for row in answer.get("order_list") or []
        )
        more = bool(answer.get("more")) and bool(answer.get("next_cursor"))
        return OrderPage(rows, str(answer["next_cursor"]) if more else None)

    def fetch_orders(self, access: Access, refs: Sequence[OrderRef]) -> list[Sale | UnreadableSale]:
        query = {
            "order_sn_list": ",".join(ref.remote_id for ref in refs),
            "response_optional_fields": mapping.ORDER_FIELDS,
            "request_order_status_pending": "true",
        }
        answer = self.client.get(access, "/api/v2/order/get_order_detail", query)["response"]
        return [self._sale(access, order) for order in answer.get("order_list") or []]

    def _sale(self, access: Access, order: Json) -> Sale | UnreadableSale:
        if not escrow.lacks_price(order):
            return mapping.sale(order)
        try:
            detail = self.client.get(
                access, "/api/v2/payment/get_escrow_detail", {"order_sn": order["order_sn"]}
            )
        except ServiceRefused as refusal:
            reason = _("Sàn báo giá 0 và không cho xem quyết toán: %(why)s") % {
                "why": refusal.message
            }
            return UnreadableSale(str(order["order_sn"]), reason, mapping.plain(order))
        return escrow.with_escrow_prices(order, detail["response"].get("order_income") or {})

    # Cancelling

    def cancel(
        self, access: Access, remote_id: str, *, out_of_stock: Sequence[str], reason: str = ""
    ) -> None:
        """Cancel as the seller: for the listings that ran out, else for the reason told, or at the
        buyer's wish; running out without listings is not taken by the marketplace."""
        told = reason if reason != "OUT_OF_STOCK" else ""
        body: Json = {"order_sn": remote_id, "cancel_reason": told or "CUSTOMER_REQUEST"}
        if out_of_stock:
            pairs = [ref.split(":", 1) for ref in out_of_stock]
            body["cancel_reason"] = "OUT_OF_STOCK"
            body["item_list"] = [{"item_id": int(i), "model_id": int(m)} for i, m in pairs]
        self.client.post(access, "/api/v2/order/cancel_order", body)

    def answer_cancellation(self, access: Access, remote_id: str, *, accept: bool) -> None:
        body = {"order_sn": remote_id, "operation": "ACCEPT" if accept else "REJECT"}
        self.client.post(access, "/api/v2/order/handle_buyer_cancellation", body)

    # Push

    def verify_push(self, url: str, body: bytes, headers: Mapping[str, str]) -> bool:
        return push_is_genuine(self.client.partner_key, url, body, webhook.signature(headers))

    def read_push(self, body: bytes) -> Push:
        return webhook.read(body)


def _digits(returned: Mapping[str, str], name: str) -> str:
    value = returned.get(name, "")
    return value if value.isascii() and value.isdigit() else ""


def connect() -> ShopeeConnector:
    """The connector for the application keys in the settings; its connections are kept."""
    keys = settings.PARTNERS["shopee"]
    return _connect(
        str(keys["base_url"]),
        str(keys["consent_url"]),
        int(keys["partner_id"]),
        str(keys["partner_key"]),
    )


@cache
def _connect(
    base_url: str, consent_page: str, partner_id: int, partner_key: str
) -> ShopeeConnector:
    http = PartnerSession("shopee", base_url, redact=REDACTED)
    return ShopeeConnector(ShopeeClient(http, partner_id, partner_key), consent_page)
