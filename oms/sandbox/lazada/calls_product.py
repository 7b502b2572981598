"""Products: read page by page; stock and prices set by an XML or JSON document."""

import json
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

from oms.sandbox.core import Reply
from oms.sandbox.core.market import Document
from oms.sandbox.core.numbers import whole_number
from oms.sandbox.lazada.access import SELLER
from oms.sandbox.lazada.catalogue import find_row, sellable, shop_sku
from oms.sandbox.lazada.desk import Call, Endpoint
from oms.sandbox.lazada.envelope import ISV, Refusal, data, refused
from oms.sandbox.lazada.memory import FAR
from oms.sandbox.lazada.model import WAREHOUSE

PAGE, DEEPEST, MOST_SKUS = 50, 10_000, 50
FILTERS = ("all", "live", "inactive", "deleted", "pending", "rejected", "sold-out")
NAMED_BY = {"sku_id": "SkuId", "seller_sku": "SellerSku", "item_id": "ItemId"}
Problem = tuple[str, str]
RowWork = Callable[[Document, Document], Problem | None]


# Reading


def get_products(call: Call) -> Reply:
    """Products of the seller that fit a filter."""
    params = call.params
    wanted = params.text("filter", "all")
    if wanted not in FILTERS:
        raise Refusal("36", f'E036: "{wanted}" Invalid filter', ISV)
    limit = params.integer("limit", 20, low=1, high=PAGE, code="19")
    offset = params.integer("offset", 0, high=DEEPEST, code="14")
    after, before = params.moment("update_after") or 0, params.moment("update_before") or FAR
    codes = set(params.texts("sku_seller_list"))
    rows = [
        product
        for product in call.memory.products(call.seller_id)
        if _fits(product, wanted)
        and after <= product["updated"] <= before
        and (not codes or codes & {row["sku"] for row in product["skus"]})
    ]
    shown = [product_view(product) for product in rows[offset : offset + limit]]
    return data({"total_products": len(rows), "products": shown})


def _fits(product: Document, wanted: str) -> bool:
    if wanted == "live":
        return bool(product["status"] == "Active")
    if wanted == "sold-out":
        return all(sellable(row) <= 0 for row in product["skus"])
    return wanted == "all" or product["status"].lower() == wanted


def get_item(call: Call) -> Reply:
    """One product."""
    item_id = call.params.integer("item_id", code="207")
    product = call.memory.product(call.seller_id, item_id)
    if product is None:
        raise Refusal("207", "E0207: The item does not exist", ISV)
    return data(product_view(product))


def product_view(product: Document) -> dict[str, Any]:
    """A product with its SKUs, whose keys are of mixed case."""
    view = {
        "item_id": product["item_id"],
        "primary_category": product["category"],
        "attributes": {
            "name": product["name"],
            "brand": product.get("brand", "No Brand"),
            "description": product.get("description", ""),
        },
        "created_time": str(product["created"] * 1000),
        "updated_time": str(product["updated"] * 1000),
        "images": json.dumps(
            product.get("images") or [f"https://vn-live.example.invalid/p/{product['item_id']}.jpg"]
        ),
        "status": product["status"],
        "subStatus": "",
        "suspendedSkus": [],
        "skus": [_sku_view(product, row) for row in product["skus"]],
    }
    if product["variation"]:
        view["variation"] = {
            f"variation{at}": {
                "name": name,
                "has_image": at == 1,
                "customize": False,
                "options": list(dict.fromkeys(row["options"][name] for row in product["skus"])),
                "label": name,
            }
            for at, name in enumerate(product["variation"], 1)
        }
    return view


def _sku_view(product: Document, row: Document) -> dict[str, Any]:
    stock = {
        "warehouseCode": WAREHOUSE,
        "quantity": row["total"],
        "totalQuantity": row["total"],
        "sellableQuantity": sellable(row),
        "occupyQuantity": row["occupy"],
        "withholdQuantity": row["withhold"],
    }
    return {
        "SkuId": row["sku_id"],
        "SellerSku": row["sku"],
        "ShopSku": shop_sku(product, row),
        "Status": row["status"],
        "quantity": row["total"],
        "Available": sellable(row),
        "price": row["price"],
        "special_price": row["special_price"] or 0,
        "package_weight": f"{row['grams'] / 1000:.3f}",
        "package_length": "20.00",
        "package_width": "15.00",
        "package_height": "5.00",
        "saleProp": row["options"],
        "Images": [],
        "Url": "",
        "multiWarehouseInventories": [stock],
        "fblWarehouseInventories": [],
        "channelInventories": [{"quantity": row["total"]}] if row["campaign"] else [],
    }


# Writing


def update_sellable(call: Call) -> Reply:
    """Set what buyers can still order; the total follows."""

    def work(row: Document, asked: Document) -> Problem | None:
        wanted = _quantity(asked, "SellableQuantity")
        if wanted is None:
            return "212", "Negative sellable"
        if row["campaign"] and wanted < sellable(row):
            return "4170", "The stock is locked by a campaign and can only be increased"
        row["total"] = wanted + row["withhold"] + row["occupy"]
        call.memory.note_told(call.seller_id, row["sku"], wanted)
        return None

    return _each_sku(call, work)


def adjust_sellable(call: Call) -> Reply:
    """Add to or take from what buyers can still order."""

    def work(row: Document, asked: Document) -> Problem | None:
        change = _quantity(asked, "SellableQuantity", signed=True)
        if change is None or sellable(row) + change < 0:
            return "212", "Negative sellable"
        if row["campaign"] and change < 0:
            return "4170", "The stock is locked by a campaign and can only be increased"
        row["total"] += change
        return None

    return _each_sku(call, work)


def update_price_quantity(call: Call) -> Reply:
    """Set prices, and the total quantity (not what is sellable)."""

    def work(row: Document, asked: Document) -> Problem | None:
        price, special = _price(asked, "Price", row["price"]), row["special_price"]
        if "SalePrice" in asked:
            special = _price(asked, "SalePrice", 0)
        if not price:
            return "4104", "Price must be a positive whole number"
        if (special is None and "SalePrice" in asked) or (special or 0) > price:
            return "4105", "SalePrice must be at most the price"
        row.update(price=price, special_price=special or None)
        if "Quantity" in asked or "MultiWarehouseInventories" in asked:
            total = _quantity(asked, "Quantity")
            if total is None:
                return "212", "Negative quantity"
            row["total"] = total
        return None

    return _each_sku(call, work)


def _price(asked: Document, name: str, default: int) -> int | None:
    """A whole number, with or without two zeros behind the point."""
    return whole_number(str(asked.get(name, default)).removesuffix(".00"))


def _quantity(asked: Document, name: str, *, signed: bool = False) -> int | None:
    given = asked.get(name)
    if given is None:
        places = asked.get("MultiWarehouseInventories") or {}
        inner = places.get("MultiWarehouseInventory") if isinstance(places, dict) else places
        [place] = inner if isinstance(inner, list) else [inner or {}]
        given = place.get(name)
    text = str(given)
    sign = -1 if signed and text.startswith("-") else 1
    number = whole_number(text.removeprefix("-") if signed else text)
    return None if number is None else sign * number


def _each_sku(call: Call, work: RowWork) -> Reply:
    """Apply a document of SKUs; the refused ones are named in `detail`, the others are done."""
    rows = _asked_skus(call.params.text("payload"))
    detail: list[dict[str, Any]] = []
    for asked in rows:
        problem = _one_sku(call, asked, work)
        if problem is not None:
            names = {name: str(asked.get(key) or "") for name, key in NAMED_BY.items()}
            detail.append({**names, "code": problem[0], "message": problem[1], "field": "Sku"})
    if detail:
        # Raising would undo the rows that were taken.
        return refused("501", "E0501: Update product failed", detail=detail)
    return data({})


def _one_sku(call: Call, asked: Document, work: RowWork) -> Problem | None:
    product = call.memory.product(call.seller_id, whole_number(str(asked.get("ItemId"))) or 0)
    row = find_row(product, whole_number(str(asked.get("SkuId"))) or 0) if product else None
    if product is None or row is None:
        return "4211", "The SKU does not exist"
    problem = work(row, asked)
    if problem is None:
        product["updated"] = max(call.memory.now(), product["updated"] + 1)
        call.memory.save_product(product)
    return problem


def _asked_skus(payload: str) -> list[Document]:
    try:
        document = read_xml(payload) if payload.lstrip().startswith("<") else json.loads(payload)
        skus = document["Request"]["Product"]["Skus"]
        rows = skus["Sku"] if isinstance(skus, dict) else skus
    except (ValueError, KeyError, TypeError, ElementTree.ParseError):
        raise Refusal("30", "E030: Empty Request or wrong format", ISV)
    rows = rows if isinstance(rows, list) else [rows]
    if not rows or not all(isinstance(each, dict) for each in rows):
        raise Refusal("30", "E030: Empty Request", ISV)
    if len(rows) > MOST_SKUS:
        raise Refusal("4171", f"At most {MOST_SKUS} SKUs in one request", ISV)
    return rows


def read_xml(payload: str) -> Document:
    root = ElementTree.fromstring(payload)  # noqa: S314 - a caller on this machine
    return {root.tag: _children(root)}


def _children(node: ElementTree.Element) -> Any:
    """An element as JSON would say it: repeated tags become lists."""
    if not len(node):
        return (node.text or "").strip()
    found: dict[str, Any] = {}
    for child in node:
        value = _children(child)
        if child.tag in found:
            former = found[child.tag]
            found[child.tag] = [*(former if isinstance(former, list) else [former]), value]
        else:
            found[child.tag] = value
    return found


ENDPOINTS: list[tuple[str, str, str, Endpoint]] = [
    ("GET", "/products/get", SELLER, get_products),
    ("GET", "/product/item/get", SELLER, get_item),
    ("GET|POST", "/product/stock/sellable/update", SELLER, update_sellable),
    ("POST", "/product/stock/sellable/adjust", SELLER, adjust_sellable),
    ("POST", "/product/price_quantity/update", SELLER, update_price_quantity),
]
