"""Which computer asks: a key in a cookie, and the printers that it told us about."""

from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from oms.kernel.printers import PrinterSetting
from shipping.labels.batch import moved
from shipping.models import PrintDevice, PrinterProfile
from shipping.services.printers import printer_for, profile_of

COOKIE = "printers"
ONE_YEAR = 365 * 24 * 3600
PDF = "application/pdf"


def device_key(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.COOKIES.get(COOKIE, ""))
    except ValueError:
        return None


def profile(request: HttpRequest, kind: str = PrinterProfile.Kind.WAYBILL.value) -> PrinterProfile:
    return profile_of(device_key(request), kind)


def setting_of(request: HttpRequest, kind: str) -> PrinterSetting:
    """For stickers and receipts, which other apps draw."""
    mine = profile(request, kind)
    return PrinterSetting(mine.paper, partial(moved, printer=printer_for(mine)))


def remember(response: HttpResponse, device: PrintDevice) -> HttpResponse:
    response.set_cookie(
        COOKIE,
        str(device.key),
        max_age=ONE_YEAR,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
    return response


def document(content: bytes, name: str, *, is_zpl: bool = False) -> HttpResponse:
    """A paper to look at, or a stream for a printer to keep."""
    kind, way = ("text/plain; charset=utf-8", "attachment") if is_zpl else (PDF, "inline")
    headers: dict[str, Any] = {"Content-Disposition": f'{way}; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=headers)
