"""New products: categories with what they ask, and the document of a product."""

from typing import Any

from oms.sandbox.core import Reply
from oms.sandbox.core.categories import BRANDS, CATEGORIES, LEAVES, PARENTS, Attribute, asked_about
from oms.sandbox.core.market import Document
from oms.sandbox.core.numbers import whole_number
from oms.sandbox.lazada.access import SELLER
from oms.sandbox.lazada.calls_texts import asked_product, attribute_faults, image_faults, images_of
from oms.sandbox.lazada.catalogue import shop_sku
from oms.sandbox.lazada.desk import Call, Endpoint
from oms.sandbox.lazada.envelope import ISV, Refusal, data

BASE = 10_000_000
MOST_VARIATIONS, MOST_OPTIONS, MOST_SKUS = 2, 50, 50
VARIATION_NAME, OPTION_NAME = 15, 20
Problem = tuple[str, str]


def get_tree(call: Call) -> Reply:
    """Branches inside branches."""
    call.params.text("language_code", "vi_VN")
    return data(_branches(0))


def _branches(parent: int) -> list[dict[str, Any]]:
    return [
        {
            "category_id": BASE + each.number,
            "name": each.name,
            "leaf": each.number not in PARENTS,
            "var": False,
            "children": _branches(each.number) if each.number in PARENTS else [],
        }
        for each in CATEGORIES
        if each.parent == parent
    ]


def _leaf(number: int) -> int:
    leaf = number - BASE
    if leaf not in LEAVES:
        raise Refusal("57", "E057: The category does not exist or is no leaf", ISV)
    return leaf


def get_attributes(call: Call) -> Reply:
    """What a category asks, among it what every product has, and the options of its SKUs."""
    leaf = _leaf(call.params.integer("primary_category_id", code="57"))
    usual = [
        _row("name", "Tên sản phẩm", is_mandatory=1, kind="normal"),
        _row("description", "Mô tả", is_mandatory=0, kind="normal"),
        _row("brand", "Thương hiệu", is_mandatory=1, kind="normal"),
        _row("SellerSku", "SellerSKU", is_mandatory=0, kind="sku"),
        _row("package_weight", "Khối lượng (kg)", is_mandatory=1, kind="sku"),
        _row("color_family", "Nhóm màu", is_mandatory=0, kind="sku", sale=1),
    ]
    return data([*usual, *(_attribute(each) for each in asked_about(leaf))])


def _row(name: str, label: str, *, is_mandatory: int, kind: str, sale: int = 0) -> Document:
    return {
        "name": name,
        "label": label,
        "is_mandatory": is_mandatory,
        "attribute_type": kind,
        "input_type": "text",
        "options": [],
        "is_sale_prop": sale,
        "advanced": {"is_key_prop": 0},
    }


def _attribute(each: Attribute) -> Document:
    row = _row(each.word, each.name, is_mandatory=int(each.is_required), kind="normal")
    row["options"] = [
        {"id": number, "name": word, "en_name": word} for number, word in each.options
    ]
    row["input_type"] = "singleSelect" if each.options else "text"
    return {**row, "id": each.number}


def get_brands(call: Call) -> Reply:
    start = call.params.integer("startRow", code="5")
    size = call.params.integer("pageSize", low=1, high=200, code="5")
    rows = [
        {"brand_id": number, "name": name, "name_en": name, "global_identifier": str(number)}
        for number, name in BRANDS[start : start + size]
    ]
    return data(
        {"module": rows, "start_row": start, "page_size": size, "total_record": len(BRANDS)}
    )


def create_product(call: Call) -> Reply:
    """All or nothing; faults are named by field."""
    asked = asked_product(call.params.text("payload"))
    faults = [*_head_faults(call, asked), *_variation_faults(asked), *_sku_faults(asked)]
    if faults:
        detail = [{"field": field, "code": "4107", "message": text} for field, text in faults]
        raise Refusal("500", "E0500: Create product failed", ISV, detail)
    number = call.memory.db.next("new_product", 2_900_000_001)
    names = _variations(asked)
    attributes = asked["Attributes"]
    product: Document = {
        "item_id": number,
        "seller_id": call.seller_id,
        "name": attributes["name"],
        "description": attributes.get("description", ""),
        "brand": attributes["brand"],
        "status": "Active",
        "category": int(asked["PrimaryCategory"]),
        "created": call.memory.now(),
        "updated": call.memory.now(),
        "variation": names,
        "images": images_of(asked.get("Images")),
        "skus": [_sku(number, at, row) for at, row in enumerate(_skus(asked), 1)],
    }
    call.memory.save_product(product)
    skus = [
        {"seller_sku": row["sku"], "sku_id": row["sku_id"], "shop_sku": shop_sku(product, row)}
        for row in product["skus"]
    ]
    return data({"item_id": number, "sku_list": skus, "item_status": "Active"})


def _sku(number: int, at: int, row: Document) -> Document:
    return {
        "sku_id": number * 10 + at,
        "sku": str(row["SellerSku"]),
        "options": dict(row.get("saleProp") or {}),
        "price": int(row["price"]),
        "special_price": None,
        "grams": round(float(row["package_weight"]) * 1000),
        "total": int(row["quantity"]),
        "withhold": 0,
        "occupy": 0,
        "campaign": False,
        "status": "active",
    }


def _head_faults(call: Call, asked: Document) -> list[Problem]:
    leaf = (whole_number(str(asked.get("PrimaryCategory"))) or 0) - BASE
    if leaf not in LEAVES:
        return [("PrimaryCategory", "The category does not exist or is no leaf")]
    attributes, images = asked.get("Attributes") or {}, images_of(asked.get("Images"))
    faults = [*attribute_faults(attributes), *image_faults(call, images)]
    if not attributes.get("name"):
        faults.append(("name", "The name is mandatory"))
    if not images:
        faults.append(("Images", "At least one image"))
    if attributes.get("brand") not in {"No Brand", *(name for _number, name in BRANDS)}:
        faults.append(("brand", "The brand is not known"))
    for each in asked_about(leaf):
        given = attributes.get(each.word)
        if not given and each.is_required:
            faults.append((each.word, f"{each.name} is mandatory"))
        if given and each.options and given not in {word for _number, word in each.options}:
            faults.append((each.word, f"{each.name} has no such option"))
    return faults


def _variations(asked: Document) -> list[str]:
    return [str(row.get("name") or "") for row in (asked.get("variation") or {}).values()]


def _variation_faults(asked: Document) -> list[Problem]:
    rows = list((asked.get("variation") or {}).values())
    if len(rows) > MOST_VARIATIONS:
        return [("variation", "VARIATION_SIZE_LIMIT")]
    for row in rows:
        options = (row.get("options") or {}).get("option") or []
        if not 1 <= len(str(row.get("name") or "")) <= VARIATION_NAME:
            return [("variation", f"A variation's name has 1 to {VARIATION_NAME} characters")]
        if not 1 <= len(options) <= MOST_OPTIONS:
            return [("variation", "OPTIONS_SIZE_LIMIT")]
        if any(not 1 <= len(str(option)) <= OPTION_NAME for option in options):
            return [("variation", f"An option has 1 to {OPTION_NAME} characters")]
    return []


def _skus(asked: Document) -> list[Document]:
    given = asked.get("Skus") or {}
    inner = given.get("Sku") if isinstance(given, dict) else given
    rows = inner if isinstance(inner, list) else [inner or {}]
    return [row for row in rows if isinstance(row, dict)]


def _sku_faults(asked: Document) -> list[Problem]:
    rows, names = _skus(asked), set(_variations(asked))
    if not 1 <= len(rows) <= MOST_SKUS:
        return [("Skus", f"1 to {MOST_SKUS} SKUs")]
    if len({str(row.get("SellerSku")) for row in rows}) != len(rows):
        return [("SellerSku", "A SellerSku is repeated")]
    for row in rows:
        if not row.get("SellerSku"):
            return [("SellerSku", "The SellerSku is mandatory")]
        if not whole_number(str(row.get("price"))):
            return [("price", "The price must be a positive whole number")]
        if whole_number(str(row.get("quantity"))) is None:
            return [("quantity", "The quantity must be a whole number")]
        if not _is_weight(row.get("package_weight")):
            return [("package_weight", "The weight must be above 0 and at most 300")]
        if any(
            whole_number(str(row.get(name))) in (None, 0)
            for name in ("package_length", "package_width", "package_height")
        ):
            return [("package_weight", "The package needs its three sides")]
        if set(row.get("saleProp") or {}) != names:
            return [("saleProp", "saleProp must name every variation")]
    return []


def _is_weight(given: Any) -> bool:
    try:
        return 0 < float(given) <= 300
    except (TypeError, ValueError):
        return False


ENDPOINTS: list[tuple[str, str, str, Endpoint]] = [
    ("GET", "/category/tree/get", SELLER, get_tree),
    ("GET", "/category/attributes/get", SELLER, get_attributes),
    ("GET|POST", "/category/brands/query", SELLER, get_brands),
    ("POST", "/product/create", SELLER, create_product),
]
