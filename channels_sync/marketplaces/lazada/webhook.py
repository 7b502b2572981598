"""Push messages of Lazada: what they are about (page "Push mechanism", April 2026)."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from channels_sync.ports import Push, PushKind

SIGNATURE_HEADER = "authorization"
KINDS = {
    0: PushKind.ORDER,  # a unit of an order
    8: PushKind.ACCESS,  # the consent ends in two days
    10: PushKind.ORDER,  # a wish to cancel; a return is told apart below
    14: PushKind.ORDER,  # a parcel
}
# Chat, products, stock and the like: the sheet names them, and nothing here follows them.
IGNORED = {1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 19, 21, 35, 46}
REVERSE = 10
SUBJECTS = (
    "trade_order_line_id",
    "reverse_order_line_id",
    "fulfillment_package_id",
    "item_id",
    "itemId",
)


def signature(headers: Mapping[str, str]) -> str:
    return {name.lower(): value for name, value in headers.items()}.get(SIGNATURE_HEADER, "")


def kind_of(event: int) -> PushKind:
    return KINDS.get(event, PushKind.OTHER if event in IGNORED else PushKind.UNKNOWN)


def read(body: bytes) -> Push:
    """What the message is about. Raises ValueError when it is not a push message."""
    message = json.loads(body)
    if not isinstance(message, dict) or not isinstance(message.get("message_type"), int):
        raise ValueError("not a push message")
    raw = message.get("data")
    data: dict[str, Any] = raw if isinstance(raw, dict) else {}
    kind = kind_of(message["message_type"])
    is_return = message["message_type"] == REVERSE and not _is_about_cancelling(data)
    return Push(
        kind=PushKind.RETURN if is_return else kind,
        key=_key(message, data),
        remote_shop_ids=_shops(message, data),
        remote_id=str(data.get("trade_order_id") or ""),
        return_id=str(data.get("reverse_order_id") or "") if is_return else "",
        event=str(message["message_type"]),
    )


def _is_about_cancelling(data: Mapping[str, Any]) -> bool:
    """Such a wish is read with its order; everything else that goes back is a return."""
    return str(data.get("reverse_status") or "").startswith("CANCEL")


def _shops(message: Mapping[str, Any], data: Mapping[str, Any]) -> tuple[str, ...]:
    """The warning about a consent has the text "null" outside and the seller inside."""
    found = [str(row.get("seller_id") or "") for row in (message, data)]
    return tuple(dict.fromkeys(seller for seller in found if seller not in ("", "null")))


def _key(message: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """Messages carry no id: what is said, about what and when, tells a repeat from news."""
    said = json.dumps(data, sort_keys=True, ensure_ascii=False)
    subject = next((str(data[name]) for name in SUBJECTS if data.get(name)), "-")
    moment = data.get("status_update_time") or message.get("timestamp") or "-"
    digest = hashlib.sha256(said.encode()).hexdigest()[:16]
    seller = message.get("seller_id") or 0
    return f"{message['message_type']}:{seller}:{subject}:{moment}:{digest}"
