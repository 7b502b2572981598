"""What products say: uploaded pictures, and the edit that changes what is given and no more."""

from oms.sandbox.core import Reply
from oms.sandbox.tiktok_shop.access import ACCOUNT, SHOP
from oms.sandbox.tiktok_shop.calls_product import product_of, touch
from oms.sandbox.tiktok_shop.desk import Call, Endpoint
from oms.sandbox.tiktok_shop.envelope import Refusal, bad_request, data
from oms.sandbox.tiktok_shop.model import BAD_FILE, BAD_TEXT
from oms.sandbox.tiktok_shop.params import Body

MOST_BYTES = 10 * 1024 * 1024
MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n")
CASES = ("MAIN_IMAGE", "ATTRIBUTE_IMAGE", "DESCRIPTION_IMAGE", "CERTIFICATION_IMAGE",
         "SIZE_CHART_IMAGE")  # fmt: skip
TITLE, MOST_DESCRIPTION, MOST_IMAGES = (25, 255), 10_000, 9


def upload_image(call: Call) -> Reply:
    """Keep one picture of the account."""
    fields, files = call.request.multipart()
    given = [file for file in files if file.name == "data"]
    if len(given) != 1 or fields.get("use_case", CASES[0]) not in CASES:
        raise bad_request("Invalid parameter: data and use_case")
    content = given[0].content
    if len(content) > MOST_BYTES or not content.startswith(MAGIC):
        raise Refusal(BAD_FILE, "The file must be JPG or PNG of at most 10 MB", 400)
    uri = f"tos-alisg-i-sandbox/{call.memory.db.next('images'):012d}"
    kept = {"open_id": call.account["open_id"], "bytes": len(content)}
    call.memory.db.put("images", uri, kept)
    shown = {"uri": uri, "url": f"https://p16-oec.example.invalid/{uri}", "width": 0, "height": 0}
    return data({**shown, "use_case": fields.get("use_case", CASES[0])})


def partial_edit(call: Call) -> Reply:
    """Change title, description and pictures, where they are given, all of them or nothing."""
    product, body = product_of(call), call.body()
    if "title" in body:
        product["title"] = checked_title(body.text("title"))
    if "description" in body:
        product["description"] = checked_description(body.text("description"))
    if "main_images" in body:
        product["images"] = images_of(call, body.rows("main_images", MOST_IMAGES))
    touch(call, product)
    skus = [{"id": row["id"], "seller_sku": row["seller_sku"]} for row in product["skus"]]
    return data({"product_id": product["id"], "skus": skus, "audit": {"status": "AUDITING"}})


def checked_title(title: str) -> str:
    if not TITLE[0] <= len(title) <= TITLE[1]:
        raise Refusal(BAD_TEXT, f"The title must have {TITLE[0]} to {TITLE[1]} characters")
    return title


def checked_description(text: str) -> str:
    if len(text) > MOST_DESCRIPTION or "<script" in text.lower():
        raise Refusal(BAD_TEXT + 1, "The description is too long or holds forbidden tags")
    return text


def images_of(call: Call, rows: list[Body]) -> list[str]:
    uris = [row.text("uri") for row in rows]
    for uri in uris:
        kept = call.memory.db.get("images", uri)
        if kept is None or kept["open_id"] != call.account["open_id"]:
            raise Refusal(BAD_TEXT + 2, f"The image {uri} is not found")
    return uris


_PRODUCT = "/product/{v}/products/{product_id}"
ENDPOINTS: list[tuple[str, str, str, str, Endpoint]] = [
    ("POST", "/product/{v}/images/upload", "202309", ACCOUNT, upload_image),
    (
        "POST",
        "/product/{v}/products/{product_id}/partial_edit",
        "202309 202509",
        SHOP,
        partial_edit,
    ),
]
