"""TikTok Shop as one partner of the sandbox: its routes, its refusals, its clockwork."""

import re
from functools import partial
from typing import Any

from oms.sandbox.core import Action, Partner, Place, Reply, Request, Route, WebhookRules
from oms.sandbox.core.market import Document
from oms.sandbox.tiktok_shop import (
    calls_auth,
    calls_cancel,
    calls_create,
    calls_document,
    calls_event,
    calls_finance,
    calls_order,
    calls_package,
    calls_product,
    calls_return,
    calls_texts,
)
from oms.sandbox.tiktok_shop.access import Access, token_expired
from oms.sandbox.tiktok_shop.actions import Actions
from oms.sandbox.tiktok_shop.catalogue import SHOPS
from oms.sandbox.tiktok_shop.consent import SERVICE_ID, Consent
from oms.sandbox.tiktok_shop.desk import ROW_FAULTS, Call, Desk, Endpoint
from oms.sandbox.tiktok_shop.envelope import refused
from oms.sandbox.tiktok_shop.memory import Memory
from oms.sandbox.tiktok_shop.model import (
    BAD_METHOD,
    BAD_PATH,
    BAD_VERSION,
    INTERNAL,
    PENDING,
    SUCCESS,
    TOO_MANY,
)
from oms.sandbox.tiktok_shop.pushes import TIMEOUT_S, Pushes
from oms.sandbox.tiktok_shop.returning import Returning
from oms.sandbox.tiktok_shop.seed import fill
from oms.sandbox.tiktok_shop.selling import Selling
from oms.sandbox.tiktok_shop.signing import webhook_signature
from oms.sandbox.tiktok_shop.wishes import Wishes

APP_KEY = "6kc76cungq9pl"
APP_SECRET = "74736873616e64626f782d736563726574"  # noqa: S105 - of the sandbox
RETRY_DELAYS_S = (1.0, 4.0, 15.0, 60.0)  # the platform waits 2 and 30 minutes, 3 and 12 hours
MODULES = (
    calls_auth,
    calls_order,
    calls_package,
    calls_document,
    calls_cancel,
    calls_create,
    calls_product,
    calls_texts,
    calls_return,
    calls_finance,
    calls_event,
)


class TikTokShop(Partner):
    """The marketplace; its hosts for calls, tokens and consent in one."""

    name = "tiktok_shop"
    title = "TikTok Shop Open API"
    extra_faults = tuple(ROW_FAULTS)
    status_keys = ("status", "display_status", "return_status")
    tick_seconds = 0.1

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        memory = Memory(place.db, place.clock)
        access = Access(memory, APP_KEY, APP_SECRET)
        pushes = Pushes(memory, self.webhooks)
        selling = Selling(memory, pushes)
        wishes = Wishes(memory, pushes, selling)
        self.desk = Desk(
            memory=memory,
            access=access,
            pushes=pushes,
            selling=selling,
            wishes=wishes,
            returning=Returning(memory, pushes),
            webhooks=self.webhooks,
            faults=place.faults,
            base_url=place.base_url,
        )
        self.consent = Consent(memory, access, self.webhooks.hosts)
        self._templates: list[Route] = []

    def routes(self) -> list[Route]:
        access = self.desk.access
        pages = [
            Route("GET", "/open/authorize", self.consent.ask),
            Route("POST", "/open/approve", self.consent.approve),
            Route("GET", "/api/v2/token/get", partial(calls_auth.get_token, access)),
            Route("GET", "/api/v2/token/refresh", partial(calls_auth.refresh_token, access)),
            Route("GET", "/documents/{key}.pdf", self._document),
        ]
        calls = []
        for module in MODULES:
            for method, path, versions, kind, endpoint in module.ENDPOINTS:
                serve = partial(self._serve, kind, endpoint)
                self._templates.append(Route(method, path.replace("{v}", "version"), serve))
                calls += [Route(method, path.replace("{v}", v), serve) for v in versions.split()]
        return pages + calls

    def _serve(self, kind: str, endpoint: Endpoint, request: Request) -> Reply:
        account, shop = self.desk.access.check(request, kind)
        return endpoint(Call(self.desk, request, account, shop or {}))

    def _document(self, request: Request) -> Reply:
        return calls_document.stored_document(self.desk.memory, request)

    def actions(self) -> dict[str, Action]:
        return Actions(self.desk, self.consent).table()

    def credentials(self) -> dict[str, Any]:
        names = ("shop_id", "name", "region", "account")
        return {
            "base_url": self.base_url,
            "auth_url": self.base_url,
            "consent_url": f"{self.base_url}/open/authorize",
            "app_key": APP_KEY,
            "app_secret": APP_SECRET,
            "service_id": SERVICE_ID,
            "shops": [{name: shop[name] for name in names} for shop in SHOPS],
        }

    def register_redirect(self, url: str) -> None:
        self.consent.register(url)

    def seed(self) -> None:
        fill(self.desk.memory, self.desk.selling)

    def tell_history(self) -> None:
        Actions(self.desk, self.consent).begin_history()

    def tick(self) -> None:
        """Tracking numbers arrive, holds end, unanswered wishes come true."""
        for timer in self.desk.memory.due():
            getattr(self, f"_{timer['kind']}_due")(timer)

    def _history_due(self, timer: Document) -> None:
        is_linked = any(each["linked"] for each in self.desk.memory.accounts())
        Actions(self.desk, self.consent).go_on_with_history(is_linked=is_linked)

    def _tracking_due(self, timer: Document) -> None:
        self.desk.selling.tracking_arrives(timer)

    def _wish_due(self, timer: Document) -> None:
        wish = self.desk.memory.cancellation(timer["shop_id"], timer["cancel_id"])
        if wish is not None and wish["status"] == PENDING:
            self.desk.wishes.answer(wish, SUCCESS)

    def _held_due(self, timer: Document) -> None:
        order = self.desk.memory.any_order(timer["order_id"])
        if order is not None and order["status"] == "ON_HOLD":
            self.desk.selling.move(order, "AWAITING_SHIPMENT")

    def _audit_due(self, timer: Document) -> None:
        product = self.desk.memory.product(timer["shop_id"], timer["product_id"])
        if product is not None and product["status"] == "PENDING":
            product.update(status="ACTIVATE", updated=self.desk.memory.now())
            self.desk.memory.save_product(product)
            self.desk.pushes.product_moved(product)

    def _unpaid_due(self, timer: Document) -> None:
        order = self.desk.memory.any_order(timer["order_id"])
        if order is not None and order["status"] == "UNPAID":
            self.desk.wishes.cancel(order, "SYSTEM", "system_cancel_unpaid_time_out")

    def webhook_rules(self) -> WebhookRules:
        return WebhookRules(
            delays=RETRY_DELAYS_S,
            timeout=TIMEOUT_S,
            fifo=False,
            ok=lambda status: status == 200,
            retry=lambda status: True,
            sign=lambda url, body: {"Authorization": webhook_signature(APP_KEY, APP_SECRET, body)},
        )

    def not_found(self, request: Request) -> Reply:
        known = re.sub(r"^(/\w+)/\d{6}/", r"\1/version/", request.path)
        if any(route.match(known) is not None for route in self._templates):
            return refused(BAD_VERSION, "Invalid API version", 404)
        return refused(BAD_PATH, "Invalid path", 404)

    def wrong_method(self, request: Request) -> Reply:
        return refused(BAD_METHOD, "Invalid method", 405)

    def server_failed(self, request: Request, status: int) -> Reply:
        return refused(INTERNAL, "Internal error", status)

    def rate_limited(self, request: Request) -> Reply:
        return refused(TOO_MANY, "Too many requests", 429)

    def token_expired(self, request: Request) -> Reply:
        return token_expired().reply
