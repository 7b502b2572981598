"""New listings: categories with what they ask, the item, and its variations."""

from typing import Any

from oms.sandbox.core import Reply
from oms.sandbox.core.categories import (
    BRANDED,
    BRANDS,
    CATEGORIES,
    LEAVES,
    PARENTS,
    Attribute,
    asked_about,
)
from oms.sandbox.core.market import Document
from oms.sandbox.shopee.access import SHOP
from oms.sandbox.shopee.calls_product import MOST_PRICE, MOST_STOCK
from oms.sandbox.shopee.calls_texts import DESCRIPTION, NAME, images_of, within
from oms.sandbox.shopee.desk import Call, Endpoint
from oms.sandbox.shopee.envelope import wrapped
from oms.sandbox.shopee.model import CHANNELS, ITEM_STATUSES
from oms.sandbox.shopee.params import Body
from oms.sandbox.shopee.refusals import Refusal, bad_parameter

BASE = 100_000
ADDED = {
    *("original_price", "description", "weight", "item_name", "item_status", "dimension"),
    *("logistic_info", "attribute_list", "category_id", "image", "pre_order", "item_sku"),
    *("condition", "wholesale", "brand", "description_type", "seller_stock", "gtin_code"),
}
MOST_TIERS, MOST_OPTIONS, MOST_MODELS = 2, 50, 50
TIER_NAME, OPTION_NAME = 14, 20


def get_category(call: Call) -> Reply:
    """The whole tree."""
    if call.query.text("language", "vi") not in ("vi", "en"):
        raise Refusal("error_invalid_language", "The language is invalid.")
    rows = [
        {
            "category_id": BASE + each.number,
            "parent_category_id": BASE + each.parent if each.parent else 0,
            "original_category_name": each.name,
            "display_category_name": each.name,
            "has_children": each.number in PARENTS,
        }
        for each in CATEGORIES
    ]
    return wrapped({"category_list": rows})


def _leaf(number: int) -> int:
    leaf = number - BASE
    if leaf not in LEAVES:
        raise Refusal("error_invalid_category", "The category is invalid.")
    return leaf


def get_attribute_tree(call: Call) -> Reply:
    """What up to 20 categories ask; the language code here is vn."""
    if call.query.text("language", "vn") not in ("vn", "en"):
        raise Refusal("error_invalid_language", "The language is invalid.")
    given = call.query.joined("category_id_list", required=True)
    if len(given) > 20 or not all(number.isdigit() for number in given):
        raise bad_parameter("Wrong parameters, detail: category_id_list holds 1 to 20 integers.")
    rows = [
        {
            "category_id": int(number),
            "warning": "",
            "attribute_tree": [_attribute(each) for each in asked_about(_leaf(int(number)))],
        }
        for number in given
    ]
    return wrapped({"list": rows})


def _attribute(each: Attribute) -> dict[str, Any]:
    values = [{"value_id": number, "name": word} for number, word in each.options]
    return {
        "attribute_id": each.number,
        "name": each.name,
        "mandatory": each.is_required,
        "attribute_value_list": values,
        "attribute_info": {"input_type": 1 if values else 3, "max_value_count": 1},
    }


def get_brand_list(call: Call) -> Reply:
    """Brands of a category."""
    query = call.query
    offset, size = query.integer("offset", low=0), query.integer("page_size", low=1, high=100)
    query.integer("status", low=1, high=2)
    leaf = _leaf(query.integer("category_id"))
    rows = [
        {"brand_id": number, "original_brand_name": name, "display_brand_name": name}
        for number, name in BRANDS[offset : offset + size]
    ]
    more = len(BRANDS) > offset + size
    told = {"brand_list": rows, "has_next_page": more, "next_offset": offset + size}
    return wrapped({**told, "is_mandatory": leaf in BRANDED, "input_type": "DROP_DOWN"})


def search_item(call: Call) -> Reply:
    """Listings whose code holds what is asked for."""
    query = call.query
    size, sku = query.integer("page_size", low=1, high=100), query.text("item_sku", "")
    name, offset = query.text("item_name", ""), query.integer("offset", 0, low=0)
    statuses = query.repeated("item_status") or ["NORMAL"]
    if set(statuses) - set(ITEM_STATUSES):
        raise Refusal("error_param", "item_status is invalid.")
    found = [
        item["item_id"]
        for item in call.memory.items(call.shop_id)
        if item["item_status"] in statuses
        and sku.lower() in item["item_sku"].lower()
        and name.lower() in item["item_name"].lower()
    ]
    shown = found[offset : offset + size]
    told = {"item_id_list": shown, "total_count": len(found)}
    return wrapped({**told, "next_offset": str(offset + size)})


def add_item(call: Call) -> Reply:
    """One item without variations; they come in a call of their own."""
    body = call.body()
    if unknown := set(body.values) - ADDED:
        raise bad_parameter(f"Wrong parameters, detail: {sorted(unknown)[0]} is unknown.")
    leaf = _leaf(body.integer("category_id"))
    _check_logistics(body)
    _check_brand(body, leaf)
    _check_attributes(body, leaf)
    weight = body.values.get("weight")
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight <= 30:
        raise Refusal("product.error_busi", "The weight must be above 0 and at most 30.")
    number = call.memory.db.next("new_item", 40_000_000_001)
    description = within(body.text("description"), "description", DESCRIPTION)
    if "</" in description:
        raise Refusal("product.error_busi", "The description must not hold HTML tags.")
    item: Document = {
        "item_id": number,
        "shop_id": call.shop_id,
        "item_name": within(body.text("item_name"), "item_name", NAME),
        "item_sku": body.text("item_sku", ""),
        "description": description,
        "item_status": body.text("item_status", "NORMAL"),
        "category_id": body.integer("category_id"),
        "create_time": call.memory.now(),
        "update_time": call.memory.now(),
        "weight_g": round(weight * 1000),
        "tiers": [],
        "images": images_of(call, body.child("image")),
        "models": [_model(0, "", [], body)],
    }
    if item["item_status"] not in ("NORMAL", "UNLIST"):
        raise Refusal("product.error_busi", "item_status is NORMAL or UNLIST.")
    call.memory.save_item(item)
    names = ("item_id", "item_name", "item_status", "category_id", "description")
    return wrapped({name: item[name] for name in names})


def _check_logistics(body: Body) -> None:
    rows = body.rows("logistic_info")
    for row in rows:
        if row.integer("logistic_id") not in CHANNELS or row.values.get("enabled") is not True:
            raise Refusal("error_invalid_logistic_info", "The logistic channel is invalid.")


def _check_brand(body: Body, leaf: int) -> None:
    given = body.child("brand").integer("brand_id") if "brand" in body else 0
    if given and given not in dict(BRANDS):
        raise Refusal("error_invalid_brand", "The brand is invalid.")
    if not given and leaf in BRANDED:
        raise Refusal("error_less_required_brand", "The brand is required in this category.")


def _check_attributes(body: Body, leaf: int) -> None:
    rows = body.rows("attribute_list") if body.values.get("attribute_list") else []
    given = {row.integer("attribute_id"): row for row in rows}
    asked = {each.number: each for each in asked_about(leaf)}
    if strange := set(given) - set(asked):
        told = f"The attribute {min(strange)} is not of this category."
        raise Refusal("error_invalid_category_attribute", told)
    for number, each in asked.items():
        if number not in given:
            if each.is_required:
                raise Refusal("error_less_required_attribute", f"Attribute {number} is required.")
            continue
        [value] = given[number].rows("attribute_value_list", 1)
        code = value.integer("value_id")
        if code and code not in dict(each.options):
            raise Refusal("error_invalid_attribute", f"Attribute {number} has no such value.")
        if not code and not value.text("original_value_name", ""):
            raise Refusal("error_value_name_required", f"Attribute {number} needs a value name.")


def _model(number: int, sku: str, tier_index: list[int], row: Body) -> Document:
    price = row.values.get("original_price")
    whole = isinstance(price, int | float) and not isinstance(price, bool) and price % 1 == 0
    if not whole or not 1_000 <= int(price or 0) <= MOST_PRICE:
        raise Refusal("error_invalid_price", "The price must be an integer of at least 1000.")
    [place] = row.rows("seller_stock", 1)
    if "location_id" in place:
        raise bad_parameter("Wrong parameters, detail: this shop has no location_id.")
    stock = place.integer("stock")
    if not 0 <= stock <= MOST_STOCK:
        raise Refusal("product.error_busi", f"Stock must be between 0 and {MOST_STOCK}.")
    return {
        "model_id": number,
        "model_sku": sku,
        "tier_index": tier_index,
        "original_price": int(price or 0),
        "current_price": int(price or 0),
        "stock": stock,
        "reserved": 0,
    }


def init_tier_variation(call: Call) -> Reply:
    """Give an item its tiers and models; the item has none so far."""
    body = call.body()
    item = call.memory.item(call.shop_id, body.integer("item_id"))
    if item is None:
        raise Refusal("error_item_not_found", "Product not found.")
    if item["tiers"]:
        raise Refusal("error_busi", "The item has tier variations already.")
    tiers = [_tier(row) for row in body.rows("standardise_tier_variation", MOST_TIERS)]
    rows, models = body.rows("model", MOST_MODELS), []
    for at, row in enumerate(rows, 1):
        index = row.integers("tier_index")
        if len(index) != len(tiers) or any(
            not 0 <= place < len(tier["options"]) for place, tier in zip(index, tiers, strict=False)
        ):
            raise Refusal("error_tier_index", "tier_index is out of range.")
        models.append(_model(item["item_id"] * 10 + at, row.text("model_sku", ""), index, row))
    if len({tuple(model["tier_index"]) for model in models}) != len(models):
        raise Refusal("error_tier_index", "tier_index is repeated.")
    item.update(tiers=tiers, models=models, update_time=call.memory.now())
    call.memory.save_item(item)
    shown = [
        {name: model[name] for name in ("model_id", "model_sku", "tier_index")} for model in models
    ]
    return wrapped({"item_id": item["item_id"], "model": shown})


def _tier(row: Body) -> Document:
    name = row.text("variation_name")
    options = [each.text("variation_option_name") for each in row.rows("variation_option_list")]
    if not name or len(name) > TIER_NAME:
        raise Refusal("error_tier_var_name_too_long", f"A variation has 1 to {TIER_NAME} letters.")
    if len(options) > MOST_OPTIONS or len(set(options)) != len(options):
        raise Refusal("error_tier_opt_too_many", "Too many variation options, or one twice.")
    if any(not 1 <= len(option) <= OPTION_NAME for option in options):
        raise Refusal("error_tier_opt_val_too_long", f"A tier option has 1 to {OPTION_NAME}.")
    return {"name": name, "options": options}


ENDPOINTS: list[tuple[str, str, str, Endpoint]] = [
    ("GET", "/api/v2/product/get_category", SHOP, get_category),
    ("GET", "/api/v2/product/get_attribute_tree", SHOP, get_attribute_tree),
    ("GET", "/api/v2/product/get_brand_list", SHOP, get_brand_list),
    ("GET", "/api/v2/product/search_item", SHOP, search_item),
    ("POST", "/api/v2/product/add_item", SHOP, add_item),
    ("POST", "/api/v2/product/init_tier_variation", SHOP, init_tier_variation),
]
