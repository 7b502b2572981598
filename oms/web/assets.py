"""One stylesheet and one font, built from their sources when static files are looked up.

`static/css/` holds one file per component; pages link `css/app.css`, which is their
concatenation in a fixed order, wrapped in cascade layers. The font is a subset of Inter
with the Latin and Vietnamese letters; without fontTools the pages use the system's font.
"""

import os
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

STYLESHEET = "css/app.css"
FONT = "fonts/inter.woff2"
# A page that is drawn already does not change its letters, and so its lines, under the reader.
FONT_FACE = (
    '@font-face{font-family:Inter;src:url("../fonts/inter.woff2") format("woff2");'
    "font-weight:100 900;font-display:optional}\n"
)
# Latin, Vietnamese, punctuation, arrows, and the signs of đồng, pound and euro.
LETTERS = "20-24F,300-323,1EA0-1EF9,2010-2027,2030-203A,20A0-20BF,2122,2190-2193,2212,2260-2265"


def build_folder() -> Path:
    return Path(settings.OMS_HOME) / "build"


def stylesheet_sources() -> list[Path]:
    """Tokens first, then the base, then the components by name."""
    folder = Path(settings.BASE_DIR) / "static" / "css"
    return [
        folder / "tokens.css",
        folder / "base.css",
        *sorted((folder / "components").glob("*.css")),
    ]


def stylesheet(*, with_font: bool) -> str:
    """The text of the one stylesheet; later layers win over earlier ones."""
    tokens, base, *components = (path.read_text() for path in stylesheet_sources())
    parts = "\n".join(components)
    return (
        "@layer base, parts;\n"
        + (FONT_FACE if with_font else "")
        + tokens
        + f"\n@layer base {{\n{base}\n}}\n@layer parts {{\n{parts}\n}}\n"
    )


def subset_font(target: Path) -> None:
    """Write the subset of Inter that the pages need; raises ImportError without fontTools."""
    from fontTools import subset
    from fontTools.varLib import instancer

    source = resources.files("fontpkg_inter") / "files" / "Inter[opsz,wght].ttf"
    options = subset.Options(flavor="woff2", notdef_outline=True)
    options.layout_features += ["tnum", "cv11"]
    with resources.as_file(source) as path:
        font = subset.load_font(str(path), options)
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=subset.parse_unicodes(LETTERS))
        subsetter.subset(font)
        instancer.instantiateVariableFont(font, {"opsz": 14}, inplace=True)
        write_whole(target, lambda part: subset.save_font(font, str(part), options))


def write_whole(target: Path, write: Any) -> None:
    """Write beside the target and rename, so that another process never reads half a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    write(part)
    part.replace(target)


def font_ready() -> bool:
    """Whether the font is there, cut now when it was not. Asked of the folder, never remembered."""
    target = build_folder() / FONT
    if not target.exists():
        try:
            subset_font(target)
        except ImportError:
            return False
    return True


def build_stylesheet() -> Path:
    """The built file; rebuilt when a source is newer."""
    target = build_folder() / STYLESHEET
    newest = max(path.stat().st_mtime for path in stylesheet_sources())
    if not target.exists() or target.stat().st_mtime < newest:
        text = stylesheet(with_font=font_ready())
        write_whole(target, lambda part: part.write_text(text))
    return target


class BundleFinder(BaseFinder):
    """Gives the built files to runserver, collectstatic and the tests."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=build_folder(), base_url=settings.STATIC_URL)

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found: list[str] = []
        if path == STYLESHEET:
            found = [str(build_stylesheet())]
        elif path == FONT and font_ready():
            found = [str(build_folder() / FONT)]
        if find_all:
            return found
        return found[0] if found else []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        build_stylesheet()
        yield STYLESHEET, self.storage
        if font_ready():
            yield FONT, self.storage
