"""Push messages of Shopee: their signature header, and what they are about (pages of May 2026)."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from channels_sync.ports import Push, PushKind

SIGNATURE_HEADER = "authorization"
TEST = 0
KINDS = {
    1: PushKind.ACCESS,
    2: PushKind.ACCESS,
    3: PushKind.ORDER,
    4: PushKind.ORDER,
    12: PushKind.ACCESS,
    15: PushKind.DOCUMENT,
    29: PushKind.RETURN,
    30: PushKind.ORDER,
    47: PushKind.ORDER,
}
# Chat, products, stock and the like: the sheet names them, and nothing here follows them.
IGNORED = {5, 6, 7, 8, 9, 10, 11, 13, 16, 28}


def signature(headers: Mapping[str, str]) -> str:
    return {name.lower(): value for name, value in headers.items()}.get(SIGNATURE_HEADER, "")


def kind_of(event: int) -> PushKind:
    return KINDS.get(event, PushKind.OTHER if event in IGNORED else PushKind.UNKNOWN)


def read(body: bytes) -> Push:
    """What the message is about. Raises ValueError when it is not a push message."""
    message = json.loads(body)
    if not isinstance(message, dict) or not isinstance(message.get("code"), int):
        raise ValueError("not a push message")
    code = message["code"]
    raw = message.get("data")
    data: dict[str, Any] = raw if isinstance(raw, dict) else {}
    if code == TEST:
        return Push(PushKind.CHECK, key="")
    # Two spellings live side by side: `ordersn` in 3, 4, 8 and 30, `order_sn` in 29 and 47.
    order = str(data.get("ordersn") or data.get("order_sn") or "")
    return Push(
        kind=kind_of(code),
        key=_key(message, data, order),
        remote_shop_ids=_shops(message, data),
        remote_id=order,
        return_id=str(data.get("return_sn") or ""),
        event=str(code),
    )


def _shops(message: Mapping[str, Any], data: Mapping[str, Any]) -> tuple[str, ...]:
    found = [message.get("shop_id"), data.get("shop_id"), *(data.get("shop_id_list") or [])]
    for row in data.get("shop_expire_soon") or []:
        found.append(row.get("shop_id") if isinstance(row, dict) else row)
    return tuple(dict.fromkeys(str(number) for number in found if number))


def _key(message: Mapping[str, Any], data: Mapping[str, Any], order: str) -> str:
    """Messages carry no id: what is said, about what and when, tells a repeat from news."""
    said = json.dumps(data, sort_keys=True, ensure_ascii=False)
    moment = data.get("update_time") or ("-" if order else message.get("timestamp"))
    digest = hashlib.sha256(said.encode()).hexdigest()[:16]
    shop = message.get("shop_id") or 0
    return f"{message['code']}:{shop}:{order or '-'}:{moment}:{digest}"
