"""A waybill drawn at the places that the template's layout has, on a canvas: PDF or ZPL."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from oms.kernel.symbols import Bars, Matrix

from .layout import Layout, Place, layouts
from .papers import MM, Page, Paper
from .typeset import Face, clip, face_of, lines_of

EDGE = 0.5 * MM
RULE = 0.375 * MM
SPLIT = 0.25 * MM


class Canvas(Protocol):
    """Takes marks in points from the top left of the paper."""

    def text(self, face: Face, size: float, spacing: float, x: float, y: float, text: str) -> None:
        """A run on one line; `y` is its baseline."""

    def box(self, x: float, y: float, width: float, height: float) -> None: ...

    def bars(self, symbol: Bars, x: float, y: float, height: float) -> None:
        """`x` is where the space of the symbol begins, its quiet zones within it."""

    def matrix(self, symbol: Matrix, x: float, y: float, side: float) -> None: ...


class Sheet:
    """One paper with its two layouts; draws any number of labels."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.usual, self.bare = layouts(paper)

    def draw(self, page: Page, canvas: Canvas) -> None:
        label, places = page.label, self.usual.places
        self._frame(canvas, self.usual if label.cod_vnd else self.bare)
        sort = self.bare.places["sort long"] if page.has_long_sort else places["sort"]
        block(canvas, sort, label.sort_code)
        for name, text in (
            ("carrier", label.carrier_name),
            ("service", label.service_name),
            ("tracking", label.tracking_number),
            ("weight", label.weight),
            ("size", label.size),
            ("inspection", label.inspection),
            ("note", label.note),
            ("qr-text", label.package_code),
            ("order", label.order_number),
            ("reprint", label.reprint),
            ("printed", label.printed),
        ):
            block(canvas, places[name], text)
        cash = places["sum"] if label.cod_vnd else self.bare.places["sum none"]
        block(canvas, cash, label.cod_amount)
        self._people(canvas, page)
        self._goods(canvas, page)
        canvas.bars(page.bars, places["bars"].x, places["bars"].y, places["bars"].height)
        canvas.matrix(label.matrix, places["qr"].x, places["qr"].y, places["qr"].width)

    def _frame(self, canvas: Canvas, layout: Layout) -> None:
        """Rules, the frame of the cash and the captions."""
        for name, place in layout.places.items():
            if name.startswith("rule"):
                canvas.box(place.x, place.y, place.width, RULE)
            elif name == "split":
                canvas.box(place.x, place.y, SPLIT, place.height)
        cod = layout.places["cod"]
        x, y = cod.x - EDGE, cod.y
        width, height = cod.width + 2 * EDGE, cod.height + 2 * EDGE
        canvas.box(x, y, width, EDGE)
        canvas.box(x, y + height - EDGE, width, EDGE)
        canvas.box(x, y, EDGE, height)
        canvas.box(x + width - EDGE, y, EDGE, height)
        for text, place in layout.captions:
            block(canvas, place, text)

    def _people(self, canvas: Canvas, page: Page) -> None:
        label, places = page.label, self.usual.places
        whole = self.bare.places["to-address long"] if page.has_long_address else None
        flow(
            canvas,
            (
                (places["from-name"], label.from_name),
                (places["from-phone"], label.from_phone),
                (places["from-address"], label.from_address),
            ),
        )
        # The gap above is that of the usual address; the long one only has smaller letters.
        address = replace(whole, y=places["to-address"].y) if whole else places["to-address"]
        flow(
            canvas,
            (
                (places["to-name"], label.to_name),
                (places["to-phone"], label.to_phone),
                (address, label.to_address),
            ),
        )

    def _goods(self, canvas: Canvas, page: Page) -> None:
        items(canvas, self.usual.places["items"], page.item_lines, page.more)


def items(canvas: Canvas, place: Place, lines: Sequence[str], more: str) -> None:
    """One line each from the place's top, and in bold how many are not shown."""
    used, y = face_of(400), place.y
    for line in lines:
        clipped = clip(line, used, place.size, place.width)
        canvas.text(used, place.size, 0.0, place.x, y + place.baseline, clipped)
        y += place.line_height
    if more:
        canvas.text(face_of(700), place.size, 0.0, place.x, y + place.baseline, more)


def flow(canvas: Canvas, blocks: tuple[tuple[Place, str], ...]) -> None:
    """Blocks below each other: where one takes more lines than the sample the next moves down."""
    y = blocks[0][0].y
    end = y
    for place, text in blocks:
        y += place.y - end  # the gap that the layout has
        end = place.bottom
        y = block(canvas, replace(place, y=y), text)


def block(canvas: Canvas, place: Place, text: str) -> float:
    """Lines from the place's top, the last one cut with …; returns where the next block begins."""
    used = face_of(place.weight)
    y = place.y
    for line in _lines(place, used, text):
        width = used.width(line, place.size, place.spacing)
        free = {"right": place.width - width, "center": (place.width - width) / 2}
        x = place.x + free.get(place.align, 0.0)
        canvas.text(used, place.size, place.spacing, x, y + place.baseline, line)
        y += place.line_height
    return y


def _lines(place: Place, used: Face, text: str) -> list[str]:
    if place.most > 1:
        return lines_of(text, used, place.size, place.width, place.most)
    if used.width(text, place.size, place.spacing) <= place.width:
        return [text]
    return [clip(text, used, place.size, place.width)]
