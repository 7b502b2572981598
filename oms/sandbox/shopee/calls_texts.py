"""What listings say: uploaded pictures, limits of the shop, and the update of a listing."""

from typing import Any

from oms.sandbox.core import Reply
from oms.sandbox.shopee.access import PUBLIC, SHOP
from oms.sandbox.shopee.desk import Call, Endpoint
from oms.sandbox.shopee.envelope import wrapped
from oms.sandbox.shopee.params import Body
from oms.sandbox.shopee.refusals import Refusal, bad_parameter

MOST_BYTES = 10 * 1024 * 1024
MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n")
SCENES = ("normal", "desc")
# Of this simulation: the platform's own differ by category and are asked by get_item_limit.
NAME, DESCRIPTION, IMAGES = (5, 120), (20, 3000), (1, 9)
UPDATED = {
    *("item_id", "item_name", "description", "description_type", "image"),
    *("item_sku", "item_status", "weight", "dimension", "condition", "category_id", "brand"),
    *("attribute_list", "pre_order", "wholesale", "video_upload_id", "gtin_code"),
    *("description_info", "tax_info", "complaint_policy", "promotion_images"),
    *("scheduled_publish_time", "size_chart_info", "purchase_limit_info", "item_dangerous"),
    *("authorised_brand_id", "ds_cat_rcmd_id"),
}


def upload_image(call: Call) -> Reply:
    """Keep one picture; it belongs to the partner and to no shop."""
    fields, files = call.request.multipart()
    given = [file for file in files if file.name == "image"]
    if len(given) != 1:
        raise bad_parameter("Wrong parameters, detail: image is required.")
    if fields.get("scene", "normal") not in SCENES:
        raise bad_parameter("Wrong parameters, detail: scene is normal or desc.")
    content = given[0].content
    if len(content) > MOST_BYTES or not content.startswith(MAGIC):
        raise Refusal("error_param", "The image must be JPG, JPEG or PNG of at most 10 MB.")
    image_id = f"sg-{call.memory.db.next('images'):09d}"
    call.memory.db.put("images", image_id, {"bytes": len(content)})
    shown = {"image_id": image_id, "image_url_list": [
        {"image_url_region": "VN", "image_url": f"https://cf.example.invalid/file/{image_id}"}
    ]}  # fmt: skip
    return wrapped({"image_info": shown})


def get_item_limit(call: Call) -> Reply:
    """How long texts may be and how many pictures there may be."""

    def bounds(pair: tuple[int, int]) -> dict[str, int]:
        return {"min_limit": pair[0], "max_limit": pair[1]}

    return wrapped(
        {
            "item_name_length_limit": bounds(NAME),
            "item_description_length_limit": bounds(DESCRIPTION),
            "item_image_count_limit": bounds(IMAGES),
        }
    )


def update_item(call: Call) -> Reply:
    """Change what is given of a listing, all of it or nothing."""
    body = call.body()
    if unknown := set(body.values) - UPDATED:
        raise bad_parameter(f"Wrong parameters, detail: {sorted(unknown)[0]} is unknown.")
    item = call.memory.item(call.shop_id, body.integer("item_id"))
    if item is None:
        raise Refusal("error_item_not_found", "Product not found.")
    if item["item_status"] in ("SELLER_DELETE", "SHOPEE_DELETE", "BANNED"):
        raise Refusal("error_busi_item_status_invalid", "The item status does not allow this.")
    if body.text("description_type", "normal") != "normal":
        raise Refusal("error_busi_cannot_update_field", "This shop has no extended description.")
    changed: dict[str, Any] = {}
    if "item_name" in body:
        changed["item_name"] = within(body.text("item_name"), "item_name", NAME)
    if "description" in body:
        text = within(body.text("description"), "description", DESCRIPTION)
        if "</" in text:
            raise Refusal("product.error_busi", "The description must not hold HTML tags.")
        changed["description"] = text
    if "item_status" in body:
        changed["item_status"] = body.text("item_status")
        if changed["item_status"] not in ("NORMAL", "UNLIST"):
            raise Refusal("product.error_busi", "item_status is NORMAL or UNLIST.")
    if "image" in body:
        changed["images"] = images_of(call, body.child("image"))
    item.update(changed, update_time=call.memory.now())
    call.memory.save_item(item)
    shown = {name: item[name] for name in ("item_id", "item_name", "description", "item_status")}
    return wrapped({**shown, "images": {"image_id_list": item.get("images", [])}})


def within(text: str, name: str, bounds: tuple[int, int]) -> str:
    if not bounds[0] <= len(text) <= bounds[1]:
        told = f"The length of {name} must be {bounds[0]} to {bounds[1]}."
        raise Refusal("product.error_busi", told)
    return text


def images_of(call: Call, image: Body) -> list[str]:
    given = image.values.get("image_id_list")
    if not isinstance(given, list) or not IMAGES[0] <= len(given) <= IMAGES[1]:
        raise Refusal("product.error_busi", "The number of image must be 1 to 9.")
    for image_id in given:
        if not isinstance(image_id, str) or call.memory.db.get("images", image_id) is None:
            raise Refusal("product.error_busi", f"The image {image_id} is not found.")
    return list(given)


ENDPOINTS: list[tuple[str, str, str, Endpoint]] = [
    ("POST", "/api/v2/media_space/upload_image", PUBLIC, upload_image),
    ("GET", "/api/v2/product/get_item_limit", SHOP, get_item_limit),
    ("POST", "/api/v2/product/update_item", SHOP, update_item),
]
