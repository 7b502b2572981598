"""Tax codes: forms, the check digit, and sentences that say what is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing.taxcode import check_digit, normalise_tax_code
from oms.kernel.errors import DomainError

# Published numbers of large public companies.
PUBLIC = ["0100109106", "0100686209", "0300588569", "0101248141"]


@pytest.mark.parametrize("code", PUBLIC)
def test_public_codes_pass(code: str) -> None:
    assert normalise_tax_code(code) == code


@pytest.mark.parametrize(
    "typed", ["0100109106-507", "0100109106507", " 0100109106 - 507 ", "0100.109.106-507"]
)
def test_a_branch_gets_its_dash(typed: str) -> None:
    assert normalise_tax_code(typed) == "0100109106-507"


def test_twelve_digits_are_a_person() -> None:
    assert normalise_tax_code("079 203 001 234") == "079203001234"


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("0100109107", "chữ số kiểm tra"),
        ("0100109106-000", "001 đến 999"),
        ("010010910", "10, 13"),
        ("01001091061", "10, 13"),
        ("ABCDEFGHIJ", "chỉ gồm chữ số"),
        ("٠١٠٠١٠٩١٠٦", "chỉ gồm chữ số"),
        ("", "chỉ gồm chữ số"),
    ],
)
def test_refusals_say_what_is_wrong(typed: str, part: str) -> None:
    with pytest.raises(DomainError, match=part) as refusal:
        normalise_tax_code(typed)
    assert (refusal.value.code, refusal.value.field) == ("tax_code.invalid", "tax_code")


@given(st.text("0123456789", min_size=9, max_size=9), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(nine: str, step: int) -> None:
    digit = check_digit(nine)
    if digit is None:
        return
    assert normalise_tax_code(f"{nine}{digit}") == f"{nine}{digit}"
    with pytest.raises(DomainError):
        normalise_tax_code(f"{nine}{(digit + step) % 10}")


def test_some_numbers_are_never_given_out() -> None:
    never = [n for n in range(1000) if check_digit(f"{n:09d}") is None]
    assert never
    with pytest.raises(DomainError):
        normalise_tax_code(f"{never[0]:09d}0")
