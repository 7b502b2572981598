"""Pushes to the partner's callback: their envelope, and what became of the undelivered ones."""

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from oms.sandbox.core import Webhooks
from oms.sandbox.shopee.memory import Memory
from oms.sandbox.shopee.signing import push_signature

NAMES = {
    1: "shop_authorization_push",
    2: "shop_authorization_canceled_push",
    3: "order_status_push",
    4: "order_trackingno_push",
    8: "reserved_stock_change_push",
    15: "shipping_document_status_push",
    29: "return_updates_push",
}
TIMEOUT_S = 3.0
LOST_KEPT_S = 3 * 86_400
LOST_BATCH = 100


class Pushes:
    """Sends in the platform's name, to one callback for the whole app."""

    def __init__(self, memory: Memory, webhooks: Webhooks, partner_id: int, key: str) -> None:
        self.memory, self.webhooks = memory, webhooks
        self.partner_id, self.key = partner_id, key

    def config(self) -> dict[str, Any]:
        kept = self.memory.db.get("settings", "push")
        return kept or {"on": sorted(NAMES), "off": [], "blocked": []}

    def send(self, code: int, data: dict[str, Any], shop_id: int | None = None) -> None:
        """Queue one push, unless its code is switched off or its shop is blocked."""
        config = self.config()
        if code not in config["on"] or shop_id in config["blocked"]:
            return
        envelope: dict[str, Any] = {"code": code, "timestamp": self.memory.now(), "data": data}
        envelope["partner_id" if shop_id is None else "shop_id"] = shop_id or self.partner_id
        event = NAMES[code]
        fault = self.webhooks.faults.take(event, "unknown_webhook_status")
        if fault is not None and "status" in data:
            envelope["data"] = {**data, "status": fault.value}
        if self.webhooks.callback_url("*") is None:
            return
        if self.memory.behaviour()["lost_push"]:
            self.keep_lost(envelope)
        else:
            self.webhooks.send(event, envelope)

    def keep_lost(self, envelope: dict[str, Any]) -> None:
        """An undelivered push can be fetched for three days."""
        number = self.memory.db.next("lost")
        row = {"id": number, "lost_at": self.memory.now(), "envelope": envelope}
        self.memory.db.put("lost", number, row)

    def lost(self) -> list[dict[str, Any]]:
        """Undelivered pushes nobody has confirmed yet, oldest first."""
        since = self.memory.now() - LOST_KEPT_S
        return [row for row in self.memory.db.all("lost") if row["lost_at"] >= since]

    def confirm_lost(self, last_id: int) -> None:
        for row in self.memory.db.all("lost"):
            if row["id"] <= last_id:
                self.memory.db.delete("lost", row["id"])

    def test_message_accepted(self, url: str) -> bool:
        """Send the message that proves a callback works; it must answer 2xx within 3 seconds."""
        envelope = {"code": 0, "data": {"verify_info": "This is a Verification message."}}
        body = json.dumps(envelope).encode()
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection = http.client.HTTPConnection(
            parts.hostname or "", parts.port or 80, timeout=TIMEOUT_S
        )
        headers = {
            "Content-Type": "application/json",
            "Authorization": push_signature(self.key, url, body),
        }
        try:
            connection.request("POST", target or "/", body, headers)
            return 200 <= connection.getresponse().status < 300
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
