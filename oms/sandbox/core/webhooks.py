"""Outgoing webhooks: a queue that survives a restart, sent by one thread per partner."""

import http.client
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from oms.sandbox.core.clock import Clock
from oms.sandbox.core.faults import Faults, with_value
from oms.sandbox.core.messages import ControlError
from oms.sandbox.core.state import Store

PENDING, SENT, CALLBACKS = "_webhooks_pending", "_webhooks", "_callbacks"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
KEPT = 2000
REORDER_SECONDS = 3.0
LATE_SECONDS = 2.0

Sign = Callable[[str, bytes], dict[str, str]]
Spoil = Callable[[str, dict[str, str]], tuple[str, dict[str, str]]]
Payload = dict[str, Any]


def as_json(payload: Payload) -> str:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))


@dataclass
class WebhookRules:
    """How one partner sends.

    `delays` are the waits before each retry, compressed to seconds; `fifo` holds back the later
    messages of a group while an earlier one is being retried.
    """

    delays: tuple[float, ...] = (0.2, 0.5, 1.0)
    timeout: float = 5.0
    fifo: bool = True
    ok: Callable[[int], bool] = lambda status: 200 <= status < 300
    retry: Callable[[int], bool] = lambda status: status >= 500 or status in (408, 429)
    sign: Sign = field(default=lambda url, body: {})
    spoil: Spoil = field(default=lambda url, headers: (url, spoilt_headers(headers)))
    on_lost: Callable[[dict[str, Any]], None] = lambda webhook: None
    content_type: str = "application/json"
    encode: Callable[[Payload], str] = as_json
    # For secrets inside the message: what a forger would send.
    forge: Callable[[Payload], Payload] = lambda payload: payload
    # Where states stand in a message: keys of its first level, or of an object inside it.
    status_keys: tuple[str, ...] = ("Status", "status")


def wrong_secret(url: str) -> str:
    """The same callback address with another last letter in its secret."""
    parts = urlsplit(url)
    if parts.query:
        return urlunsplit(parts._replace(query=_other_end(parts.query)))
    path = parts.path.rstrip("/")
    return urlunsplit(parts._replace(path=_other_end(path) + parts.path[len(path) :]))


def _other_end(text: str) -> str:
    return text[:-1] + ("x" if text[-1:] != "x" else "y")


def spoilt_headers(headers: dict[str, str]) -> dict[str, str]:
    """The same headers with a wrong last character."""
    return {
        name: value[:-1] + ("0" if value[-1:] != "0" else "1") for name, value in headers.items()
    }


class Webhooks:
    """Callbacks known, messages waiting, deliveries made."""

    def __init__(
        self, db: Store, clock: Clock, faults: Faults, rules: WebhookRules, hosts: frozenset[str]
    ) -> None:
        self.db, self.clock, self.faults, self.rules = db, clock, faults, rules
        self.hosts = hosts | LOOPBACK
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    # Callbacks

    def set_callback(self, url: str, scope: str = "*") -> None:
        """Where messages of a scope (an account, a shop; "*" for all others) go from now on."""
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname not in self.hosts:
            raise ControlError("a callback is an http:// address on this machine")
        self.db.put(CALLBACKS, scope, {"url": url, "scope": scope})

    def remove_callback(self, scope: str = "*") -> bool:
        return self.db.delete(CALLBACKS, scope)

    def callbacks(self) -> list[dict[str, Any]]:
        return self.db.all(CALLBACKS)

    def callback_url(self, scope: str) -> str | None:
        found = self.db.get(CALLBACKS, scope) or self.db.get(CALLBACKS, "*")
        return None if found is None else str(found["url"])

    # Queue

    def send(
        self, event: str, payload: dict[str, Any], *, group: str = "", scope: str = "*"
    ) -> str | None:
        """Queue one message inside the running transaction; None when nobody listens.

        `event` is what fault patterns look at; messages of one `group` keep their order.
        """
        url = self.callback_url(scope)
        if url is None:
            return None
        fault = self.faults.take(event, "unknown_webhook_status")
        if fault is not None:
            payload = with_value(payload, self.rules.status_keys, fault.value)
        spoil = self.faults.take(event, "bad_signature") is not None
        if spoil:
            payload = self.rules.forge(payload)
        held = self.faults.take(event, "reorder")
        late = self.faults.take(event, "late")
        lost = self.faults.take(event, "lost") is not None
        copies = 2 if self.faults.take(event, "duplicate") is not None else 1
        for _ in range(copies):
            number = self._queue(event, payload, group, url, spoil)
            if lost:
                self._lose(number)
            elif held is not None:
                self._hold(number, held.seconds or REORDER_SECONDS)
            elif late is not None:
                self._delay(number, late.seconds or LATE_SECONDS)
        self._wake.set()
        return number

    def _queue(self, event: str, payload: dict[str, Any], group: str, url: str, spoil: bool) -> str:
        number = str(self.db.next("_webhook"))
        now = self.clock.now()
        body = self.rules.encode(payload)
        webhook = {
            "id": number, "event": event, "group": group, "url": url, "body": body,
            "state": "pending", "held": False, "spoil": spoil, "queued_at": now, "due": now,
            "attempts": [],
        }  # fmt: skip
        self.db.put(PENDING, number, webhook)
        return number

    def _hold(self, number: str, seconds: float) -> None:
        """Keep it back until another message has overtaken it, at most `seconds`."""
        webhook = self.db.get(PENDING, number) or {}
        self.db.put(PENDING, number, {**webhook, "held": True, "due": self.clock.now() + seconds})

    def _delay(self, number: str, seconds: float) -> None:
        """Send it so much later, whatever is sent meanwhile."""
        webhook = self.db.get(PENDING, number) or {}
        self.db.put(PENDING, number, {**webhook, "due": self.clock.now() + seconds})

    def _lose(self, number: str) -> None:
        webhook = self.db.get(PENDING, number) or {}
        self._finish(webhook, "lost")

    # Sending

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout=self.rules.timeout + 1)

    def pending(self) -> int:
        return self.db.count(PENDING)

    def deliveries(self, limit: int = 100) -> list[dict[str, Any]]:
        """Messages newest first, waiting ones before finished ones."""
        waiting, done = self.db.all(PENDING), self.db.all(SENT)
        return [*reversed(waiting), *reversed(done)][:limit]

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._wake.clear()
            webhook = self._next_due()
            if webhook is not None:
                self._deliver(webhook)
            elif self.pending():
                self._wake.wait(0.05)
            else:
                self._wake.wait(1.0)

    def _next_due(self) -> dict[str, Any] | None:
        now = self.clock.now()
        blocked: set[str] = set()
        for webhook in self.db.all(PENDING):
            fifo = self.rules.fifo and webhook["group"] and not webhook["held"]
            if webhook["group"] in blocked and fifo:
                continue
            if webhook["due"] <= now:
                return webhook
            if fifo:
                blocked.add(webhook["group"])
        return None

    def _deliver(self, webhook: dict[str, Any]) -> None:
        status, error = self._post(webhook)
        if self._stopped.is_set():
            return  # still waiting, so the next start sends it again
        attempt = {"at": self.clock.now(), "status": status, "error": error}
        webhook = {**webhook, "attempts": [*webhook["attempts"], attempt], "held": False}
        tried = len(webhook["attempts"])
        with self.db.transaction():
            if self.db.get(PENDING, webhook["id"]) is None:
                return  # the sandbox was reset meanwhile
            if status is not None and self.rules.ok(status):
                self._finish(webhook, "delivered")
            elif status is not None and not self.rules.retry(status):
                self._finish(webhook, "dropped")
            elif tried > len(self.rules.delays):
                self._finish(webhook, "lost")
            else:
                due = self.clock.now() + self.rules.delays[tried - 1]
                self.db.put(PENDING, webhook["id"], {**webhook, "due": due})
            self._release_held(webhook["id"])

    def _release_held(self, overtaker: str) -> None:
        for webhook in self.db.all(PENDING):
            if webhook["held"] and webhook["id"] != overtaker:
                due = self.clock.now()
                self.db.put(PENDING, webhook["id"], {**webhook, "held": False, "due": due})

    def _finish(self, webhook: dict[str, Any], state: str) -> None:
        webhook = {**webhook, "state": state}
        self.db.delete(PENDING, webhook["id"])
        self.db.put(SENT, webhook["id"], webhook)
        self.db.keep_last(SENT, KEPT)
        if state == "lost":
            self.rules.on_lost(webhook)

    def _post(self, webhook: dict[str, Any]) -> tuple[int | None, str]:
        url, body = webhook["url"], webhook["body"].encode("utf-8")
        headers = self.rules.sign(url, body)
        if webhook["spoil"]:
            url, headers = self.rules.spoil(url, headers)
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection = http.client.HTTPConnection(
            parts.hostname or "", parts.port or 80, timeout=self.rules.timeout
        )
        try:
            connection.request(
                "POST", target or "/", body, {"Content-Type": self.rules.content_type, **headers}
            )
            return connection.getresponse().status, ""
        except (OSError, http.client.HTTPException) as failure:
            return None, f"{type(failure).__name__}: {failure}"
        finally:
            connection.close()
