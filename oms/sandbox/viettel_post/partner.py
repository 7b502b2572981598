"""The Viettel Post gateway: its routes, its envelopes and what the control API can do to it."""

from typing import Any

from oms.sandbox.core import (
    Action,
    CarrierPartner,
    ParcelSteering,
    Reply,
    Request,
    WebhookRules,
    asked,
)
from oms.sandbox.core.carriers import Room
from oms.sandbox.viettel_post.accounts import ACCOUNTS, Accounts, seed_inventories
from oms.sandbox.viettel_post.envelope import bad_token, error_reply
from oms.sandbox.viettel_post.labels import PRINT_PAGE, Labels
from oms.sandbox.viettel_post.orders import Orders
from oms.sandbox.viettel_post.parcels import Parcels, weighed
from oms.sandbox.viettel_post.places import Categories
from oms.sandbox.viettel_post.pricing import Pricing

# "Several times": the number is not published.
RETRIES = (0.1, 0.3, 0.6, 1.0, 2.0)


class Steering(ParcelSteering):
    """Actions name a parcel by ORDER_NUMBER (the waybill) or ORDER_REFERENCE (the seller's)."""

    def actions(self) -> dict[str, Action]:
        return {**super().actions(), "reweigh": self.reweigh}

    def reweigh(self, request: Request) -> dict[str, Any]:
        """{weight, fee}: the same state told again with another weight and fee."""
        body = asked(request)
        order = weighed(self.order(body), int(body["weight"]), int(body["fee"]))
        self.book.save(order)
        self.book.tell(order, "reweigh")
        return order


class ViettelPost(CarrierPartner):
    """Viettel Post, partner API v2."""

    name = "viettel_post"
    title = "Viettel Post"
    status_keys = ("ORDER_STATUS",)
    book, steering_of = Parcels, Steering
    parcels: Parcels

    def rooms(self) -> tuple[Room, ...]:
        return (
            Accounts(self.db, self.clock),
            Categories(),
            Pricing(self.db, self.clock),
            Orders(self.parcels),
            Labels(self.parcels),
        )

    def actions(self) -> dict[str, Action]:
        return {**super().actions(), "forget_tokens": self.forget_tokens}

    def forget_tokens(self, request: Request) -> dict[str, int]:
        """Every token is revoked; the seller has to log in again."""
        tokens = [token for token, _ in self.db.items("tokens")]
        for token in tokens:
            self.db.delete("tokens", token)
        return {"revoked": len(tokens)}

    def seed(self) -> None:
        seed_inventories(self.db)

    def credentials(self) -> dict[str, Any]:
        """The secret of a callback is written behind # of its address."""
        first = ACCOUNTS[0]
        return {
            "base_url": self.base_url,
            "print_url": self.base_url + PRINT_PAGE,
            "username": first["username"],
            "password": first["password"],
            "accounts": [dict(account) for account in ACCOUNTS],
            "callback": "POST /_sandbox/callbacks {url#secret, scope: userId}",
        }

    def webhook_rules(self) -> WebhookRules:
        """The only proof is the secret in the body."""
        return WebhookRules(
            delays=RETRIES,
            timeout=5.0,
            status_keys=("ORDER_STATUS",),
            forge=lambda payload: {**payload, "TOKEN": payload["TOKEN"] + "x"},
            spoil=lambda url, headers: (url, headers),
        )

    def refused(self, message: str, http: int) -> Reply:
        return error_reply(message, status=http, http=http)

    def token_expired(self, request: Request) -> Reply:
        return bad_token()
