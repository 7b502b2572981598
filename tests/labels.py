"""What a scanner at the warehouse reads off a printed page."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

PRINTER_DPI = 203


def scan_pdf(content: bytes, folder: Path) -> set[str]:
    """The barcodes of every page as the warehouse's printer would put it on paper."""
    tool = shutil.which("pdftoppm")
    if tool is None:
        explain = "pdftoppm is not installed: apt-get install poppler-utils"
        pytest.fail(explain, pytrace=False) if os.environ.get("CI") else pytest.skip(explain)
    source = folder / "label.pdf"
    source.write_bytes(content)
    subprocess.run([tool, "-r", str(PRINTER_DPI), "-png", source, folder / "page"], check=True)
    found: set[str] = set()
    for page in sorted(folder.glob("page*.png")):
        with Image.open(page) as image:
            found |= {code.text for code in zxingcpp.read_barcodes(image)}
    return found
