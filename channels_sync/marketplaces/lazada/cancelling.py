"""Ending orders at Lazada before they are shipped."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from channels_sync.marketplaces.lazada.calls import LazadaCalls
from channels_sync.marketplaces.lazada.lines import lines_of, listing_ref
from channels_sync.marketplaces.lazada.status import CANCELED
from channels_sync.ports import Access
from channels_sync.ports.reading import choose_reason
from oms.kernel.errors import ServiceRefused

OUT_OF_STOCK, CUSTOMER_REQUEST = "OUT_OF_STOCK", "CUSTOMER_REQUEST"
# Reasons have ids that only the marketplace knows: it is asked, and its words are looked for.
WORDS = {
    OUT_OF_STOCK: ("out of stock", "het hang"),
    CUSTOMER_REQUEST: ("customer", "buyer", "khach", "nguoi mua"),
}


class LazadaCancelling(LazadaCalls):
    def cancel(
        self, access: Access, remote_id: str, *, out_of_stock: Sequence[str], reason: str = ""
    ) -> None:
        """Cancel what is left of the order, for a reason that the marketplace offers for it."""
        units = [u for u in self.units(access, remote_id) if u["status"] != CANCELED]
        if out_of_stock:
            reason = OUT_OF_STOCK
            named = [unit for unit in units if listing_ref(unit) in out_of_stock]
            units = named or units
        self._cancel_units(access, remote_id, units, reason)

    def living_pieces(self, payload: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
        units = payload.get("order_items") or []
        alive = [unit for unit in units if unit["status"] != CANCELED]
        return {line.remote_line_id: line.unit_ids for line in lines_of(units, alive)}

    def cancel_pieces(
        self, access: Access, remote_id: str, pieces: Sequence[str], *, reason: str
    ) -> None:
        """The units are read first: one that is cancelled would have all of them refused."""
        wanted = set(pieces)
        units = [
            unit
            for unit in self.units(access, remote_id)
            if str(unit["order_item_id"]) in wanted and unit["status"] != CANCELED
        ]
        if units:
            self._cancel_units(access, remote_id, units, reason)

    def _cancel_units(
        self, access: Access, remote_id: str, units: Sequence[dict[str, Any]], reason: str
    ) -> None:
        asked: dict[str, Any] = {
            "order_id": remote_id,
            "order_item_id_list": [str(unit["order_item_id"]) for unit in units],
        }
        answer = self.client.get(access, "/order/reverse/cancel/validate", asked)
        options = (answer.get("data") or {}).get("reason_options") or []
        asked["reason_id"] = reason_id(reason, options)
        self.client.get_that_writes(access, "/order/reverse/cancel/create", asked)

    def answer_cancellation(self, access: Access, remote_id: str, *, accept: bool) -> None:
        """Answer each wish that waits; several units may share one."""
        waiting = {
            str(unit["reverse_order_id"])
            for unit in self.units(access, remote_id)
            if str(unit.get("need_cancel_confirm")).lower() in ("1", "true")
        }
        if not waiting:
            raise ServiceRefused(_("Đơn này không có yêu cầu hủy đang chờ"), code="no_request")
        for number in sorted(waiting):
            self.client.get_that_writes(
                access,
                "/order/reverse/cancel/seller/decide",
                {"reverse_order_id": number, "agree_cancel": accept},
            )


def reason_id(reason: str, options: Sequence[dict[str, Any]]) -> str:
    """The id of the reason to give. Raises ServiceRefused with the offered ones when none fits."""
    named = {str(option["reason_id"]): str(option.get("reason_name") or "") for option in options}
    refusal = _("Sàn cần một lý do hủy của sàn, hãy gán trong phần Lý do: %(names)s")
    words = WORDS.get(reason or CUSTOMER_REQUEST, ())
    return choose_reason(named, reason, words, refusal=refusal)
