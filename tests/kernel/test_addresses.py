"""C-80: units as dated data with successors, both generations."""

import pytest

from oms.kernel import units
from oms.kernel.unit_paths import names_of, unit_paths
from oms.kernel.unit_search import search_units
from oms.kernel.units import REFORM, Level


def test_c80_both_generations_are_complete_and_dated():
    assert [len(units.old_provinces()), len(units.old_districts())] == [63, 696]
    assert [len(units.old_wards()), len(units.present_wards())] == [10_035, 3_321]
    gone = [*units.old_provinces().values(), *units.old_wards().values()]
    assert {unit.valid_to for unit in gone} == {REFORM}
    assert {unit.valid_from for unit in units.present_wards().values()} == {REFORM}


def test_c80_every_old_unit_leads_to_one_that_holds():
    wards = units.present_wards()
    lost = [str(u) for u in units.old_wards().values() if not set(u.successors) <= set(wards)]
    assert lost == []
    assert all(unit.successors for unit in units.old_wards().values())
    assert len({unit.successors for unit in units.old_provinces().values()}) == 34
    assert all(unit.level == Level.DISTRICT for unit in units.old_districts().values())


def test_c80_divided_wards_have_several_successors():
    divided = [unit for unit in units.old_wards().values() if unit.is_divided]
    assert len(divided) == 471
    [cong_vi] = [u for u in divided if u.name == "Cống Vị"]
    assert [str(units.present_wards()[code]) for code in cong_vi.successors] == [
        "Phường Ngọc Hà",
        "Phường Giảng Võ",
    ]


def test_c80_a_code_may_live_on_under_another_name():
    """00097 was Tứ Liên until June 2025 and is Hồng Hà since."""
    assert str(units.old_wards()["00097"]) == "Phường Tứ Liên"
    assert str(units.present_wards()["00097"]) == "Phường Hồng Hà"


def test_paths_go_from_the_province_down():
    ben_nghe = next(u for u in units.old_wards().values() if u.name == "Bến Nghé")
    assert units.old_path(ben_nghe) == "79/760/26740"
    assert units.new_path(ben_nghe.successors[0]) == "79/26740"


@pytest.mark.parametrize(
    ("province", "district", "ward", "old", "new"),
    [
        ("Hồ Chí Minh", "Quận 1", "P. Bến Nghé", "79/760/26740", "79/26740"),
        ("hcm", "q1", "ben nghe", "79/760/26740", "79/26740"),
        ("Bình Dương", "Thủ Dầu Một", "Phú Cường", "74/718/25747", "79/25747"),
        ("Hồ Chí Minh", "", "Phường Sài Gòn", "", "79/26740"),
        ("Hà Nội", "Ba Đình", "Cống Vị", "01/001/00007", ""),
        ("Hà Nội", "Quận Không Có", "Cống Vị Xa", "", ""),
        ("Atlantis", "", "Ba Đình", "", ""),
    ],
)
def test_c80_an_address_keeps_the_path_before_and_since(province, district, ward, old, new):
    paths = unit_paths(province, district, ward)
    assert (paths.old, paths.new) == (old, new)


def test_c80_a_divided_ward_is_asked_about_and_only_its_heirs_count():
    paths = unit_paths("Hà Nội", "Quận Ba Đình", "Phường Cống Vị")
    assert [str(unit) for unit in paths.choices] == ["Phường Ngọc Hà", "Phường Giảng Võ"]
    assert paths.chosen(paths.choices[1].code).new == f"01/{paths.choices[1].code}"
    assert paths.chosen("26740") == paths


def test_every_old_ward_is_found_again_by_its_own_names():
    """But for those whose province had two districts, or a district two wards, of that name."""
    lost = []
    for unit in units.old_wards().values():
        path = units.old_path(unit)
        ward, district, province = names_of(path)
        if unit_paths(province, district, ward).old != path:
            lost.append(path)
    assert len(lost) < 60


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("ben nghe hcm", ("Phường Bến Nghé", "Quận 1", ("Phường Sài Gòn",))),
        ("q1 ben nghe", ("Phường Bến Nghé", "Quận 1", ("Phường Sài Gòn",))),
        ("p5 q3", ("Phường 5", "Quận 3", ("Phường Bàn Cờ",))),
        ("sai gon", ("Phường Sài Gòn", "", ("Phường Sài Gòn",))),
        ("phu cuong binh duong", (
            "Phường Phú Cường", "Thành phố Thủ Dầu Một", ("Phường Thủ Dầu Một",)
        )),
    ],
)  # fmt: skip
def test_c80_old_names_and_short_forms_lead_to_the_ward_of_today(typed, first):
    found = search_units(typed)[0]
    assert (found.ward, found.district, found.today) == first


@pytest.mark.parametrize("typed", ["", "hcm", "xyzzy", "🏠", "%", "'"])
def test_a_search_for_nothing_finds_nothing(typed):
    assert search_units(typed) == []
