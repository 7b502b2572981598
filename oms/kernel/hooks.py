"""What every address that a partner calls has in common: POST, no cookie's token, two limits."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from oms.kernel.clients import client_address
from oms.kernel.inbox import body_within, count_rejected
from oms.kernel.public_pages import too_often

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
            rate, burst = settings.WEBHOOK_RATE_PER_SECOND, settings.WEBHOOK_BURST
            waiting = too_often(request, f"hook:{source}", rate, burst)
            if waiting is not None:
                log.warning("hook_too_often source=%s address=%s", source, client_address(request))
                return waiting
            if body_within(request, settings.WEBHOOK_MAX_BYTES) is None:
                return HttpResponse(status=413)
            return view(request, *args, **kwargs)

        guarded.webhook_source = source  # type: ignore[attr-defined]
        return guarded

    return decorate


# What reading a message may raise when it is none: no JSON, wrong shapes, nested without end.
UNREADABLE = (ValueError, TypeError, AttributeError, KeyError, RecursionError)


def refuse_unreadable(request: HttpRequest, source: str) -> HttpResponse:
    """400 for a genuine message that says nothing readable: logged, no row, nobody waits."""
    log.warning("hook_unreadable source=%s address=%s", source, client_address(request))
    return HttpResponse(status=400)


def refuse_hook(request: HttpRequest, source: str) -> HttpResponse:
    """401 for a wrong signature or secret: counted and logged, no row."""
    count_rejected(source)
    log.warning("hook_refused source=%s address=%s", source, client_address(request))
    return HttpResponse(status=401)
