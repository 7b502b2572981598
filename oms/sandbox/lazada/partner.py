"""Lazada as one partner of the sandbox: its routes, its refusals, its clockwork."""

from functools import partial
from typing import Any

from oms.sandbox.core import Action, Partner, Place, Reply, Request, Route, WebhookRules
from oms.sandbox.core.market import Document
from oms.sandbox.lazada import (
    calls_auth,
    calls_cancel,
    calls_create,
    calls_document,
    calls_finance,
    calls_fulfil,
    calls_order,
    calls_product,
    calls_return,
    calls_texts,
)
from oms.sandbox.lazada.access import Access, bad_token
from oms.sandbox.lazada.actions import Actions
from oms.sandbox.lazada.catalogue import SELLERS
from oms.sandbox.lazada.consent import Consent
from oms.sandbox.lazada.desk import ROW_FAULTS, Call, Desk, Endpoint, parameters_of
from oms.sandbox.lazada.envelope import ISP, ISV, SYSTEM, refused
from oms.sandbox.lazada.memory import Memory
from oms.sandbox.lazada.params import Params
from oms.sandbox.lazada.pushes import TIMEOUT_S, Pushes
from oms.sandbox.lazada.returning import Returning
from oms.sandbox.lazada.seed import fill
from oms.sandbox.lazada.selling import Selling
from oms.sandbox.lazada.signing import push_signature

APP_KEY = "100132"
APP_SECRET = "4c7a2d73616e64626f782d6b" * 2
RETRY_DELAYS_S = (1.0, 4.0, 15.0)  # the platform waits half an hour, twelve times
MODULES = (
    calls_auth,
    calls_create,
    calls_order,
    calls_fulfil,
    calls_document,
    calls_cancel,
    calls_product,
    calls_texts,
    calls_finance,
    calls_return,
)
# The base URL ends in /rest; it is no part of the path that is signed.
PREFIX = "/rest"


class Lazada(Partner):
    """The marketplace, with two demo sellers; market host and auth host in one."""

    name = "lazada"
    title = "Lazada Open Platform"
    status_keys = ("status", "reverse_status")
    extra_faults = (*ROW_FAULTS, calls_cancel.CANCEL_SOME)
    tick_seconds = 0.1

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        memory = Memory(place.db, place.clock)
        access = Access(memory, APP_KEY, APP_SECRET)
        pushes = Pushes(memory, self.webhooks)
        selling = Selling(memory, pushes)
        self.desk = Desk(
            memory,
            access,
            pushes,
            selling,
            Returning(memory, pushes, selling),
            self.webhooks,
            place.faults,
            place.base_url,
        )
        self.consent = Consent(memory, access, self.webhooks.hosts)

    def routes(self) -> list[Route]:
        pages = [
            Route("GET", "/oauth/authorize", self.consent.ask),
            Route("POST", "/oauth/approve", self.consent.approve),
            Route("GET", "/documents/{number}.pdf", partial(self._document)),
        ]
        calls = [
            Route(methods, prefix + path, partial(self._serve, path, kind, endpoint))
            for module in MODULES
            for methods, path, kind, endpoint in module.ENDPOINTS
            for prefix in (PREFIX, "")
        ]
        return pages + calls

    def _serve(self, path: str, kind: str, endpoint: Endpoint, request: Request) -> Reply:
        parameters, uploads = parameters_of(request)
        seller_id = self.desk.access.check(path, parameters, kind)
        return endpoint(Call(self.desk, path, Params(parameters), uploads, seller_id))

    def _document(self, request: Request) -> Reply:
        return calls_document.stored_document(self.desk.memory, request)

    def actions(self) -> dict[str, Action]:
        return Actions(self.desk, self.consent).table()

    def credentials(self) -> dict[str, Any]:
        return {
            "base_url": self.base_url + PREFIX,
            "auth_url": self.base_url + PREFIX,
            "consent_url": f"{self.base_url}/oauth/authorize",
            "app_key": APP_KEY,
            "app_secret": APP_SECRET,
            "sellers": [dict(seller) for seller in SELLERS],
        }

    def seed(self) -> None:
        fill(self.desk.memory, self.desk.selling)

    def tell_history(self) -> None:
        Actions(self.desk, self.consent).begin_history()

    def tick(self) -> None:
        """Tracking numbers arrive, parcels become ready, unanswered wishes come true."""
        for timer in self.desk.memory.due():
            getattr(self, f"_{timer['kind']}_due")(timer)

    def _history_due(self, timer: Document) -> None:
        is_linked = any(each["linked"] for each in self.desk.memory.sellers())
        Actions(self.desk, self.consent).go_on_with_history(is_linked=is_linked)

    def _tracking_due(self, timer: Document) -> None:
        self.desk.selling.tracking_arrives(timer)

    def _ready_due(self, timer: Document) -> None:
        found = self.desk.memory.package(timer["seller_id"], timer["package_id"])
        if found is not None:
            waiting = [item for item in found[1] if item["status"] == "ready_to_ship_pending"]
            self.desk.selling.move(found[0], "ready_to_ship", waiting)

    def _cancel_due(self, timer: Document) -> None:
        order = self.desk.memory.any_order(timer["order_id"]) or {"items": []}
        items = self.desk.selling.asked_items(order, timer["reverse_order_id"])
        if items:
            self.desk.selling.answer_cancel(order, items, agree=True)

    def _unpaid_due(self, timer: Document) -> None:
        order = self.desk.memory.any_order(timer["order_id"]) or {"items": []}
        items = [item for item in order["items"] if item["status"] == "unpaid"]
        if items:
            self.desk.selling.cancel(order, items, "cancellation-internal", "Payment timeout")

    def webhook_rules(self) -> WebhookRules:
        return WebhookRules(
            delays=RETRY_DELAYS_S,
            timeout=TIMEOUT_S,
            fifo=False,
            ok=lambda status: status == 200,
            retry=lambda status: True,
            sign=lambda url, body: {"Authorization": push_signature(APP_KEY, APP_SECRET, body)},
        )

    def not_found(self, request: Request) -> Reply:
        return refused("InvalidApiPath", "The specified API path is invalid", ISV)

    def server_failed(self, request: Request, status: int) -> Reply:
        return refused("ServiceUnavailable", "The service is unavailable", SYSTEM, status=status)

    def rate_limited(self, request: Request) -> Reply:
        text = "The request exceeds the limit, the ban will last 1 second"
        return refused("ApiCallLimit", text, ISP)

    def token_expired(self, request: Request) -> Reply:
        return bad_token().reply
