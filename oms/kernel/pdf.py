"""PDF by WeasyPrint, with a fetcher that opens our own static files and nothing else."""

from io import BytesIO
from math import ceil
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.template.loader import render_to_string

from oms.kernel.paper_fonts import font_face
from oms.kernel.transactions import forbid_in_transaction

STATIC_SCHEME = "static:"
PX_PER_MM = 96 / 25.4
LONGEST_MM, SHORTEST_MM, ROLL_FOOT_MM = 3000, 60, 6


class FetchRefused(ValueError):
    """A document asked for something that is not one of our static files."""


def static_file(url: str) -> Path:
    """The file behind `static:css/label.css`; refuses every other address.

    Django's finders refuse a name that leaves the static folders (SuspiciousFileOperation).
    """
    if not url.startswith(STATIC_SCHEME):
        raise FetchRefused(f"not a static file of ours: {url[:80]}")
    name = unquote(url.removeprefix(STATIC_SCHEME).split("?")[0]).lstrip("/")
    found = finders.find(name)
    if not found:
        raise FetchRefused(f"no such static file: {name[:80]}")
    return Path(found)


def is_readable_pdf(content: bytes) -> bool:
    """Whether a document of others can be printed among ours: whole, unlocked, with a page."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        return content.startswith(b"%PDF") and len(PdfReader(BytesIO(content)).pages) > 0
    except (PyPdfError, ValueError, KeyError, RecursionError):
        return False


def render_pdf(template: str, context: dict[str, Any]) -> bytes:
    return html_to_pdf(render_to_string(template, context))


def render_letter(template: str, context: dict[str, Any]) -> bytes:
    """A paper on `print/letter.html`, in the letters of all other papers."""
    return render_pdf(template, context | {"font_face": font_face()})


def render_roll(template: str, context: dict[str, Any], *, width_mm: int) -> bytes:
    """One page as long as its content, for printers that cut a roll.

    The template's `@page` takes its length from `height_mm`; the first layout measures it.
    """
    forbid_in_transaction("PDF")
    tall = render_to_string(template, context | {"width_mm": width_mm, "height_mm": LONGEST_MM})
    body = laid_out(tall).pages[0]._page_box.children[0].children[0]
    bottom = body.position_y + body.margin_height()
    height_mm = min(LONGEST_MM, max(SHORTEST_MM, ceil(bottom / PX_PER_MM) + ROLL_FOOT_MM))
    exact = context | {"width_mm": width_mm, "height_mm": height_mm}
    return html_to_pdf(render_to_string(template, exact))


def laid_out(html: str) -> Any:
    from weasyprint import HTML

    return HTML(string=html, base_url=STATIC_SCHEME, url_fetcher=closed_fetcher()).render()


def html_to_pdf(html: str) -> bytes:
    """WeasyPrint is imported here: it costs over a second that web pages need not pay."""
    forbid_in_transaction("PDF")
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    document = HTML(string=html, base_url=STATIC_SCHEME, url_fetcher=closed_fetcher())
    try:
        return document.write_pdf()
    except FatalURLFetchingError as refusal:
        raise FetchRefused(str(refusal)) from refusal


def closed_fetcher() -> Any:
    """WeasyPrint's fetcher narrowed to our static files and to data: that we wrote ourselves."""
    import mimetypes

    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class ClosedFetcher(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            try:
                path = static_file(url)
            except (FetchRefused, SuspiciousFileOperation) as refusal:
                raise FatalURLFetchingError(str(refusal)) from refusal
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, body=path.read_bytes(), headers={"Content-Type": kind})

    return ClosedFetcher(allowed_protocols=["data", "static"])
