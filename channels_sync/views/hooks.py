"""Push messages of marketplaces: checked over the raw bytes, stored, answered at once."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from channels_sync.ports import PushKind, marketplace
from oms.kernel.inbox import body_within, count_rejected, receive

CODE = "shopee"
MAX_BODY = 256 * 1024


@csrf_exempt
@require_POST
def shopee(request: HttpRequest) -> HttpResponse:
    """2xx with no body within three seconds, whatever the message; 401 when it is not genuine."""
    body = body_within(request, MAX_BODY)
    if body is None:
        return HttpResponse(status=413)
    adapter = marketplace(CODE)
    url = settings.OMS_PUBLIC_URL.rstrip("/") + request.path
    if not adapter.verify_push(url, body, request.headers):
        count_rejected(CODE)
        return HttpResponse(status=401)
    try:
        push = adapter.read_push(body)
    except ValueError:
        return HttpResponse(status=400)
    if push.kind is not PushKind.CHECK:
        receive(
            CODE,
            push.key,
            body,
            {"Content-Type": request.headers.get("Content-Type", "")},
            {"kind": push.kind.value, "remote_id": push.remote_id},
        )
    return HttpResponse(status=200)
