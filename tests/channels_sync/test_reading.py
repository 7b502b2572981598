"""JSON of any marketplace as it is kept."""

from decimal import Decimal

from channels_sync.ports.reading import plain, vnd


def test_what_is_kept_has_no_decimals_at_any_depth():
    told = {"a": Decimal(5), "b": [Decimal("1.5"), (Decimal(2), None)], "c": {"d": [{"e": "x"}]}}
    assert plain(told) == {"a": 5, "b": ["1.5", [2, None]], "c": {"d": [{"e": "x"}]}}
    assert [plain(each) for each in ("x", 1, True, None, Decimal("2.0"))] == ["x", 1, True, None, 2]
    assert {type(value) for value in plain([True, 1])} == {bool, int}


def test_amounts_are_read_alike_however_they_are_told():
    assert [vnd(each) for each in ("1000.5", Decimal("1000.5"), 1001, "1000.50")] == [1001] * 4
