"""What products say: pictures that are uploaded, and the document that changes a product."""

import json
from typing import Any
from xml.etree import ElementTree

from oms.sandbox.core import Reply
from oms.sandbox.core.market import Document
from oms.sandbox.lazada.access import SELLER
from oms.sandbox.lazada.calls_product import read_xml
from oms.sandbox.lazada.desk import Call, Endpoint
from oms.sandbox.lazada.envelope import ISV, Refusal, data
from oms.sandbox.lazada.params import whole_number

MOST_BYTES = 1024 * 1024
MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n")
# Of this simulation: the sheet names no figure.
MOST_NAME, MOST_DESCRIPTION, MOST_IMAGES = 255, 25_000, 8
Problem = tuple[str, str]


def upload_image(call: Call) -> Reply:
    """Keep one picture of the seller; its address is what a product names."""
    given = [file for file in call.uploads if file.name == "image"]
    if len(given) != 1:
        raise Refusal("300", "E0300: The image is required", ISV)
    content = given[0].content
    if not content.startswith(MAGIC):
        raise Refusal("302", "E0302: Unsupported image format", ISV)
    if len(content) > MOST_BYTES:
        raise Refusal("303", "E0303: The image size is limited to 1 MB", ISV)
    code = f"{call.memory.db.next('images'):012x}"
    url = f"https://vn-live.example.invalid/p/{code}.jpg"
    call.memory.db.put("images", url, {"seller_id": call.seller_id, "bytes": len(content)})
    return data({"image": {"url": url, "hash_code": code}})


def update_product(call: Call) -> Reply:
    """Change attributes and pictures, all or nothing; faults are named by field."""
    asked = asked_product(call.params.text("payload"))
    item_id = whole_number(str(asked.get("ItemId"))) or 0
    product = call.memory.product(call.seller_id, item_id)
    if product is None:
        raise Refusal("207", "E0207: The item does not exist", ISV)
    attributes, images = asked.get("Attributes") or {}, images_of(asked.get("Images"))
    faults = [*attribute_faults(attributes), *image_faults(call, images)]
    if faults:
        detail = [{"field": field, "code": "4107", "message": text} for field, text in faults]
        raise Refusal("501", "E0501: Update product failed", ISV, detail)
    for name in ("name", "description"):
        if name in attributes:
            product[name] = attributes[name]
    if images:
        product["images"] = images
    product["updated"] = max(call.memory.now(), product["updated"] + 1)
    call.memory.save_product(product)
    return data({"item_status": product["status"]})


def asked_product(payload: str) -> Document:
    try:
        document = read_xml(payload) if payload.lstrip().startswith("<") else json.loads(payload)
        asked = document["Request"]["Product"]
    except (ValueError, KeyError, TypeError, ElementTree.ParseError):
        raise Refusal("30", "E030: Empty Request or wrong format", ISV)
    if not isinstance(asked, dict) or not isinstance(asked.get("Attributes") or {}, dict):
        raise Refusal("30", "E030: Empty Request", ISV)
    return asked


def attribute_faults(attributes: Document) -> list[Problem]:
    faults = []
    name, description = attributes.get("name"), attributes.get("description")
    if name is not None and not 1 <= len(str(name).strip()) <= MOST_NAME:
        faults.append(("name", f"The name must have 1 to {MOST_NAME} characters"))
    if description is not None and len(str(description)) > MOST_DESCRIPTION:
        faults.append(("description", f"At most {MOST_DESCRIPTION} characters"))
    if description is not None and "<script" in str(description).lower():
        faults.append(("description", "The description holds forbidden content"))
    return faults


def images_of(given: Any) -> list[str]:
    """The addresses under Images/Image: one or several."""
    inner = given.get("Image") if isinstance(given, dict) else given
    return [str(url) for url in (inner if isinstance(inner, list) else [inner] if inner else [])]


def image_faults(call: Call, images: list[str]) -> list[Problem]:
    if len(images) > MOST_IMAGES:
        return [("Images", f"At most {MOST_IMAGES} images")]
    for url in images:
        kept = call.memory.db.get("images", url)
        if kept is None or kept["seller_id"] != call.seller_id:
            return [("Images", f"The image {url} was not uploaded")]
    return []


ENDPOINTS: list[tuple[str, str, str, Endpoint]] = [
    ("POST", "/image/upload", SELLER, upload_image),
    ("POST", "/product/update", SELLER, update_product),
]
