"""A QR code as SVG for a page."""

from typing import Any

import zxingcpp
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

MARGIN = 4


def qr_svg(text: str, *, size: int = 200) -> SafeString:
    """Dark squares on white, whatever the theme: a camera needs the contrast."""
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image: Any = symbol.to_image(scale=1, add_quiet_zones=False)
    rows: Any = memoryview(image).tolist()
    width = len(rows) + 2 * MARGIN
    squares = format_html_join(
        "",
        '<rect x="{}" y="{}" width="1" height="1"/>',
        (
            (x + MARGIN, y + MARGIN)
            for y, row in enumerate(rows)
            for x, value in enumerate(row)
            if not value
        ),
    )
    return format_html(
        '<svg width="{s}" height="{s}" viewBox="0 0 {w} {w}" shape-rendering="crispEdges"'
        ' aria-hidden="true"><rect width="{w}" height="{w}" fill="#fff"/>'
        '<g fill="#000">{g}</g></svg>',
        s=size,
        w=width,
        g=squares,
    )
