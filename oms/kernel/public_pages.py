"""Pages and calls from outside: how often one address may come, and pages behind a link."""

import hashlib
import math
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from oms.kernel.clients import client_network
from oms.kernel.ratelimit import seconds_to_wait

View = Callable[..., HttpResponse]
# Guessing four digits has to take longer than the parcel: per caller, and per code by everybody.
CALLER_PER_SECOND, CALLER_BURST = 1 / 60, 20.0
CODE_PER_SECOND, CODE_BURST = 1 / 360, 10.0


def too_often(request: HttpRequest, source: str, rate: float, burst: float) -> HttpResponse | None:
    """429 with the seconds to wait when this caller comes to `source` too often, else None."""
    wait = seconds_to_wait(f"{source}:{client_network(request)}", rate, burst=burst)
    if wait <= 0:
        return None
    return HttpResponse(status=429, headers={"Retry-After": str(math.ceil(wait))})


def seconds_before_guess(request: HttpRequest, code: str) -> int:
    """Seconds until this caller may try a code with a phone again, or anybody this code; 0 for
    now. All pages that open so count together.
    """
    refused = too_often(request, "track", CALLER_PER_SECOND, CALLER_BURST)
    if refused is not None:
        return int(refused.headers["Retry-After"])
    name = hashlib.sha256(code.strip().upper().encode()).hexdigest()[:32]
    return math.ceil(seconds_to_wait(f"track-code:{name}", CODE_PER_SECOND, burst=CODE_BURST))


def public_page(source: str) -> Callable[[View], View]:
    """A view for who holds a link: limited in pace, kept by no cache and no search engine."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            rate, burst = settings.PUBLIC_PAGE_RATE_PER_SECOND, settings.PUBLIC_PAGE_BURST
            response = too_often(request, source, rate, burst)
            if response is None:
                response = view(request, *args, **kwargs)
            response.headers["Cache-Control"] = "no-store"
            response.headers["X-Robots-Tag"] = "noindex"
            return response

        return guarded

    return decorate
