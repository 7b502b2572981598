"""The judge alone: what is equal, what is not, and why a unit was sold too much."""

from dataclasses import replace

import pytest

from oms.rehearsal.judging import ITEMS_KEPT, Line, as_rows, is_green, judge
from oms.rehearsal.sides import Channel, Facts, Kept, Sale, Told
from oms.rehearsal.wording import TITLES, shown_report

SHIRT = "AT-DEN-M"


def sale(number: str, at: float, quantity: int = 1, state: str = "open", **more) -> Sale:
    return Sale(number, at, state, {SHIRT: quantity}, 149_000 * quantity, **more)


def kept(number: str, at: float, quantity: int = 1, *, cancelled: bool = False) -> Kept:
    return Kept(number, at, cancelled, {SHIRT: quantity}, 149_000 * quantity)


def channel(shop_id: int = 1, name: str = "Shopee", **sides) -> Channel:
    return Channel(shop_id, name, "shopee", **sides)


def lines_of(*channels: Channel, units: int = 10, **more) -> dict[str, Line]:
    made = judge(Facts(channels=channels, units={SHIRT: units}, **more))
    return {line.key: line for line in made}


def test_equal_sides_are_green_and_their_sums_are_told():
    both = channel(sales=(sale("A", 1, 2), sale("B", 2)), kept=(kept("A", 2, 2), kept("B", 3)))
    lines = lines_of(both)
    assert is_green(list(lines.values()))
    assert (lines["orders"].there, lines["orders"].here) == (2, 2)
    assert (lines["units"].there, lines["units"].here) == (3, 3)
    assert (lines["money"].there, lines["money"].here) == (447_000, 447_000)


def test_an_order_that_is_missing_here_is_named():
    lines = lines_of(channel(sales=(sale("A", 1), sale("B", 2)), kept=(kept("A", 2),)))
    assert lines["orders"].ok is False
    assert lines["orders"].items == [{"kind": "missing", "number": "B"}]
    assert lines["units"].items == [{"sku": SHIRT, "there": 2, "here": 1}]


@pytest.mark.parametrize("state", ["cancelled", "unpaid"])
def test_an_order_that_is_not_open_there_may_not_live_here(state):
    one = channel(sales=(sale("A", 1, state=state),), kept=(kept("A", 2),))
    assert lines_of(one)["orders"].items == [{"kind": "extra", "number": "A", "state": state}]
    gone = replace(one, kept=(kept("A", 2, cancelled=True),))
    assert is_green(list(lines_of(gone).values()))


def test_money_is_compared_order_by_order():
    dear = replace(kept("A", 2), total_vnd=150_000)
    cheap = replace(kept("B", 2), total_vnd=148_000)
    lines = lines_of(channel(sales=(sale("A", 1), sale("B", 1)), kept=(dear, cheap)))
    assert lines["money"].ok is False
    assert [item["number"] for item in lines["money"].items] == ["A", "B"]
    assert lines["money"].there == lines["money"].here


def test_a_number_above_what_the_rules_allow_is_red_from_the_first_sale_on():
    told = (Told(SHIRT, 9, 0.5), Told(SHIRT, 5, 2.0), Told(SHIRT, 6, 3.0))
    lines = lines_of(channel(told=told, allowed={SHIRT: 5}, began=1.0))
    assert lines["allowed"].items == [{"sku": SHIRT, "told": 6, "allowed": 5}]


def test_a_wrong_number_at_the_end_is_red_unless_the_marketplace_refused_the_right_one():
    one = channel(shown={SHIRT: 3}, right={SHIRT: 1})
    assert lines_of(one)["shown"].ok is False
    locked = replace(one, refused={SHIRT: "đang trong Flash Sale"})
    line = lines_of(locked)["shown"]
    assert (line.ok, line.items[0]["kind"]) == (True, "refused")
    [told] = [row for row in shown_report(as_rows([line])) if row.texts]
    assert "(đang trong Flash Sale)" in str(told.texts[0])


def test_nothing_is_oversold_while_there_is_enough():
    lines = lines_of(channel(sales=(sale("A", 1, 2),), kept=(kept("A", 2, 2),)), units=2)
    assert (lines["oversold"].ok, lines["oversold"].items) == (True, [])
    assert (lines["oversold"].there, lines["oversold"].here) == (2, 2)


def test_a_cancelled_sale_takes_no_unit():
    sales = (sale("A", 1, state="cancelled"), sale("B", 2))
    assert lines_of(channel(sales=sales, kept=(kept("B", 3),)), units=1)["oversold"].items == []


def reason(sold_at: float, told: tuple[Told, ...], **more) -> str:
    """Why Lazada still sold at that moment: the one unit went at Shopee at 1.0, known at 4.0."""
    first = channel(sales=(sale("A", 1.0),), kept=(kept("A", 4.0),))
    second = channel(2, "Lazada", sales=(sale("B", sold_at),), kept=(kept("B", 99.0),), told=told)
    [item] = lines_of(first, replace(second, **more), units=1)["oversold"].items
    assert (item["number"], item["shop"], item["units"]) == ("B", "Lazada", 1)
    return item["reason"]


def test_each_unit_sold_too_much_has_its_reason():
    early = Told(SHIRT, 1, 0.5)
    zero = Told(SHIRT, 0, 30.0)
    assert reason(2.0, (early, zero)) == "not_known"
    assert reason(5.0, (early, zero)) == "on_its_way"
    assert reason(5.0, (early,), refused={SHIRT: "khóa"}) == "refused"
    assert reason(5.0, (early,)) == "never_told"
    assert reason(20.0, (early, Told(SHIRT, 1, 15.0), zero)) == "wrong_number"


def test_a_reason_that_blames_us_is_red():
    first = channel(sales=(sale("A", 1.0),), kept=(kept("A", 2.0),))
    second = channel(2, "Lazada", sales=(sale("B", 9.0),), kept=(kept("B", 9.5),))
    lines = lines_of(first, second, units=1)
    assert lines["oversold"].ok is False
    assert not is_green(list(lines.values()))


def test_the_worst_lag_is_told_without_those_that_waited_to_be_paid():
    sales = (sale("A", 1.0), sale("B", 1.0), sale("C", 1.0, waited=True))
    here = (kept("A", 1.5), kept("B", 4.25), kept("C", 60.0))
    line = lines_of(channel(sales=sales, kept=here))["lag"]
    assert [(item["number"], item["ms"]) for item in line.items] == [("B", 3250), ("A", 500)]


def test_what_is_left_over_is_red():
    lines = lines_of(waiting=2, problems=(("Shopee", "x"),), findings=("y",))
    assert [lines[key].ok for key in ("waiting", "problems", "books")] == [False, False, False]


def test_a_long_list_is_cut_and_says_so():
    sales = tuple(sale(f"A{n}", n) for n in range(ITEMS_KEPT + 7))
    line = lines_of(channel(sales=sales), units=1000)["orders"]
    assert (len(line.items), line.more) == (ITEMS_KEPT, 7)
    [shown] = shown_report(as_rows([line]))
    assert (len(shown.texts), len(shown.rest), shown.more) == (5, ITEMS_KEPT - 5, 7)


def test_every_line_has_words_and_each_red_one_a_next_step():
    first = channel(
        sales=(sale("A", 1.0), sale("D", 2.0)),
        kept=(replace(kept("A", 2.0), total_vnd=1), kept("C", 3.0)),
        told=(Told(SHIRT, 9, 5.0),),
        allowed={SHIRT: 3},
        shown={SHIRT: 4},
        right={SHIRT: 0},
    )
    facts = Facts((first,), {SHIRT: 1}, waiting=1, problems=(("S", "p"),), findings=("f",))
    report = as_rows(judge(facts))
    assert {row["key"] for row in report} == set(TITLES)
    shown = shown_report(report)
    red = [line for line in shown if line.tone == "red"]
    assert len(red) == sum(row["ok"] is False for row in report) == 7
    assert shown[: len(red)] == red
    assert all(line.next_text and line.next_url for line in red)
