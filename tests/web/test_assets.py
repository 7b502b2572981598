"""The one stylesheet: complete, and readable in both themes."""

import os
import re

import pytest
from django.contrib.staticfiles import finders

from oms.web import assets

TONES = ("gray", "blue", "amber", "green", "red", "purple")
PAIRS = [
    *((f"--{tone}-fg", f"--{tone}-bg") for tone in TONES),
    ("--green-fg", "--panel"),
    *(("--text", ground) for ground in ("--bg", "--panel", "--soft", "--raised")),
    *(("--mute", ground) for ground in ("--bg", "--panel", "--soft", "--raised")),
    *((f"--{ink}", "--panel") for ink in ("brand", "danger", "warn")),
    *((f"--{ink}", "--bg") for ink in ("brand", "danger", "warn")),
    ("--brand", "--soft"),
    ("--brand-ink", "--brand"),
    ("--brand-ink", "--brand-hover"),
    ("--danger-ink", "--danger"),
    ("--danger", "--red-bg"),
]


def tokens() -> dict[str, tuple[str, str]]:
    text = assets.stylesheet_sources()[0].read_text()
    return {
        name: (light, dark)
        for name, light, dark in re.findall(r"(--[\w-]+): light-dark\((#\w+), (#\w+)\)", text)
    }


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = (int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_d11_text_keeps_four_and_a_half_to_one(ink, ground, theme):
    colours = tokens()
    assert contrast(colours[ink][theme], colours[ground][theme]) >= 4.5


def test_the_stylesheet_holds_every_source_once():
    text = assets.stylesheet(with_font=False)
    for path in assets.stylesheet_sources():
        assert text.count(path.read_text()) == 1
    assert text.count("{") == text.count("}")


def test_every_token_in_use_is_defined():
    text = assets.stylesheet(with_font=False)
    defined = set(re.findall(r"(--[\w-]+):", text))
    assert set(re.findall(r"var\((--[\w-]+)", text)) <= defined


def test_the_finder_serves_the_built_file_and_a_newer_source_rebuilds_it(settings, tmp_path):
    settings.OMS_HOME = tmp_path
    (tmp_path / "build" / "fonts").mkdir(parents=True)
    (tmp_path / "build" / "fonts" / "inter.woff2").write_bytes(b"font")
    finder = assets.BundleFinder()
    path = finder.find(assets.STYLESHEET)
    assert path == str(tmp_path / "build" / "css" / "app.css")
    built = tmp_path / "build" / "css" / "app.css"
    built.write_text("old")
    os.utime(built, (0, 0))
    finder.find(assets.STYLESHEET)
    assert "@layer base, parts" in built.read_text()
    assert next(name for name, _storage in finder.list([])) == assets.STYLESHEET


def test_other_names_are_left_to_the_other_finders():
    assert assets.BundleFinder().find("css/other.css") == []
    assert finders.find("js/app.js")
