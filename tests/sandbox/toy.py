"""A partner just big enough to try the frame on."""

from typing import Any

from oms.sandbox.core import (
    Partner,
    Refusal,
    Reply,
    Request,
    Route,
    WebhookRules,
    asked,
    json_reply,
)


class Toy(Partner):
    name = "toy"
    title = "Toy"

    def routes(self) -> list[Route]:
        return [
            Route("POST", "/notes/{key}", self.write),
            Route("GET", "/notes/{key}", self.read),
            Route("POST", "/refused", self.refuse),
            Route("POST", "/broken", self.broken),
        ]

    def actions(self) -> dict[str, Any]:
        return {"tell": self.tell}

    def webhook_rules(self) -> WebhookRules:
        return WebhookRules(
            delays=(0.05, 0.05), timeout=10.0, sign=lambda url, body: {"X-Sum": str(len(body))}
        )

    def write(self, request: Request) -> Reply:
        note = {**request.json(), "number": self.db.next("notes"), "status": "new"}
        self.db.put("notes", request.params["key"], note)
        return json_reply(note)

    def read(self, request: Request) -> Reply:
        return json_reply(self.db.get("notes", request.params["key"]) or {})

    def refuse(self, request: Request) -> Reply:
        self.db.put("notes", "refused", {"number": self.db.next("notes")})
        raise Refusal(json_reply({"no": True}, 400))

    def broken(self, request: Request) -> Reply:
        raise RuntimeError("a bug")

    def tell(self, request: Request) -> dict[str, Any]:
        body = asked(request)
        sent = self.webhooks.send(
            body.get("event", "said"), body["payload"], group=body.get("group", "")
        )
        return {"sent": sent}
