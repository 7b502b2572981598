"""Formatted text: what a description needs gets through, nothing else, and cleaning is final."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.kernel.errors import DomainError
from oms.kernel.richtext import clean_html


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("Một\nhai\n\nba < 4", "<p>Một<br>hai</p>\n\n<p>ba &lt; 4</p>"),
        ("<h1>To</h1><div>Đoạn</div>", "<h3>To</h3><p>Đoạn</p>"),
        ("<p onclick='x()' style='a:b' class='c'>A</p>", "<p>A</p>"),
        ("<p>A<script>alert(1)</script><img src=x onerror=y></p>", "<p>A</p>"),
        (
            '<a href="https://x.vn" target="_blank">x</a>',
            '<a href="https://x.vn" rel="noopener noreferrer nofollow">x</a>',
        ),
        (
            '<a href="javascript:alert(1)">x</a>',
            '<a rel="noopener noreferrer nofollow">x</a>',
        ),
        ("<p> </p><p>A</p>", "<p>A</p>"),
    ],
)
def test_a34_text_is_cleaned(typed: str, kept: str) -> None:
    assert clean_html(typed, 1000) == kept
    assert clean_html(kept, 1000) == kept


@given(st.text(alphabet="<>/abp\"'= &;\n", max_size=60))
def test_a34_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean_html("<p>" + text, None)
    assert clean_html(once, None) == once


def test_a_text_too_long_is_refused_with_its_field() -> None:
    with pytest.raises(DomainError) as refusal:
        clean_html("a" * 100, 50, field="description")
    assert refusal.value.field == "description"
