"""Shipment and its label at TikTok Shop."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from channels_sync.marketplaces.tiktok_shop import paths
from channels_sync.marketplaces.tiktok_shop.calls import TikTokCalls
from channels_sync.marketplaces.tiktok_shop.client import Json
from channels_sync.marketplaces.tiktok_shop.errors import asks_for_patience
from channels_sync.marketplaces.tiktok_shop.status import SELLER_SHIPS
from channels_sync.ports import (
    Access,
    Document,
    DocumentState,
    Handover,
    ParcelRef,
    ShippingOptions,
)
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.kernel.text import fold

LABEL = "SHIPPING_LABEL"
METHODS = {Handover.PICKUP: "PICKUP", Handover.DROPOFF: "DROP_OFF"}
# How the marketplace may call a carrier of ours; words without marks.
CARRIERS = {
    "ghn": ("giao hang nhanh", "ghn"),
    "ghtk": ("giao hang tiet kiem", "ghtk"),
    "viettel_post": ("viettel",),
}
ANY_OTHER = ("khac", "other")


class TikTokShipping(TikTokCalls):
    def shipping_options(self, access: Access, parcel: ParcelRef) -> ShippingOptions:
        """What can be chosen for the parcel; the platform numbers it before it is shipped."""
        package = self._package(access, parcel)
        if package.get("shipping_type") == SELLER_SHIPS:
            own = self._own_carrier(access, package, parcel.carrier)
            return ShippingOptions(pickup=None, dropoff=None, own_carrier=own)
        path = paths.SLOTS.format(package_id=_number(parcel))
        answer = self.client.get(access, path)
        return ShippingOptions(
            pickup=_pickup(answer) if answer.get("can_pickup") else None,
            dropoff={} if answer.get("can_drop_off") else None,
            own_carrier=None,
        )

    def _own_carrier(self, access: Access, package: Json, carrier: str) -> dict[str, Any]:
        path = paths.PROVIDERS.format(option_id=package["delivery_option_id"])
        rows = self.client.get(access, path).get("shipping_providers") or []
        return {"shipping_provider_id": provider_id(rows, carrier)}

    def arrange(
        self,
        access: Access,
        parcel: ParcelRef,
        *,
        handover: Handover,
        details: Mapping[str, Any],
        tracking_number: str,
    ) -> None:
        if handover is Handover.OWN_CARRIER:
            body: Json = {"self_shipment": {"tracking_number": tracking_number, **details}}
        else:
            body = {"handover_method": METHODS[handover], **details}
        self.client.post(access, paths.SHIP.format(package_id=_number(parcel)), body)

    def tracking_number(self, access: Access, parcel: ParcelRef) -> str:
        """Empty while the carrier has given none."""
        return str(self._package(access, parcel).get("tracking_number") or "")

    def _package(self, access: Access, parcel: ParcelRef) -> Json:
        return self.client.get(access, paths.PACKAGE.format(package_id=_number(parcel)))

    # The label is drawn by itself; its address is asked for when it is fetched.

    def choose_document(self, access: Access, parcel: ParcelRef) -> str:
        return LABEL

    def create_document(
        self, access: Access, parcel: ParcelRef, *, document_type: str, tracking_number: str
    ) -> None:
        """Nothing has to be asked for beforehand."""

    def document_state(
        self, access: Access, parcel: ParcelRef, document_type: str
    ) -> DocumentState:
        return DocumentState.READY

    def download_document(self, access: Access, parcel: ParcelRef, document_type: str) -> Document:
        """The file behind an address that lives a day; just after shipping there may be none."""
        asked = {"document_type": document_type, "document_size": "A6", "document_format": "PDF"}
        path = paths.DOCUMENTS.format(package_id=_number(parcel))
        try:
            url = str(self.client.get(access, path, asked).get("doc_url") or "")
        except ServiceRefused as refusal:
            if asks_for_patience(refusal):
                raise ServiceUnreachable(refusal.message, maybe_done=False)
            raise
        if not url:
            raise ServiceRefused(_("Sàn không trả về tệp vận đơn"), code="no_document")
        reply = self.client.download(url)
        if reply.status_code != 200 or not reply.content:
            raise ServiceUnreachable(f"HTTP {reply.status_code}", maybe_done=False)
        kind = reply.headers.get("Content-Type", "").split(";")[0].strip().lower()
        return Document(reply.content, kind or "application/pdf")


def _number(parcel: ParcelRef) -> str:
    if not parcel.package_number:
        raise ServiceRefused(_("Sàn chưa tạo kiện hàng cho đơn này"), code="no_package")
    return parcel.package_number


def _pickup(answer: Json) -> dict[str, Any]:
    """The first slot that is free; none where the carrier comes by itself."""
    for slot in answer.get("pickup_slots") or []:
        # The platform misspells the word.
        if slot.get("avaliable", slot.get("available", True)):
            times = {name: int(slot[name]) for name in ("start_time", "end_time")}
            return {"pickup_slot": times}
    return {}


def provider_id(rows: Sequence[Json], carrier: str) -> str:
    """Under which id the marketplace knows our carrier: by its name, else as "another one"."""
    for words in (CARRIERS.get(carrier, (fold(carrier),) if carrier else ()), ANY_OTHER):
        for row in rows:
            if any(word in fold(str(row.get("name") or "")) for word in words):
                return str(row["id"])
    if len(rows) == 1:
        return str(rows[0]["id"])
    names = ", ".join(str(row.get("name") or "") for row in rows)
    raise ServiceRefused(
        _("Sàn không nhận hãng vận chuyển này; sàn có: %(names)s") % {"names": names or "—"},
        code="no_provider",
    )
