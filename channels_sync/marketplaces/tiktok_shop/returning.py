"""Returns at TikTok Shop (pages of 2026): reading them, agreeing, refusing with evidence.

The search brings whole returns; only their history has the buyer's words and pictures. What may be
answered is told with each return as the seller's next action.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from channels_sync.marketplaces.tiktok_shop import mapping, paths
from channels_sync.marketplaces.tiktok_shop.calls import TikTokCalls
from channels_sync.ports import (
    Access,
    BuyerReturn,
    Dispute,
    DisputeReason,
    Evidence,
    Offer,
    ReturnedLine,
    ReturnPage,
    ReturnState,
    Solution,
    Talk,
    UnreadableReturn,
    readable,
)
from channels_sync.ports.reading import plain, told_vnd
from oms.kernel.errors import ServiceRefused

Json = Mapping[str, Any]
S = ReturnState
PAGE = 50
STATES = {
    "RETURN_OR_REFUND_REQUEST_PENDING": S.REQUESTED,
    "AWAITING_BUYER_RESPONSE": S.OFFERED,
    "AWAITING_BUYER_SHIP": S.ACCEPTED,
    "BUYER_SHIPPED_ITEM": S.GOING,
    "REJECT_RECEIVE_PACKAGE": S.DISPUTED,
    "REFUND_OR_RETURN_REQUEST_REJECT": S.REJECTED,
    "RETURN_OR_REFUND_REQUEST_SUCCESS": S.ACCEPTED,
    "RETURN_OR_REFUND_REQUEST_COMPLETE": S.CLOSED,
    "RETURN_OR_REFUND_REQUEST_CANCEL": S.CANCELLED,
}
JUDGED = "IN_PROGRESS"
# What the seller is asked, and the words for yes and no.
ANSWERS = {
    "SELLER_RESPOND_REFUND": ("APPROVE_REFUND", "REJECT_REFUND"),
    "SELLER_RESPOND_RETURN": ("APPROVE_RETURN", "REJECT_RETURN"),
    "SELLER_RESPOND_RECEIVE_PACKAGE": ("APPROVE_RECEIVED_PACKAGE", "REJECT_RECEIVED_PACKAGE"),
    "SELLER_RESPOND_REPLACEMENT": ("APPROVE_REPLACEMENT", "REJECT_REPLACEMENT"),
}
# Questions to which a part of the money may be offered instead.
OFFERABLE = {"SELLER_RESPOND_REFUND", "SELLER_RESPOND_RETURN"}
PARTIAL = "OFFER_PARTIAL_REFUND"
ONLY_REFUND, BUYER = "REFUND", "BUYER"
# Kept as it was told; who the buyer is and where he lives is not.
KEPT = (
    *("return_type", "return_status", "arbitration_status", "return_reason", "shipment_type"),
    *("handover_method", "return_method", "return_provider_name", "is_combined_return"),
    *("seller_next_action_response", "refund_amount", "partial_refund", "is_quick_refund"),
)
IMAGE_BYTES = 10 * 1024 * 1024


class TikTokReturns(TikTokCalls):
    longest_return_window_days = 15
    evidence_max_bytes = IMAGE_BYTES
    evidence_most = 9
    dispute_needs_email = False

    def list_returns(
        self, access: Access, *, since: datetime, until: datetime, cursor: str
    ) -> ReturnPage:
        query = {
            "page_size": PAGE,
            "page_token": cursor,
            "sort_field": "update_time",
            "sort_order": "ASC",
        }
        window: dict[str, Any] = {
            "update_time_ge": int(since.timestamp()),
            "update_time_lt": int(until.timestamp()) + 1,
        }
        page = self.client.search(access, paths.RETURNS_SEARCH, query, window)
        rows = page.get("return_orders") or []
        numbers = tuple(dict.fromkeys(str(row["return_id"]) for row in rows))
        return ReturnPage(numbers, str(page.get("next_page_token") or "") or None)

    def fetch_return(self, access: Access, remote_id: str) -> BuyerReturn | UnreadableReturn:
        body: dict[str, Any] = {"return_ids": [remote_id]}
        page = self.client.search(access, paths.RETURNS_SEARCH, {"page_size": PAGE}, body)
        for told in page.get("return_orders") or []:
            if str(told.get("return_id")) == remote_id:
                return read_return(remote_id, told, self._records(access, remote_id))
        raise ServiceRefused(_("Sàn không có yêu cầu trả hàng này"), code="no_return")

    def _records(self, access: Access, remote_id: str) -> list[Json]:
        """What was said and shown; a return without it is still a return."""
        path = paths.RETURN_RECORDS.format(return_id=remote_id)
        try:
            return list(self.client.get(access, path).get("records") or [])
        except ServiceRefused:
            return []

    def accept_return(self, access: Access, wish: BuyerReturn) -> None:
        """Agree to what is asked now: money, goods coming back, or goods that came."""
        decision = _answers(wish)[0]
        path = paths.RETURN_APPROVE.format(return_id=wish.remote_id)
        self.client.post(access, path, {"decision": decision}, _key(wish, decision))

    def solutions(self, access: Access, wish: BuyerReturn) -> Sequence[Solution]:
        """A part of the money, while it is asked for; less than all of it."""
        if not wish.talk.may_offer or wish.refund_vnd < 2:
            return []
        return [Solution(PARTIAL, False, 1, wish.refund_vnd - 1)]

    def offer_solution(self, access: Access, wish: BuyerReturn, offer: Offer) -> None:
        body = {
            "decision": PARTIAL,
            "partial_refund": {"currency": mapping.CURRENCY, "amount": str(offer.refund_vnd)},
        }
        path = paths.RETURN_APPROVE.format(return_id=wish.remote_id)
        self.client.post(access, path, body, _key(wish, PARTIAL))

    def dispute_reasons(self, access: Access, wish: BuyerReturn) -> Sequence[DisputeReason]:
        query = {"return_or_cancel_id": wish.remote_id}
        rows = self.client.get(access, paths.REJECT_REASONS, query).get("reasons") or []
        return [
            DisputeReason(str(row["name"]), str(row.get("text") or row["name"])) for row in rows
        ]

    def dispute_return(self, access: Access, wish: BuyerReturn, dispute: Dispute) -> None:
        """A refusal; the buyer may take it to the platform's arbitration."""
        decision = _answers(wish)[1]
        body: dict[str, Any] = {
            "decision": decision,
            "reject_reason": dispute.reason_code,
            "comment": dispute.text,
            "images": [self._upload(access, picture) for picture in dispute.pictures],
        }
        path = paths.RETURN_REJECT.format(return_id=wish.remote_id)
        self.client.post(access, path, body, _key(wish, decision))

    def _upload(self, access: Access, picture: Evidence) -> dict[str, Any]:
        """No use of its own is documented for evidence; the picture is named by its address."""
        fields = {"use_case": "DESCRIPTION_IMAGE"}
        told = self.client.upload(
            access, paths.IMAGES, picture.content, fields, picture.content_type
        )
        return {
            "image_id": str(told["uri"]),
            "mime_type": picture.content_type,
            "height": int(told.get("height") or 0),
            "width": int(told.get("width") or 0),
        }


def _key(wish: BuyerReturn, decision: str) -> dict[str, str]:
    """The same for a repeat of the same answer."""
    return {"idempotency_key": f"{wish.remote_id}-{decision}"}


def _answers(wish: BuyerReturn) -> tuple[str, str]:
    """Yes and no to what the platform asks now."""
    known = _question(wish.payload)
    if known is None:
        raise ServiceRefused(_("Sàn không còn chờ câu trả lời của người bán"), code="no_action")
    return ANSWERS[str(known["action"])]


def _question(told: Json) -> Json | None:
    rows = told.get("seller_next_action_response") or []
    return next((row for row in rows if row.get("action") in ANSWERS), None)


def read_return(
    remote_id: str, told: Json, records: Sequence[Json]
) -> BuyerReturn | UnreadableReturn:
    """One return in our words."""
    return readable(remote_id, partial(_read, remote_id, told, records))


def _read(remote_id: str, told: Json, records: Sequence[Json]) -> BuyerReturn:
    status = str(told.get("return_status") or "")
    state = STATES.get(status, S.UNKNOWN)
    if state in (S.REJECTED, S.DISPUTED) and told.get("arbitration_status") == JUDGED:
        state = S.JUDGING
    question = _question(told) if state is not S.UNKNOWN else None
    said = [row for row in records if row.get("role") == BUYER]
    lines = [_line(row) for row in told.get("return_line_items") or []]
    return BuyerReturn(
        remote_id=remote_id,
        remote_order_id=str(told["order_id"]),
        remote_status=status,
        state=state,
        version=int(told["update_time"]),
        asked_at=mapping.needed_moment(told["create_time"]),
        updated_at=mapping.needed_moment(told["update_time"]),
        wants_goods_back=told.get("return_type") != ONLY_REFUND,
        goes_to_marketplace=False,
        refund_vnd=told_vnd((told.get("refund_amount") or {}).get("refund_total")),
        reason=str(told.get("return_reason_text") or told.get("return_reason") or ""),
        buyer_text=next((str(row["note"]) for row in said if row.get("note")), ""),
        images=tuple(str(each["url"]) for row in said for each in row.get("images") or []),
        answer_until=mapping.moment(question.get("deadline")) if question else None,
        tracking_number=str(told.get("return_tracking_number") or ""),
        may_accept=question is not None,
        may_dispute=question is not None,
        lines=tuple(lines),
        payload={name: plain(told[name]) for name in KEPT if told.get(name)},
        talk=_talk(told, state, question),
    )


def _talk(told: Json, state: ReturnState, question: Json | None) -> Talk:
    """The buyer answers an offer with yes or no; an amount of his own is not part of it."""
    part = (told.get("partial_refund") or {}).get("amount")
    return Talk(
        may_offer=question is not None and question.get("action") in OFFERABLE,
        offer_vnd=told_vnd(part) if part and state is S.OFFERED else None,
    )


def _line(row: Json) -> ReturnedLine:
    """One row is one unit; of which product it is part is told by the order."""
    name, options = str(row.get("product_name") or ""), str(row.get("sku_name") or "")
    return ReturnedLine(
        remote_line_id=str(row["return_line_item_id"]),
        listing_ref="",
        sku=str(row.get("seller_sku") or "").strip(),
        name=f"{name} - {options}" if options else name,
        quantity=1,
        refund_vnd=told_vnd((row.get("refund_amount") or {}).get("refund_total")),
    )
