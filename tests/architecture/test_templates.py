"""Templates parse and carry nothing that the content policy would block."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.template.loader import get_template

from oms.web.templatetags.ui import icon
from tests.architecture.source import PACKAGES, ROOT

# Paper and mail are not pages: no browser applies our policy to them.
NOT_PAGES = ("print/", "email/")
TAG = re.compile(r"<[a-z][^<>]*>", re.IGNORECASE | re.DOTALL)
# The names of icons, in templates and in the actions and notices that Python proposes.
ICON = re.compile(r"""(?:\{% icon |icon=|icon_name=)"([a-z0-9-]+)\"""")
COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->", re.DOTALL)
BLOCKED_ATTRIBUTE = re.compile(
    r"""\s(style|on[a-z]+|hx-on[a-z:-]*)\s*=|["']\s*javascript:""", re.IGNORECASE
)


def template_files() -> list[tuple[str, Path]]:
    """(name, path) of each of our own templates."""
    folders = [ROOT / "templates"]
    for package in PACKAGES:
        folders += sorted((ROOT / package).rglob("templates"))
    return [
        (path.relative_to(folder).as_posix(), path)
        for folder in folders
        if folder.is_dir()
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".html", ".svg", ".txt"}
    ]


def named_icons() -> list[str]:
    sources = [path for _name, path in template_files()]
    for package in PACKAGES:
        sources += sorted((ROOT / package).rglob("*.py"))
    return sorted({name for path in sources for name in ICON.findall(path.read_text())})


@pytest.mark.parametrize("name", named_icons())
def test_every_icon_that_is_named_exists(name: str) -> None:
    assert icon(name).startswith("<svg")


def test_no_template_writes_a_key_among_words() -> None:
    """The stylesheet draws it from `data-key`, where there is a keyboard."""
    words = re.compile(r"\((F\d+|Ctrl [^)]+)\)")
    assert [name for name, path in template_files() if words.search(path.read_text())] == []


def blocked(text: str) -> list[str]:
    """Inline styles, inline scripts and script attributes in a page's source."""
    text = COMMENT.sub("", text)
    found = []
    for tag in TAG.findall(text):
        lowered = tag.lower()
        inline_script = lowered.startswith("<script") and not re.search(r"\s(src|type)=", lowered)
        if BLOCKED_ATTRIBUTE.search(tag) or lowered.startswith("<style") or inline_script:
            found.append(tag)
    return found


def test_every_template_parses() -> None:
    for name, _ in template_files():
        get_template(name)


def test_pages_have_no_inline_style_or_script() -> None:
    wrong = {
        name: found
        for name, path in template_files()
        if not name.startswith(NOT_PAGES) and (found := blocked(path.read_text()))
    }
    assert wrong == {}


@pytest.mark.parametrize(
    "source",
    [
        '<p style="color:red">',
        "<style>",
        "<script>alert(1)</script>",
        '<a href="javascript:go()">',
        '<button onclick="go()">',
        '<button\n  hx-on:click="go()">',
    ],
)
def test_the_rule_sees_what_the_policy_blocks(source: str) -> None:
    assert blocked(source)


@pytest.mark.parametrize(
    "source",
    [
        '<script src="/static/js/app.js" defer></script>',
        '<script type="application/json">',
        '<rect fill="red" width="10"/>',
        '{# style="x" #}<p class="style">',
    ],
)
def test_the_rule_lets_pass_what_the_policy_lets_pass(source: str) -> None:
    assert blocked(source) == []


@pytest.mark.django_db
def test_migrations_are_in_step_with_the_models() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
