"""Webhooks of TikTok Shop: what they are about (webhooks overview, May 2026)."""

import json
from collections.abc import Mapping
from typing import Any

from channels_sync.ports import Push, PushKind

SIGNATURE_HEADER = "authorization"
KINDS = {
    1: PushKind.ORDER,  # its state
    2: PushKind.ORDER,  # a return or a cancellation, of old
    3: PushKind.ORDER,  # its address
    4: PushKind.ORDER,  # its parcel
    6: PushKind.ACCESS,  # the consent was taken back
    7: PushKind.ACCESS,  # the consent ends within thirty days
    11: PushKind.ORDER,  # a wish to cancel
    12: PushKind.RETURN,
}
# Chat, products, stock and the like: the sheet names them, and nothing here follows them.
IGNORED = {5, 13, 14, 15, 16, 18, 27, 33, 36, 37, 50, 64, 65, 67, 71}
STATES = ("order_status", "cancel_status", "return_status", "status")


def signature(headers: Mapping[str, str]) -> str:
    return {name.lower(): value for name, value in headers.items()}.get(SIGNATURE_HEADER, "")


def kind_of(event: int) -> PushKind:
    return KINDS.get(event, PushKind.OTHER if event in IGNORED else PushKind.UNKNOWN)


def read(body: bytes) -> Push:
    """What the message is about. Raises ValueError when it is no webhook."""
    message = json.loads(body)
    if not isinstance(message, dict) or not isinstance(message.get("type"), int):
        raise ValueError("not a webhook")
    raw = message.get("data")
    data: dict[str, Any] = raw if isinstance(raw, dict) else {}
    orders = _orders(data)
    shop_id = str(message.get("shop_id") or "")
    return Push(
        kind=kind_of(message["type"]),
        key=_key(message, data, orders),
        remote_shop_ids=(shop_id,) if shop_id else (),
        remote_id=orders[0] if orders else "",
        return_id=str(data.get("return_id") or ""),
        more_ids=tuple(orders[1:]),
        event=str(message["type"]),
    )


def _orders(data: Mapping[str, Any]) -> list[str]:
    """The order, or those in the parcels that the message lists."""
    if data.get("order_id"):
        return [str(data["order_id"])]
    parcels = data.get("package_list")
    rows = [row for row in parcels if isinstance(row, dict)] if isinstance(parcels, list) else []
    return list(dict.fromkeys(str(one) for row in rows for one in row.get("order_id_list") or []))


def _key(message: Mapping[str, Any], data: Mapping[str, Any], orders: list[str]) -> str:
    """The message's own number; older ones have none, and are told apart by what they say."""
    number = str(message.get("tts_notification_id") or "")
    if number:
        return f"{message['type']}:{number}"[:200]
    state = next((str(data[name]) for name in STATES if data.get(name)), "-")
    when = data.get("update_time") or data.get("create_time") or message.get("timestamp") or "-"
    parts = (message["type"], message.get("shop_id") or 0, ",".join(orders)[:100], state, when)
    return ":".join(str(part) for part in parts)[:200]
