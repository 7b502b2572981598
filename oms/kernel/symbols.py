"""Code 128 and QR as vectors measured in whole dots of a 203 dpi printer (8 dots a millimetre).

One SVG path per symbol, with a viewBox: many rectangles are slow and a missing viewBox distorts.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

import zxingcpp
from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError

QUIET_MODULES = 10
QR_MARGIN = 4
LABEL_CODE_DOTS = 768  # 96 mm


@dataclass(frozen=True)
class Bars:
    """A linear symbol: dark runs as (first module, modules), and the module's width in dots."""

    text: str
    modules: int
    dots: int
    runs: tuple[tuple[int, int], ...]
    space_dots: int

    @property
    def first_dot(self) -> int:
        """Where the symbol with its quiet zones begins, so that it stands in the middle."""
        return (self.space_dots - (self.modules + 2 * QUIET_MODULES) * self.dots) // 2

    @property
    def path(self) -> str:
        """The dark bars as one path of height 1; a unit is a module."""
        return "".join(f"M{x + QUIET_MODULES} 0h{width}v1h-{width}z" for x, width in self.runs)


@dataclass(frozen=True)
class Matrix:
    """A QR symbol: dark runs as (row, first module, modules); `side` counts its margins."""

    text: str
    side: int
    runs: tuple[tuple[int, int, int], ...]

    @property
    def path(self) -> str:
        return "".join(
            f"M{x + QR_MARGIN} {y + QR_MARGIN}h{width}v1h-{width}z" for y, x, width in self.runs
        )


def _pixels(symbol: zxingcpp.Barcode) -> list[list[int]]:
    """One number a module, row by row."""
    image: Any = symbol.to_image(scale=1, add_quiet_zones=False)
    rows: Any = memoryview(image).tolist()
    return list(rows)


def _dark_runs(row: list[int]) -> list[tuple[int, int]]:
    """Start and length of each dark stretch; 0 is dark."""
    runs, at = [], 0
    for value, group in groupby(row):
        length = sum(1 for _ in group)
        if value == 0:
            runs.append((at, length))
        at += length
    return runs


@lru_cache(maxsize=2048)
def code128(code: str, *, space_dots: int = LABEL_CODE_DOTS) -> Bars:
    """The symbol at three dots a module if it fits the space with its quiet zones, else at two.

    Raises DomainError when it fits at neither, or holds a character that Code 128 has not.
    """
    if not code or not code.isascii() or not code.isprintable():
        text = _("Mã “%(code)s” không in được thành mã vạch: chỉ dùng chữ không dấu, số và dấu.")
        raise DomainError(text % {"code": code}, "label.bad_code")
    symbol = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.Code128)
    row = _pixels(symbol)[0]
    for dots in (3, 2):
        if (len(row) + 2 * QUIET_MODULES) * dots <= space_dots:
            return Bars(code, len(row), dots, tuple(_dark_runs(row)), space_dots)
    text = _("Mã “%(code)s” quá dài để in thành mã vạch.")
    raise DomainError(text % {"code": code}, "label.code_too_long")


@lru_cache(maxsize=2048)
def qr(text: str) -> Matrix:
    """A QR code, level M, with its four-module margin."""
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    rows = _pixels(symbol)
    runs = tuple((y, x, width) for y, row in enumerate(rows) for x, width in _dark_runs(row))
    return Matrix(text, len(rows) + 2 * QR_MARGIN, runs)
