"""Codes read off one picture of a camera, for browsers that cannot read bars themselves."""

from io import BytesIO

import zxingcpp
from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError

MOST_BYTES = 400 * 1024
MOST_PIXELS = 2_000_000
FORMATS = ("JPEG", "PNG")


def code_in(content: bytes) -> str:
    """The code in the middle of the frame, or the only one; empty when there is none.

    Raises DomainError for what is no small JPEG or PNG: sizes are looked at before pixels are.
    """
    from PIL import Image, UnidentifiedImageError

    if len(content) > MOST_BYTES:
        raise _no_frame()
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise _no_frame()
            grey = image.convert("L")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise _no_frame() from None
    middle = (grey.width / 2, grey.height / 2)
    found = [code for code in zxingcpp.read_barcodes(grey) if code.text]
    return min(found, key=lambda code: _distance(code, middle)).text if found else ""


def _distance(code: zxingcpp.Barcode, middle: tuple[float, float]) -> float:
    place = code.position
    corners = (place.top_left, place.top_right, place.bottom_left, place.bottom_right)
    x = sum(corner.x for corner in corners) / len(corners)
    y = sum(corner.y for corner in corners) / len(corners)
    return (x - middle[0]) ** 2 + (y - middle[1]) ** 2


def _no_frame() -> DomainError:
    return DomainError(_("Ảnh từ camera không đọc được."), "frame.unreadable", "frame")
