"""C-80: units as dated data with successors, both generations."""

from oms.kernel import units
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
