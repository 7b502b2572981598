"""What was packed in pieces is read back whole by anybody's gzip."""

import gzip

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from oms.kernel.packing import PackedPieces, packed


@limits(max_examples=60)
@given(st.lists(st.binary(max_size=300), min_size=1, max_size=6), st.binary(max_size=80))
def test_pieces_and_what_stands_between_them_come_back(pieces: list[bytes], between: bytes) -> None:
    page = PackedPieces(pieces)
    assert gzip.decompress(page.gzip(between)) == between.join(pieces) == page.joined(between)


def test_a_long_text_shrinks_and_its_size_is_not_told() -> None:
    text = b"<td>Shopee</td>" * 5_000
    sizes = {len(packed(text)) for _answer in range(40)}
    assert gzip.decompress(packed(text)) == text
    assert max(sizes) < len(text) / 20
    assert len(sizes) > 5


def test_what_stands_between_is_one_stored_block() -> None:
    with pytest.raises(ValueError, match="one block"):
        PackedPieces([b"a", b"b"]).gzip(bytes(70_000))
