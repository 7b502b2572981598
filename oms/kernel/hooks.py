"""What every address that a partner calls has in common: POST, no cookie's token, two limits."""

import logging
import math
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from oms.kernel.clients import client_address
from oms.kernel.inbox import body_within, count_rejected
from oms.kernel.ratelimit import seconds_to_wait

log = logging.getLogger(__name__)

View = Callable[..., HttpResponse]


def webhook(source: str) -> Callable[[View], View]:
    """A view for a source's webhooks: 429 when one address calls too often, 413 for a huge body.

    Both are said before the view, and so before the database, is asked.
    """

    def decorate(view: View) -> View:
        @csrf_exempt
        @require_POST
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            wait = seconds_to_wait(
                f"hook:{source}:{client_address(request)}",
                settings.WEBHOOK_RATE_PER_SECOND,
                burst=settings.WEBHOOK_BURST,
            )
            if wait > 0:
                log.warning("hook_too_often source=%s address=%s", source, client_address(request))
                return HttpResponse(status=429, headers={"Retry-After": str(math.ceil(wait))})
            if body_within(request, settings.WEBHOOK_MAX_BYTES) is None:
                return HttpResponse(status=413)
            return view(request, *args, **kwargs)

        guarded.webhook_source = source  # type: ignore[attr-defined]
        return guarded

    return decorate


def refuse_hook(request: HttpRequest, source: str) -> HttpResponse:
    """401 for a wrong signature or secret: counted and logged, no row."""
    count_rejected(source)
    log.warning("hook_refused source=%s address=%s", source, client_address(request))
    return HttpResponse(status=401)
