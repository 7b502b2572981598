"""Lazada behind the Marketplace port: one client call and one mapping per operation."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from urllib.parse import urlencode

from django.conf import settings

from channels_sync.marketplaces.lazada import mapping, webhook
from channels_sync.marketplaces.lazada.cancelling import LazadaCancelling
from channels_sync.marketplaces.lazada.client import Json, LazadaClient
from channels_sync.marketplaces.lazada.creating import LazadaCreating
from channels_sync.marketplaces.lazada.money import LazadaMoney
from channels_sync.marketplaces.lazada.returning import LazadaReturns
from channels_sync.marketplaces.lazada.shipping import LazadaShipping
from channels_sync.marketplaces.lazada.sign import push_is_genuine
from channels_sync.marketplaces.lazada.status import statuses_text
from channels_sync.marketplaces.lazada.texts import LazadaTexts
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
from oms.kernel.http import PartnerSession

REDACTED = ("access_token", "refresh_token", "sign", "app_secret")
# Of the token host only: elsewhere `code` is the answer's own word for success.
REDACTED_AT_AUTH = (*REDACTED, "code")


class LazadaConnector(
    LazadaCreating, LazadaTexts, LazadaShipping, LazadaCancelling, LazadaMoney, LazadaReturns
):
    code = "lazada"
    name = "Lazada"
    capabilities = Capabilities(
        chooses_handover=False,
        own_carrier=False,
        tells_completion=False,
        edits_products=True,
        cancels_parts=True,
        tells_deadline=True,
    )
    longest_window_days = 15
    order_page_size = 100
    order_detail_size = 50
    batch_size = 50
    batch_mixes_items = True

    def __init__(self, client: LazadaClient, consent_page: str) -> None:
        super().__init__(client)
        self.consent_page = consent_page

    # Access

    @property
    def has_keys(self) -> bool:
        return bool(self.client.app_key and self.client.app_secret)

    def consent_url(self, redirect_uri: str, state: str) -> str:
        query = {
            "response_type": "code",
            "force_auth": "true",
            "redirect_uri": redirect_uri,
            "client_id": self.client.app_key,
            "country": mapping.COUNTRY,
            "state": state,
        }
        return f"{self.consent_page}?{urlencode(query)}"

    def exchange_code(self, code: str, returned: Mapping[str, str]) -> Grant:
        answer = self.client.token("/auth/token/create", {"code": code})
        return mapping.grant(answer, now=clock.now())

    def refresh(self, remote_shop_id: str, refresh_token: str) -> Tokens:
        answer = self.client.token("/auth/token/refresh", {"refresh_token": refresh_token})
        return mapping.tokens(answer, now=clock.now())

    def shop_info(self, access: Access) -> ShopInfo:
        """When the consent ends is told with the tokens, not here."""
        seller = self.client.get(access, "/seller/get").get("data") or {}
        return ShopInfo(
            name=str(seller.get("name") or ""),
            region=mapping.COUNTRY.upper(),
            authorised_until=None,
        )

    # Orders

    def list_orders(
        self, access: Access, *, since: datetime, until: datetime, cursor: str, by_creation: bool
    ) -> OrderPage:
        """Pages by a moving start: an order that changes meanwhile cannot push another out.

        The cursor is the second from which to read on, and how many rows of it are known.
        """
        start, offset = _place(cursor, since)
        field = "created" if by_creation else "update"
        answer = self.client.get(
            access,
            "/orders/get",
            {
                f"{field}_after": start.isoformat(timespec="seconds"),
                f"{field}_before": until.isoformat(timespec="seconds"),
                "sort_by": "created_at" if by_creation else "updated_at",
                "sort_direction": "ASC",
                "offset": offset,
                "limit": self.order_page_size,
            },
        )
        page: Json = answer.get("data") or {}
        heads = page.get("orders") or []
        refs = tuple(
            OrderRef(str(head["order_id"]), statuses_text(head.get("statuses") or []), head)
            for head in heads
        )
        if not heads or offset + len(heads) >= int(page.get("countTotal") or 0):
            return OrderPage(refs, None)
        last = mapping.needed_moment(heads[-1]["created_at" if by_creation else "updated_at"])
        return OrderPage(refs, _following(start, offset + len(heads), last))

    def fetch_orders(self, access: Access, refs: Sequence[OrderRef]) -> list[Sale | UnreadableSale]:
        """Units of all orders in one call; heads that the list did not bring, one by one."""
        ids = [int(ref.remote_id) for ref in refs]
        answer = self.client.get(access, "/orders/items/get", {"order_ids": ids})
        units = {
            str(row["order_id"]): row.get("order_items") or [] for row in answer.get("data") or []
        }
        return [
            mapping.sale(ref.head or self._head(access, ref.remote_id), units[ref.remote_id])
            for ref in refs
            if ref.remote_id in units
        ]

    def _head(self, access: Access, remote_id: str) -> Json:
        answer = self.client.get(access, "/order/get", {"order_id": remote_id})
        return dict(answer.get("data") or {})

    # Push

    def verify_push(self, url: str, body: bytes, headers: Mapping[str, str]) -> bool:
        key, secret = self.client.app_key, self.client.app_secret
        return push_is_genuine(key, secret, body, webhook.signature(headers))

    def read_push(self, body: bytes) -> Push:
        return webhook.read(body)


def _place(cursor: str, since: datetime) -> tuple[datetime, int]:
    if not cursor:
        return since, 0
    start, _bar, offset = cursor.partition("|")
    return datetime.fromisoformat(start), int(offset)


def _following(start: datetime, known: int, last: datetime) -> str:
    """Go on a second before the last row, for whether the ends count is not said; else further in.

    When a whole page lies in the same second only the offset can grow.
    """
    again = last - timedelta(seconds=1)
    if again > start:
        return f"{again.isoformat()}|0"
    return f"{start.isoformat()}|{known}"


def connect() -> LazadaConnector:
    """The connector for the application keys in the settings; its connections are kept."""
    keys = settings.PARTNERS["lazada"]
    names = ("base_url", "auth_url", "consent_url", "app_key", "app_secret")
    return _connect(*(str(keys[name]) for name in names))


@cache
def _connect(
    base_url: str, auth_url: str, consent_page: str, app_key: str, app_secret: str
) -> LazadaConnector:
    def session(url: str, redact: tuple[str, ...]) -> PartnerSession:
        return PartnerSession("lazada", url, redact=redact)

    market, auth = session(base_url, REDACTED), session(auth_url, REDACTED_AT_AUTH)
    return LazadaConnector(LazadaClient(market, auth, app_key, app_secret), consent_page)
