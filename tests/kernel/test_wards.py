"""The wards of the country: complete, found in any usual form, old names led to today's."""

from collections import Counter

import pytest

from oms.kernel import addresses, wards
from oms.kernel.errors import DomainError
from oms.sandbox.core.people import PEOPLE

HCM, HA_NOI, LAM_DONG = "79", "01", "68"


def test_every_province_has_its_wards_and_every_ward_is_found_by_its_name():
    everything = [
        ward for province in addresses.PROVINCES for ward in wards.wards_of(province.code)
    ]
    assert len(everything) == 3321
    assert len({ward.code for ward in everything}) == 3321
    units = Counter(ward.unit for ward in everything)
    assert units == {"Xã": 2621, "Phường": 687, "Đặc khu": 13}
    lost = [str(w) for w in everything if wards.find_ward(w.province_code, str(w)) != w]
    assert lost == []
    assert all(wards.find_ward(w.province_code, w.name) for w in everything)


@pytest.mark.parametrize(
    ("province", "typed", "name"),
    [
        (HCM, "Phường Bàn Cờ", "Bàn Cờ"),
        (HCM, "bàn cờ", "Bàn Cờ"),
        (HCM, "P. BAN CO", "Bàn Cờ"),
        (HCM, "p.Sài Gòn", "Sài Gòn"),
        ("46", "Phường Thuận Hoá", "Thuận Hóa"),
        (LAM_DONG, "Xuân Hương", "Xuân Hương - Đà Lạt"),
        ("08", "Sà Phìn", "Sà Phìn"),  # not the unit "Xã" before "Phìn", and not a ward "Phìn"
        ("66", "Ea H’leo", "Ea H'Leo"),
        ("31", "Xã Cẩm Giang", "Cẩm Giang"),
        ("31", "Xã Cẩm Giàng", "Cẩm Giàng"),
        ("52", "Phường Qui Nhơn", "Quy Nhơn"),
    ],
)
def test_a_ward_is_found_in_any_usual_form(province, typed, name):
    found = wards.find_ward(province, typed)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("typed", ["", "🏠", "Phường", "Bến Nghé", "Tân Đinh Đinh", "<b>", "=cmd"])
def test_what_is_no_ward_of_the_province_is_not_found(typed):
    assert wards.find_ward(HCM, typed) is None


def test_an_old_name_leads_to_its_heirs():
    assert [str(w) for w in wards.heirs_of(HCM, "Phường Bến Nghé")] == ["Phường Sài Gòn"]
    assert [str(w) for w in wards.heirs_of(HCM, "Phường 05", "Q.3")] == ["Phường Bàn Cờ"]
    assert len(wards.heirs_of(HCM, "Phường 5")) > 5
    assert wards.heirs_of(HA_NOI, "Phường Bến Nghé") == ()


def check(ward: str, province: str = "Hồ Chí Minh", district: str = "") -> str:
    return addresses.require_ward(ward, addresses.require_province(province), district=district)


def test_a_known_ward_is_kept_as_typed():
    assert check(" P. bàn  cờ ") == "P. bàn cờ"


@pytest.mark.parametrize(
    ("ward", "said"),
    [
        ("Phường Bàn Kờ", "Gần giống: Phường Bàn Cờ"),
        ("Phường Bến Nghé", "nay là Phường Sài Gòn"),
        ("Khu phố Xyzzy", "không có phường / xã “Khu phố Xyzzy”"),
    ],
)
def test_an_unknown_ward_is_refused_with_what_may_be_meant(ward, said):
    with pytest.raises(DomainError, match=said) as refusal:
        check(ward)
    assert (refusal.value.code, refusal.value.field) == ("ward.unknown", "ward")


@pytest.mark.parametrize("ward", ["Phường 5", "Phường Bến Nghé", "Phường Không Rõ"])
def test_an_address_of_three_levels_is_kept_as_text(ward):
    assert check(ward, district="Quận 3") == ward


def test_the_sandbox_s_buyers_live_in_real_wards():
    for _name, _phone, _street, ward, province in PEOPLE:
        assert check(ward, province) == ward
