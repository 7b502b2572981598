"""What products say at Shopee: pictures are uploaded first, then named in the update."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from channels_sync.marketplaces.shopee.calls import ShopeeCalls
from channels_sync.ports import (
    Access,
    AccessExpired,
    AccessLost,
    NewListing,
    Picture,
    ProductSheet,
)
from channels_sync.ports.reading import named_field
from oms.kernel.errors import ServiceRefused
from oms.kernel.richtext import plain_text

Json = Mapping[str, Any]
# get_item_limit, the field here, and what it counts.
LIMITS = (
    ("item_name_length_limit", "name"),
    ("item_description_length_limit", "description"),
    ("item_image_count_limit", "pictures"),
)
# Refusals name their field in words only (sheet, "own error names" of update_item).
NAMED = (("item_name", "name"), ("description", "description"), ("image", "pictures"))


class ShopeeTexts(ShopeeCalls):
    most_pictures = 9

    def upload_picture(self, access: Access, picture: Picture) -> str:
        """The upload belongs to no shop: it is signed with the partner's key alone."""
        answer = self.client.public_upload(
            "/api/v2/media_space/upload_image", picture.name, picture.content
        )
        return str((answer.get("response") or {})["image_info"]["image_id"])

    def update_product(self, access: Access, sheet: ProductSheet) -> Mapping[str, str]:
        """Lengths are asked first: the refusal of an update does not say which limit it was."""
        body = request(sheet)
        answer = self.client.get(access, "/api/v2/product/get_item_limit")
        if faults := outside(body, answer.get("response") or {}):
            return faults
        try:
            self.client.post(access, "/api/v2/product/update_item", body)
        except (AccessExpired, AccessLost):
            raise
        except ServiceRefused as refusal:
            return {named_field(refusal.message, NAMED): refusal.message}
        return {}


def request(sheet: ProductSheet) -> dict[str, Any]:
    """Only what is ours to say: price, stock, category and delivery stay as they are."""
    body: dict[str, Any] = {
        "item_id": int(sheet.remote_item_id),
        "item_name": sheet.name,
        "description": described(sheet),
        "description_type": "normal",
    }
    if sheet.pictures:
        body["image"] = {"image_id_list": list(sheet.pictures)}
    return body


def described(sheet: ProductSheet | NewListing) -> str:
    """Plain text: the usual kind of description takes no markup."""
    rows = [f"- {name}: {value}" for name, value in sheet.specifications]
    return "\n\n".join(part for part in (plain_text(sheet.description), "\n".join(rows)) if part)


def outside(body: Json, limits: Json) -> dict[str, str]:
    """Fields that are shorter or longer than the shop allows, in words."""
    sizes = {"name": len(body["item_name"]), "description": len(body["description"])}
    if "image" in body:
        sizes["pictures"] = len(body["image"]["image_id_list"])
    faults = {}
    for key, field in LIMITS:
        bounds = limits.get(key) or {}
        low, high = int(bounds.get("min_limit") or 0), bounds.get("max_limit")
        size = sizes.get(field)
        if size is None or (low <= size and (high is None or size <= int(high))):
            continue
        told = {"n": size, "low": low, "high": "∞" if high is None else int(high)}
        faults[field] = _("Sàn nhận từ %(low)s đến %(high)s, đang có %(n)s.") % told
    return faults
