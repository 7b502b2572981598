"""What products say at TikTok Shop: pictures are uploaded first, then named in a partial edit."""

from collections.abc import Mapping
from typing import Any

from channels_sync.marketplaces.tiktok_shop import paths
from channels_sync.marketplaces.tiktok_shop.calls import TikTokCalls
from channels_sync.ports import Access, AccessExpired, AccessLost, Picture, ProductSheet
from channels_sync.ports.reading import described, named_field
from oms.kernel.errors import ServiceRefused

# Refusals name their field in words only.
NAMED = (("title", "name"), ("description", "description"), ("image", "pictures"))


class TikTokTexts(TikTokCalls):
    most_pictures = 9

    def upload_picture(self, access: Access, picture: Picture) -> str:
        """The upload belongs to the account: it carries no cipher."""
        fields = {"use_case": "MAIN_IMAGE"}
        return str(self.client.upload(access, paths.IMAGES, picture.content, fields)["uri"])

    def update_product(self, access: Access, sheet: ProductSheet) -> Mapping[str, str]:
        path = paths.PRODUCT_EDIT.format(product_id=sheet.remote_item_id)
        try:
            self.client.post(access, path, request(sheet))
        except (AccessExpired, AccessLost):
            raise
        except ServiceRefused as refusal:
            return {named_field(refusal.message, NAMED): refusal.message}
        return {}


def request(sheet: ProductSheet) -> dict[str, Any]:
    """Only what is ours to say: a partial edit leaves all else as it is."""
    body: dict[str, Any] = {"title": sheet.name, "description": described(sheet)}
    if sheet.pictures:
        body["main_images"] = [{"uri": uri} for uri in sheet.pictures]
    return body
