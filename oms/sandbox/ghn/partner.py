"""The GHN gateway: its routes, its envelopes and what the control API can do to it."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from oms.sandbox.core import Action, Partner, Place, Reply, Request, Route, WebhookRules
from oms.sandbox.ghn.accounts import CLIENTS, SHOPS, seed_shops
from oms.sandbox.ghn.envelope import bad_token, error_reply
from oms.sandbox.ghn.labels import Labels
from oms.sandbox.ghn.masterdata import MasterData
from oms.sandbox.ghn.orders import Orders
from oms.sandbox.ghn.parcels import Parcels
from oms.sandbox.ghn.pricing import Pricing
from oms.sandbox.ghn.shops import Shops
from oms.sandbox.ghn.steering import Steering

# Eleven retries from 30 s growing to 12 h, here within half a minute.
RETRIES = (0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 2.0, 3.0, 5.0, 7.0, 10.0)


class Ghn(Partner):
    """Giao Hàng Nhanh, public API v2."""

    name = "ghn"
    title = "Giao Hàng Nhanh (GHN)"
    extra_faults = ("cod_otp",)  # raising a COD asks for a one-time password
    status_keys = ("status",)
    tick_seconds = 0.25

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.parcels = Parcels(self)
        self.steering = Steering(self.parcels)

    def routes(self) -> list[Route]:
        rooms = (
            MasterData(),
            Shops(self.db),
            Pricing(self.db, self.clock),
            Orders(self.parcels, self.faults),
            Labels(self.parcels),
        )
        return [route for room in rooms for route in room.routes()]

    def actions(self) -> dict[str, Action]:
        return self.steering.actions()

    def seed(self) -> None:
        seed_shops(self.db)

    def tick(self) -> None:
        self.steering.advance()

    def credentials(self) -> dict[str, Any]:
        """One entry per account; a callback of ours is set with POST /_sandbox/callbacks."""
        accounts = [
            {
                "token": client["token"],
                "shop_ids": [s["_id"] for s in SHOPS if s["client_id"] == client["client_id"]],
            }
            for client in CLIENTS
        ]
        return {
            "base_url": self.base_url,
            "token": accounts[0]["token"],
            "shop_id": accounts[0]["shop_ids"][0],  # type: ignore[index]
            "accounts": accounts,
            "callback": "POST /_sandbox/callbacks {url, scope: shop id}",
        }

    def webhook_rules(self) -> WebhookRules:
        """No signature exists; a forged message is one that does not know the secret address."""
        return WebhookRules(
            delays=RETRIES, timeout=5.0, spoil=lambda url, headers: (wrong_address(url), headers)
        )

    def not_found(self, request: Request) -> Reply:
        return error_reply("404 page not found", status=404, code_message="")

    def server_failed(self, request: Request, status: int) -> Reply:
        return error_reply(
            "internal server error", status=status, code_message="SERVER_ERROR_COMMON"
        )

    def rate_limited(self, request: Request) -> Reply:
        return error_reply("Too many requests", status=429)

    def token_expired(self, request: Request) -> Reply:
        return bad_token()


def wrong_address(url: str) -> str:
    """The same callback address with another last letter in its secret."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    spoilt = path[:-1] + ("x" if path[-1:] != "x" else "y") + parts.path[len(path) :]
    return urlunsplit(parts._replace(path=spoilt))
