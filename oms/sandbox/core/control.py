"""The control API, the same under /_sandbox on every partner's port. Not part of any protocol."""

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from oms.sandbox.core.messages import ControlError, Reply, Request, json_reply

if TYPE_CHECKING:
    from oms.sandbox.core.app import PartnerApp

CONTROL_ROOT = "/_sandbox"


class Control:
    """Looks at a partner from outside and makes things happen to it."""

    def __init__(self, app: "PartnerApp") -> None:
        self.app, self.partner = app, app.partner
        self._table: dict[str, Callable[[Request], Any]] = {
            "GET ": self.index,
            "GET calls": self.calls,
            "GET tally": lambda request: self.app.tally(),
            "DELETE calls": self.forget_calls,
            "GET faults": lambda request: self.partner.faults.rows(),
            "POST faults": self.add_fault,
            "DELETE faults": self.clear_faults,
            "POST reset": self.reset,
            "GET state": self.state,
            "GET callbacks": lambda request: self.partner.webhooks.callbacks(),
            "POST callbacks": self.set_callback,
            "DELETE callbacks": self.remove_callback,
            "GET webhooks": self.webhooks,
            "GET clock": lambda request: {"now": self.partner.clock.now()},
            "POST clock": self.advance,
            "GET credentials": lambda request: self.partner.credentials(),
        }
        self._actions = {
            name if " " in name else f"POST {name}": action
            for name, action in self.partner.actions().items()
        }

    def handle(self, request: Request) -> Reply:
        name = request.path.removeprefix(CONTROL_ROOT).strip("/")
        asked_for = f"{request.method} {name}"
        handler = self._table.get(asked_for) or self._actions.get(asked_for)
        if handler is None:
            return json_reply({"error": f"no control {request.method} {name}"}, 404)
        try:
            with self.partner.db.transaction():
                answer = handler(request)
        except (ControlError, ValueError, KeyError, TypeError) as mistake:
            return json_reply({"error": f"{type(mistake).__name__}: {mistake}"}, 400)
        return answer if isinstance(answer, Reply) else json_reply(answer)

    def index(self, request: Request) -> dict[str, Any]:
        return {
            "partner": self.partner.name,
            "base_url": self.partner.base_url,
            "controls": sorted(self._table),
            "actions": sorted(self._actions),
            "faults": list(self.partner.faults.kinds),
        }

    def calls(self, request: Request) -> list[dict[str, Any]]:
        path = request.arg("path")
        rows = [call for call in list(self.app.calls) if path in call["path"]]
        return rows[: int(request.arg("limit", "100"))]

    def forget_calls(self, request: Request) -> dict[str, bool]:
        self.app.calls.clear()
        return {"ok": True}

    def add_fault(self, request: Request) -> dict[str, Any]:
        return asdict(self.partner.faults.add(asked(request)))

    def clear_faults(self, request: Request) -> dict[str, bool]:
        self.partner.faults.clear()
        return {"ok": True}

    def reset(self, request: Request) -> dict[str, bool]:
        """Back to the first day; callbacks stay unless {"callbacks": true}."""
        callbacks = [] if asked(request).get("callbacks") else self.partner.webhooks.callbacks()
        self.partner.db.clear()
        self.partner.faults.clear()
        self.app.calls.clear()
        self.partner.seed()
        for row in callbacks:
            self.partner.webhooks.set_callback(row["url"], row["scope"])
        return {"ok": True}

    def state(self, request: Request) -> dict[str, Any]:
        wanted = request.arg("collection")
        names = [wanted] if wanted else self.partner.db.collections()
        return {name: dict(self.partner.db.items(name)) for name in names}

    def set_callback(self, request: Request) -> list[dict[str, Any]]:
        body = asked(request)
        self.partner.webhooks.set_callback(body["url"], str(body.get("scope", "*")))
        return self.partner.webhooks.callbacks()

    def remove_callback(self, request: Request) -> dict[str, bool]:
        return {"removed": self.partner.webhooks.remove_callback(request.arg("scope", "*"))}

    def webhooks(self, request: Request) -> list[dict[str, Any]]:
        return self.partner.webhooks.deliveries(int(request.arg("limit", "100")))

    def advance(self, request: Request) -> dict[str, float]:
        return {"now": self.partner.clock.advance(float(asked(request)["advance"]))}


def asked(request: Request) -> dict[str, Any]:
    """The JSON object of a control call; an empty body is an empty object."""
    body = request.json() if request.body else {}
    if not isinstance(body, dict):
        raise ControlError("the body is a JSON object")
    return body
