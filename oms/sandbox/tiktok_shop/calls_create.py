"""New products: categories with what they ask, and the creation that is checked a little later."""

from typing import Any

from oms.sandbox.core import Reply
from oms.sandbox.core.categories import BRANDS, CATEGORIES, LEAVES, PARENTS, Attribute, asked_about
from oms.sandbox.core.market import Document
from oms.sandbox.core.numbers import whole_number
from oms.sandbox.tiktok_shop.access import SHOP
from oms.sandbox.tiktok_shop.calls_product import MOST_STOCK
from oms.sandbox.tiktok_shop.calls_texts import (
    MOST_IMAGES,
    checked_description,
    checked_title,
    images_of,
)
from oms.sandbox.tiktok_shop.catalogue import warehouse_of
from oms.sandbox.tiktok_shop.desk import Call, Endpoint
from oms.sandbox.tiktok_shop.envelope import Refusal, data
from oms.sandbox.tiktok_shop.model import BAD_PRODUCT, CURRENCY
from oms.sandbox.tiktok_shop.params import Body, page_of

BASE = 600_000
# Category: the certificates that its products cannot be without.
CERTIFIED = {22: (("7001", "Giấy chứng nhận hợp quy"),)}
SIZED = 11
PAGE, MOST_SKUS, MOST_ATTRIBUTES, LONGEST_KEY = 100, 100, 3, 128


def get_categories(call: Call) -> Reply:
    call.query.text("locale", "")
    rows = [
        {
            "id": str(BASE + each.number),
            "parent_id": str(BASE + each.parent) if each.parent else "0",
            "local_name": each.name,
            "is_leaf": each.number not in PARENTS,
            "permission_statuses": ["AVAILABLE"],
        }
        for each in CATEGORIES
    ]
    return data({"categories": rows})


def _leaf(given: str) -> int:
    leaf = (whole_number(given) or 0) - BASE
    if leaf not in LEAVES:
        raise Refusal(BAD_PRODUCT, "The category does not exist or is not a leaf category")
    return leaf


def get_attributes(call: Call) -> Reply:
    """What a category asks about its products, and what tells SKUs apart."""
    leaf = _leaf(call.request.params["category_id"])
    options = {"id": "100000", "name": "Màu sắc", "type": "SALES_PROPERTY", "is_requried": False}
    return data({"attributes": [options, *(_attribute(each) for each in asked_about(leaf))]})


def _attribute(each: Attribute) -> dict[str, Any]:
    return {
        "id": str(each.number),
        "name": each.name,
        "type": "PRODUCT_PROPERTY",
        # The platform's own spelling.
        "is_requried": each.is_required,
        "is_customizable": not each.options,
        "is_multiple_selection": False,
        "values": [{"id": str(number), "name": word} for number, word in each.options],
    }


def get_rules(call: Call) -> Reply:
    """What a category demands of every product, beside its attributes."""
    leaf = _leaf(call.request.params["category_id"])
    call.query.text("category_version", "")
    papers = [
        {
            "id": number,
            "name": name,
            "is_required": True,
            "document_details": "",
            "sample_image_url": "",
            "requirement_conditions": [],
            "expiration_date": {"is_required": False},
        }
        for number, name in CERTIFIED.get(leaf, ())
    ]
    chart = {"is_supported": leaf == SIZED, "is_required": False, "size_types": []}
    return data({"product_certifications": papers, "size_chart": chart})


def get_brands(call: Call) -> Reply:
    query = call.query
    size, words = query.integer("page_size", low=1, high=PAGE), query.text("brand_name", "")
    _leaf(query.text("category_id"))
    rows = [
        {"id": str(number), "number": number, "name": name}
        for number, name in BRANDS
        if words.lower() in name.lower()
    ]
    shown, token = page_of(rows, query, size, by=("number", "id"))
    brands = [{"id": row["id"], "name": row["name"], "brand_status": "ONLINE"} for row in shown]
    return data({"brands": brands, "total_count": len(rows), "next_page_token": token})


def create_product(call: Call) -> Reply:
    """One product, once for each key; buyers see it after the check."""
    body = call.body()
    key = body.text("idempotency_key", "")
    if len(key) > LONGEST_KEY:
        raise Refusal(BAD_PRODUCT + 9, "The idempotency_key is too long")
    made = call.memory.db.get("created_products", f"{call.shop_id}:{key}") if key else None
    if made is not None:
        return _told(made)
    leaf = _leaf(body.text("category_id"))
    _check_attributes(body, leaf)
    _check_certificates(body, leaf)
    brand = body.text("brand_id", "")
    if brand and brand not in {str(number) for number, _name in BRANDS}:
        raise Refusal(BAD_PRODUCT + 2, "The brand is invalid")
    weight = body.child("package_weight")
    grams = _grams(weight.text("value"), weight.text("unit"))
    number = 1_729_900_000_000_000_000 + call.memory.db.next("new_product") * 1_000
    product: Document = {
        "id": str(number),
        "shop_id": call.shop_id,
        "title": checked_title(body.text("title")),
        "description": checked_description(body.text("description")),
        "category_id": body.text("category_id"),
        "brand_id": brand,
        "images": images_of(call, body.rows("main_images", MOST_IMAGES)),
        "status": "PENDING" if body.choice("save_mode", SAVED, "LISTING") == "LISTING" else "DRAFT",
        "created": call.memory.now(),
        "updated": call.memory.now(),
        "skus": [
            _sku(call, number + at, row, grams)
            for at, row in enumerate(body.rows("skus", MOST_SKUS), 1)
        ],
    }
    _check_options(product)
    call.memory.save_product(product)
    if key:
        call.memory.db.put("created_products", f"{call.shop_id}:{key}", product)
    if product["status"] == "PENDING":
        at = call.memory.clock.now() + float(call.memory.behaviour()["audit_s"])
        call.memory.later(at, "audit", product_id=product["id"], shop_id=call.shop_id)
    return _told(product)


SAVED = ("LISTING", "AS_DRAFT")


def _told(product: Document) -> Reply:
    skus = [{"id": row["id"], "seller_sku": row["seller_sku"]} for row in product["skus"]]
    return data({"product_id": product["id"], "skus": skus, "warnings": []})


def _grams(value: str, unit: str) -> int:
    try:
        grams = round(float(value) * 1000)
    except ValueError:
        grams = 0
    if unit != "KILOGRAM" or not 0 < grams <= 100_000:
        raise Refusal(BAD_PRODUCT + 3, "The package weight must be above 0 kg")
    return grams


def _check_certificates(body: Body, leaf: int) -> None:
    rows = body.rows("certifications", 10) if "certifications" in body else []
    given = {row.text("id") for row in rows}
    for number, name in CERTIFIED.get(leaf, ()):
        if number not in given:
            raise Refusal(BAD_PRODUCT + 8, f"The product certification {name} is required")


def _check_attributes(body: Body, leaf: int) -> None:
    rows = body.rows("product_attributes", 50) if "product_attributes" in body else []
    given = {row.text("id"): row for row in rows}
    asked = {str(each.number): each for each in asked_about(leaf)}
    if strange := set(given) - set(asked):
        raise Refusal(BAD_PRODUCT + 1, f"The attribute {min(strange)} is not of this category")
    for number, each in asked.items():
        if number not in given:
            if each.is_required:
                raise Refusal(BAD_PRODUCT + 1, f"The attribute {number} is required")
            continue
        [value] = given[number].rows("values", 1)
        code, name = value.text("id", ""), value.text("name", "")
        if code and code not in {str(option) for option, _word in each.options}:
            raise Refusal(BAD_PRODUCT + 1, f"The attribute {number} has no such value")
        if not code and (not name or each.options):
            raise Refusal(BAD_PRODUCT + 1, f"The attribute {number} takes one of its values")


def _sku(call: Call, number: int, row: Body, grams: int) -> Document:
    price, places = row.child("price"), row.rows("inventory", 10)
    amount = whole_number(price.text("amount"))
    if price.text("currency") != CURRENCY or not amount:
        raise Refusal(BAD_PRODUCT + 4, "The price must be a positive amount in VND")
    if [place.text("warehouse_id") for place in places] != [warehouse_of(call.shop_id)]:
        raise Refusal(BAD_PRODUCT + 5, "The inventory must list every warehouse")
    quantity = places[0].integer("quantity")
    if not 1 <= quantity <= MOST_STOCK:
        raise Refusal(BAD_PRODUCT + 5, f"The inventory quantity must be 1 to {MOST_STOCK}")
    pairs = (
        row.rows("sales_attributes", MOST_ATTRIBUTES) if row.values.get("sales_attributes") else []
    )
    code = row.text("seller_sku")
    if len(code) > 50:
        raise Refusal(BAD_PRODUCT + 6, "The seller_sku has 1 to 50 characters")
    return {
        "id": str(number),
        "seller_sku": code,
        "attributes": {pair.text("name"): pair.text("value_name") for pair in pairs},
        "price": amount,
        "sale_price": amount,
        "grams": grams,
        "available": quantity,
        "committed": 0,
        "campaign": 0,
    }


def _check_options(product: Document) -> None:
    """The same sales attributes on every SKU, and no two SKUs alike."""
    rows = product["skus"]
    names = {tuple(row["attributes"]) for row in rows}
    values = {tuple(row["attributes"].values()) for row in rows}
    if len(names) != 1 or len(values) != len(rows):
        raise Refusal(BAD_PRODUCT + 7, "Each sales attribute must differ and be on every SKU")


_CATEGORIES = "/product/{v}/categories"
ENDPOINTS: list[tuple[str, str, str, str, Endpoint]] = [
    ("GET", _CATEGORIES, "202309", SHOP, get_categories),
    ("GET", _CATEGORIES + "/{category_id}/attributes", "202309", SHOP, get_attributes),
    ("GET", _CATEGORIES + "/{category_id}/rules", "202309", SHOP, get_rules),
    ("GET", "/product/{v}/brands", "202309", SHOP, get_brands),
    ("POST", "/product/{v}/products", "202309", SHOP, create_product),
]
