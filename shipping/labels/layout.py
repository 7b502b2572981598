"""Where WeasyPrint puts each field of the waybill on a paper, found once per process."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from oms.kernel.pdf import laid_out

from .papers import PAPERS, Paper

PX_TO_PT = 0.75


@dataclass(frozen=True)
class Place:
    """A field's box in points from the top left, and how its first line is set."""

    x: float
    y: float
    width: float
    height: float
    baseline: float  # from the top of a line
    line_height: float
    size: float
    weight: int
    align: str
    spacing: float  # between letters
    most: int  # lines

    @property
    def bottom(self) -> float:
        """Where the line below the first would begin."""
        return self.y + self.line_height


@dataclass
class Layout:
    places: dict[str, Place] = field(default_factory=dict)
    captions: list[tuple[str, Place]] = field(default_factory=list)


@lru_cache(maxsize=len(PAPERS))
def layouts(paper: Paper) -> tuple[Layout, Layout]:
    """The page of a usual label with COD, and the page of a long one with nothing to collect."""
    from .document import html_of
    from .sample import LONG, USUAL

    usual, long = layouts_in(html_of([USUAL, LONG], paper))
    return usual, long


def layouts_in(html: str) -> list[Layout]:
    """One layout a page of the document; a box is known by its class."""
    return [_read(page._page_box) for page in laid_out(html).pages]


def _read(page: Any) -> Layout:
    layout = Layout()
    _walk(page, "", None, layout)
    return layout


def _walk(box: Any, name: str, holder: Any, layout: Layout) -> None:
    element = getattr(box, "element", None)
    given = element.get("class", "") if element is not None and hasattr(element, "get") else ""
    given = given.removeprefix("box ")
    if given and given != name:
        name, holder = given, box
        layout.places.setdefault(name, _place(box, box, None))
    kind = type(box).__name__
    if kind == "LineBox" and holder is not None and layout.places[name].line_height == 0:
        text = _first_text(box)
        if text is not None:
            layout.places[name] = _place(holder, box, text)
    if kind == "TextBox" and "cap" in name.split():
        layout.captions.append((box.text, layout.places[name]))
    for child in getattr(box, "children", ()):
        child = child[0] if isinstance(child, tuple) else child
        _walk(child, name, holder, layout)


def _first_text(box: Any) -> Any:
    if type(box).__name__ == "TextBox":
        return box
    for child in getattr(box, "children", ()):
        found = _first_text(child)
        if found is not None:
            return found
    return None


def _place(holder: Any, line: Any, text: Any) -> Place:
    shown = text or holder
    return Place(
        x=holder.content_box_x() * PX_TO_PT if hasattr(holder, "content_box_x") else 0,
        y=(line.position_y if text is not None else holder.position_y) * PX_TO_PT,
        width=_number(holder.width) * PX_TO_PT,
        height=_number(holder.height) * PX_TO_PT,
        baseline=(text.position_y + text.baseline - line.position_y) * PX_TO_PT if text else 0,
        line_height=line.height * PX_TO_PT if text is not None else 0,
        size=float(shown.style["font_size"]) * PX_TO_PT,
        weight=int(shown.style["font_weight"]),
        align=str(holder.style["text_align_all"]),
        spacing=_number(shown.style["letter_spacing"]) * PX_TO_PT,
        most=_most_lines(holder, line) if text is not None else 0,
    )


def _most_lines(holder: Any, line: Any) -> int:
    """What the style sheet says, or as many as the box's height takes."""
    if holder.style["white_space"] == "nowrap":
        return 1
    said = holder.style["max_lines"]
    return said if isinstance(said, int) else max(1, int(_number(holder.height) / line.height))


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
