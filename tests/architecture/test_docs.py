"""The documentation hangs together: every page is in the index, every link leads somewhere."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)")


def links_of(page: Path) -> set[Path]:
    return {(page.parent / target).resolve() for target in LINK.findall(page.read_text())}


def test_every_page_of_the_documentation_is_in_its_index() -> None:
    pages = set((ROOT / "docs").rglob("*.md")) - {ROOT / "docs/README.md"}
    assert len(pages) > 30
    assert pages - links_of(ROOT / "docs/README.md") == set()


def test_every_link_of_the_documentation_leads_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "bench").glob("*.md")]
    broken = {
        f"{page.relative_to(ROOT)}: {target.name}"
        for page in pages
        for target in links_of(page)
        if not target.exists()
    }
    assert broken == set()
