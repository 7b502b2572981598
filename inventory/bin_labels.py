"""Stickers for shelves: the code to read, the code to scan, and where the shelf stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from inventory.models import Bin
from oms.kernel.errors import DomainError
from oms.kernel.paper_fonts import font_face
from oms.kernel.pdf import render_pdf
from oms.kernel.symbols import Bars, code128

TEMPLATE = "print/bin_label_70x30.html"
MOST_LABELS = 500
BAR_DOTS = 544  # 68 mm


@dataclass(frozen=True, slots=True)
class BinLabel:
    code: str
    zone: str
    warehouse: str
    bars: Bars


def bin_labels(shelves: QuerySet[Bin]) -> list[BinLabel]:
    """One label a shelf, in walking order.

    Raises DomainError for none, for too many at once, and for a code that bars cannot hold.
    """
    rows = list(shelves.order_by("walking_order", "id")[: MOST_LABELS + 1])
    if not rows:
        raise DomainError(_("Không có vị trí nào để in nhãn."), code="bins.none")
    if len(rows) > MOST_LABELS:
        raise DomainError(
            _("Mỗi lần in nhiều nhất %(most)d nhãn: hãy lọc theo khu vực hoặc mã vị trí.")
            % {"most": MOST_LABELS},
            code="bins.too_many",
        )
    return [
        BinLabel(row.code, row.zone, row.warehouse.name, code128(row.code, space_dots=BAR_DOTS))
        for row in rows
    ]


def labels_pdf(labels: Sequence[BinLabel]) -> bytes:
    """One PDF whose pages are exactly 70 by 30 mm, in the order given."""
    return render_pdf(TEMPLATE, {"labels": labels, "font_face": font_face()})
