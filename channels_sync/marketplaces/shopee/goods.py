"""Products and stock at Shopee: one client call and one mapping per operation."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from channels_sync.marketplaces.shopee import mapping
from channels_sync.marketplaces.shopee.calls import ShopeeCalls
from channels_sync.marketplaces.shopee.client import Json
from channels_sync.ports import (
    Access,
    ListingOutcome,
    ListingPage,
    PriceNumber,
    RemoteListing,
    StockNumber,
)
from oms.kernel.errors import ServiceRefused

ITEM_PAGE = 50
ITEM_STATUSES = ["NORMAL", "UNLIST"]


class ShopeeGoods(ShopeeCalls):
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

    def update_stock(self, access: Access, numbers: Sequence[StockNumber]) -> ListingOutcome:
        """Set absolute stock of one product; HTTP 200 with refused rows is a normal answer."""
        several = [n.ref for n in numbers if len(n.location_ids) > 1]
        refused = dict.fromkeys(several, _("Gian hàng có nhiều kho trên sàn: chưa hỗ trợ"))
        sendable = [n for n in numbers if n.ref not in refused]
        if not sendable:
            return ListingOutcome(frozenset(), refused)
        item_id = sendable[0].remote_item_id
        body = mapping.stock_request(item_id, sendable)
        refused |= self._set(access, "/api/v2/product/update_stock", item_id, body)
        accepted = {n.ref for n in sendable} - set(refused)
        return ListingOutcome(frozenset(accepted), refused)

    def update_prices(self, access: Access, numbers: Sequence[PriceNumber]) -> ListingOutcome:
        """Set original prices of one product."""
        item_id = numbers[0].remote_item_id
        body = mapping.price_request(item_id, numbers)
        refused = self._set(access, "/api/v2/product/update_price", item_id, body)
        return ListingOutcome(frozenset({n.ref for n in numbers} - set(refused)), refused)

    def _set(self, access: Access, path: str, item_id: str, body: Json) -> dict[str, str]:
        """Why rows were refused; a total failure still names the reason of each."""
        try:
            answer = self.client.post(access, path, body)
        except ServiceRefused as refusal:
            answer = refusal.payload or {}
            if not (answer.get("response") or {}).get("failure_list"):
                raise
        rows = (answer.get("response") or {}).get("failure_list") or []
        return {
            f"{item_id}:{row.get('model_id') or 0}": str(row.get("failed_reason") or "")
            for row in rows
        }
