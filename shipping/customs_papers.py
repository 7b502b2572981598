"""CN22 and CN23 as the post takes them: English with French, 74 by 105 mm and A5 across.

https://www.upu.int/en/Postal-Solutions/Programmes-Services/Postal-Supply-Chain/Customs (forms of
the Universal Postal Union, read 2026-11-22).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from oms.kernel.paper_fonts import font_face
from oms.kernel.pdf import render_pdf
from oms.kernel.symbols import Bars, code128
from shipping.labels.batch import merged
from shipping.labels.build import address_of, phone_text
from shipping.labels.content import weight_text
from shipping.models import CustomsDeclaration, CustomsLine

CN22_DOTS, CN23_DOTS = 560, 640  # 70 and 80 mm
CATEGORIES = (
    ("gift", "Gift / Cadeau"),
    ("documents", "Documents"),
    ("sample", "Commercial sample / Échantillon"),
    ("goods", "Sale of goods / Vente"),
    ("returned", "Returned goods / Retour"),
    ("other", "Other / Autre"),
)


@dataclass(frozen=True)
class CustomsPaper:
    declaration: CustomsDeclaration
    lines: list[CustomsLine]
    bars: Bars
    sender: str
    sender_address: str
    sender_phone: str

    @property
    def categories(self) -> list[tuple[str, bool]]:
        return [(name, code == self.declaration.category) for code, name in CATEGORIES]

    @property
    def weight(self) -> str:
        return weight_text(sum(line.weight_g for line in self.lines))

    @property
    def value_vnd(self) -> int:
        return sum(line.value_vnd for line in self.lines)


def paper_of(declaration: CustomsDeclaration) -> CustomsPaper:
    package = declaration.package
    place = package.fulfilment.warehouse
    dots = CN22_DOTS if declaration.form == CustomsDeclaration.Form.CN22 else CN23_DOTS
    return CustomsPaper(
        declaration=declaration,
        lines=list(declaration.lines.all()),
        bars=code128(package.tracking_number or package.reference, space_dots=dots),
        sender=package.fulfilment.order.shop_name or place.name,
        sender_address=", ".join(part for part in (address_of(place), "VIETNAM") if part),
        sender_phone=phone_text(place.phone),
    )


def customs_pdf(declarations: Sequence[CustomsDeclaration]) -> bytes:
    """One PDF; each form on pages of its own size, CN22 first."""
    papers = [paper_of(row) for row in declarations]
    parts = []
    for form in CustomsDeclaration.Form:
        of_form = [paper for paper in papers if paper.declaration.form == form]
        if of_form:
            context = {"papers": of_form, "font_face": font_face()}
            parts.append(render_pdf(f"print/{form.value}.html", context))
    return parts[0] if len(parts) == 1 else merged(parts)
