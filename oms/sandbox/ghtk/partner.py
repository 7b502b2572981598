"""The GHTK services: routes, envelopes and what the control API can do to them."""

from typing import Any
from urllib.parse import urlencode

from oms.sandbox.core import CarrierPartner, Reply, Request, WebhookRules, wrong_secret
from oms.sandbox.core.carriers import Room
from oms.sandbox.ghtk.accounts import ACCOUNTS
from oms.sandbox.ghtk.calls import Calls
from oms.sandbox.ghtk.envelope import bad_token, error_reply
from oms.sandbox.ghtk.parcels import Parcels

# "Once or a few times": the number is not published.
RETRIES = (0.1, 0.3, 0.6)


class Ghtk(CarrierPartner):
    """Giao Hàng Tiết Kiệm, order API 1.5; control actions name a parcel by label or partner_id."""

    name = "ghtk"
    title = "Giao Hàng Tiết Kiệm (GHTK)"
    status_keys = ("status",)
    book = Parcels
    parcels: Parcels

    def rooms(self) -> tuple[Room, ...]:
        return (Calls(self.parcels),)

    def credentials(self) -> dict[str, Any]:
        return {
            "base_url": self.base_url,
            "token": ACCOUNTS[0]["token"],
            "partner_code": ACCOUNTS[0]["code"],
            "accounts": [dict(account) for account in ACCOUNTS],
            "callback": "POST /_sandbox/callbacks {url?hash=secret, scope: partner code}",
        }

    def webhook_rules(self) -> WebhookRules:
        """A form; only HTTP 200 counts; the secret is in the query of the address."""
        return WebhookRules(
            delays=RETRIES,
            timeout=5.0,
            ok=lambda status: status == 200,
            retry=lambda status: True,
            content_type="application/x-www-form-urlencoded",
            encode=urlencode,
            status_keys=("status_id",),
            spoil=lambda url, headers: (wrong_secret(url), headers),
        )

    def refused(self, message: str, http: int) -> Reply:
        return error_reply(message, http=http)

    def token_expired(self, request: Request) -> Reply:
        return bad_token()
