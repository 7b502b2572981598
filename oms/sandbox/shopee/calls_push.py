"""The partner's callback, and the pushes that never reached it."""

import json

from oms.sandbox.core import ControlError, Reply
from oms.sandbox.shopee.access import PUBLIC
from oms.sandbox.shopee.desk import Call, Endpoint
from oms.sandbox.shopee.envelope import wrapped
from oms.sandbox.shopee.pushes import LOST_BATCH, NAMES
from oms.sandbox.shopee.refusals import Refusal, bad_parameter

MOST_BLOCKED = 500


def set_app_push_config(call: Call) -> Reply:
    """Change the callback and what is sent. A new callback must answer a test message first."""
    body, pushes = call.body(), call.desk.pushes
    on, off = body.integers("set_push_config_on"), body.integers("set_push_config_off")
    blocked = body.integers("blocked_shop_id_list")
    if len(blocked) > MOST_BLOCKED or set(on) & set(off):
        raise bad_parameter("Wrong parameters, detail: the lists of codes or shops are invalid.")
    url = body.text("callback_url", "")
    if url:
        _set_callback(call, url)
    config = pushes.config()
    kept_on = sorted((set(config["on"]) | set(on)) - set(off))
    kept_off = sorted((set(config["off"]) | set(off)) - set(on))
    if "blocked_shop_id_list" in body:
        config["blocked"] = blocked
    config.update(on=kept_on, off=kept_off)
    call.memory.db.put("settings", "push", config)
    return wrapped({"result": "success"})


def _set_callback(call: Call, url: str) -> None:
    try:
        call.desk.webhooks.set_callback(url)
    except ControlError:
        raise bad_parameter("Wrong parameters, detail: callback_url is invalid.")
    if not call.desk.pushes.test_message_accepted(url):
        raise Refusal("error_param", "The callback_url did not answer the test message.")


def get_app_push_config(call: Call) -> Reply:
    """What is sent, and where to."""
    config = call.desk.pushes.config()
    return wrapped(
        {
            "callback_url": call.desk.webhooks.callback_url("*") or "",
            "live_push_status": "Normal",
            "suspended_time": 0,
            "blocked_shop_id": config["blocked"],
            "push_config_on_list": config["on"],
            "push_config_off_list": config["off"] or sorted(set(NAMES) - set(config["on"])),
        }
    )


def get_lost_push_message(call: Call) -> Reply:
    """The oldest hundred of the pushes not confirmed; `data` is the envelope as text."""
    rows = call.desk.pushes.lost()
    shown = rows[:LOST_BATCH]
    messages = [
        {
            "shop_id": row["envelope"].get("shop_id", 0),
            "code": row["envelope"]["code"],
            "timestamp": row["envelope"]["timestamp"],
            "data": json.dumps(row["envelope"], ensure_ascii=False, separators=(",", ":")),
        }
        for row in shown
    ]
    return wrapped(
        {
            "push_message_list": messages,
            "has_next_page": len(rows) > LOST_BATCH,
            "last_message_id": shown[-1]["id"] if shown else 0,
        }
    )


def confirm_consumed_lost_push_message(call: Call) -> Reply:
    """Everything up to this message has been read."""
    last_id = call.body().integer("last_message_id")
    known = {row["id"] for row in call.desk.pushes.lost()}
    if last_id not in known:
        raise bad_parameter("Wrong parameters, detail: last_message_id is invalid.")
    call.desk.pushes.confirm_lost(last_id)
    return wrapped({})


_ROOT = "/api/v2/push/"
ENDPOINTS: list[tuple[str, str, str, Endpoint]] = [
    ("POST", _ROOT + "set_app_push_config", PUBLIC, set_app_push_config),
    ("GET", _ROOT + "get_app_push_config", PUBLIC, get_app_push_config),
    ("GET", _ROOT + "get_lost_push_message", PUBLIC, get_lost_push_message),
    ("POST", _ROOT + "confirm_consumed_lost_push_message", PUBLIC,
     confirm_consumed_lost_push_message),
]  # fmt: skip
