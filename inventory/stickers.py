"""Stickers on goods and parcels: the code to scan, and words to tell them apart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from inventory.models import Barcode, GoodsReceipt, Variant
from inventory.selectors.purchasing import receipt_lines
from oms.kernel.errors import DomainError
from oms.kernel.money import format_vnd
from oms.kernel.paper_fonts import font_face
from oms.kernel.pdf import render_pdf
from oms.kernel.printers import STICKER_PAPERS
from oms.kernel.symbols import Bars, Matrix, code128, qr

MOST_STICKERS = 1_000


@dataclass(frozen=True, slots=True)
class StickerPaper:
    """The page of a roll with `across` stickers beside each other."""

    code: str
    width_mm: int
    height_mm: int
    across: int
    bar_dots: int

    @property
    def page_mm(self) -> int:
        gap = 2
        return self.across * self.width_mm + (self.across - 1) * gap


PAPERS = {
    paper.code: paper
    for paper in (StickerPaper("50x30", 50, 30, 1, 384), StickerPaper("35x22", 35, 22, 3, 264))
}


@dataclass(frozen=True)
class Sticker:
    code: str
    title: str
    text: str = ""
    price: str = ""
    bar_dots: int = 384

    @cached_property
    def bars(self) -> Bars | None:
        """Bars where they fit at two dots a module, else a QR code stands in their place."""
        try:
            return code128(self.code, space_dots=self.bar_dots)
        except DomainError:
            return None

    @property
    def matrix(self) -> Matrix:
        return qr(self.code)


def stickers_pdf(stickers: Sequence[Sticker], *, paper: str) -> bytes:
    """Pages of the roll, in the order given. Raises DomainError for none and for too many."""
    if not stickers:
        raise DomainError(_("Không có tem nào để in."), "stickers.none")
    if len(stickers) > MOST_STICKERS:
        text = _("Mỗi lần in nhiều nhất %(most)d tem.")
        raise DomainError(text % {"most": MOST_STICKERS}, "stickers.too_many")
    roll = PAPERS[paper if paper in STICKER_PAPERS else "50x30"]
    sized = [Sticker(one.code, one.title, one.text, one.price, roll.bar_dots) for one in stickers]
    pages = [sized[start : start + roll.across] for start in range(0, len(sized), roll.across)]
    context = {"pages": pages, "roll": roll, "font_face": font_face()}
    return render_pdf("print/stickers.html", context)


def of_variants(wanted: Iterable[tuple[Variant, int]]) -> list[Sticker]:
    """So many stickers of each, with its first barcode or else its SKU; two statements."""
    rows = [(variant, count) for variant, count in wanted if count > 0]
    codes: dict[int, str] = {}
    ids = [variant.pk for variant, _count in rows]
    for variant_id, code in (
        Barcode.objects.filter(variant__in=ids).order_by("-id").values_list("variant_id", "code")
    ):
        codes[variant_id] = code
    return [
        Sticker(
            codes.get(variant.pk, variant.sku),
            variant.full_name,
            variant.sku,
            format_vnd(variant.price_vnd),
        )
        for variant, count in rows
        for _copy in range(count)
    ]


def of_receipt(receipt: GoodsReceipt) -> list[Sticker]:
    """One a piece that came."""
    lines = receipt_lines(receipt, only_counted=True)
    return of_variants((line.variant, line.quantity) for line in lines)
