"""The plain label document: the template laid out by WeasyPrint, one page a label."""

from collections.abc import Sequence

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from oms.kernel.paper_fonts import font_face
from oms.kernel.pdf import html_to_pdf

from .content import Label
from .papers import USUAL_PAPER, Page, Paper

TEMPLATE = "print/waybill.html"


def plain_labels(labels: Sequence[Label], paper: Paper = USUAL_PAPER) -> bytes:
    """One PDF whose pages are exactly the paper, in the order given."""
    return html_to_pdf(html_of(labels, paper))


def html_of(labels: Sequence[Label], paper: Paper) -> str:
    """Carriers and buyers read it, so its words do not follow the language of who prints."""
    pages = [Page(label, paper) for label in labels]
    with translation.override(settings.LANGUAGE_CODE):
        context = {"pages": pages, "paper": paper, "font_face": font_face()}
        return render_to_string(TEMPLATE, context)
