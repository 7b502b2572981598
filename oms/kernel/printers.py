"""Which paper the printer of the computer that asks has; filled by the app that knows printers."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

STICKER_PAPERS = {"50x30": "50 × 30 mm", "35x22": "35 × 22 mm × 3"}
RECEIPT_PAPERS = {"k80": "K80 (80 mm)"}


@dataclass(frozen=True, slots=True)
class PrinterSetting:
    """A paper, and what moves a finished PDF to where this printer wants it."""

    paper: str
    finish: Callable[[bytes], bytes] = lambda pdf: pdf


USUAL = {"sticker": PrinterSetting("50x30"), "receipt": PrinterSetting("k80")}
_read: list[Callable[[HttpRequest, str], PrinterSetting]] = []


def register_printers(read: Callable[[HttpRequest, str], PrinterSetting]) -> None:
    """Called once by wiring; again replaces it."""
    _read[:] = [read]


def printer_setting(request: HttpRequest, kind: str) -> PrinterSetting:
    """`kind` is sticker or receipt."""
    return _read[0](request, kind) if _read else USUAL[kind]
