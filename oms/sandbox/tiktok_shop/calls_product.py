"""Products: read page by page; stock and prices of one product set at a time."""

from typing import Any

from oms.sandbox.core import Reply
from oms.sandbox.core.market import Document
from oms.sandbox.core.numbers import whole_number
from oms.sandbox.tiktok_shop.access import SHOP
from oms.sandbox.tiktok_shop.catalogue import find_row, warehouse_of
from oms.sandbox.tiktok_shop.desk import Call, Endpoint
from oms.sandbox.tiktok_shop.envelope import Refusal, data
from oms.sandbox.tiktok_shop.model import (
    BAD_PRICE,
    BAD_STOCK,
    CURRENCY,
    NO_PRODUCT,
    STOCK_LOCKED,
)
from oms.sandbox.tiktok_shop.params import Body, page_of

PAGE, MOST_SKUS, MOST_STOCK = 100, 100, 99_999
STATUSES = ("ALL", "DRAFT", "PENDING", "FAILED", "ACTIVATE", "SELLER_DEACTIVATED",
            "PLATFORM_DEACTIVATED", "FREEZE", "DELETED")  # fmt: skip


# Reading


def search_products(call: Call) -> Reply:
    """Products of the shop; the attributes of their SKUs are only in the detail."""
    query, body = call.query, call.body()
    size = query.integer("page_size", low=1, high=PAGE)
    status = body.choice("status", STATUSES, "ALL")
    codes, ids = body.texts("seller_skus", 100), body.texts("sku_ids", 10)
    rows = [
        product
        for product in call.memory.products(call.shop_id)
        if status in ("ALL", product["status"])
        and (not codes or any(row["seller_sku"] in codes for row in product["skus"]))
        and (not ids or any(row["id"] in ids for row in product["skus"]))
    ]
    shown, token = page_of(rows, query, size, by=("created", "id"))
    products = [
        {**_head(product), "skus": [_sku(call, row, in_detail=False) for row in product["skus"]]}
        for product in shown
    ]
    return data({"products": products, "next_page_token": token, "total_count": len(rows)})


def get_product(call: Call) -> Reply:
    """One product with the attributes of its SKUs."""
    product = product_of(call)
    skus = [_sku(call, row, in_detail=True) for row in product["skus"]]
    head = _head(product)
    head["product_status"] = head.pop("status")
    return data({**head, "description": product.get("description", ""), "skus": skus})


def product_of(call: Call) -> Document:
    """The product that the path names."""
    product = call.memory.product(call.shop_id, call.request.params["product_id"])
    if product is None:
        raise Refusal(NO_PRODUCT, "Product not found")
    return product


def _head(product: Document) -> dict[str, Any]:
    return {
        "id": product["id"],
        "title": product["title"],
        "status": product["status"],
        "create_time": product["created"],
        "update_time": product["updated"],
        "is_not_for_sale": False,
    }


def _sku(call: Call, row: Document, *, in_detail: bool) -> dict[str, Any]:
    view: dict[str, Any] = {
        "id": row["id"],
        "seller_sku": row["seller_sku"],
        "price": {
            "currency": CURRENCY,
            "tax_exclusive_price": str(row["price"]),
            "sale_price": str(row["price"]),
        },
        "inventory": [{"warehouse_id": warehouse_of(call.shop_id), "quantity": row["available"]}],
    }
    if in_detail:
        view["sales_attributes"] = [
            {"id": str(100 + at), "name": name, "value_id": str(200 + at), "value_name": value}
            for at, (name, value) in enumerate(row["attributes"].items())
        ]
    return view


def search_inventory(call: Call) -> Reply:
    """What is available and what is committed; ids of SKUs win over ids of products."""
    body = call.body()
    sku_ids, product_ids = body.texts("sku_ids", 600), body.texts("product_ids", 100)
    found = []
    for product in call.memory.products(call.shop_id):
        rows = [
            row
            for row in product["skus"]
            if (row["id"] in sku_ids if sku_ids else product["id"] in product_ids)
        ]
        if rows:
            skus = [_inventory(call, row) for row in rows]
            found.append({"product_id": product["id"], "skus": skus})
    return data({"inventory": found})


def _inventory(call: Call, row: Document) -> dict[str, Any]:
    place = {
        "warehouse_id": warehouse_of(call.shop_id),
        "available_quantity": row["available"],
        "committed_quantity": row["committed"],
    }
    campaign = [{"quantity": row["campaign"], "campaign_name": "Mega Sale"}]
    return {
        "id": row["id"],
        "seller_sku": row["seller_sku"],
        "total_available_quantity": row["available"],
        "total_committed_quantity": row["committed"],
        "warehouse_inventory": [place],
        "total_available_inventory_distribution": {
            "in_shop_inventory": {"quantity": row["available"] - row["campaign"]},
            "campaign_inventory": campaign if row["campaign"] else [],
            "creator_inventory": [],
        },
    }


# Writing


def update_inventory(call: Call) -> Reply:
    """Set what buyers can still order; refused SKUs are told inside an answer of success."""
    product = product_of(call)
    errors = []
    for asked in call.body().rows("skus", MOST_SKUS):
        sku_id = asked.text("id")
        problem = _set_stock(call, product, sku_id, asked) or call.row_fault()
        if problem is not None:
            code, text = problem
            detail = {"sku_id": sku_id, "extra_errors": []}
            errors.append({"code": code, "message": text, "detail": detail})
    touch(call, product)
    return data({"errors": errors})


def _set_stock(call: Call, product: Document, sku_id: str, asked: Body) -> tuple[int, str] | None:
    row = find_row(product, sku_id)
    if row is None:
        return BAD_STOCK, "The SKU does not belong to the product"
    places = asked.rows("inventory", 10)
    if [place.text("warehouse_id") for place in places] != [warehouse_of(call.shop_id)]:
        return BAD_STOCK, "The inventory must list every warehouse of the SKU"
    quantity = places[0].integer("quantity")
    if not 0 <= quantity <= MOST_STOCK:
        return BAD_STOCK, f"The quantity must be 0 to {MOST_STOCK}"
    if quantity < row["campaign"]:
        return STOCK_LOCKED, "Stock is locked by a campaign"
    row["available"] = quantity
    call.memory.note_told(call.shop_id, row["seller_sku"], quantity)
    return None


def update_prices(call: Call) -> Reply:
    """Set prices of one product: all of them or none."""
    product = product_of(call)
    for asked in call.body().rows("skus", MOST_SKUS):
        row, price = find_row(product, asked.text("id")), asked.child("price")
        if row is None:
            raise Refusal(BAD_PRICE, "The SKU does not belong to the product")
        amount = whole_number(price.text("amount"))
        if price.text("currency") != CURRENCY or not amount:
            raise Refusal(BAD_PRICE + 1, "The price must be a positive amount in VND")
        if amount < row["sale_price"] and row["campaign"]:
            raise Refusal(BAD_PRICE + 2, "The price is below that of a running campaign")
        row.update(price=amount, sale_price=min(row["sale_price"], amount))
    touch(call, product)
    return data()


def touch(call: Call, product: Document) -> None:
    """Keep a product that was changed."""
    product["updated"] = max(call.memory.now(), product["updated"] + 1)
    call.memory.save_product(product)


ENDPOINTS: list[tuple[str, str, str, str, Endpoint]] = [
    ("POST", "/product/{v}/products/search", "202309 202312 202502", SHOP, search_products),
    ("GET", "/product/{v}/products/{product_id}", "202309", SHOP, get_product),
    ("POST", "/product/{v}/inventory/search", "202309", SHOP, search_inventory),
    (
        "POST",
        "/product/{v}/products/{product_id}/inventory/update",
        "202309",
        SHOP,
        update_inventory,
    ),
    ("POST", "/product/{v}/products/{product_id}/prices/update", "202309", SHOP, update_prices),
]
