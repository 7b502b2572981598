"""Lists bound as one text arrive as they were."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from oms.kernel.sql import array_text, bound, run

TEXTS = st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
NUMBERS = st.lists(st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)))


class ListsAreBoundUnchanged(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(TEXTS, NUMBERS, st.lists(st.booleans()))
    def test_any_list_of_texts_numbers_and_truths(self, texts, numbers, truths) -> None:
        sql = "SELECT %(texts)s::text[], %(numbers)s::bigint[], %(truths)s::boolean[]"
        rows = run(sql, {"texts": texts, "numbers": numbers, "truths": truths})
        assert rows == [(texts, numbers, truths)]


@pytest.mark.parametrize("text", ["NULL", "", "a,b", "{x}", 'say "hi"', "back\\slash", "  "])
def test_words_that_mean_something_in_an_array_stay_words(db, text: str) -> None:
    assert run("SELECT %(texts)s::text[]", {"texts": [text, "b"]}) == [([text, "b"],)]
    assert run("SELECT %(texts)s::text[]", {"texts": array_text([text])}) == [([text],)]


def test_what_is_no_plain_list_is_left_to_the_driver() -> None:
    mixed = ["a", None]
    assert bound(mixed) is mixed
    assert bound("a") == "a"
