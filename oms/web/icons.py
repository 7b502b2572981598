"""Icons of the Lucide set. Its own function reads the whole archive's index for every icon."""

from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

NAMESPACE = "{http://www.w3.org/2000/svg}"


def draw_icon(name: str, size: int, css_class: str) -> str:
    """An SVG for inside a page, hidden from screen readers. Raises KeyError for an unknown name."""
    svg = ElementTree.fromstring(_archive().read(f"{name}.svg"))  # noqa: S314 - a file of a package
    for node in svg.iter():
        node.tag = node.tag.removeprefix(NAMESPACE)
        node.text = node.tail = None  # white space
    svg.attrib |= {
        "width": str(size),
        "height": str(size),
        "class": css_class,
        "aria-hidden": "true",
    }
    return ElementTree.tostring(svg, encoding="unicode")


@lru_cache(maxsize=1)
def _archive() -> ZipFile:
    return ZipFile(BytesIO(files("lucide").joinpath("lucide.zip").read_bytes()))
