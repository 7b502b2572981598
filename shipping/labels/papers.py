"""The papers that a waybill comes on, and one label on one of them."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.kernel.symbols import Bars, code128

from .content import Label

MM = 72 / 25.4  # points


@dataclass(frozen=True, slots=True)
class Paper:
    """What depends on the sheet beside the places of its fields, which its style sheet has."""

    code: str
    name: str | Promise
    width_mm: int
    height_mm: int
    bar_dots: int  # space for the code at 8 dots a millimetre
    bar_height_dots: int
    item_lines: int
    long_sort: int  # longer than this is set smaller
    long_address: int

    @property
    def bar_mm(self) -> str:
        return f"{self.bar_dots / 8:g}"

    @property
    def bar_height_mm(self) -> str:
        return f"{self.bar_height_dots / 8:g}"

    @property
    def style(self) -> str:
        return f"print/waybill/{self.code}.css"


PAPERS = {
    paper.code: paper
    for paper in (
        Paper("100x150", gettext_lazy("100 × 150 mm"), 100, 150, 768, 136, 6, 12, 110),
        Paper("a6", gettext_lazy("A6 (105 × 148 mm)"), 105, 148, 800, 128, 6, 12, 115),
        Paper("75x100", gettext_lazy("75 × 100 mm"), 75, 100, 568, 104, 3, 11, 70),
        Paper("a5", gettext_lazy("A5 (148 × 210 mm)"), 148, 210, 1088, 160, 14, 13, 130),
    )
}
USUAL_PAPER = PAPERS["100x150"]
# For the test page of a till's printer.
TILL_ROLL = Paper("k80", "K80", 80, 100, 576, 96, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Printer:
    """How one printer takes its labels."""

    paper: Paper = USUAL_PAPER
    dpi: int = 203
    offset_mm: tuple[float, float] = (0.0, 0.0)  # to the right, down
    rotation: int = 0
    has_own_fonts: bool = False
    goods: str = "none"  # beside a given waybill, as PrinterProfile.Goods says

    @property
    def is_straight(self) -> bool:
        return self.offset_mm == (0.0, 0.0) and not self.rotation


USUAL_PRINTER = Printer()


@dataclass(frozen=True)
class Page:
    """A label on its paper: what does not fit is set smaller or counted."""

    label: Label
    paper: Paper

    @cached_property
    def bars(self) -> Bars:
        return code128(self.label.tracking_number, space_dots=self.paper.bar_dots)

    @property
    def has_long_sort(self) -> bool:
        return len(self.label.sort_code) > self.paper.long_sort

    @property
    def has_long_address(self) -> bool:
        return len(self.label.to_address) > self.paper.long_address

    @property
    def item_lines(self) -> list[str]:
        return [str(item) for item in self.label.items[: self.paper.item_lines]]

    @property
    def more(self) -> str:
        hidden = len(self.label.items) - self.paper.item_lines
        return _("+%(n)s sản phẩm") % {"n": hidden} if hidden > 0 else ""
