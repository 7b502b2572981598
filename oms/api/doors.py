"""What every call has in common: limits before the database, a signature, a permission, JSON."""

import logging
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from oms.accounts.services.api_keys import note_used
from oms.api.once import answer_once, name_of
from oms.api.signing import key_of
from oms.kernel.clients import client_address
from oms.kernel.errors import DomainError
from oms.kernel.inbox import body_within
from oms.kernel.public_pages import too_often

log = logging.getLogger(__name__)

View = Callable[..., HttpResponse]


def signed(
    *, once: bool = False, **permissions: str
) -> Callable[[View], Callable[..., HttpResponse]]:
    """A view for signed calls: each method that it takes, with the permission that it needs.

    A writing call with an `Idempotency-Key` is done once; with `once`, any that is the very same.
    Inside, `request.user` is the key's user and `request.api_key` the key. What the rules of the
    house refuse is answered 422 with a code and a sentence.
    """

    def decorate(view: View) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            refusal = _refuse_unread(request, permissions) or _refuse_caller(request, permissions)
            if refusal is not None:
                return refusal
            answering = partial(_answer, view, request, *args, **kwargs)
            try:
                name = name_of(request, by_signature=once)
                return answer_once(request, name, answering) if name else answering()
            except DomainError as refused:
                return told(422, refused.code, refused.message, refused.field)

        guarded.api_permissions = permissions  # type: ignore[attr-defined]
        return guarded

    return decorate


def _answer(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    try:
        return view(request, *args, **kwargs)
    except Http404:
        return told(404, "not_found", _("Không có thứ được hỏi."))
    except DomainError as refused:
        return told(422, refused.code, refused.message, refused.field)


def _refuse_unread(request: HttpRequest, permissions: dict[str, str]) -> HttpResponse | None:
    """Said before the body and the database are asked."""
    if request.method not in permissions:
        return HttpResponse(status=405, headers={"Allow": ", ".join(permissions)})
    rate, burst = settings.WEBHOOK_RATE_PER_SECOND, settings.WEBHOOK_BURST
    waiting = too_often(request, "api", rate, burst)
    if waiting is not None:
        return waiting
    too_big = body_within(request, settings.WEBHOOK_MAX_BYTES) is None
    return HttpResponse(status=413) if too_big else None


def _refuse_caller(request: HttpRequest, permissions: dict[str, str]) -> HttpResponse | None:
    key = key_of(request)
    if key is None:
        log.warning("api_refused address=%s", client_address(request))
        return told(401, "unsigned", _("Thiếu chữ ký, chữ ký sai hoặc quá hạn."))
    request.user = key.user
    request.api_key = key  # type: ignore[attr-defined]
    note_used(key)
    if not key.user.has_perm(permissions[request.method or ""]):
        return told(403, "forbidden", _("Khóa này không có quyền làm việc đó."))
    return None


def told(status: int, code: str, message: str, field: str = "") -> JsonResponse:
    """A refusal in words, and in a code that programs read."""
    error = {"code": code, "message": message} | ({"field": field} if field else {})
    return JsonResponse({"error": error}, status=status)
