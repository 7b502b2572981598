"""Formatted text that people write: only what a description needs gets through."""

import re
from html import unescape

import nh3
from django.utils.html import linebreaks

from oms.kernel.text import clean_text

TAGS = {
    *("p", "br", "b", "strong", "i", "em", "u", "s", "h3", "h4", "ul", "ol", "li"),
    *("blockquote", "a", "table", "thead", "tbody", "tr", "th", "td"),
}
# Browsers write these when text is pasted or typed into an editor.
RENAMED = {"h1": "h3", "h2": "h3", "h5": "h4", "h6": "h4", "div": "p"}
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_RENAMED = re.compile(r"<(/?)(h1|h2|h5|h6|div)\b[^<>]*>", re.IGNORECASE)
_BLOCK_END = re.compile(r"</(?:p|h3|h4|blockquote|table|ul|ol)>", re.IGNORECASE)
_LINE_END = re.compile(r"<br\s*/?>|</tr>", re.IGNORECASE)
_ITEM = re.compile(r"<li>", re.IGNORECASE)
_CELL_END = re.compile(r"</t[dh]>(?=\s*<t[dh])", re.IGNORECASE)
_EMPTY = re.compile(r"<p>(?:\s|&nbsp;|<br>)*</p>", re.IGNORECASE)


def clean_html(text: str, limit: int | None, *, field: str = "") -> str:
    """Paragraphs, lists, tables, emphasis and links; scripts, styles and all else are dropped.

    Plain text becomes paragraphs. A second cleaning changes nothing. Longer than `limit` after
    cleaning is refused.
    """
    text = clean_text(text, limit=None).strip()
    if not text:
        return ""
    if not _TAG.search(text):
        text = linebreaks(text, autoescape=True)
    text = _RENAMED.sub(lambda tag: f"<{tag[1]}{RENAMED[tag[2].lower()]}>", text)
    cleaned = nh3.clean(
        text,
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"https", "http", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )
    return clean_text(_EMPTY.sub("", cleaned).strip(), limit, field=field)


def plain_text(html: str) -> str:
    """Cleaned HTML as lines: paragraphs apart, items of lists behind a dash, cells side by side."""
    text = _CELL_END.sub(" | ", html)
    text = _ITEM.sub("\n- ", text)
    text = _BLOCK_END.sub("\n\n", _LINE_END.sub("\n", text))
    text = unescape(_TAG.sub("", text))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
