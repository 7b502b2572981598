"""What a scanner at the warehouse reads off a printed page, and off a stream for its printer."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageDraw

PRINTER_DPI = 203


def pages_of(content: bytes, folder: Path, *, dpi: int = PRINTER_DPI) -> list[Image.Image]:
    """Each page in the dots of the warehouse's printer."""
    tool = shutil.which("pdftoppm")
    if tool is None:
        explain = "pdftoppm is not installed: apt-get install poppler-utils"
        pytest.fail(explain, pytrace=False) if os.environ.get("CI") else pytest.skip(explain)
    source = folder / "label.pdf"
    source.write_bytes(content)
    subprocess.run([tool, "-r", str(dpi), "-gray", source, folder / "page"], check=True)
    pages = []
    for path in sorted(folder.glob("page*.pgm")):
        with Image.open(path) as image:
            pages.append(image.copy())
        path.unlink()
    return pages


def codes_on(image: Image.Image) -> set[str]:
    return {code.text for code in zxingcpp.read_barcodes(image)}


def scan_pdf(content: bytes, folder: Path) -> set[str]:
    """The barcodes of every page as the warehouse's printer would put it on paper."""
    return set().union(*(codes_on(page) for page in pages_of(content, folder)))


def zpl_images(stream: bytes) -> list[Image.Image]:
    """The boxes and bitmaps of each format, dot by dot; its texts are left out."""
    return [zpl_image(part) for part in stream.decode().split("^XA")[1:]]


def zpl_image(commands: str) -> Image.Image:
    width, height = (int(re.search(rf"\^{word}(\d+)", commands)[1]) for word in ("PW", "LL"))
    image = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(image)
    for x, y, across, down in re.findall(r"\^FO(\d+),(\d+)\^GB(\d+),(\d+),\d+\^FS", commands):
        pen.rectangle((int(x), int(y), int(x) + int(across) - 1, int(y) + int(down) - 1), 0)
    for x, y, row_bytes, data in re.findall(
        r"\^FO(\d+),(\d+)\^GFA,\d+,\d+,(\d+),([0-9A-F:]+)\^FS", commands
    ):
        _bitmap(pen, int(x), int(y), int(row_bytes) * 2, data)
    return image


def _bitmap(pen: ImageDraw.ImageDraw, left: int, top: int, digits: int, data: str) -> None:
    y = top
    for row, repeats in re.findall(rf"([0-9A-F]{{{digits}}})(:*)", data):
        bits = f"{int(row, 16):0{digits * 4}b}"
        for at, bit in enumerate(bits):
            if bit == "1":
                pen.line((left + at, y, left + at, y + len(repeats)), 0)
        y += 1 + len(repeats)
