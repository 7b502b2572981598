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
    10: PushKind.ORDER,  # a wish to cancel, or a return
    14: PushKind.ORDER,  # a parcel
}
SUBJECTS = (
    "trade_order_line_id",
    "reverse_order_line_id",
    "fulfillment_package_id",
    "item_id",
    "itemId",
)


def signature(headers: Mapping[str, str]) -> str:
    return {name.lower(): value for name, value in headers.items()}.get(SIGNATURE_HEADER, "")


def read(body: bytes) -> Push:
    """What the message is about. Raises ValueError when it is not a push message."""
    message = json.loads(body)
    if not isinstance(message, dict) or not isinstance(message.get("message_type"), int):
        raise ValueError("not a push message")
    raw = message.get("data")
    data: dict[str, Any] = raw if isinstance(raw, dict) else {}
    return Push(
        kind=KINDS.get(message["message_type"], PushKind.OTHER),
        key=_key(message, data),
        remote_shop_ids=_shops(message, data),
        remote_id=str(data.get("trade_order_id") or ""),
    )


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
