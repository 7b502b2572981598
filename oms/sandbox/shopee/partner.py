"""Shopee as one partner of the sandbox: its routes, its refusals, its clockwork."""

import json
from functools import partial
from typing import Any

from oms.sandbox.core import (
    Action,
    Partner,
    Place,
    Reply,
    Request,
    Route,
    WebhookRules,
)
from oms.sandbox.shopee import (
    calls_auth,
    calls_create,
    calls_document,
    calls_logistics,
    calls_negotiate,
    calls_order,
    calls_payment,
    calls_product,
    calls_push,
    calls_return,
    calls_shop,
    calls_texts,
)
from oms.sandbox.shopee.access import Access
from oms.sandbox.shopee.actions import Actions
from oms.sandbox.shopee.catalogue import SHOPS
from oms.sandbox.shopee.consent import Consent
from oms.sandbox.shopee.desk import Call, Desk, Endpoint
from oms.sandbox.shopee.memory import Memory
from oms.sandbox.shopee.pushes import TIMEOUT_S, Pushes
from oms.sandbox.shopee.refusals import gateway
from oms.sandbox.shopee.returning import Returning
from oms.sandbox.shopee.seed import fill
from oms.sandbox.shopee.selling import Selling
from oms.sandbox.shopee.signing import push_signature

PARTNER_ID = 1000001
PARTNER_KEY = "shpk" + "5a6e642d626f782d6b6579" * 2
RETRY_DELAYS_S = (1.0, 4.0, 15.0)  # the platform waits 300, 1800 and 10800 seconds
MODULES = (
    calls_auth,
    calls_create,
    calls_shop,
    calls_order,
    calls_logistics,
    calls_document,
    calls_product,
    calls_texts,
    calls_push,
    calls_payment,
    calls_negotiate,
    calls_return,
)


class Shopee(Partner):
    """The marketplace, with two demo shops."""

    name = "shopee"
    title = "Shopee Open Platform v2"
    status_keys = ("order_status", "logistics_status", "fulfillment_status", "status")
    tick_seconds = 0.1

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        memory = Memory(place.db, place.clock)
        access = Access(memory, PARTNER_ID, PARTNER_KEY)
        pushes = Pushes(memory, self.webhooks, PARTNER_ID, PARTNER_KEY)
        selling = Selling(memory, pushes)
        returning = Returning(memory, pushes, selling)
        self.desk = Desk(memory, access, pushes, selling, returning, self.webhooks)
        self.consent = Consent(memory, access, pushes, self.webhooks.hosts)

    def routes(self) -> list[Route]:
        pages = [
            Route("GET", "/auth", self.consent.new_style),
            Route("POST", "/auth/approve", self.consent.approve),
            Route("GET", "/api/v2/shop/auth_partner", self.consent.old_style),
        ]
        calls = [
            Route(method, path, partial(self._serve, kind, endpoint))
            for module in MODULES
            for method, path, kind, endpoint in module.ENDPOINTS
        ]
        return pages + calls

    def _serve(self, kind: str, endpoint: Endpoint, request: Request) -> Reply:
        shop_id = self.desk.access.check(request, kind)
        return endpoint(Call(self.desk, request, shop_id))

    def actions(self) -> dict[str, Action]:
        return Actions(self.desk, self.consent).table()

    def credentials(self) -> dict[str, Any]:
        return {
            "base_url": self.base_url,
            "consent_url": f"{self.base_url}/auth",
            "partner_id": PARTNER_ID,
            "partner_key": PARTNER_KEY,
            "shops": [{"shop_id": shop_id, "name": name} for shop_id, name in SHOPS],
        }

    def seed(self) -> None:
        fill(self.desk.memory, self.desk.selling)

    def tell_history(self) -> None:
        Actions(self.desk, self.consent).begin_history()

    def tick(self) -> None:
        """Tracking numbers arrive, waybills are finished."""
        for timer in self.desk.memory.due():
            if timer["kind"] == "tracking":
                self.desk.selling.tracking_arrives(timer)
            elif timer["kind"] == "history":
                self._go_on_with_history()
            else:
                self.desk.selling.document_finishes(timer)

    def _go_on_with_history(self) -> None:
        is_linked = any(each["linked"] for each in self.desk.memory.shops())
        Actions(self.desk, self.consent).go_on_with_history(is_linked=is_linked)

    def webhook_rules(self) -> WebhookRules:
        return WebhookRules(
            delays=RETRY_DELAYS_S,
            timeout=TIMEOUT_S,
            fifo=False,
            retry=lambda status: True,
            sign=lambda url, body: {"Authorization": push_signature(PARTNER_KEY, url, body)},
            on_lost=lambda webhook: self.desk.pushes.keep_lost(json.loads(webhook["body"])),
        )

    def not_found(self, request: Request) -> Reply:
        return gateway("error_param", "Wrong path.", 404).reply

    def server_failed(self, request: Request, status: int) -> Reply:
        return gateway("error_server", "Something wrong. Please try later.", status).reply

    def rate_limited(self, request: Request) -> Reply:
        return gateway("error_rate_limit", "Too many requests. Please try later.", 429).reply

    def token_expired(self, request: Request) -> Reply:
        return gateway("invalid_acceess_token", "Invalid access_token.").reply
