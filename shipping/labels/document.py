"""The plain label document: the template laid out by WeasyPrint, one page a label."""

from collections.abc import Sequence

from oms.kernel.pdf import render_pdf

from .content import Label
from .fonts import font_face

TEMPLATE = "print/label_100x150.html"


def plain_labels(labels: Sequence[Label]) -> bytes:
    """One PDF whose pages are exactly 100 by 150 mm, in the order given."""
    return render_pdf(TEMPLATE, {"labels": labels, "font_face": font_face()})
