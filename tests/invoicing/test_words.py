"""Amounts in words: known readings, and a round trip through an independent reader."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing.words import number_in_words, vnd_in_words

KNOWN = {
    0: "không",
    5: "năm",
    10: "mười",
    11: "mười một",
    14: "mười bốn",
    15: "mười lăm",
    20: "hai mươi",
    21: "hai mươi mốt",
    24: "hai mươi tư",
    25: "hai mươi lăm",
    41: "bốn mươi mốt",
    44: "bốn mươi tư",
    55: "năm mươi lăm",
    100: "một trăm",
    101: "một trăm lẻ một",
    105: "một trăm lẻ năm",
    110: "một trăm mười",
    115: "một trăm mười lăm",
    515: "năm trăm mười lăm",
    999: "chín trăm chín mươi chín",
    1_000: "một nghìn",
    1_005: "một nghìn không trăm lẻ năm",
    1_015: "một nghìn không trăm mười lăm",
    2_021: "hai nghìn không trăm hai mươi mốt",
    10_000: "mười nghìn",
    1_000_000: "một triệu",
    1_000_050: "một triệu không trăm năm mươi",
    1_000_005: "một triệu không trăm lẻ năm",
    1_020_003: "một triệu không trăm hai mươi nghìn không trăm lẻ ba",
    110_000_000: "một trăm mười triệu",
    1_000_000_000: "một tỷ",
    1_000_000_001: "một tỷ không trăm lẻ một",
    12_345_678_901: "mười hai tỷ ba trăm bốn mươi lăm triệu sáu trăm bảy mươi tám nghìn "
    "chín trăm lẻ một",
    10**12: "một nghìn tỷ",
    10**15: "một triệu tỷ",
    10**18: "một tỷ tỷ",
    1_005_000_000_000: "một nghìn không trăm lẻ năm tỷ",
    -2_000: "âm hai nghìn",
}


@pytest.mark.parametrize(("number", "text"), KNOWN.items())
def test_known_readings(number: int, text: str) -> None:
    assert number_in_words(number) == text


def test_an_amount_begins_with_a_capital_and_ends_in_dong() -> None:
    assert vnd_in_words(110_000_000) == "Một trăm mười triệu đồng"
    assert vnd_in_words(0) == "Không đồng"
    assert vnd_in_words(-21) == "Âm hai mươi mốt đồng"
    assert vnd_in_words(283_280) == "Hai trăm tám mươi ba nghìn hai trăm tám mươi đồng"


UNITS = {
    "không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5,
    "sáu": 6, "bảy": 7, "tám": 8, "chín": 9,
}  # fmt: skip


def read_aloud(text: str) -> int:
    """A second way round: adds up what a listener hears, word by word."""
    total, block, group, digit, pending_ty = 0, 0, 0, 0, 0
    for word in [*text.split(), "."]:
        if word == "tỷ":
            if not pending_ty:
                block, group, digit = block + group + digit, 0, 0
            pending_ty += 1
            continue
        if pending_ty:
            total, block, pending_ty = total + block * 10 ** (9 * pending_ty), 0, 0
        if word in UNITS:
            digit = UNITS[word]
        elif word == "lẻ":
            digit = 0
        elif word == "mười":
            group, digit = group + 10, 0
        elif word == "mươi":
            group, digit = group + digit * 10, 0
        elif word == "trăm":
            group, digit = group + digit * 100, 0
        elif word in ("nghìn", "triệu"):
            block += (group + digit) * (1_000 if word == "nghìn" else 1_000_000)
            group = digit = 0
        else:
            assert word == ".", word
    return total + block + group + digit


@given(st.integers(min_value=0, max_value=10**18 - 1))
def test_what_is_read_aloud_is_the_number(number: int) -> None:
    assert read_aloud(number_in_words(number)) == number


@given(st.integers(min_value=0, max_value=10**15))
def test_no_double_spaces_and_nothing_unknown(number: int) -> None:
    words = vnd_in_words(number).split(" ")
    assert "" not in words
    assert words[-1] == "đồng"
