"""Where carriers call us."""

import hmac

from django.http import HttpRequest, HttpResponse, JsonResponse

from oms.kernel.hooks import UNREADABLE, refuse_hook, refuse_unreadable, webhook
from oms.kernel.inbox import receive
from shipping.ports import Callback, carrier_kind
from shipping.selectors.accounts import webhook_secrets

KEPT_HEADERS = ("Content-Type", "User-Agent")


@webhook("ghn")
def ghn(request: HttpRequest, secret: str) -> HttpResponse:
    return receive_callback(request, "ghn", secret)


@webhook("viettel_post")
def viettel_post(request: HttpRequest) -> HttpResponse:
    return receive_callback(request, "viettel_post")


@webhook("ghtk")
def ghtk(request: HttpRequest) -> HttpResponse:
    return receive_callback(request, "ghtk")


def receive_callback(
    request: HttpRequest, carrier_code: str, path_secret: str = ""
) -> HttpResponse:
    """Store a callback whose secret is right and answer at once; a wrong secret leaves no row."""
    kind = carrier_kind(carrier_code)
    if kind is None:
        return refuse_hook(request, carrier_code)
    call = Callback(
        body=request.body,
        path_secret=path_secret,
        query=request.GET.dict(),
        headers={name.lower(): value for name, value in request.headers.items()},
    )
    try:
        account_id = account_of(carrier_code, kind.webhook.secret(call))
        if account_id is None:
            return refuse_hook(request, carrier_code)
        key = f"{account_id}:{kind.webhook.key(call.body)}"[:200]
        kept = kind.webhook.kept(call.body)
    except UNREADABLE:
        return refuse_unreadable(request, carrier_code)
    headers = {name: request.headers.get(name, "") for name in KEPT_HEADERS}
    receive(carrier_code, key, kept, headers, {"account_id": account_id})
    return JsonResponse({"status": 200, "error": False, "message": "OK"})


def account_of(carrier_code: str, secret: str) -> int | None:
    """Every secret is compared in full, so the time tells nothing about any of them."""
    found = None
    for account_id, known in webhook_secrets(carrier_code):
        if hmac.compare_digest(known.encode(), secret.encode()):
            found = account_id
    return found
