"""Inter for paper: Latin and Vietnamese letters, three fixed weights cut from the variable font.

Cutting takes a second or two, so the files are kept in OMS_HOME and made once.
"""

import base64
import os
import tempfile
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

WEIGHTS = {"regular": 400, "bold": 700, "black": 800}
# Basic Latin to Latin Extended, combining marks, Vietnamese, punctuation, the dong sign.
RANGES = [(0x20, 0x24F), (0x300, 0x323), (0x1EA0, 0x1EF9), (0x2010, 0x2044), (0x20AB, 0x20AC)]
RANGES += [(0x2212, 0x2212), (0x25A1, 0x25A1)]


def font_path(name: str) -> Path:
    return Path(settings.OMS_HOME) / "fonts" / f"label-{name}-1.ttf"


def font_file(name: str) -> Path:
    """The TrueType file of one weight, cut on first use."""
    path = font_path(name)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as cut:
            cut.write(cut_font(WEIGHTS[name]))
        os.replace(cut.name, path)
    return path


def cut_font(weight: int) -> bytes:
    from io import BytesIO

    import fontpkg_inter
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    source = next((fontpkg_inter.ROOT / "files").glob("Inter[[]*.ttf"))
    font = TTFont(source)
    options = subset.Options(layout_features=["kern", "mark", "ccmp"], name_IDs=["*"])
    options.notdef_outline = True
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[code for low, high in RANGES for code in range(low, high + 1)])
    cutter.subset(font)
    fixed = instancer.instantiateVariableFont(font, {"wght": weight, "opsz": 14})
    out = BytesIO()
    fixed.save(out)
    return out.getvalue()


@lru_cache(maxsize=1)
def font_face() -> SafeString:
    """@font-face rules with the fonts inside: a label asks for no file and no network."""
    rules = []
    for name, weight in WEIGHTS.items():
        data = base64.b64encode(font_file(name).read_bytes()).decode()
        source = f"url(data:font/ttf;base64,{data})"
        rules.append(f"@font-face {{ font-family: Inter; font-weight: {weight}; src: {source}; }}")
    return mark_safe("\n".join(rules))  # noqa: S308 - our own files, no text of anybody
