"""Shipment and its papers at Shopee: one client call and one mapping per operation."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from channels_sync.marketplaces.shopee import mapping
from channels_sync.marketplaces.shopee.calls import ShopeeCalls
from channels_sync.marketplaces.shopee.client import Json
from channels_sync.marketplaces.shopee.status import DOCUMENT_STATES
from channels_sync.ports import (
    Access,
    Document,
    DocumentState,
    Handover,
    ParcelRef,
    ShippingOptions,
)
from oms.kernel.errors import ServiceRefused, ServiceUnreachable

HANDOVER_KEYS = {
    Handover.PICKUP: "pickup",
    Handover.DROPOFF: "dropoff",
    Handover.OWN_CARRIER: "non_integrated",
}
ALL_ROWS_FAILED = "common.batch_api_all_failed"
LATER = {"download_later", "shipping_document_should_print_first", "error_network"}


class ShopeeShipping(ShopeeCalls):
    def shipping_options(self, access: Access, parcel: ParcelRef) -> ShippingOptions:
        answer = self.client.get(
            access, "/api/v2/logistics/get_shipping_parameter", _parcel(parcel)
        )
        return mapping.shipping_options(answer["response"])

    def arrange(
        self,
        access: Access,
        parcel: ParcelRef,
        *,
        handover: Handover,
        details: Mapping[str, Any],
        tracking_number: str,
    ) -> None:
        chosen = dict(details)
        if handover is Handover.OWN_CARRIER:
            chosen["tracking_number"] = tracking_number
        body = {**_parcel(parcel), HANDOVER_KEYS[handover]: chosen}
        self.client.post(access, "/api/v2/logistics/ship_order", body)

    def tracking_number(self, access: Access, parcel: ParcelRef) -> str:
        """Empty while Shopee has none yet."""
        answer = self.client.get(access, "/api/v2/logistics/get_tracking_number", _parcel(parcel))
        return str((answer.get("response") or {}).get("tracking_number") or "")

    def choose_document(self, access: Access, parcel: ParcelRef) -> str:
        """The suggested type, or a selectable one when the suggestion is not among those."""
        row = self._document_row(
            access, "get_shipping_document_parameter", _parcel(parcel), reads_only=True
        )
        selectable = [str(kind) for kind in row.get("selectable_shipping_document_type") or []]
        suggested = str(row.get("suggest_shipping_document_type") or "")
        if suggested and (not selectable or suggested in selectable):
            return suggested
        if selectable:
            return selectable[0]
        raise ServiceRefused(_("Sàn chưa cho in vận đơn của đơn này"), code="no_document_type")

    def create_document(
        self, access: Access, parcel: ParcelRef, *, document_type: str, tracking_number: str
    ) -> None:
        row = {**_parcel(parcel), "shipping_document_type": document_type}
        if tracking_number:
            row["tracking_number"] = tracking_number
        self._document_row(access, "create_shipping_document", row, reads_only=False)

    def document_state(
        self, access: Access, parcel: ParcelRef, document_type: str
    ) -> DocumentState:
        asked = {**_parcel(parcel), "shipping_document_type": document_type}
        row = self._document_row(access, "get_shipping_document_result", asked, reads_only=True)
        state = DOCUMENT_STATES.get(str(row.get("status") or ""))
        if state is None:
            raise ServiceRefused(
                _("Trạng thái vận đơn chưa biết: %(status)s") % {"status": row.get("status")},
                code="unknown_document_state",
            )
        return state

    def download_document(self, access: Access, parcel: ParcelRef, document_type: str) -> Document:
        body = {"shipping_document_type": document_type, "order_list": [_parcel(parcel)]}
        try:
            return self.client.download(
                access, "/api/v2/logistics/download_shipping_document", body
            )
        except ServiceRefused as refusal:
            raise _later(refusal.code, refusal.message) or refusal

    def _document_row(self, access: Access, call: str, row: Json, *, reads_only: bool) -> Json:
        """A batch of one: the row's own failure is the call's."""
        path = f"/api/v2/logistics/{call}"
        try:
            answer = self.client.post(access, path, {"order_list": [row]}, reads_only=reads_only)
        except ServiceRefused as refusal:
            if refusal.code != ALL_ROWS_FAILED:
                raise
            answer = refusal.payload
        rows = (answer.get("response") or {}).get("result_list") or []
        if not rows:
            raise ServiceRefused(_("Sàn không trả lời về vận đơn này"), code="no_row")
        error = str(rows[0].get("fail_error") or "")
        if error:
            message = str(rows[0].get("fail_message") or error)
            raise _later(error, message) or ServiceRefused(message, code=error)
        return rows[0]


def _parcel(parcel: ParcelRef) -> Json:
    """An order that is not split is named without a package number; an empty one is refused."""
    named: Json = {"order_sn": parcel.remote_id}
    if parcel.is_split:
        named["package_number"] = parcel.package_number
    return named


def _later(error: str, message: str) -> ServiceUnreachable | None:
    """A document that is not there yet is asked for again, not shown as a refusal."""
    if error.rsplit(".", 1)[-1] in LATER:
        return ServiceUnreachable(message, maybe_done=False)
    return None
