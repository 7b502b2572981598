"""One partner behind its port: find the route, apply the faults, do the work, record the call."""

import json
import logging
import threading
import time
from collections import deque
from typing import Any

from oms.sandbox.core.control import CONTROL_ROOT, Control
from oms.sandbox.core.faults import CALL_FAULTS, DELAY, Fault, with_value
from oms.sandbox.core.messages import Drop, Refusal, Reply, Request, Route
from oms.sandbox.core.partner import Partner

CALLS_KEPT = 1000
TEXT_KEPT = 20_000

logger = logging.getLogger(__name__)


class PartnerApp:
    """The handler of a partner's server."""

    def __init__(self, partner: Partner) -> None:
        self.partner = partner
        self.calls: deque[dict[str, Any]] = deque(maxlen=CALLS_KEPT)
        self._routes = partner.routes()
        self._numbers = self._faulted = 0
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._control = Control(self)

    def start(self) -> None:
        with self.partner.db.transaction():
            self.partner.seed()
        self.partner.webhooks.start()
        if self.partner.tick_seconds > 0:
            threading.Thread(target=self._tick, daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()
        self.partner.webhooks.stop()
        self.partner.db.close()

    def handle(self, request: Request) -> Reply:
        if request.path == CONTROL_ROOT or request.path.startswith(CONTROL_ROOT + "/"):
            return self._control.handle(request)
        started = time.monotonic()
        reply: Reply | None = None
        fault: Fault | None = None
        try:
            delay = self.partner.faults.take(request.path, DELAY)
            if delay is not None:
                self._stopped.wait(delay.seconds)
            fault = self.partner.faults.take(request.path, *CALL_FAULTS)
            reply = self._faulty(request, fault) if fault else self._work(request)
            return reply
        finally:
            self._record(request, reply, fault, time.monotonic() - started)

    def _faulty(self, request: Request, fault: Fault) -> Reply:
        partner, kind = self.partner, fault.kind
        if kind == "timeout_before_work":
            self._hang_up(fault)
        if kind == "rate_limit":
            return partner.rate_limited(request)
        if kind == "expired_token":
            return partner.token_expired(request)
        if kind == "status_5xx" and not fault.after_work:
            return partner.server_failed(request, fault.status)
        reply = self._work(request)
        if kind == "timeout_after_work":
            self._hang_up(fault)
        if kind == "status_5xx":
            return partner.server_failed(request, fault.status)
        if kind == "unknown_status" and reply.is_json:
            changed = with_value(reply.json(), partner.status_keys, fault.value)
            return Reply(reply.status, json.dumps(changed).encode(), reply.headers)
        if kind == "garbled_json":
            return Reply(reply.status, reply.body[: len(reply.body) // 2] + b"\x00<", reply.headers)
        return reply

    def _hang_up(self, fault: Fault) -> None:
        self._stopped.wait(fault.seconds)
        raise Drop

    def _work(self, request: Request) -> Reply:
        route = self._route(request)
        if isinstance(route, Reply):
            return route
        try:
            with self.partner.db.transaction():
                return route.handler(request)
        except Refusal as refusal:
            return refusal.reply
        except Exception:
            logger.exception("sandbox handler failed: %s %s", self.partner.name, request.path)
            return self.partner.server_failed(request, 500)

    def _route(self, request: Request) -> Route | Reply:
        if request.path == "/favicon.ico":
            return Reply(204)  # browsers ask every site for it; it is no call of a client
        seen = False
        for route in self._routes:
            params = route.match(request.path)
            if params is None:
                continue
            seen = True
            if request.method in route.methods:
                request.params = params
                return route
        return self.partner.wrong_method(request) if seen else self.partner.not_found(request)

    def _record(
        self, request: Request, reply: Reply | None, fault: Fault | None, seconds: float
    ) -> None:
        with self._lock:
            self._numbers += 1
            self._faulted += fault is not None
            self.calls.appendleft(
                {
                    "id": self._numbers,
                    "at": self.partner.clock.now(),
                    "method": request.method,
                    "path": request.path,
                    "query": request.query,
                    "headers": request.headers,
                    "body": text_of(request.body),
                    "status": reply.status if reply else None,
                    "reply": text_of(reply.body) if reply else None,
                    "fault": fault.kind if fault else None,
                    "seconds": round(seconds, 4),
                }
            )

    def tally(self) -> dict[str, int]:
        """Calls since the start, and those of them that met a fault."""
        with self._lock:
            return {"calls": self._numbers, "faulted": self._faulted}

    def _tick(self) -> None:
        while not self._stopped.wait(self.partner.tick_seconds):
            try:
                with self.partner.db.transaction():
                    self.partner.tick()
            except Exception:
                if self._stopped.is_set():
                    return
                logger.exception("sandbox tick failed: %s", self.partner.name)


def text_of(body: bytes) -> str:
    """A body for the call record; binary ones by their size only."""
    try:
        return body[:TEXT_KEPT].decode("utf-8")
    except UnicodeDecodeError:
        return f"<{len(body)} bytes>"
