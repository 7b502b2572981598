"""What every page's frame needs."""

from django.conf import settings
from django.http import HttpRequest


def shell(request: HttpRequest) -> dict:
    return {"sandbox_on": settings.SANDBOX}
