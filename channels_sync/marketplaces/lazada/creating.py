"""New products at Lazada: one document; what a category asks is one list with its sale options."""

from collections.abc import Iterator, Sequence
from typing import Any

from channels_sync.marketplaces.lazada.client import Json
from channels_sync.marketplaces.lazada.goods import LazadaGoods, listings
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
from channels_sync.ports.reading import described, kilograms, leaf_categories
from oms.kernel.errors import ServiceRefused

BRAND_PAGE, NO_BRAND = 100, "No Brand"
LANGUAGE = "vi_VN"
# Asked by every category and answered by the product itself.
OURS = {
    *("name", "name_en", "description", "short_description", "brand", "price", "special_price"),
    *("SellerSku", "quantity", "package_weight", "package_length", "package_width"),
    *("package_height", "package_content", "tax_class", "__images__", "Images"),
}
FIELDS = {
    "name": "name", "description": "description", "images": "pictures", "brand": "brand",
    "primarycategory": "category", "package_weight": "weight", "price": "price",
    "quantity": "stock", "variation": "options", "saleprop": "options",
}  # fmt: skip


class LazadaCreating(LazadaGoods):
    most_options = 2

    def list_categories(self, access: Access) -> Sequence[RemoteCategory]:
        answer = self.client.get(access, "/category/tree/get", {"language_code": LANGUAGE})
        return leaf_categories(_rows(answer.get("data") or [], ""))

    def category_rules(self, access: Access, category_id: str) -> CategoryRules:
        query = {"primary_category_id": category_id, "language_code": LANGUAGE}
        rows = self.client.get(access, "/category/attributes/get", query).get("data") or []
        page = {"startRow": 0, "pageSize": BRAND_PAGE}
        told = self.client.get(access, "/category/brands/query", page).get("data") or {}
        asked = [
            row for row in rows if row["name"] not in OURS and not int(row.get("is_sale_prop") or 0)
        ]
        return CategoryRules(
            fields=tuple(_field(row) for row in asked),
            brands=tuple(
                RemoteBrand(str(row["brand_id"]), str(row["name"]))
                for row in told.get("module") or []
            ),
            # Without one it is "No Brand".
            brand_required=False,
        )

    def find_product(self, access: Access, skus: Sequence[str]) -> str:
        wanted = list(skus)
        query = {"filter": "all", "limit": 50, "sku_seller_list": wanted}
        page = self.client.get(access, "/products/get", query).get("data") or {}
        for product in page.get("products") or []:
            if product.get("status") != "Deleted" and any(
                str(sku.get("SellerSku")) in wanted for sku in product.get("skus") or []
            ):
                return str(product["item_id"])
        return ""

    def create_product(self, access: Access, listing: NewListing, known: str = "") -> str:
        if known:
            return known
        try:
            answer = self.client.post(access, "/product/create", {"payload": request(listing)})
        except (AccessExpired, AccessLost):
            raise
        except ServiceRefused as refusal:
            raise FieldsRefused(refused(refusal))
        return str((answer.get("data") or {})["item_id"])

    def fetch_listings(self, access: Access, remote_item_id: str) -> Sequence[RemoteListing]:
        answer = self.client.get(access, "/product/item/get", {"item_id": remote_item_id})
        return listings(answer.get("data") or {})


def _rows(nodes: Sequence[Json], parent: str) -> Iterator[tuple[str, str, str]]:
    """The tree holds its branches inside."""
    for node in nodes:
        number = str(node["category_id"])
        yield number, parent, str(node["name"])
        yield from _rows(node.get("children") or [], number)


def _field(row: Json) -> AskedField:
    """Options are named by their words."""
    names = [str(option["name"]) for option in row.get("options") or []]
    return AskedField(
        key=str(row["name"]),
        name=str(row.get("label") or row["name"]),
        is_required=bool(int(row.get("is_mandatory") or 0)),
        options=tuple((name, name) for name in names),
        takes_text=not names,
    )


def request(listing: NewListing) -> dict[str, Any]:
    product: dict[str, Any] = {
        "PrimaryCategory": listing.category_id,
        "Images": {"Image": list(listing.pictures)},
        "Attributes": {
            **{each.key: each.code or each.text for each in listing.attributes},
            "name": listing.name,
            "description": described(listing),
            "brand": listing.brand.name if listing.brand else NO_BRAND,
        },
        "Skus": {"Sku": [_sku(listing, sku) for sku in listing.skus]},
    }
    if listing.option_names:
        product["variation"] = {
            f"variation{at}": {
                "name": name,
                "hasImage": False,
                "customize": True,
                "options": {
                    "option": list(dict.fromkeys(sku.options[at - 1] for sku in listing.skus))
                },
            }
            for at, name in enumerate(listing.option_names, 1)
        }
    return {"Request": {"Product": product}}


def _sku(listing: NewListing, sku: NewSku) -> dict[str, Any]:
    return {
        "SellerSku": sku.sku,
        "quantity": sku.quantity,
        "price": sku.price_vnd,
        "package_weight": kilograms(listing.weight_g),
        "package_length": listing.length_cm,
        "package_width": listing.width_cm,
        "package_height": listing.height_cm,
        "saleProp": dict(zip(listing.option_names, sku.options, strict=True)),
    }


def refused(refusal: ServiceRefused) -> dict[str, str]:
    """`detail` names fields where the platform knows them; else the whole was refused."""
    faults: dict[str, str] = {}
    for row in (refusal.payload or {}).get("detail") or []:
        name = str(row.get("field") or "")
        field = FIELDS.get(name.lower()) or (f"attr:{name}" if name else "")
        faults[field] = str(row.get("message") or row.get("code") or "")
    return faults or {"": refusal.message}
