"""What every partner is: its routes, its way of refusing, its memory and its clock."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from oms.sandbox.core.clock import Clock
from oms.sandbox.core.faults import Faults
from oms.sandbox.core.messages import Reply, Request, Route, json_reply
from oms.sandbox.core.state import Store
from oms.sandbox.core.webhooks import WebhookRules, Webhooks

Action = Callable[[Request], Any]


@dataclass
class Place:
    """Where a partner lives: its own address, memory, clock and switched-on faults."""

    base_url: str
    db: Store
    clock: Clock
    faults: Faults
    callback_hosts: frozenset[str] = frozenset()


class Partner:
    """Base of every partner. Subclasses give `name`, `title`, `routes()` and their envelopes.

    A handler runs inside one transaction of `db`: raising `Refusal(reply)` undoes its work and
    sends the reply. `credentials()` is what a seller would have been given by the partner.
    """

    name = ""
    title = ""
    extra_faults: tuple[str, ...] = ()
    status_keys: tuple[str, ...] = ("status",)  # keys the unknown_status fault rewrites
    tick_seconds = 0.0  # above 0: `tick` is called that often

    def __init__(self, place: Place) -> None:
        self.base_url = place.base_url
        self.db, self.clock, self.faults = place.db, place.clock, place.faults
        self.webhooks = Webhooks(
            place.db, place.clock, place.faults, self.webhook_rules(), place.callback_hosts
        )

    def routes(self) -> list[Route]:
        raise NotImplementedError

    def actions(self) -> dict[str, Action]:
        """What the control API can do to this partner: POST /_sandbox/<name>, or "GET name".

        An action answers with a Reply or with anything JSON can say.
        """
        return {}

    def credentials(self) -> dict[str, Any]:
        return {"base_url": self.base_url}

    def register_redirect(self, url: str) -> None:
        """Where the consent page returns to, for a partner that is told so beforehand."""

    def seed(self) -> None:
        """Fill an empty memory; called at every start and after a reset: keep it repeatable."""

    def tell_history(self) -> None:
        """What happened before, for a demonstration; called when the partners run on their own."""

    def tick(self) -> None:
        """Let time do its work (parcels moving by themselves, codes arriving)."""

    def webhook_rules(self) -> WebhookRules:
        return WebhookRules()

    # Envelopes of what the core answers in the partner's name.

    def not_found(self, request: Request) -> Reply:
        return json_reply({"error": "not found"}, 404)

    def wrong_method(self, request: Request) -> Reply:
        return self.not_found(request)

    def server_failed(self, request: Request, status: int) -> Reply:
        return json_reply({"error": "server error"}, status)

    def rate_limited(self, request: Request) -> Reply:
        return json_reply({"error": "too many requests"}, 429)

    def token_expired(self, request: Request) -> Reply:
        return json_reply({"error": "token expired"}, 401)
