"""Products and stock at Lazada: one client call and one mapping per operation."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from channels_sync.marketplaces.lazada.calls import LazadaCalls
from channels_sync.ports import Access, ListingPage, RemoteListing, StockNumber, StockOutcome
from oms.kernel.errors import ServiceRefused
from oms.kernel.money import round_half_up

Json = Mapping[str, Any]
ITEM_PAGE = 50
# Some rows of a batch were refused; `detail` names them.
SOME_REFUSED = "501"


class LazadaGoods(LazadaCalls):
    def list_products(self, access: Access, cursor: str) -> ListingPage:
        offset = int(cursor or 0)
        query = {"filter": "all", "offset": offset, "limit": ITEM_PAGE, "options": 1}
        page = self.client.get(access, "/products/get", query).get("data") or {}
        products = page.get("products") or []
        rows = [row for product in products for row in listings(product)]
        following = offset + len(products)
        more = bool(products) and following < int(page.get("total_products") or 0)
        return ListingPage(tuple(rows), str(following) if more else None)

    def update_stock(self, access: Access, numbers: Sequence[StockNumber]) -> StockOutcome:
        """Set what buyers can still order, absolutely; repeating it changes nothing."""
        several = [n.ref for n in numbers if len(n.location_ids) > 1]
        refused = dict.fromkeys(several, _("Gian hàng có nhiều kho trên sàn: chưa hỗ trợ"))
        sendable = [n for n in numbers if n.ref not in refused]
        accepted: set[str] = set()
        while sendable:
            found = self._set_stock(access, sendable)
            refused.update(found)
            if not found:
                accepted = {n.ref for n in sendable}
                break
            # Whether the others of a refused batch were taken is not said: they are sent again.
            sendable = [n for n in sendable if n.ref not in found]
        return StockOutcome(frozenset(accepted), refused)

    def _set_stock(self, access: Access, numbers: Sequence[StockNumber]) -> dict[str, str]:
        """Why rows were refused; nothing when all were taken."""
        path = "/product/stock/sellable/update"
        try:
            self.client.post(access, path, {"payload": stock_request(numbers)})
        except ServiceRefused as refusal:
            if refusal.code != SOME_REFUSED:
                raise
            rows = (refusal.payload or {}).get("detail") or []
            found = _refused_rows(rows, numbers)
            if not found:
                raise
            return found
        return {}


def _refused_rows(rows: Sequence[Json], numbers: Sequence[StockNumber]) -> dict[str, str]:
    refs = {number.remote_model_id: number.ref for number in numbers}
    found: dict[str, str] = {}
    for row in rows:
        ref = refs.get(str(row.get("sku_id") or row.get("SkuId") or ""))
        if ref is not None:
            found[ref] = f"{row.get('code') or ''}: {row.get('message') or ''}".strip(": ")
    return found


def stock_request(numbers: Sequence[StockNumber]) -> dict[str, Any]:
    """The document of a stock update: JSON in the shape of the XML one."""
    rows = [
        {
            "ItemId": int(number.remote_item_id),
            "SkuId": int(number.remote_model_id),
            "SellableQuantity": number.quantity,
        }
        for number in numbers
    ]
    return {"Request": {"Product": {"Skus": {"Sku": rows}}}}


def listings(product: Json) -> list[RemoteListing]:
    """The sellable rows of one product: each of its SKUs."""
    return [_listing(product, sku) for sku in product.get("skus") or []]


def _listing(product: Json, sku: Json) -> RemoteListing:
    name = str((product.get("attributes") or {}).get("name") or "")
    options = ",".join(str(value) for value in (sku.get("saleProp") or {}).values())
    places = sku.get("multiWarehouseInventories") or []
    price = sku.get("price")
    return RemoteListing(
        remote_item_id=str(product["item_id"]),
        remote_model_id=str(sku["SkuId"]),
        name=f"{name} - {options}" if options else name,
        sku=str(sku.get("SellerSku") or "").strip(),
        barcode="",
        remote_status=str(product.get("status") or ""),
        price_vnd=round_half_up(Decimal(str(price))) if price is not None else None,
        quantity=_quantity(sku, places),
        location_ids=tuple(str(p["warehouseCode"]) for p in places) if len(places) > 1 else (),
    )


def _quantity(sku: Json, places: Sequence[Json]) -> int | None:
    """What buyers can still order: the total less what is held for orders."""
    if places and all(place.get("sellableQuantity") is not None for place in places):
        return sum(int(place["sellableQuantity"]) for place in places)
    for name in ("Available", "quantity"):
        if sku.get(name) is not None:
            return int(sku[name])
    return None
