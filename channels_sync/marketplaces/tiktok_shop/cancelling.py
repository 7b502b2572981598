"""Ending orders at TikTok Shop before they are shipped."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from channels_sync.marketplaces.tiktok_shop import paths
from channels_sync.marketplaces.tiktok_shop.calls import TikTokCalls
from channels_sync.marketplaces.tiktok_shop.client import Json
from channels_sync.ports import Access
from channels_sync.ports.reading import choose_reason
from oms.kernel.errors import ServiceRefused

OUT_OF_STOCK, CUSTOMER_REQUEST = "OUT_OF_STOCK", "CUSTOMER_REQUEST"
NOT_DELIVERABLE = "NOT_DELIVERABLE"
# Reasons differ by market and by the order's state: those that are open are asked for.
WORDS = {
    OUT_OF_STOCK: ("out_of_stock",),
    CUSTOMER_REQUEST: ("buyer_requested_cancellation",),
    NOT_DELIVERABLE: ("address_not_deliver",),
}
REJECT_WORDS = ("product_has_been_packed", "product_packed")
PENDING = "CANCELLATION_REQUEST_PENDING"
ANSWER_ACTION = "SELLER_RESPOND_CANCEL"
PAGE = 50


class TikTokCancelling(TikTokCalls):
    def cancel(
        self, access: Access, remote_id: str, *, out_of_stock: Sequence[str], reason: str = ""
    ) -> None:
        """Cancel the whole order: parts of one can be cancelled in other markets only."""
        reason = OUT_OF_STOCK if out_of_stock else reason or CUSTOMER_REQUEST
        asked = {"initiate_aftersale_user": "SELLER", "request_types": "CANCEL"}
        path = paths.ELIGIBILITY.format(order_id=remote_id)
        chosen = choose_reason(
            _open_reasons(self.client.get(access, path, asked)),
            reason,
            WORDS.get(reason, ()),
            refusal=_("Sàn cần một lý do hủy của sàn, hãy gán trong phần Lý do: %(names)s"),
        )
        body = {"order_id": remote_id, "cancel_reason": chosen}
        self.client.post(access, paths.CANCELLATIONS, body)

    def answer_cancellation(self, access: Access, remote_id: str, *, accept: bool) -> None:
        """Answer each wish that waits. The key is the same for a repeat of the same answer."""
        waiting = self.wishes(access, [remote_id])
        if not waiting:
            raise ServiceRefused(_("Đơn này không có yêu cầu hủy đang chờ"), code="no_request")
        for wish in waiting:
            cancel_id = str(wish["cancel_id"])
            if accept:
                path, body = paths.APPROVE, None
            else:
                path, body = paths.REJECT, {"reject_reason": self._reject_reason(access, cancel_id)}
            key = {"idempotency_key": f"{cancel_id}-{'approve' if accept else 'reject'}"}
            self.client.post(access, path.format(cancel_id=cancel_id), body, key)

    def wishes(self, access: Access, remote_ids: Sequence[str]) -> list[Json]:
        """Buyers' wishes to cancel these orders that wait for an answer."""
        body: Json = {"order_ids": list(remote_ids), "cancel_status": [PENDING]}
        answer = self.client.search(access, paths.CANCELLATIONS_SEARCH, {"page_size": PAGE}, body)
        return list(answer.get("cancellations") or [])

    def _reject_reason(self, access: Access, cancel_id: str) -> str:
        """The parcel is packed, where that is offered; else the only reason there is."""
        asked = {"return_or_cancel_id": cancel_id}
        rows = self.client.get(access, paths.REJECT_REASONS, asked).get("reasons") or []
        offered = {str(row["name"]): str(row.get("text") or "") for row in rows}
        refusal = _("Sàn không đưa ra lý do từ chối hợp với đơn này: %(names)s")
        return choose_reason(offered, "", REJECT_WORDS, refusal=refusal)


def _open_reasons(answer: Json) -> dict[str, str]:
    """The reasons that are open for every SKU of the order; their names say what they are."""
    kinds = [
        kind
        for sku in answer.get("sku_eligibility") or []
        for kind in sku.get("line_item_eligibility") or []
        if kind.get("request_type") == "CANCEL"
    ]
    closed = [kind for kind in kinds if not kind.get("eligible")]
    if closed or not kinds:
        why = str(closed[0].get("ineligible_reason") or "") if closed else ""
        raise ServiceRefused(
            _("Sàn không cho hủy đơn lúc này: %(why)s") % {"why": why or "—"},
            code="not_cancellable",
        )
    names = [set(map(str, kind.get("available_reason_names") or [])) for kind in kinds]
    return dict.fromkeys(sorted(set.intersection(*names)), "")
