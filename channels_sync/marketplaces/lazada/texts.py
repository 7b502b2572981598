"""What products say at Lazada: one document with attributes and the addresses of pictures."""

from collections.abc import Mapping
from typing import Any

from channels_sync.marketplaces.lazada.calls import LazadaCalls
from channels_sync.ports import Access, AccessExpired, AccessLost, Picture, ProductSheet
from channels_sync.ports.reading import described
from oms.kernel.errors import ServiceRefused

FIELDS = {"name": "name", "description": "description", "images": "pictures", "image": "pictures"}


class LazadaTexts(LazadaCalls):
    most_pictures = 8

    def upload_picture(self, access: Access, picture: Picture) -> str:
        answer = self.client.upload(access, "/image/upload", picture.name, picture.content)
        return str(((answer.get("data") or {}).get("image") or {})["url"])

    def update_product(self, access: Access, sheet: ProductSheet) -> Mapping[str, str]:
        try:
            self.client.post(access, "/product/update", {"payload": request(sheet)})
        except (AccessExpired, AccessLost):
            raise
        except ServiceRefused as refusal:
            return refused_fields(refusal)
        return {}


def request(sheet: ProductSheet) -> dict[str, Any]:
    """Only what is ours to say: prices, stock and variations stay as they are."""
    product: dict[str, Any] = {
        "ItemId": int(sheet.remote_item_id),
        "Attributes": {"name": sheet.name, "description": described(sheet)},
    }
    if sheet.pictures:
        product["Images"] = {"Image": list(sheet.pictures)}
    return {"Request": {"Product": product}}


def refused_fields(refusal: ServiceRefused) -> dict[str, str]:
    """`detail` names fields where the platform knows them; else the whole was refused."""
    faults: dict[str, str] = {}
    for row in (refusal.payload or {}).get("detail") or []:
        name = FIELDS.get(str(row.get("field") or "").lower(), "")
        faults[name] = str(row.get("message") or row.get("code") or "")
    return faults or {"": refusal.message}
