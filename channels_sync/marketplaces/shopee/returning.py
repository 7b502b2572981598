"""Returns at Shopee (sheets "returns", August 2026): reading them, agreeing, objecting."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from channels_sync.marketplaces.shopee import mapping
from channels_sync.marketplaces.shopee.negotiating import (
    ShopeeNegotiation,
    talk_of,
    waits_for_buyer,
)
from channels_sync.ports import (
    Access,
    BuyerReturn,
    Dispute,
    DisputeReason,
    ReturnedLine,
    ReturnPage,
    ReturnState,
    UnreadableReturn,
    readable,
)
from channels_sync.ports.reading import plain, told_vnd
from oms.kernel.errors import ServiceRefused

Json = Mapping[str, Any]
S = ReturnState
PAGE = 100
STATES = {
    "REQUESTED": S.REQUESTED,
    "PROCESSING": S.GOING,
    "ACCEPTED": S.ACCEPTED,
    "SELLER_DISPUTE": S.DISPUTED,
    "JUDGING": S.JUDGING,
    "CLOSED": S.CLOSED,
    "REFUND_PAID": S.CLOSED,
    "CANCELLED": S.CANCELLED,
}
CONFIRMABLE = {S.REQUESTED, S.GOING}
DISPUTABLE = {S.REQUESTED, S.GOING, S.ACCEPTED}
WAREHOUSE = "warehouse_validation"
# Kept as it was told; who the buyer is and where he lives is not.
KEPT = (
    *("status", "reason", "reassessed_request_reason", "return_solution", "return_refund_type"),
    *("validation_type", "negotiation_status", "seller_proof_status", "due_date"),
    *("return_ship_due_date", "return_seller_due_date", "dispute_reason"),
)
JPEG_PNG_BYTES = 2 * 1024 * 1024


class ShopeeReturns(ShopeeNegotiation):
    longest_return_window_days = 15
    evidence_max_bytes = JPEG_PNG_BYTES
    evidence_most = 5
    dispute_needs_email = True

    def list_returns(
        self, access: Access, *, since: datetime, until: datetime, cursor: str
    ) -> ReturnPage:
        """Pages count from 0 by the text and from 1 by the sample: from 0 none is left out."""
        number = int(cursor or 0)
        answer = self.client.get(
            access,
            "/api/v2/returns/get_return_list",
            {
                "page_no": number,
                "page_size": PAGE,
                "update_time_from": int(since.timestamp()),
                "update_time_to": int(until.timestamp()),
            },
        )["response"]
        rows = answer.get("return") or []
        numbers = tuple(dict.fromkeys(str(row["return_sn"]) for row in rows))
        return ReturnPage(numbers, str(number + 1) if rows and answer.get("more") else None)

    def fetch_return(self, access: Access, remote_id: str) -> BuyerReturn | UnreadableReturn:
        answer = self.client.get(
            access, "/api/v2/returns/get_return_detail", {"return_sn": remote_id}
        )
        return read_return(answer["response"])

    def accept_return(self, access: Access, wish: BuyerReturn) -> None:
        self.client.post(access, "/api/v2/returns/confirm", {"return_sn": wish.remote_id})

    def dispute_reasons(self, access: Access, wish: BuyerReturn) -> Sequence[DisputeReason]:
        return [
            DisputeReason(
                _reason_id(row),
                str(row.get("dispute_requirement") or row.get("dispute_reason") or ""),
                "; ".join(str(module.get("requirement") or "") for module in _modules(row)),
            )
            for row in self._reasons(access, wish.remote_id)
        ]

    def dispute_return(self, access: Access, wish: BuyerReturn, dispute: Dispute) -> None:
        rows = self._reasons(access, wish.remote_id)
        chosen = [row for row in rows if _reason_id(row) == dispute.reason_code]
        if not chosen:
            raise ServiceRefused(_("Sàn không còn nhận lý do khiếu nại này"), code="no_reason")
        urls = [self.convert_image(access, wish, picture)["url"] for picture in dispute.pictures]
        body = {
            "return_sn": wish.remote_id,
            "email": dispute.email,
            "dispute_reason_id": int(dispute.reason_code),
            "dispute_text_reason": dispute.text,
        }
        if urls:
            # What is required is shown in every module that requires it.
            wanted = [row for row in _modules(chosen[0]) if row.get("is_required")]
            body["image_list"] = [
                {
                    "module_index": int(module["module_index"]),
                    "requirement": str(module.get("requirement") or ""),
                    "image_url": urls,
                }
                for module in wanted or _modules(chosen[0])[:1]
            ]
        self.client.post(access, "/api/v2/returns/dispute", body)

    def _reasons(self, access: Access, remote_id: str) -> list[Json]:
        answer = self.client.get(
            access, "/api/v2/returns/get_return_dispute_reason", {"return_sn": remote_id}
        )
        rows = answer["response"].get("dispute_reason_list") or []
        return [row for row in rows if _reason_id(row)]


def _modules(row: Json) -> list[Json]:
    return list(row.get("evidence_module_list") or [])


def _reason_id(row: Json) -> str:
    """The objection names a number; the sheet of the reasons shows only `dispute_reason`."""
    told = str(row.get("dispute_reason_id") or row.get("dispute_reason") or "")
    return told if told.isascii() and told.isdigit() else ""


def read_return(told: Json) -> BuyerReturn | UnreadableReturn:
    """One return in our words."""
    remote_id = str(told.get("return_sn") or "")
    return readable(remote_id, partial(_read, remote_id, told))


def _read(remote_id: str, told: Json) -> BuyerReturn:
    status = str(told.get("status") or "")
    state = STATES.get(status, S.UNKNOWN)
    asked, updated = mapping.moment(told["create_time"]), mapping.moment(told["update_time"])
    if asked is None or updated is None:
        raise ValueError("no time")
    talk = talk_of(told, state)
    ends = told.get("due_date") if state is S.REQUESTED else told.get("return_seller_due_date")
    return BuyerReturn(
        remote_id=remote_id,
        remote_order_id=str(told["order_sn"]),
        remote_status=status,
        state=S.OFFERED if state in CONFIRMABLE and waits_for_buyer(told) else state,
        version=int(told["update_time"]),
        asked_at=asked,
        updated_at=updated,
        wants_goods_back=int(told.get("return_solution") or 0) == 0,
        goes_to_marketplace=told.get("validation_type") == WAREHOUSE,
        refund_vnd=told_vnd(told.get("refund_amount")),
        reason=str(told.get("reason") or ""),
        buyer_text=str(told.get("text_reason") or ""),
        images=tuple(str(url) for url in told.get("image") or []),
        answer_until=mapping.moment(ends or told.get("due_date")) if state in DISPUTABLE else None,
        tracking_number=str(told.get("tracking_number") or ""),
        may_accept=state in CONFIRMABLE,
        may_dispute=state in DISPUTABLE,
        lines=tuple(_lines(told.get("item") or [])),
        payload={name: plain(told[name]) for name in KEPT if told.get(name)},
        talk=talk,
    )


def _lines(items: Sequence[Json]) -> list[ReturnedLine]:
    """Items have no number of their own: the listing, and its place where it comes twice."""
    lines, seen = [], dict[str, int]()
    for item in items:
        ref = mapping.listing_ref(item)
        seen[ref] = seen.get(ref, 0) + 1
        quantity = int(item.get("amount") or 1)
        refund = item.get("refund_amount")
        if refund is None:
            refund = told_vnd(item.get("item_price")) * quantity
        lines.append(
            ReturnedLine(
                remote_line_id=ref if seen[ref] == 1 else f"{ref}#{seen[ref]}",
                listing_ref=ref,
                sku=str(item.get("variation_sku") or item.get("item_sku") or ""),
                name=str(item.get("name") or ""),
                quantity=quantity,
                refund_vnd=told_vnd(refund),
            )
        )
    return lines
