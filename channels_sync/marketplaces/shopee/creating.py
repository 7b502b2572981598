"""New products at Shopee: the item first, then its variations; hidden until both are there."""

import json
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from channels_sync.marketplaces.shopee.client import Json
from channels_sync.marketplaces.shopee.goods import ShopeeGoods
from channels_sync.marketplaces.shopee.texts import described, outside
from channels_sync.ports import (
    Access,
    AccessExpired,
    AccessLost,
    AskedField,
    AttributeValue,
    CategoryRules,
    FieldsRefused,
    NewListing,
    NewSku,
    RemoteBrand,
    RemoteCategory,
    RemoteListing,
)
from channels_sync.ports.reading import kilograms, leaf_categories, refused_fields
from oms.kernel.errors import ServiceRefused

ROOT = "/api/v2/product/"
BRAND_PAGE, NO_BRAND = 100, RemoteBrand("0", "NoBrand")
FOUND_AGAIN = ["NORMAL", "UNLIST", "REVIEWING"]
NAMED = (
    ("item_name", "name"), ("description", "description"), ("image", "pictures"),
    ("brand", "brand"), ("category", "category"), ("weight", "weight"), ("price", "price"),
    ("stock", "stock"), ("tier", "options"), ("variation", "options"),
)  # fmt: skip


class ShopeeCreating(ShopeeGoods):
    most_options = 2

    def list_categories(self, access: Access) -> Sequence[RemoteCategory]:
        answer = self.client.get(access, ROOT + "get_category", {"language": "vi"})["response"]
        return leaf_categories(
            (
                str(row["category_id"]),
                str(row.get("parent_category_id") or 0),
                str(row.get("display_category_name") or row["original_category_name"]),
            )
            for row in answer.get("category_list") or []
        )

    def category_rules(self, access: Access, category_id: str) -> CategoryRules:
        """The language of attributes has another code than that of categories."""
        query: Json = {"category_id_list": category_id, "language": "vn"}
        answer = self.client.get(access, ROOT + "get_attribute_tree", query)["response"]
        trees = [row.get("attribute_tree") or [] for row in answer.get("list") or []]
        query = {"category_id": int(category_id), "status": 1, "offset": 0, "page_size": BRAND_PAGE}
        brands = self.client.get(access, ROOT + "get_brand_list", query)["response"]
        return CategoryRules(
            fields=tuple(_field(row) for tree in trees for row in tree),
            brands=tuple(
                RemoteBrand(str(row["brand_id"]), str(row["original_brand_name"]))
                for row in brands.get("brand_list") or []
            ),
            brand_required=bool(brands.get("is_mandatory")),
        )

    def find_product(self, access: Access, skus: Sequence[str]) -> str:
        """By the code of the whole, which the search may find in others too."""
        code = skus[0]
        query: Json = {"page_size": 50, "item_sku": code, "item_status": FOUND_AGAIN}
        found = self.client.get(access, ROOT + "search_item", query)["response"]
        ids = [str(number) for number in found.get("item_id_list") or []]
        if not ids:
            return ""
        return next(
            (str(item["item_id"]) for item in self._base(access, ids) if _code(item) == code), ""
        )

    def _base(self, access: Access, ids: Sequence[str]) -> list[Json]:
        answer = self.client.get(
            access, ROOT + "get_item_base_info", {"item_id_list": ",".join(ids)}
        )
        return list(answer["response"].get("item_list") or [])

    def create_product(self, access: Access, listing: NewListing, known: str = "") -> str:
        try:
            number = known or self._add(access, listing)
            [item] = self._base(access, [number])
            if listing.option_names and not item.get("has_model"):
                self.client.post(access, ROOT + "init_tier_variation", tiers(number, listing))
            if item.get("item_status") == "UNLIST":
                shown = {"item_id": int(number), "item_status": "NORMAL"}
                self.client.post(access, ROOT + "update_item", shown)
        except (AccessExpired, AccessLost, FieldsRefused):
            raise
        except ServiceRefused as refusal:
            raise FieldsRefused(refused_fields(refusal.message, NAMED))
        return number

    def _add(self, access: Access, listing: NewListing) -> str:
        """Lengths are asked first: the refusal does not say which limit it was."""
        query = {"category_id": int(listing.category_id)}
        limits = self.client.get(access, ROOT + "get_item_limit", query)["response"]
        body = request(listing, self._channels(access))
        if faults := outside(body, limits):
            raise FieldsRefused(faults)
        return str(self.client.post(access, ROOT + "add_item", body)["response"]["item_id"])

    def _channels(self, access: Access) -> list[int]:
        """Ways to ship that are on; the seller's own fleet is nobody's default."""
        answer = self.client.get(access, "/api/v2/logistics/get_channel_list")["response"]
        rows = answer.get("logistics_channel_list") or []
        found = [
            int(row["logistics_channel_id"])
            for row in rows
            if row.get("enabled")
            and not (row.get("logistics_capability") or {}).get("seller_logistics")
        ]
        if not found:
            raise FieldsRefused({"": _("Gian hàng chưa bật đơn vị vận chuyển nào trên Shopee")})
        return found

    def fetch_listings(self, access: Access, remote_item_id: str) -> Sequence[RemoteListing]:
        return [
            row
            for item in self._base(access, [remote_item_id])
            for row in self._listings(access, item)
        ]


def _code(item: Json) -> str:
    return str(item.get("item_sku") or "").strip()


def _field(row: Json) -> AskedField:
    values = row.get("attribute_value_list") or []
    return AskedField(
        key=str(row["attribute_id"]),
        name=str(row["name"]),
        is_required=bool(row.get("mandatory")),
        options=tuple((str(value["value_id"]), str(value["name"])) for value in values),
        takes_text=not values,
    )


def request(listing: NewListing, channel_ids: Sequence[int]) -> dict[str, Any]:
    first, brand = listing.skus[0], listing.brand or NO_BRAND
    body: dict[str, Any] = {
        "item_status": "UNLIST" if listing.option_names else "NORMAL",
        "item_name": listing.name,
        # The whole item is called by the code of its first piece.
        "item_sku": first.sku,
        "description": described(listing),
        "description_type": "normal",
        "category_id": int(listing.category_id),
        "brand": {"brand_id": int(brand.remote_id), "original_brand_name": brand.name},
        "original_price": first.price_vnd,
        "seller_stock": [{"stock": first.quantity}],
        # A number in JSON, as it is written.
        "weight": json.loads(kilograms(listing.weight_g)),
        "condition": "NEW",
        "image": {"image_id_list": list(listing.pictures)},
        "logistic_info": [{"logistic_id": number, "enabled": True} for number in channel_ids],
        "attribute_list": [_value(each) for each in listing.attributes],
    }
    if listing.length_cm and listing.width_cm and listing.height_cm:
        body["dimension"] = {
            "package_length": listing.length_cm,
            "package_width": listing.width_cm,
            "package_height": listing.height_cm,
        }
    return body


def _value(each: AttributeValue) -> dict[str, Any]:
    """A text of our own has the number 0."""
    value: dict[str, Any] = {"value_id": int(each.code or 0)}
    if not each.code:
        value["original_value_name"] = each.text
    return {"attribute_id": int(each.key), "attribute_value_list": [value]}


def tiers(remote_item_id: str, listing: NewListing) -> dict[str, Any]:
    """Options as lists of words, and each piece as its places in them."""
    columns = [
        list(dict.fromkeys(sku.options[at] for sku in listing.skus))
        for at in range(len(listing.option_names))
    ]
    return {
        "item_id": int(remote_item_id),
        "standardise_tier_variation": [
            {
                "variation_id": 0,
                "variation_name": name,
                "variation_option_list": [
                    {"variation_option_id": 0, "variation_option_name": word} for word in words
                ],
            }
            for name, words in zip(listing.option_names, columns, strict=True)
        ],
        "model": [_model(sku, columns) for sku in listing.skus],
    }


def _model(sku: NewSku, columns: Sequence[list[str]]) -> dict[str, Any]:
    places = [words.index(value) for words, value in zip(columns, sku.options, strict=True)]
    return {
        "tier_index": places,
        "model_sku": sku.sku,
        "original_price": sku.price_vnd,
        "seller_stock": [{"stock": sku.quantity}],
    }
