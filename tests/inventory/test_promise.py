"""Choosing warehouses: pure, so every case is a table."""

from hypothesis import given
from hypothesis import strategies as st

from inventory.allocation.promise import Claim, Shelf

A, B = 1, 2  # warehouses, A is asked first


def picks(shelf: Shelf, *claims: tuple[int, int], allowed=None) -> list[tuple[int, int, int]]:
    plan = shelf.plan([Claim(n, v, q) for n, (v, q) in enumerate(claims)], allowed)
    return [(p.variant_id, p.warehouse_id, p.quantity) for p in plan.picks]


def test_the_first_warehouse_that_can_serve_all_lines_wins():
    shelf = Shelf({(10, A): 5, (10, B): 5, (11, B): 5}, [A, B])
    assert picks(shelf, (10, 2), (11, 2)) == [(10, B, 2), (11, B, 2)]
    assert picks(shelf, (10, 2)) == [(10, A, 2)]


def test_otherwise_each_line_takes_the_first_that_has_enough():
    shelf = Shelf({(10, A): 5, (11, B): 5}, [A, B])
    assert picks(shelf, (10, 2), (11, 2)) == [(10, A, 2), (11, B, 2)]


def test_a_line_is_divided_only_as_a_last_resort():
    shelf = Shelf({(10, A): 3, (10, B): 4}, [A, B])
    assert picks(shelf, (10, 6)) == [(10, A, 3), (10, B, 3)]


def test_too_little_takes_nothing():
    shelf = Shelf({(10, A): 3, (11, A): 9}, [A, B])
    plan = shelf.plan([Claim(1, 10, 4), Claim(2, 11, 1)])
    assert (plan.picks, plan.short) == ([], {10: 3})
    assert shelf.free[11, A] == 9


def test_only_allowed_warehouses_are_asked():
    shelf = Shelf({(10, A): 9, (10, B): 1}, [A, B])
    assert picks(shelf, (10, 1), allowed=[B]) == [(10, B, 1)]
    assert picks(shelf, (10, 1), allowed=[B]) == []


@given(
    st.dictionaries(st.tuples(st.integers(1, 3), st.integers(1, 3)), st.integers(-2, 6)),
    st.lists(
        st.lists(st.tuples(st.integers(1, 3), st.integers(1, 5)), min_size=1, max_size=4),
        max_size=6,
    ),
)
def test_whatever_comes_a_group_gets_all_or_nothing_and_no_shelf_goes_below_zero(free, groups):
    shelf = Shelf(free, [1, 2, 3])
    for claims in groups:
        before = {
            v: sum(max(0, n) for (w, _), n in shelf.free.items() if w == v) for v in (1, 2, 3)
        }
        wanted = {v: sum(q for w, q in claims if w == v) for v in (1, 2, 3)}
        plan = shelf.plan([Claim(n, v, q) for n, (v, q) in enumerate(claims)])
        enough = all(before[v] >= wanted[v] for v in wanted)
        assert bool(plan.picks) == enough
        if enough:
            for number, (variant, quantity) in enumerate(claims):
                got = [p for p in plan.picks if p.holder_id == number]
                assert sum(p.quantity for p in got) == quantity
                assert {p.variant_id for p in got} == {variant}
    assert all(n >= min(0, free[place]) for place, n in shelf.free.items())
