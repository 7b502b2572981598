"""Products, stock and prices at TikTok Shop: one client call and one mapping per operation."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from channels_sync.marketplaces.tiktok_shop import paths
from channels_sync.marketplaces.tiktok_shop.calls import TikTokCalls
from channels_sync.ports import (
    Access,
    AccessExpired,
    AccessLost,
    ListingOutcome,
    ListingPage,
    PriceNumber,
    RemoteListing,
    StockNumber,
)
from channels_sync.ports.reading import vnd
from oms.kernel.errors import ServiceRefused

Json = Mapping[str, Any]
PRODUCT_PAGE = 100
# Nothing that buyers ever saw, or will see again.
NOT_OFFERED = {"DRAFT", "DELETED"}


class TikTokGoods(TikTokCalls):
    def list_products(self, access: Access, cursor: str) -> ListingPage:
        """Pages of products. What tells the SKUs of one product apart stands in its detail only."""
        query = {"page_size": PRODUCT_PAGE, "page_token": cursor}
        page = self.client.search(access, paths.PRODUCTS_SEARCH, query, {})
        rows: list[RemoteListing] = []
        for product in page.get("products") or []:
            if product.get("status") not in NOT_OFFERED:
                rows.extend(listings(product, self._attributes(access, product)))
        return ListingPage(tuple(rows), str(page.get("next_page_token") or "") or None)

    def _attributes(self, access: Access, product: Json) -> dict[str, str]:
        """What each SKU is called among its sisters."""
        if len(product.get("skus") or []) < 2:
            return {}
        path = paths.PRODUCT.format(product_id=product["id"])
        detail = self.client.get(access, path)
        return {str(sku["id"]): options(sku) for sku in detail.get("skus") or []}

    def update_stock(self, access: Access, numbers: Sequence[StockNumber]) -> ListingOutcome:
        """Set what buyers can still order of one product, absolutely.

        Success outside names the refused SKUs inside.
        """
        refused = {n.ref: why for n in numbers if (why := _no_single_place(n))}
        sendable = [n for n in numbers if n.ref not in refused]
        if not sendable:
            return ListingOutcome(frozenset(), refused)
        path = paths.INVENTORY.format(product_id=sendable[0].remote_item_id)
        answer = self.client.post(access, path, {"skus": [stock_row(n) for n in sendable]})
        refs = {n.remote_model_id: n.ref for n in sendable}
        for error in answer.get("errors") or []:
            ref = refs.get(str((error.get("detail") or {}).get("sku_id") or ""))
            # An error that names no SKU of ours may be about any of them.
            for each in [ref] if ref else refs.values():
                refused[each] = f"{error.get('code')}: {error.get('message') or ''}"
        return ListingOutcome(frozenset({n.ref for n in sendable} - set(refused)), refused)

    def update_prices(self, access: Access, numbers: Sequence[PriceNumber]) -> ListingOutcome:
        """Set prices of one product. It takes all or none: what is refused is sent one by one."""
        path = paths.PRICES.format(product_id=numbers[0].remote_item_id)
        try:
            self.client.post(access, path, {"skus": [price_row(n) for n in numbers]})
        except (AccessExpired, AccessLost):
            raise
        except ServiceRefused as refusal:
            if len(numbers) == 1:
                return ListingOutcome(frozenset(), {numbers[0].ref: refusal.message})
            alone = [self.update_prices(access, [number]) for number in numbers]
            taken = frozenset().union(*(each.accepted for each in alone))
            return ListingOutcome(taken, {k: v for each in alone for k, v in each.refused.items()})
        return ListingOutcome(frozenset(n.ref for n in numbers), {})


def _no_single_place(number: StockNumber) -> str:
    """Why the number cannot be sent; every warehouse of the SKU would have to be named."""
    if len(number.location_ids) > 1:
        return _("Gian hàng có nhiều kho trên sàn: chưa hỗ trợ")
    if not number.location_ids:
        return _("Chưa biết kho của sản phẩm trên sàn: hãy lấy lại sản phẩm")
    return ""


def stock_row(number: StockNumber) -> dict[str, Any]:
    [place] = number.location_ids
    return {
        "id": number.remote_model_id,
        "inventory": [{"warehouse_id": place, "quantity": number.quantity}],
    }


def price_row(number: PriceNumber) -> dict[str, Any]:
    return {
        "id": number.remote_model_id,
        "price": {"amount": str(number.price_vnd), "currency": "VND"},
    }


def listings(product: Json, attributes: Mapping[str, str]) -> list[RemoteListing]:
    """The sellable rows of one product: each of its SKUs."""
    return [
        _listing(product, sku, attributes.get(str(sku["id"]), ""))
        for sku in product.get("skus") or []
    ]


def _listing(product: Json, sku: Json, options: str) -> RemoteListing:
    title, price = str(product.get("title") or ""), sku.get("price") or {}
    # In Vietnam the price carries its tax; both names tell the same amount.
    amount = price.get("sale_price") or price.get("tax_exclusive_price")
    places = sku.get("inventory") or []
    return RemoteListing(
        remote_item_id=str(product["id"]),
        remote_model_id=str(sku["id"]),
        name=f"{title} - {options}" if options else title,
        sku=str(sku.get("seller_sku") or "").strip(),
        barcode="",
        remote_status=str(product.get("status") or ""),
        price_vnd=vnd(amount) if amount else None,
        quantity=sum(int(place.get("quantity") or 0) for place in places) if places else None,
        location_ids=tuple(str(place["warehouse_id"]) for place in places),
    )


def options(sku: Json) -> str:
    return ",".join(str(row.get("value_name") or "") for row in sku.get("sales_attributes") or [])
