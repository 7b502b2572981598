"""Where carriers call us."""

import hmac

from django.http import HttpRequest, HttpResponse

from oms.kernel.hooks import refuse_hook, webhook
from oms.kernel.inbox import receive
from shipping.models import CarrierAccount
from shipping.ports import carrier_kind

KEPT_HEADERS = ("Content-Type", "User-Agent")


@webhook("ghn")
def ghn(request: HttpRequest, secret: str) -> HttpResponse:
    return receive_callback(request, "ghn", secret)


def receive_callback(request: HttpRequest, carrier_code: str, secret: str) -> HttpResponse:
    """Store a callback whose secret is right and answer at once; a wrong secret leaves no row."""
    account = account_of(carrier_code, secret)
    kind = carrier_kind(carrier_code)
    if account is None or kind is None:
        return refuse_hook(request, carrier_code)
    body = request.body
    headers = {name: request.headers.get(name, "") for name in KEPT_HEADERS}
    key = f"{account.pk}:{kind.webhook.key(body)}"[:200]
    receive(carrier_code, key, body, headers, {"account_id": account.pk})
    return HttpResponse("ok", content_type="text/plain")


def account_of(carrier_code: str, secret: str) -> CarrierAccount | None:
    """Every secret is compared in full, so the time tells nothing about any of them."""
    found = None
    for account in CarrierAccount.objects.filter(carrier=carrier_code, is_active=True):
        if hmac.compare_digest(account.webhook_secret.encode(), secret.encode()):
            found = account
    return found
