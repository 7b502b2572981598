"""Addresses for webhooks of one shop, by topic; the app has one of its own for all others."""

from oms.sandbox.core import ControlError, Reply
from oms.sandbox.core.webhooks import CALLBACKS
from oms.sandbox.tiktok_shop.access import SHOP
from oms.sandbox.tiktok_shop.desk import Call, Endpoint
from oms.sandbox.tiktok_shop.envelope import bad_request, data
from oms.sandbox.tiktok_shop.pushes import TOPICS, scope_of

LONGEST = 255


def get_webhooks(call: Call) -> Reply:
    """What the shop is subscribed to."""
    rows = [
        {"event_type": topic, "address": found["url"]}
        for topic in TOPICS.values()
        if (found := call.memory.db.get(CALLBACKS, scope_of(call.shop_id, topic))) is not None
    ]
    return data({"webhooks": rows, "total_count": len(rows)})


def put_webhook(call: Call) -> Reply:
    """Subscribe to one topic, or move it to another address."""
    body = call.body()
    topic, url = body.choice("event_type", tuple(TOPICS.values())), body.text("address")
    if len(url) > LONGEST:
        raise bad_request("Invalid parameter: body.address is too long")
    try:
        call.desk.webhooks.set_callback(url, scope_of(call.shop_id, topic))
    except ControlError as problem:
        raise bad_request(f"Invalid parameter: body.address: {problem}")
    return data()


def delete_webhook(call: Call) -> Reply:
    """Leave one topic."""
    topic = call.body().choice("event_type", tuple(TOPICS.values()))
    call.desk.webhooks.remove_callback(scope_of(call.shop_id, topic))
    return data()


ENDPOINTS: list[tuple[str, str, str, str, Endpoint]] = [
    ("GET", "/event/{v}/webhooks", "202309", SHOP, get_webhooks),
    ("PUT", "/event/{v}/webhooks", "202309", SHOP, put_webhook),
    ("DELETE", "/event/{v}/webhooks", "202309", SHOP, delete_webhook),
]
