"""Push messages of marketplaces: checked over the raw bytes, stored, answered at once."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from channels_sync.ports import PushKind, marketplace
from oms.kernel.hooks import UNREADABLE, View, refuse_hook, refuse_unreadable, webhook
from oms.kernel.inbox import receive


def hook_of(code: str) -> View:
    """The view that this marketplace calls."""

    @webhook(code)
    def hook(request: HttpRequest) -> HttpResponse:
        return take_push(request, code)

    return hook


def take_push(request: HttpRequest, code: str) -> HttpResponse:
    """200 with no body, at once and whatever the message; 401 when it is not genuine."""
    body = request.body
    adapter = marketplace(code)
    url = settings.OMS_PUBLIC_URL.rstrip("/") + request.path
    if not adapter.verify_push(url, body, request.headers):
        return refuse_hook(request, code)
    try:
        push = adapter.read_push(body)
    except UNREADABLE:
        return refuse_unreadable(request, code)
    if push.kind is not PushKind.CHECK:
        receive(
            code,
            push.key,
            body,
            {"Content-Type": request.headers.get("Content-Type", "")},
            {"kind": push.kind.value, "remote_id": push.remote_id},
        )
    return HttpResponse(status=200)
