"""New products at TikTok Shop: one call, with a key of ours that is the same for its repeat."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from channels_sync.marketplaces.tiktok_shop import paths
from channels_sync.marketplaces.tiktok_shop.client import Json
from channels_sync.marketplaces.tiktok_shop.goods import TikTokGoods, listings, options
from channels_sync.ports import (
    Access,
    AccessExpired,
    AccessLost,
    AskedField,
    CategoryRules,
    FieldsRefused,
    NewListing,
    NewSku,
    RemoteBrand,
    RemoteCategory,
    RemoteListing,
)
from channels_sync.ports.reading import described, kilograms, leaf_categories, refused_fields
from oms.kernel.errors import ServiceRefused

LOCALE = {"locale": "vi-VN", "category_version": "v1"}
BRAND_PAGE = 100
# Attributes of single SKUs are options; the others belong to the product.
OF_PRODUCT = "PRODUCT_PROPERTY"
FORMS = {
    "size_chart": gettext_lazy("Bảng kích cỡ"),
    "manufacturer": gettext_lazy("Nhà sản xuất"),
    "responsible_person": gettext_lazy("Người chịu trách nhiệm về sản phẩm"),
}
NAMED = (
    ("title", "name"), ("description", "description"), ("image", "pictures"),
    ("category", "category"), ("brand", "brand"), ("weight", "weight"), ("dimension", "weight"),
    ("price", "price"), ("quantity", "stock"), ("sales attribute", "options"),
)  # fmt: skip


class TikTokCreating(TikTokGoods):
    most_options = 3

    def list_categories(self, access: Access) -> Sequence[RemoteCategory]:
        rows = self.client.get(access, paths.CATEGORIES, LOCALE).get("categories") or []
        return leaf_categories(
            (str(row["id"]), str(row.get("parent_id") or "0"), str(row["local_name"]))
            for row in rows
        )

    def category_rules(self, access: Access, category_id: str) -> CategoryRules:
        path = paths.ATTRIBUTES.format(category_id=category_id)
        rows = self.client.get(access, path, LOCALE).get("attributes") or []
        query = {"category_id": category_id, "page_size": BRAND_PAGE}
        brands = self.client.get(access, paths.BRANDS, query).get("brands") or []
        rules = self.client.get(
            access, paths.CATEGORY_RULES.format(category_id=category_id), LOCALE
        )
        fields = [_field(row) for row in rows if row.get("type", OF_PRODUCT) == OF_PRODUCT]
        return CategoryRules(
            fields=tuple(fields),
            brands=tuple(RemoteBrand(str(row["id"]), str(row["name"])) for row in brands),
            # A product without one is a product without a brand.
            brand_required=False,
            demands=tuple(_demands(rules)),
        )

    def find_product(self, access: Access, skus: Sequence[str]) -> str:
        body: Json = {"seller_skus": list(skus)}
        page = self.client.search(access, paths.PRODUCTS_SEARCH, {"page_size": 10}, body)
        wanted = set(skus)
        for product in page.get("products") or []:
            if product.get("status") != "DELETED" and any(
                str(sku.get("seller_sku")) in wanted for sku in product.get("skus") or []
            ):
                return str(product["id"])
        return ""

    def create_product(self, access: Access, listing: NewListing, known: str = "") -> str:
        if known:
            return known
        try:
            body = request(listing, self._warehouse(access))
            return str(self.client.post(access, paths.PRODUCTS, body)["product_id"])
        except (AccessExpired, AccessLost):
            raise
        except ServiceRefused as refusal:
            raise FieldsRefused(refused_fields(refusal.message, NAMED))

    def _warehouse(self, access: Access) -> str:
        rows = self.client.get(access, paths.WAREHOUSES).get("warehouses") or []
        selling = [row for row in rows if row.get("type") == "SALES_WAREHOUSE"]
        chosen = next((row for row in selling if row.get("is_default")), None) or selling[0]
        return str(chosen["id"])

    def fetch_listings(self, access: Access, remote_item_id: str) -> Sequence[RemoteListing]:
        detail = self.client.get(access, paths.PRODUCT.format(product_id=remote_item_id))
        product = {**detail, "status": detail.get("product_status") or ""}
        attributes = {str(sku["id"]): options(sku) for sku in detail.get("skus") or []}
        return listings(product, attributes)


def _demands(rules: Json) -> Iterator[str]:
    """Papers of every product of the category; those under a condition may turn out needless."""
    for row in rules.get("product_certifications") or []:
        if row.get("is_required") and not row.get("requirement_conditions"):
            yield str(row.get("name") or row["id"])
    for name, words in FORMS.items():
        if (rules.get(name) or {}).get("is_required"):
            yield str(words)


def _field(row: Json) -> AskedField:
    offered = tuple((str(value["id"]), str(value["name"])) for value in row.get("values") or [])
    return AskedField(
        key=str(row["id"]),
        name=str(row["name"]),
        # So it is spelt in the sheet.
        is_required=bool(row.get("is_requried") or row.get("is_required")),
        options=offered,
        takes_text=bool(row.get("is_customizable")) or not offered,
    )


def request(listing: NewListing, warehouse_id: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "save_mode": "LISTING",
        "idempotency_key": listing.key,
        "title": listing.name,
        "description": described(listing),
        "category_id": listing.category_id,
        "category_version": LOCALE["category_version"],
        "main_images": [{"uri": uri} for uri in listing.pictures],
        "package_weight": {"value": kilograms(listing.weight_g), "unit": "KILOGRAM"},
        "skus": [_sku(listing, sku, warehouse_id) for sku in listing.skus],
    }
    if listing.length_cm and listing.width_cm and listing.height_cm:
        body["package_dimensions"] = {
            "length": str(listing.length_cm),
            "width": str(listing.width_cm),
            "height": str(listing.height_cm),
            "unit": "CENTIMETER",
        }
    if listing.brand is not None:
        body["brand_id"] = listing.brand.remote_id
    if listing.attributes:
        body["product_attributes"] = [
            {"id": each.key, "values": [{"id": each.code} if each.code else {"name": each.text}]}
            for each in listing.attributes
        ]
    return body


def _sku(listing: NewListing, sku: NewSku, warehouse_id: str) -> dict[str, Any]:
    return {
        "seller_sku": sku.sku,
        "price": {"amount": str(sku.price_vnd), "currency": "VND"},
        "inventory": [{"warehouse_id": warehouse_id, "quantity": sku.quantity}],
        "sales_attributes": [
            {"name": name, "value_name": value}
            for name, value in zip(listing.option_names, sku.options, strict=True)
        ],
    }
