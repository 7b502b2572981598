"""TikTok Shop behind the Marketplace port: one client call and one mapping per operation."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from urllib.parse import urlencode

from django.conf import settings

from channels_sync.marketplaces.tiktok_shop import mapping, paths, webhook
from channels_sync.marketplaces.tiktok_shop.cancelling import ANSWER_ACTION, TikTokCancelling
from channels_sync.marketplaces.tiktok_shop.client import Json, TikTokClient
from channels_sync.marketplaces.tiktok_shop.creating import TikTokCreating
from channels_sync.marketplaces.tiktok_shop.errors import AUTHORISATION
from channels_sync.marketplaces.tiktok_shop.money import TikTokMoney
from channels_sync.marketplaces.tiktok_shop.returning import TikTokReturns
from channels_sync.marketplaces.tiktok_shop.shipping import TikTokShipping
from channels_sync.marketplaces.tiktok_shop.sign import webhook_is_genuine
from channels_sync.marketplaces.tiktok_shop.texts import TikTokTexts
from channels_sync.ports import (
    Access,
    AccessLost,
    Capabilities,
    Grant,
    OrderPage,
    OrderRef,
    Push,
    RemoteState,
    Sale,
    ShopInfo,
    Tokens,
    UnreadableSale,
)
from oms.kernel.errors import ServiceRefused
from oms.kernel.http import PartnerSession

REDACTED = ("access_token", "refresh_token", "sign", "app_secret", "auth_code", "cipher",
            "shop_cipher", "buyer_email", "phone_number")  # fmt: skip


class TikTokConnector(
    TikTokCreating, TikTokTexts, TikTokShipping, TikTokCancelling, TikTokMoney, TikTokReturns
):
    code = "tiktok_shop"
    name = "TikTok Shop"
    capabilities = Capabilities(
        chooses_handover=True,
        own_carrier=True,
        tells_completion=True,
        edits_products=True,
        tells_deadline=True,
    )
    longest_window_days = 15
    order_page_size = 100
    order_detail_size = 50
    batch_size = 100
    batch_mixes_items = False

    def __init__(self, client: TikTokClient, consent_page: str, service_id: str) -> None:
        super().__init__(client)
        self.consent_page, self.service_id = consent_page, service_id

    # Access

    @property
    def has_keys(self) -> bool:
        return bool(self.client.app_key and self.client.app_secret and self.service_id)

    def consent_url(self, redirect_uri: str, state: str) -> str:
        """Where to return to is registered with the app, not asked for."""
        query = {"service_id": self.service_id, "state": state}
        return f"{self.consent_page}?{urlencode(query)}"

    def exchange_code(self, code: str, returned: Mapping[str, str]) -> Grant:
        asked = {"auth_code": code, "grant_type": "authorized_code"}
        answer = self.client.token(paths.TOKEN_GET, asked)
        shops = self.client.of_account(str(answer["access_token"]), paths.SHOPS).get("shops") or []
        return mapping.grant(answer, shops)

    def refresh(self, remote_shop_id: str, refresh_token: str) -> Tokens:
        asked = {"refresh_token": refresh_token, "grant_type": "refresh_token"}
        try:
            return mapping.tokens(self.client.token(paths.TOKEN_REFRESH, asked))
        except ServiceRefused as refusal:
            if int(refusal.code) in AUTHORISATION:
                raise AccessLost(refusal.message, code=refusal.code)
            raise

    def shop_info(self, access: Access) -> ShopInfo:
        """When the consent ends is told with the tokens, not here."""
        shops = self.client.of_account(access.token, paths.SHOPS).get("shops") or []
        found: Json = next((s for s in shops if str(s["id"]) == access.remote_shop_id), {})
        return ShopInfo(
            name=str(found.get("name") or ""),
            region=str(found.get("region") or ""),
            authorised_until=None,
        )

    # Orders

    def list_orders(
        self, access: Access, *, since: datetime, until: datetime, cursor: str, by_creation: bool
    ) -> OrderPage:
        """The list brings whole orders; the window is open at its end."""
        field = "create_time" if by_creation else "update_time"
        query = {
            "page_size": self.order_page_size,
            "page_token": cursor,
            "sort_field": field,
            "sort_order": "ASC",
        }
        window = {f"{field}_ge": int(since.timestamp()), f"{field}_lt": int(until.timestamp()) + 1}
        page = self.client.search(access, paths.ORDERS_SEARCH, query, window)
        refs = tuple(
            OrderRef(str(order["id"]), str(order.get("status") or ""), order)
            for order in page.get("orders") or []
        )
        return OrderPage(refs, str(page.get("next_page_token") or "") or None)

    def fetch_orders(self, access: Access, refs: Sequence[OrderRef]) -> list[Sale | UnreadableSale]:
        """Orders that the list did not bring are asked for, all in one call."""
        missing = [ref.remote_id for ref in refs if ref.head is None]
        told = {ref.remote_id: ref.head for ref in refs if ref.head is not None}
        if missing:
            rows = self.client.get(access, paths.ORDERS, {"ids": missing}).get("orders") or []
            told |= {str(order["id"]): order for order in rows}
        answers = [mapping.sale(order) for order in told.values()]
        return self._with_deadlines(access, answers)

    def _with_deadlines(
        self, access: Access, answers: Sequence[Sale | UnreadableSale]
    ) -> list[Sale | UnreadableSale]:
        """Until when a buyer's wish waits is told with the wish, not with the order."""
        asked = [
            answer.remote_id
            for answer in answers
            if isinstance(answer, Sale) and answer.state is RemoteState.CANCEL_REQUESTED
        ]
        if not asked:
            return list(answers)
        ends = {str(wish["order_id"]): _deadline(wish) for wish in self.wishes(access, asked)}
        return [
            replace(answer, answer_until=ends[answer.remote_id])
            if isinstance(answer, Sale) and answer.remote_id in ends
            else answer
            for answer in answers
        ]

    # Push

    def verify_push(self, url: str, body: bytes, headers: Mapping[str, str]) -> bool:
        key, secret = self.client.app_key, self.client.app_secret
        return webhook_is_genuine(key, secret, body, webhook.signature(headers))

    def read_push(self, body: bytes) -> Push:
        return webhook.read(body)


def _deadline(wish: Json) -> datetime | None:
    rows = wish.get("seller_next_action_response") or []
    found: Json = next((row for row in rows if row.get("action") == ANSWER_ACTION), {})
    return mapping.moment(found.get("deadline"))


def connect() -> TikTokConnector:
    """The connector for the application keys in the settings; its connections are kept."""
    keys = settings.PARTNERS["tiktok_shop"]
    names = ("base_url", "auth_url", "consent_url", "app_key", "app_secret", "service_id")
    return _connect(*(str(keys[name]) for name in names))


@cache
def _connect(
    base_url: str,
    auth_url: str,
    consent_page: str,
    app_key: str,
    app_secret: str,
    service_id: str,
) -> TikTokConnector:
    def session(url: str) -> PartnerSession:
        return PartnerSession("tiktok_shop", url, redact=REDACTED)

    client = TikTokClient(session(base_url), session(auth_url), app_key, app_secret)
    return TikTokConnector(client, consent_page, service_id)
