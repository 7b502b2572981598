"""Listings, their models, and setting stock and price."""

from typing import Any

from oms.sandbox.core import Reply
from oms.sandbox.core.market import Document
from oms.sandbox.core.numbers import whole_number
from oms.sandbox.shopee.access import SHOP
from oms.sandbox.shopee.catalogue import find_model, sku_of
from oms.sandbox.shopee.desk import Call, Endpoint
from oms.sandbox.shopee.envelope import wrapped
from oms.sandbox.shopee.model import CHANNELS, ITEM_STATUSES
from oms.sandbox.shopee.params import MAX_BATCH, Body
from oms.sandbox.shopee.refusals import Refusal, bad_parameter

MOST_STOCK = 999_999
MOST_PRICE = 120_000_000
NO_MODEL = "The model_id does not belong to this item."


def get_item_list(call: Call) -> Reply:
    """Listings of the statuses asked for, page by page."""
    query = call.query
    offset = query.integer("offset")
    size = query.integer("page_size", low=1, high=100)
    statuses = query.repeated("item_status")
    if not statuses or set(statuses) - set(ITEM_STATUSES):
        raise Refusal("error_param_item_status", "Item_status is invalid.")
    start = query.integer("update_time_from", 0)
    end = query.integer("update_time_to", 1 << 40)
    if start > end:
        raise Refusal("error_update_time_range", "update_time_from is after update_time_to.")
    found = [
        item
        for item in call.memory.items(call.shop_id)
        if item["item_status"] in statuses and start <= item["update_time"] <= end
    ]
    shown, more = found[offset : offset + size], len(found) > offset + size
    rows = [{name: item[name] for name in ("item_id", "item_status", "update_time")}
            for item in shown]  # fmt: skip
    response: dict[str, Any] = {"total_count": len(found), "has_next_page": more}
    if rows:
        response["item"] = rows
    if more:
        response["next_offset"] = offset + size
    return wrapped(response)


def _stock(model: Document) -> dict[str, Any]:
    return {
        "summary_info": {
            "total_reserved_stock": model["reserved"],
            "total_available_stock": model["stock"],
        },
        "seller_stock": [{"location_id": "VNZ01", "stock": model["stock"], "if_saleable": True}],
    }


def _price(model: Document) -> list[dict[str, Any]]:
    original, current = model["original_price"], model["current_price"]
    return [{"currency": "VND", "original_price": original, "current_price": current}]


def _base_info(item: Document) -> dict[str, Any]:
    images = item.get("images") or [f"vn-{item['item_id']}"]
    shown = {
        name: item[name]
        for name in ("item_id", "category_id", "item_name", "description", "item_sku",
                     "create_time", "update_time", "item_status")
    }  # fmt: skip
    shown.update(
        attribute_list=[],
        image={
            "image_id_list": images,
            "image_url_list": [f"https://down-vn.img.example.invalid/file/{i}" for i in images],
        },
        weight=f"{item['weight_g'] / 1000:.3f}",
        dimension={"package_length": 20, "package_width": 15, "package_height": 8},
        logistic_info=[
            {"logistic_id": channel.id, "logistic_name": channel.name, "enabled": True}
            for channel in CHANNELS.values()
        ],
        pre_order={"is_pre_order": False, "days_to_ship": 2},
        condition="NEW",
        size_chart="",
        deboost="FALSE",
        has_model=bool(item["tiers"]),
        has_promotion=any(model["reserved"] for model in item["models"]),
        brand={"brand_id": 0, "original_brand_name": "NoBrand"},
    )
    if not item["tiers"]:
        shown.update(price_info=_price(item["models"][0]), stock_info_v2=_stock(item["models"][0]))
    return shown


def get_item_base_info(call: Call) -> Reply:
    """Facts of up to 50 listings; price and stock only of those without models."""
    given = call.query.joined("item_id_list", required=True)
    numbers = [whole_number(number) for number in given]
    if None in numbers:
        raise bad_parameter("Wrong parameters, detail: item_id_list must hold integers.")
    if not 1 <= len(given) <= MAX_BATCH:
        raise Refusal("error_query_over_itemid_size", "item_id_list limit is [1,50].")
    found = [call.memory.item(call.shop_id, number or 0) for number in numbers]
    rows = [_base_info(item) for item in found if item is not None]
    if not rows:
        raise Refusal("error_item_not_found", "Product not found.")
    return wrapped({"item_list": rows})


def get_model_list(call: Call) -> Reply:
    """The variations of one listing; empty for one that has none."""
    item = _item(call, call.query.integer("item_id"))
    tiers = [
        {"name": tier["name"], "option_list": [{"option": option} for option in tier["options"]]}
        for tier in item["tiers"]
    ]
    models = [
        {
            "model_id": model["model_id"],
            "model_sku": model["model_sku"],
            "model_status": "NORMAL",
            "tier_index": model["tier_index"],
            "price_info": _price(model),
            "stock_info_v2": _stock(model),
            "promotion_id": 0,
            "has_promotion": model["reserved"] > 0,
            "pre_order": {"is_pre_order": False, "days_to_ship": 2},
            "weight": f"{item['weight_g'] / 1000:.3f}",
        }
        for model in item["models"]
        if item["tiers"]
    ]
    return wrapped({"tier_variation": tiers, "model": models})


def _item(call: Call, item_id: int) -> Document:
    item = call.memory.item(call.shop_id, item_id)
    if item is None:
        raise Refusal("error_item_not_found", "Product not found.")
    return item


def _rows_of_models(item: Document, rows: list[Body], error: str) -> list[tuple[int, Body]]:
    pairs = [(row.integer("model_id", 0), row) for row in rows]
    if item["tiers"] and any(model_id == 0 for model_id, _ in pairs):
        raise Refusal(error, "The item has models, edit them.")
    return pairs


def update_stock(call: Call) -> Reply:
    """Set seller stock to exact figures. Rows that cannot be set are listed, the others are set."""
    body = call.body()
    item = _item(call, body.integer("item_id"))
    done: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    rows = _rows_of_models(
        item, body.rows("stock_list"), "error_edit_item_stock_for_item_has_model"
    )
    for model_id, row in rows:
        stock = _single_stock(row)
        model = find_model(item, model_id)
        reason = _stock_problem(model, stock)
        if reason or model is None:
            failed.append({"model_id": model_id, "failed_reason": reason})
            continue
        model["stock"] = stock
        call.memory.note_told(call.shop_id, sku_of(item, model), stock)
        done.append({"model_id": model_id, "location_id": "VNZ01", "stock": stock})
    response = {"failure_list": failed, "success_list": done}
    if not done:
        raise Refusal("error_busi_update_stock_failed", "Update stock failed.", response=response)
    item["update_time"] = call.memory.now()
    call.memory.save_item(item)
    return wrapped(response)


def _single_stock(row: Body) -> int:
    places = row.rows("seller_stock")
    if any("location_id" in place for place in places):
        raise bad_parameter("Wrong parameters, detail: this shop has no location_id.")
    if len(places) != 1:
        raise bad_parameter("Wrong parameters, detail: this shop has one stock figure.")
    return places[0].integer("stock")


def _stock_problem(model: Document | None, stock: int) -> str:
    if model is None:
        return NO_MODEL
    if not 0 <= stock <= MOST_STOCK:
        return f"Stock must be between 0 and {MOST_STOCK}."
    if stock < model["reserved"]:
        return "Stock cannot be lower than the stock reserved for promotion."
    return ""


def update_price(call: Call) -> Reply:
    """Set original prices: whole dong in Vietnam."""
    body = call.body()
    item = _item(call, body.integer("item_id"))
    done: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    rows = _rows_of_models(
        item, body.rows("price_list"), "error_edit_item_price_for_item_has_model"
    )
    for model_id, row in rows:
        price, model = row.values.get("original_price"), find_model(item, model_id)
        reason = _price_problem(model, price)
        if reason or model is None:
            failed.append({"model_id": model_id, "failed_reason": reason})
            continue
        model["original_price"] = model["current_price"] = int(price or 0)
        done.append({"model_id": model_id, "original_price": int(price or 0)})
    response = {"failure_list": failed, "success_list": done}
    if not done:
        raise Refusal("error_update_price_fail", "Update price failed.", response=response)
    item["update_time"] = call.memory.now()
    call.memory.save_item(item)
    return wrapped(response)


def _price_problem(model: Document | None, price: object) -> str:
    if model is None:
        return NO_MODEL
    if isinstance(price, bool) or not isinstance(price, int | float) or price % 1 != 0:
        return "Price must be an integer in this region."
    if not 1_000 <= price <= MOST_PRICE:
        return "Price is out of range."
    if model["reserved"]:
        return "Price cannot be edited during a promotion."
    return ""


ENDPOINTS: list[tuple[str, str, str, Endpoint]] = [
    ("GET", "/api/v2/product/get_item_list", SHOP, get_item_list),
    ("GET", "/api/v2/product/get_item_base_info", SHOP, get_item_base_info),
    ("GET", "/api/v2/product/get_model_list", SHOP, get_model_list),
    ("POST", "/api/v2/product/update_stock", SHOP, update_stock),
    ("POST", "/api/v2/product/update_price", SHOP, update_price),
]
