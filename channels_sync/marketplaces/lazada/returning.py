"""Reverse orders at Lazada (API pages, April 2026): reading them, agreeing, refusing.

A reverse order has a line for each unit and each line its own state. Amounts are cents in other
markets and plain dong in ours. Answers are GETs that write.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from channels_sync.marketplaces.lazada import mapping
from channels_sync.marketplaces.lazada.calls import LazadaCalls
from channels_sync.ports import (
    Access,
    BuyerReturn,
    Dispute,
    DisputeReason,
    Evidence,
    ReturnedLine,
    ReturnPage,
    ReturnState,
    UnreadableReturn,
    readable,
)
from channels_sync.ports.reading import told_vnd
from oms.kernel.errors import ServiceRefused

Json = Mapping[str, Any]
S = ReturnState
PAGE = 50
RETURN, ONLY_REFUND = "RETURN", "ONLY_REFUND"
# The first two and the cancellations are documented; the others are believed (sheet, section 5).
STATES = {
    "REQUEST_INITIATE": S.REQUESTED,
    "REQUEST_REJECT": S.REJECTED,
    "REQUEST_CANCEL": S.CANCELLED,
    "CANCEL_SUCCESS": S.CANCELLED,
    "SELLER_AGREE_RETURN": S.ACCEPTED,
    "SELLER_REJECT_RETURN": S.DISPUTED,
    "BUYER_RETURN_ITEM": S.GOING,
    "SELLER_AGREE_REFUND": S.ACCEPTED,
    "SELLER_REJECT_REFUND": S.DISPUTED,
    "CS_APPROVING": S.JUDGING,
    "REFUND_PENDING": S.ACCEPTED,
    "REFUND_AUTHORIZED": S.ACCEPTED,
    "REFUND_SUCCESS": S.CLOSED,
    "REFUND_REJECT": S.REJECTED,
    "REQUEST_COMPLETE": S.CLOSED,
}
# Lines differ: the request is where somebody has most to do.
URGENCY = (
    *(S.UNKNOWN, S.REQUESTED, S.GOING, S.DISPUTED, S.JUDGING, S.ACCEPTED),
    *(S.CLOSED, S.REJECTED, S.CANCELLED),
)
# What the seller says at each step, yes and no.
ANSWERS = {
    S.REQUESTED: ("agreeReturn", "refuseReturn"),
    S.GOING: ("agreeRefund", "refuseRefund"),
}
IMAGE_BYTES = 1024 * 1024
NO_REASON = "0"
# A number below this is a span and no moment.
SMALLEST_MOMENT = 10**9


class LazadaReturns(LazadaCalls):
    longest_return_window_days = 15
    evidence_max_bytes = IMAGE_BYTES
    evidence_most = 5
    dispute_needs_email = False

    def list_returns(
        self, access: Access, *, since: datetime, until: datetime, cursor: str
    ) -> ReturnPage:
        """Wishes to cancel are reverse orders too; those come with their order."""
        number = int(cursor or 1)
        answer = self.client.get(
            access,
            "/reverse/getreverseordersforseller",
            {
                "page_no": number,
                "page_size": PAGE,
                "request_type_list": [RETURN, ONLY_REFUND],
                "ReverseOrderLineModifiedTimeRangeStart": int(since.timestamp() * 1000),
                "ReverseOrderLineModifiedTimeRangeEnd": int(until.timestamp() * 1000),
            },
        )
        result = answer.get("result") or {}
        if str(result.get("success")).lower() != "true":
            raise ServiceRefused(_("Sàn không trả về danh sách trả hàng"), code="no_result")
        rows = result.get("items") or []
        numbers = tuple(dict.fromkeys(str(row["reverse_order_id"]) for row in rows))
        more = bool(rows) and number * PAGE < int(result.get("total") or 0)
        return ReturnPage(numbers, str(number + 1) if more else None)

    def fetch_return(self, access: Access, remote_id: str) -> BuyerReturn | UnreadableReturn:
        answer = self.client.get(
            access, "/order/reverse/return/detail/list", {"reverse_order_id": remote_id}
        )
        told = answer.get("data") or {}
        return read_return(remote_id, told, self._pictures(access, told))

    def _pictures(self, access: Access, told: Json) -> list[str]:
        """The buyer's pictures are only in the history of a line; without them it is a return."""
        lines = told.get("reverseOrderLineDTOList") or []
        if not lines:
            return []
        query = {"reverse_order_line_id": str(lines[0]["reverse_order_line_id"])}
        try:
            answer = self.client.get(access, "/order/reverse/return/history/list", query)
        except ServiceRefused:
            return []
        rows = (answer.get("data") or {}).get("list") or []
        return [str(url) for row in rows for url in row.get("picture") or []]

    def accept_return(self, access: Access, wish: BuyerReturn) -> None:
        """Both the goods coming back and the money are agreed to, each at its time."""
        asked: dict[str, Any] = {
            "reverse_order_id": wish.remote_id,
            "reverse_order_item_ids": _open_lines(wish),
        }
        if not wish.wants_goods_back:
            path, asked["action"] = "/order/reverse/onlyrefund/seller/decide", "agreeRefund"
        else:
            path, asked["action"] = "/order/reverse/return/update", ANSWERS[wish.state][0]
        self.client.get_that_writes(access, path, asked)

    def dispute_reasons(self, access: Access, wish: BuyerReturn) -> Sequence[DisputeReason]:
        if not wish.wants_goods_back:
            return [DisputeReason(NO_REASON, _("Không đồng ý hoàn tiền"))]
        query = {"reverse_order_line_id": wish.lines[0].remote_line_id}
        rows = self.client.get(access, "/order/reverse/reason/list", query).get("data") or []
        return [
            DisputeReason(
                str(row["reason_id"]), str(row.get("muti_language_text") or row.get("text") or "")
            )
            for row in rows
        ]

    def dispute_return(self, access: Access, wish: BuyerReturn, dispute: Dispute) -> None:
        """A refusal speaks of one line: each open line gets the same words and pictures."""
        pictures = [(each.name, self._upload(access, each)) for each in dispute.pictures]
        for line in _open_lines(wish):
            asked: dict[str, Any] = {
                "reverse_order_id": wish.remote_id,
                "reverse_order_item_ids": [line],
                "comment": dispute.text,
            }
            if not wish.wants_goods_back:
                path, asked["action"] = "/order/reverse/onlyrefund/seller/decide", "startDispute"
                rows = [{"file_name": name, "file_url": url} for name, url in pictures]
                asked["image_info_list"] = rows
            else:
                path, asked["action"] = "/order/reverse/return/update", ANSWERS[wish.state][1]
                asked["reason_id"] = dispute.reason_code
                asked["image_info"] = [{"name": name, "url": url} for name, url in pictures]
            self.client.get_that_writes(access, path, asked)

    def _upload(self, access: Access, picture: Evidence) -> str:
        answer = self.client.upload(access, "/image/upload", picture.name, picture.content)
        return str(((answer.get("data") or {}).get("image") or {})["url"])


def _open_lines(wish: BuyerReturn) -> list[int]:
    """Lines in the state that is answered; others of the same request went another way."""
    told = {str(key): STATES.get(str(value), S.UNKNOWN) for key, value in _told_lines(wish).items()}
    return [
        int(line.remote_line_id)
        for line in wish.lines
        if told.get(line.remote_line_id, wish.state) is wish.state
    ]


def _told_lines(wish: BuyerReturn) -> Mapping[str, Any]:
    lines: Mapping[str, Any] = wish.payload.get("line_statuses") or {}
    return lines


def read_return(
    remote_id: str, told: Json, pictures: Sequence[str]
) -> BuyerReturn | UnreadableReturn:
    """One reverse order in our words."""
    return readable(remote_id, partial(_read, remote_id, told, pictures))


def _read(remote_id: str, told: Json, pictures: Sequence[str]) -> BuyerReturn:
    rows = told["reverseOrderLineDTOList"]
    statuses = {
        str(row["reverse_order_line_id"]): str(row.get("reverse_status") or "") for row in rows
    }
    state = min((STATES.get(status, S.UNKNOWN) for status in statuses.values()), key=URGENCY.index)
    created = [mapping.needed_moment(row["return_order_line_gmt_create"]) for row in rows]
    updated = [mapping.needed_moment(row["return_order_line_gmt_modified"]) for row in rows]
    goods_back = str(told.get("request_type") or RETURN) != ONLY_REFUND
    may_answer = state in ANSWERS if goods_back else state is S.REQUESTED
    return BuyerReturn(
        remote_id=remote_id,
        remote_order_id=str(told["trade_order_id"]),
        remote_status="+".join(sorted(set(statuses.values())))[:60],
        state=state,
        version=int(max(updated).timestamp()),
        asked_at=min(created),
        updated_at=max(updated),
        wants_goods_back=goods_back,
        goes_to_marketplace=str(told.get("is_rtm")).lower() == "false",
        refund_vnd=sum(told_vnd(row.get("refund_amount")) for row in rows),
        reason=str(rows[0].get("reason_text") or ""),
        buyer_text="",
        images=tuple(pictures),
        answer_until=_deadline(rows) if may_answer else None,
        tracking_number=next(filter(None, (str(r.get("tracking_number") or "") for r in rows)), ""),
        may_accept=may_answer,
        may_dispute=may_answer,
        lines=tuple(_line(row) for row in rows),
        payload={"request_type": str(told.get("request_type") or ""), "line_statuses": statuses},
    )


def _deadline(rows: Sequence[Json]) -> datetime | None:
    """`sla` is a number and nothing is said of it: taken for a moment where it can be one."""
    told = [int(row["sla"]) for row in rows if str(row.get("sla") or "").isdigit()]
    ends = [mapping.moment(value) for value in told if value >= SMALLEST_MOMENT]
    return min((end for end in ends if end is not None), default=None)


def _line(row: Json) -> ReturnedLine:
    """One row is one unit. What it was is told by the order; here are only its names."""
    product = row.get("productDTO") or {}
    number, sku_id = product.get("product_id"), row.get("platform_sku_id")
    return ReturnedLine(
        remote_line_id=str(row["reverse_order_line_id"]),
        listing_ref=f"{number}:{sku_id}" if number and sku_id else "",
        sku=str(row.get("seller_sku_id") or ""),
        name="",
        quantity=1,
        refund_vnd=told_vnd(row.get("refund_amount")),
    )
