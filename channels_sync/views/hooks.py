"""Push messages of marketplaces: checked over the raw bytes, stored, answered at once."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from channels_sync.ports import PushKind, marketplace
from oms.kernel.inbox import count_rejected, receive

CODE = "shopee"


@csrf_exempt
@require_POST
def shopee(request: HttpRequest) -> HttpResponse:
    """2xx with no body within three seconds, whatever the message; 401 when it is not genuine."""
    adapter = marketplace(CODE)
    url = settings.OMS_PUBLIC_URL.rstrip("/") + request.path
    if not adapter.verify_push(url, request.body, request.headers):
        count_rejected(CODE)
        return HttpResponse(status=401)
    try:
        push = adapter.read_push(request.body)
    except ValueError:
        return HttpResponse(status=400)
    if push.kind is not PushKind.CHECK:
        receive(
            CODE,
            push.key,
            request.body,
            {"Content-Type": request.headers.get("Content-Type", "")},
            {"kind": push.kind.value, "remote_id": push.remote_id},
        )
    return HttpResponse(status=200)
