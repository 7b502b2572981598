"""Pack, ready to ship and the waybill at Lazada."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from channels_sync.marketplaces.lazada.calls import LazadaCalls
from channels_sync.marketplaces.lazada.client import Json
from channels_sync.marketplaces.lazada.errors import NOTHING_TO_PRINT, row_failure
from channels_sync.marketplaces.lazada.status import PACKABLE
from channels_sync.ports import (
    Access,
    Document,
    DocumentState,
    Handover,
    ParcelRef,
    ShippingOptions,
)
from oms.kernel.errors import ServiceRefused, ServiceUnreachable

PDF = "PDF"
# Local shops leave the carrier to the platform; cross-border ones name it.
LOCAL = "TFS"


class LazadaShipping(LazadaCalls):
    def shipping_options(self, access: Access, parcel: ParcelRef) -> ShippingOptions:
        """Packing takes what is returned here; a packed parcel only has to be announced."""
        if parcel.package_number:
            return ShippingOptions(pickup={}, dropoff={}, own_carrier=None)
        units = self.parcel_units(access, parcel)
        if any(str(unit.get("delivery_option_sof")) == "1" for unit in units):
            raise ServiceRefused(
                _("Đội giao của người bán giao đơn này: hãy báo giao trên trang của sàn"),
                code="own_fleet",
            )
        ids = [int(unit["order_item_id"]) for unit in units if unit["status"] in PACKABLE]
        if not ids:
            raise ServiceRefused(_("Không còn sản phẩm nào chờ đóng gói"), code="nothing_to_pack")
        chosen = self._carrier(access, parcel, ids)
        return ShippingOptions(pickup=chosen, dropoff=chosen, own_carrier=None)

    def _carrier(self, access: Access, parcel: ParcelRef, ids: Sequence[int]) -> dict[str, Any]:
        asked = {"orders": [{"order_id": int(parcel.remote_id), "order_item_ids": list(ids)}]}
        answer = self.client.ask_result(
            access, "/order/shipment/providers/get", {"getShipmentProvidersReq": asked}
        )
        kind = str(answer.get("shipping_allocate_type") or LOCAL)
        chosen: dict[str, Any] = {"units": list(ids), "shipping_allocate_type": kind}
        providers = answer.get("shipment_providers") or []
        if kind != LOCAL and providers:
            chosen["shipment_provider_code"] = str(providers[0]["provider_code"])
        return chosen

    def arrange(
        self,
        access: Access,
        parcel: ParcelRef,
        *,
        handover: Handover,
        details: Mapping[str, Any],
        tracking_number: str,
    ) -> None:
        """Pack what is not packed, then announce it. Half of it done is an outcome in doubt."""
        if handover is Handover.OWN_CARRIER:
            raise ServiceRefused(
                _("Sàn không cho dùng hãng vận chuyển riêng cho đơn này"), code="own_not_allowed"
            )
        if parcel.package_number:
            self._ready_to_ship(access, [parcel.package_number])
            return
        numbers = self._pack(access, parcel, details)
        try:
            self._ready_to_ship(access, numbers)
        except ServiceUnreachable as trouble:
            raise ServiceUnreachable(
                trouble.message, maybe_done=True, retry_after=trouble.retry_after
            )

    def _pack(self, access: Access, parcel: ParcelRef, details: Mapping[str, Any]) -> list[str]:
        """The numbers of the parcels; success of the call is not yet success of its rows."""
        asked: Json = {
            "pack_order_list": [
                {"order_id": int(parcel.remote_id), "order_item_list": list(details["units"])}
            ],
            "delivery_type": "dropship",
            "shipping_allocate_type": details["shipping_allocate_type"],
        }
        if details.get("shipment_provider_code"):
            asked["shipment_provider_code"] = details["shipment_provider_code"]
        answer = self.client.do_result(access, "/order/fulfill/pack", {"packReq": asked})
        orders = answer.get("pack_order_list") or []
        rows = [row for order in orders for row in order.get("order_item_list") or []]
        _check_rows(rows)
        return list(dict.fromkeys(str(row["package_id"]) for row in rows))

    def _ready_to_ship(self, access: Access, numbers: Sequence[str]) -> None:
        asked = {"packages": [{"package_id": number} for number in numbers]}
        answer = self.client.do_result(access, "/order/package/rts", {"readyToShipReq": asked})
        _check_rows(answer.get("packages") or [])

    def tracking_number(self, access: Access, parcel: ParcelRef) -> str:
        """Empty while the carrier has given none."""
        codes = [str(u.get("tracking_code") or "") for u in self.parcel_units(access, parcel)]
        return next((code for code in codes if code), "")

    # The waybill is drawn in the call that fetches it.

    def choose_document(self, access: Access, parcel: ParcelRef) -> str:
        return PDF

    def create_document(
        self, access: Access, parcel: ParcelRef, *, document_type: str, tracking_number: str
    ) -> None:
        """Nothing has to be asked for beforehand."""

    def document_state(
        self, access: Access, parcel: ParcelRef, document_type: str
    ) -> DocumentState:
        return DocumentState.READY

    def download_document(self, access: Access, parcel: ParcelRef, document_type: str) -> Document:
        number = parcel.package_number or self._package_number(access, parcel)
        asked = {
            "doc_type": document_type,
            "packages": [{"package_id": number}],
            "print_item_list": True,
        }
        try:
            answer = self.client.ask_result(
                access, "/order/package/document/get", {"getDocumentReq": asked}
            )
        except ServiceRefused as refusal:
            if refusal.code in NOTHING_TO_PRINT:
                raise ServiceUnreachable(refusal.message, maybe_done=False)
            raise
        return Document(self._content(answer), "application/pdf")

    def _package_number(self, access: Access, parcel: ParcelRef) -> str:
        numbers = [str(u.get("package_id") or "") for u in self.parcel_units(access, parcel)]
        return next((number for number in numbers if number), "")

    def _content(self, answer: Json) -> bytes:
        """The file in the answer, or behind the address that stands in its place."""
        if answer.get("file"):
            try:
                return base64.b64decode(str(answer["file"]), validate=True)
            except ValueError:
                raise ServiceUnreachable("unreadable file", maybe_done=False)
        if answer.get("pdf_url"):
            reply = self.client.download(str(answer["pdf_url"]))
            if reply.status_code == 200:
                return reply.content
            raise ServiceUnreachable(f"HTTP {reply.status_code}", maybe_done=False)
        raise ServiceRefused(_("Sàn không trả về tệp vận đơn"), code="no_document")


def _check_rows(rows: Sequence[Json]) -> None:
    """Raise for the first row that was not done; an answer without rows says nothing."""
    if not rows:
        raise ServiceUnreachable("no rows in the answer", maybe_done=True)
    for row in rows:
        trouble = row_failure(row)
        if trouble is not None:
            raise trouble
