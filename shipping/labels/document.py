"""The plain label document: the template laid out by WeasyPrint, one page a label."""

from collections.abc import Sequence

from django.conf import settings
from django.utils import translation

from oms.kernel.paper_fonts import font_face
from oms.kernel.pdf import render_pdf

from .content import Label

TEMPLATE = "print/label_100x150.html"


def plain_labels(labels: Sequence[Label]) -> bytes:
    """One PDF whose pages are exactly 100 by 150 mm, in the order given.

    Carriers and buyers read it, so its words do not follow the language of who prints.
    """
    with translation.override(settings.LANGUAGE_CODE):
        return render_pdf(TEMPLATE, {"labels": labels, "font_face": font_face()})
