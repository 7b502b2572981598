"""The GHN gateway: its routes, its envelopes and what the control API can do to it."""

from typing import Any

from oms.sandbox.core import CarrierPartner, Reply, Request, WebhookRules, wrong_secret
from oms.sandbox.core.carriers import Room
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


class Ghn(CarrierPartner):
    """Giao Hàng Nhanh, public API v2."""

    name = "ghn"
    title = "Giao Hàng Nhanh (GHN)"
    extra_faults = ("cod_otp",)  # raising a COD asks for a one-time password
    status_keys = ("status",)
    book, steering_of = Parcels, Steering
    parcels: Parcels

    def rooms(self) -> tuple[Room, ...]:
        return (
            MasterData(),
            Shops(self.db),
            Pricing(self.db, self.clock),
            Orders(self.parcels, self.faults),
            Labels(self.parcels),
        )

    def seed(self) -> None:
        seed_shops(self.db)

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
            delays=RETRIES, timeout=5.0, spoil=lambda url, headers: (wrong_secret(url), headers)
        )

    def refused(self, message: str, http: int) -> Reply:
        code = {404: "", 429: "USER_ERR_COMMON"}.get(http, "SERVER_ERROR_COMMON")
        return error_reply(message, status=http, code_message=code)

    def token_expired(self, request: Request) -> Reply:
        return bad_token()
