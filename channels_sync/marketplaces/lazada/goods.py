"""Products and stock at Lazada: one client call and one mapping per operation."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from channels_sync.marketplaces.lazada.calls import LazadaCalls
from channels_sync.ports import (
    Access,
    ListingOutcome,
    ListingPage,
    PriceNumber,
    RemoteListing,
    StockNumber,
)
from oms.kernel.errors import ServiceRefused
from oms.kernel.money import round_half_up

Json = Mapping[str, Any]
# What is sent for each listing, by its reference.
Rows = dict[str, Json]
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

    def update_stock(self, access: Access, numbers: Sequence[StockNumber]) -> ListingOutcome:
        """Set what buyers can still order, absolutely; repeating it changes nothing."""
        several = [n.ref for n in numbers if len(n.location_ids) > 1]
        refused = dict.fromkeys(several, _("Gian hàng có nhiều kho trên sàn: chưa hỗ trợ"))
        rows: Rows = {n.ref: stock_row(n) for n in numbers if n.ref not in refused}
        return self._set(access, "/product/stock/sellable/update", rows, refused)

    def update_prices(self, access: Access, numbers: Sequence[PriceNumber]) -> ListingOutcome:
        """Set prices; special prices and stock are left alone."""
        rows: Rows = {n.ref: price_row(n) for n in numbers}
        return self._set(access, "/product/price_quantity/update", rows, {})

    def _set(
        self, access: Access, path: str, rows: Rows, refused: dict[str, str]
    ) -> ListingOutcome:
        """Send until no row is refused any more: what a refused batch took is not said."""
        while rows:
            found = self._send(access, path, rows)
            if not found:
                break
            refused |= found
            rows = {ref: row for ref, row in rows.items() if ref not in found}
        return ListingOutcome(frozenset(rows), refused)

    def _send(self, access: Access, path: str, rows: Rows) -> dict[str, str]:
        """Why rows were refused; nothing when all were taken."""
        try:
            self.client.post(access, path, {"payload": payload(list(rows.values()))})
        except ServiceRefused as refusal:
            details = (refusal.payload or {}).get("detail") or []
            found = _refused_rows(details, rows)
            if refusal.code != SOME_REFUSED or not found:
                raise
            return found
        return {}


def _refused_rows(details: Sequence[Json], rows: Mapping[str, Json]) -> dict[str, str]:
    refs = {str(row["SkuId"]): ref for ref, row in rows.items()}
    found: dict[str, str] = {}
    for detail in details:
        ref = refs.get(str(detail.get("sku_id") or detail.get("SkuId") or ""))
        if ref is not None:
            found[ref] = f"{detail.get('code') or ''}: {detail.get('message') or ''}".strip(": ")
    return found


def payload(rows: Sequence[Json]) -> dict[str, Any]:
    """The document of an update: JSON in the shape of the XML one."""
    return {"Request": {"Product": {"Skus": {"Sku": list(rows)}}}}


def stock_row(number: StockNumber) -> dict[str, Any]:
    return {
        "ItemId": int(number.remote_item_id),
        "SkuId": int(number.remote_model_id),
        "SellableQuantity": number.quantity,
    }


def price_row(number: PriceNumber) -> dict[str, Any]:
    return {
        "ItemId": int(number.remote_item_id),
        "SkuId": int(number.remote_model_id),
        "Price": number.price_vnd,
    }


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
