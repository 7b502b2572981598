import pytest

from oms.kernel import addresses, phones, text
from oms.kernel.errors import DomainError


def test_folding_drops_marks_and_case():
    assert text.fold("  Đặng  Thị ÁNH Nguyệt ") == "dang thi anh nguyet"
    assert text.fold("hoà") == text.fold("hòa") == "hoa"


def test_direction_overrides_and_control_characters_are_dropped():
    assert text.clean_line("Ánh\u202egnol\x00 \u2066x\n y", 50) == "Ánhgnol x y"


def test_emoji_and_formulas_stay_text():
    assert text.clean_line("=cmd|' /C calc'!A0 🎁", 50) == "=cmd|' /C calc'!A0 🎁"


def test_a_long_name_is_refused_and_not_cut():
    with pytest.raises(DomainError) as refusal:
        text.clean_line("a" * 300, 255, field="name")
    assert refusal.value.field == "name"


@pytest.mark.parametrize(
    "typed",
    ["0912345678", "0912 345 678", "+84912345678", "84912345678", "912345678", "0912.345.678"],
)
def test_one_number_however_typed(typed):
    assert phones.normalise_phone(typed) == "+84912345678"


@pytest.mark.parametrize("typed", ["", "123", "091234567", "09123456789", "abc", "******21"])
def test_a_number_of_the_wrong_length_is_refused_by_field(typed):
    with pytest.raises(DomainError) as refusal:
        phones.normalise_phone(typed)
    assert refusal.value.field == "phone"


def test_d11_phones_are_shown_as_sellers_write_them():
    assert phones.show_phone("+84912345678") == "0912 345 678"
    assert phones.reversed_digits("0912 345 678") == "8765432190"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("TP. Hồ Chí Minh", "79"),
        ("hcm", "79"),
        ("TPHCM", "79"),
        ("Tỉnh Bình Dương", "79"),
        ("Hà Nội", "01"),
        ("Thanh Hoá", "38"),
        ("thua thien hue", "46"),
        ("Đắc Lắc không có", None),
    ],
)
def test_provinces_are_found_by_old_and_new_names(typed, code):
    found = addresses.find_province(typed)
    assert (found.code if found else None) == code


def test_there_are_34_provinces():
    assert len({province.code for province in addresses.PROVINCES}) == 34


@pytest.mark.parametrize("typed", ["", "???", "!!"])
def test_a_ward_needs_a_name(typed):
    with pytest.raises(DomainError) as refusal:
        addresses.validate_ward(typed)
    assert refusal.value.field == "ward"
