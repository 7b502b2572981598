"""Frames of a phone's camera, read on the server where the browser has no detector of its own."""

from math import ceil

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from oms.kernel.errors import DomainError
from oms.kernel.frames import MOST_BYTES, code_in
from oms.kernel.ratelimit import seconds_to_wait

FRAMES_PER_SECOND, BURST = 5.0, 15.0
STATIONS = ("shipping.pack_goods", "inventory.receive_goods", "inventory.count_stock")


@require_POST
def frame(request: HttpRequest) -> JsonResponse:
    """The code in one small picture, or an empty one, for whoever works at one of the stations.

    Nothing of the picture is kept.
    """
    if not any(map(request.user.has_perm, STATIONS)):
        raise PermissionDenied
    name = f"camera:{request.user.pk}"
    wait = seconds_to_wait(name, FRAMES_PER_SECOND, burst=BURST)
    if wait:
        late = {"Retry-After": str(ceil(wait))}
        return JsonResponse({"code": ""}, status=429, headers=late)
    sent = request.FILES.get("frame")
    content = sent.read(MOST_BYTES + 1) if sent else b""
    try:
        return JsonResponse({"code": code_in(content)})
    except DomainError as refusal:
        return JsonResponse({"code": "", "message": refusal.message}, status=422)
