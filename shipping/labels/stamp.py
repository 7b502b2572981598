"""Labels drawn at the places that the template's layout has: many times faster than laying out.

A label whose text these fonts cannot set (emoji, right-to-left) goes through the plain document.
"""

from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings
from django.utils import translation

from oms.kernel.symbols import QR_MARGIN, QUIET_MODULES

from .content import Label
from .layout import Layout, Place, layouts
from .pdf_writer import PAGE_HEIGHT, Writer
from .typeset import clip, face_of, is_drawable, lines_of

MM = 72 / 25.4
DOT = 0.125 * MM
NAME_GAP, PHONE_GAP = 0.6 * MM, 0.8 * MM


def can_stamp(label: Label) -> bool:
    texts = [label.carrier_name, label.service_name, label.sort_code, label.from_name]
    texts += [label.from_phone, label.from_address, label.to_name, label.to_phone]
    texts += [label.to_address, label.note, *label.item_lines]
    return is_drawable("".join(texts))


def stamped_labels(labels: Sequence[Label]) -> bytes:
    """One PDF, a page of 100 by 150 mm a label, in the order given.

    Its words do not follow the language of who prints, as those of the plain document.
    """
    writer = Writer()
    with translation.override(settings.LANGUAGE_CODE):
        usual, bare = layouts()
        for label in labels:
            page = _Page(writer, usual, bare, label)
            page.draw()
            writer.end_page(page.marks)
    return writer.finish()


class _Page:
    """The marks of one label, in points from the top left."""

    def __init__(self, writer: Writer, usual: Layout, bare: Layout, label: Label) -> None:
        self.writer, self.label = writer, label
        self.usual, self.bare = usual, bare
        self.marks: list[str] = []

    def draw(self) -> None:
        label, places = self.label, self.usual.places
        self.frame()
        self.line("carrier", label.carrier_name)
        self.wrapped(places["service"], label.service_name, 2)
        long_sort = len(label.sort_code) > 12
        self.set_line(
            self.bare.places["sort long"] if long_sort else places["sort"], label.sort_code
        )
        self.line("tracking", label.tracking_number)
        self.sender()
        self.receiver()
        self.cash()
        self.facts()
        self.goods()
        self.wrapped(places["note"], label.note, 3)
        self.line("qr-text", label.package_code)
        self.line("order", label.order_number)
        self.footer()
        self.symbols()

    def frame(self) -> None:
        """Rules, the frame of the cash and the captions."""
        layout = self.usual if self.label.cod_vnd else self.bare
        for name, place in layout.places.items():
            if name.startswith("rule"):
                self.box(place.x, place.y, place.width, 0.375 * MM)
            elif name == "split":
                self.box(place.x, place.y, 0.25 * MM, place.height)
        cod = layout.places["cod"]
        edge = 0.5 * MM
        x, y = cod.x - edge, cod.y
        width, height = cod.width + 2 * edge, cod.height + 2 * edge
        self.box(x, y, width, edge)
        self.box(x, y + height - edge, width, edge)
        self.box(x, y, edge, height)
        self.box(x + width - edge, y, edge, height)
        for text, place in layout.captions:
            self.set_line(place, text)

    def sender(self) -> None:
        place, label = self.usual.places["from"], self.label
        thin = replace(place, size=7.5, weight=400, line_height=9.0)
        y = self.wrapped(place, label.from_name, 3)
        y = self.wrapped(replace(thin, y=y), label.from_phone, 1)
        self.wrapped(replace(thin, y=y), label.from_address, 5)

    def receiver(self) -> None:
        places, label = self.usual.places, self.label
        y = self.wrapped(places["to-name"], label.to_name, 2) + NAME_GAP
        y = self.wrapped(replace(places["to-phone"], y=y), label.to_phone, 1) + PHONE_GAP
        if len(label.to_address) > 110:
            self.wrapped(replace(self.bare.places["to-address long"], y=y), label.to_address, 5)
        else:
            self.wrapped(replace(places["to-address"], y=y), label.to_address, 4)

    def cash(self) -> None:
        if self.label.cod_vnd:
            self.line("sum", self.label.cod_amount)
        else:
            self.set_line(self.bare.places["sum none"], self.label.cod_amount)

    def facts(self) -> None:
        place, label = self.usual.places["facts"], self.label
        x = self.text(place, place.x, place.y, label.weight)
        if label.size:
            self.text(replace(place, weight=400, size=8.0), x, place.y, f" · {label.size}")
        self.text(place, place.x, place.y + place.line_height, label.inspection)

    def goods(self) -> None:
        place, y = self.usual.places["items"], self.usual.places["items"].y
        used = face_of(400)
        for line in self.label.item_lines:
            self.text(place, place.x, y, clip(line, used, place.size, place.width))
            y += place.line_height
        if self.label.more:
            self.text(replace(place, weight=700), place.x, y, self.label.more)

    def footer(self) -> None:
        place, label = self.usual.places["printed"], self.label
        thick = replace(place, weight=700)
        thin_text = label.printed + (" · " if label.reprint else "")
        width = face_of(400).width(thin_text, place.size)
        width += face_of(700).width(label.reprint, place.size)
        x = self.text(place, place.x + place.width - width, place.y, thin_text)
        if label.reprint:
            self.text(thick, x, place.y, label.reprint)

    def symbols(self) -> None:
        bars, matrix = self.label.bars, self.label.matrix
        place = self.usual.places["bars"]
        start = place.x + bars.first_dot * DOT + QUIET_MODULES * bars.dots * DOT
        module = bars.dots * DOT
        for x, width in bars.runs:
            self.box(start + x * module, place.y, width * module, place.height)
        square = self.usual.places["qr"]
        cell = square.width / matrix.side
        left, top = square.x + QR_MARGIN * cell, square.y + QR_MARGIN * cell
        for y, x, width in matrix.runs:
            self.box(left + x * cell, top + y * cell, width * cell, cell)

    def line(self, name: str, text: str) -> None:
        self.set_line(self.usual.places[name], text)

    def set_line(self, place: Place, text: str) -> None:
        """One line, cut with … at the box's width, aligned as the template says."""
        used = face_of(place.weight)
        shown = text
        if used.width(text, place.size, place.spacing) > place.width:
            shown = clip(text, used, place.size, place.width)
        width = used.width(shown, place.size, place.spacing)
        free = {"right": place.width - width, "center": (place.width - width) / 2}
        self.text(place, place.x + free.get(place.align, 0.0), place.y, shown)

    def wrapped(self, place: Place, text: str, most: int) -> float:
        """Lines from the place's top; returns where the next block begins."""
        used = face_of(place.weight)
        y = place.y
        for line in lines_of(text, used, place.size, place.width, most):
            self.text(place, place.x, y, line)
            y += place.line_height
        return y

    def text(self, place: Place, x: float, y: float, text: str) -> float:
        """Set a run; returns where it ends."""
        used = face_of(place.weight)
        if text:
            font = self.writer.use(used, text)
            base = PAGE_HEIGHT - y - place.baseline
            self.marks.append(
                f"BT /{font} {place.size:.2f} Tf {place.spacing:.3f} Tc "
                f"{x:.2f} {base:.2f} Td <{used.hex(text)}> Tj ET"
            )
        return x + used.width(text, place.size, place.spacing)

    def box(self, x: float, y: float, width: float, height: float) -> None:
        self.marks.append(f"{x:.4f} {PAGE_HEIGHT - y - height:.4f} {width:.4f} {height:.4f} re f")
