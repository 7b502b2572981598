"""Shopee behind the Marketplace port: one client call and one mapping per operation."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext as _

from channels_sync.marketplaces.shopee import escrow, mapping, webhook
from channels_sync.marketplaces.shopee.client import Json, ShopeeClient
from channels_sync.marketplaces.shopee.sign import push_is_genuine
from channels_sync.marketplaces.shopee.status import DOCUMENT_STATES
from channels_sync.ports import (
    Access,
    Document,
    DocumentState,
    Grant,
    Handover,
    ListingPage,
    OrderPage,
    OrderRef,
    ParcelRef,
    Push,
    RemoteListing,
    Sale,
    ShippingOptions,
    ShopInfo,
    StockNumber,
    StockOutcome,
    Tokens,
    UnreadableSale,
)
from oms.kernel import clock
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.kernel.http import PartnerSession

# Shopee publishes no figure; 429 is answered by waiting.
RATE_PER_SECOND = 20.0
ITEM_PAGE = 50
ITEM_STATUSES = ["NORMAL", "UNLIST"]
HANDOVER_KEYS = {
    Handover.PICKUP: "pickup",
    Handover.DROPOFF: "dropoff",
    Handover.OWN_CARRIER: "non_integrated",
}
ALL_ROWS_FAILED = "common.batch_api_all_failed"
LATER = {"download_later", "shipping_document_should_print_first", "error_network"}
REDACTED = ("access_token", "refresh_token", "sign", "code", "partner_key")


class ShopeeConnector:
    code = "shopee"
    name = "Shopee"
    longest_window_days = 15
    order_page_size = 100
    order_detail_size = 50
    stock_batch_size = 50

    def __init__(self, client: ShopeeClient, consent_page: str) -> None:
        self.client = client
        self.consent_page = consent_page

    # Access

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

    def exchange_code(self, code: str, *, shop_id: str, main_account_id: str) -> Grant:
        body: Json = {"code": code, "partner_id": self.client.partner_id}
        if main_account_id:
            body["main_account_id"] = int(main_account_id)
        else:
            body["shop_id"] = int(shop_id)
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

    def fetch_orders(
        self, access: Access, remote_ids: Sequence[str]
    ) -> list[Sale | UnreadableSale]:
        query = {
            "order_sn_list": ",".join(remote_ids),
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

    # Products and stock

    def list_products(self, access: Access, cursor: str) -> ListingPage:
        query = {"offset": int(cursor or 0), "page_size": ITEM_PAGE, "item_status": ITEM_STATUSES}
        page = self.client.get(access, "/api/v2/product/get_item_list", query)["response"]
        ids = [str(row["item_id"]) for row in page.get("item") or []]
        rows: list[RemoteListing] = []
        if ids:
            base = self.client.get(
                access, "/api/v2/product/get_item_base_info", {"item_id_list": ",".join(ids)}
            )["response"]
            for item in base.get("item_list") or []:
                rows.extend(self._listings(access, item))
            locations = self._locations(access)
            rows = [replace(row, location_ids=locations) for row in rows]
        more = bool(page.get("has_next_page"))
        return ListingPage(tuple(rows), str(page["next_offset"]) if more else None)

    def _locations(self, access: Access) -> tuple[str, ...]:
        """Where stock is set by location: nowhere in a shop of one warehouse.

        Such a shop shows a location beside its stock all the same, and refuses it in a request.
        """
        try:
            answer = self.client.get(access, "/api/v2/shop/get_warehouse_detail")
        except ServiceRefused as refusal:
            if refusal.code.endswith("error_not_in_whitelist"):
                return ()
            raise
        rows = answer.get("response") or []
        return tuple(str(row["location_id"]) for row in rows if row.get("location_id"))

    def _listings(self, access: Access, item: Json) -> list[RemoteListing]:
        if not item.get("has_model"):
            return mapping.listings(item, None)
        answer = self.client.get(
            access, "/api/v2/product/get_model_list", {"item_id": item["item_id"]}
        )["response"]
        tiers = {"tier_variation": answer.get("tier_variation") or []}
        return mapping.listings({**item, **tiers}, answer.get("model") or [])

    def update_stock(
        self, access: Access, remote_item_id: str, numbers: Sequence[StockNumber]
    ) -> StockOutcome:
        """Set absolute stock; HTTP 200 with refused rows is a normal answer."""
        several = [n.remote_model_id for n in numbers if len(n.location_ids) > 1]
        refused = dict.fromkeys(several, _("Gian hàng có nhiều kho trên Shopee: chưa hỗ trợ"))
        sendable = [n for n in numbers if n.remote_model_id not in refused]
        if not sendable:
            return StockOutcome(frozenset(), refused)
        said = self._set_stock(access, mapping.stock_request(remote_item_id, sendable))
        for row in said.get("failure_list") or []:
            refused[str(row.get("model_id") or 0)] = str(row.get("failed_reason") or "")
        accepted = {n.remote_model_id for n in sendable} - set(refused)
        return StockOutcome(frozenset(accepted), refused)

    def _set_stock(self, access: Access, body: Json) -> Json:
        """The answer's rows; a total failure still names the reason of each."""
        try:
            answer = self.client.post(access, "/api/v2/product/update_stock", body)
        except ServiceRefused as refusal:
            rows = (refusal.payload or {}).get("response") or {}
            if not rows.get("failure_list"):
                raise
            return dict(rows)
        return dict(answer.get("response") or {})

    # Shipping

    def shipping_options(self, access: Access, parcel: ParcelRef) -> ShippingOptions:
        answer = self.client.get(
            access, "/api/v2/logistics/get_shipping_parameter", _parcel(parcel)
        )
        return mapping.shipping_options(answer["response"])

    def arrange(
        self,
        access: Access,
        parcel: ParcelRef,
        *,
        handover: Handover,
        details: Mapping[str, Any],
        tracking_number: str,
    ) -> None:
        chosen = dict(details)
        if handover is Handover.OWN_CARRIER:
            chosen["tracking_number"] = tracking_number
        body = {**_parcel(parcel), HANDOVER_KEYS[handover]: chosen}
        self.client.post(access, "/api/v2/logistics/ship_order", body)

    def tracking_number(self, access: Access, parcel: ParcelRef) -> str:
        """Empty while Shopee has none yet."""
        answer = self.client.get(access, "/api/v2/logistics/get_tracking_number", _parcel(parcel))
        return str((answer.get("response") or {}).get("tracking_number") or "")

    def choose_document(self, access: Access, parcel: ParcelRef) -> str:
        """The suggested type, or a selectable one when the suggestion is not among those."""
        row = self._document_row(
            access, "get_shipping_document_parameter", _parcel(parcel), reads_only=True
        )
        selectable = [str(kind) for kind in row.get("selectable_shipping_document_type") or []]
        suggested = str(row.get("suggest_shipping_document_type") or "")
        if suggested and (not selectable or suggested in selectable):
            return suggested
        if selectable:
            return selectable[0]
        raise ServiceRefused(_("Sàn chưa cho in vận đơn của đơn này"), code="no_document_type")

    def create_document(
        self, access: Access, parcel: ParcelRef, *, document_type: str, tracking_number: str
    ) -> None:
        row = {**_parcel(parcel), "shipping_document_type": document_type}
        if tracking_number:
            row["tracking_number"] = tracking_number
        self._document_row(access, "create_shipping_document", row, reads_only=False)

    def document_state(
        self, access: Access, parcel: ParcelRef, document_type: str
    ) -> DocumentState:
        asked = {**_parcel(parcel), "shipping_document_type": document_type}
        row = self._document_row(access, "get_shipping_document_result", asked, reads_only=True)
        state = DOCUMENT_STATES.get(str(row.get("status") or ""))
        if state is None:
            raise ServiceRefused(
                _("Trạng thái vận đơn chưa biết: %(status)s") % {"status": row.get("status")},
                code="unknown_document_state",
            )
        return state

    def download_document(self, access: Access, parcel: ParcelRef, document_type: str) -> Document:
        body = {"shipping_document_type": document_type, "order_list": [_parcel(parcel)]}
        try:
            return self.client.download(
                access, "/api/v2/logistics/download_shipping_document", body
            )
        except ServiceRefused as refusal:
            raise _later(refusal.code, refusal.message) or refusal

    def _document_row(self, access: Access, call: str, row: Json, *, reads_only: bool) -> Json:
        """A batch of one: the row's own failure is the call's."""
        path = f"/api/v2/logistics/{call}"
        try:
            answer = self.client.post(access, path, {"order_list": [row]}, reads_only=reads_only)
        except ServiceRefused as refusal:
            if refusal.code != ALL_ROWS_FAILED:
                raise
            answer = refusal.payload
        rows = (answer.get("response") or {}).get("result_list") or []
        if not rows:
            raise ServiceRefused(_("Sàn không trả lời về vận đơn này"), code="no_row")
        error = str(rows[0].get("fail_error") or "")
        if error:
            message = str(rows[0].get("fail_message") or error)
            raise _later(error, message) or ServiceRefused(message, code=error)
        return rows[0]

    # Cancelling

    def cancel(self, access: Access, remote_id: str, *, out_of_stock: Sequence[str]) -> None:
        """Cancel as the seller: for the listings that ran out, or else at the buyer's wish."""
        body: Json = {"order_sn": remote_id, "cancel_reason": "CUSTOMER_REQUEST"}
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


def _parcel(parcel: ParcelRef) -> Json:
    """An order that is not split is named without a package number; an empty one is refused."""
    named: Json = {"order_sn": parcel.remote_id}
    if parcel.package_number:
        named["package_number"] = parcel.package_number
    return named


def _later(error: str, message: str) -> ServiceUnreachable | None:
    """A document that is not there yet is asked for again, not shown as a refusal."""
    if error.rsplit(".", 1)[-1] in LATER:
        return ServiceUnreachable(message, maybe_done=False)
    return None


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
    http = PartnerSession("shopee", base_url, rate_per_second=RATE_PER_SECOND, redact=REDACTED)
    return ShopeeConnector(ShopeeClient(http, partner_id, partner_key), consent_page)
