"""What every page's frame needs."""

from functools import partial

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from channels_sync.selectors.consent import endings_for
from oms.kernel.tray import is_watching
from oms.web.nav import nav_links

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "theme"


def shell(request: HttpRequest) -> dict:
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    user = getattr(request, "user", None)
    return {
        "sandbox_on": settings.SANDBOX,
        "theme": theme if theme in THEMES else "auto",
        "tray_on": is_watching(request),
        # Asked by the frame of a whole page only.
        "consent_endings": partial(endings_for, user),
        # Panels are drawn with these facts as well, and show no frame.
        "nav": SimpleLazyObject(lambda: nav_links(user, request.path) if user is not None else []),
    }
