"""A-53, A-38: the choice of warehouse and carrier, without a database."""

from collections import Counter
from dataclasses import replace
from datetime import time
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shipping.ports import Limits
from shipping.routing.choose import route, route_all
from shipping.routing.facts import Need, Place, Price, Record, Rule, Way, Weights, World, band_of
from shipping.routing.words import kept, kept_reasons
from shipping.routing.words import sentences as in_words
from shipping.routing.zones import Zone, zone_of

LIMITS = Limits(20_000, 100, 10_000_000, 10_000_000, 6)
SAIGON = Place(1, "Kho Sài Gòn", "main", "79")
HANOI = Place(2, "Kho Hà Nội", "branch", "01")
FAST = Way(1, "GHN", "ghn", None, LIMITS)
SLOW = Way(2, "GHTK", "ghtk", None, LIMITS)
BASE = Weights("Thường", day_vnd=3_000, failure_vnd=40_000, may_split=True)
NEED = Need(
    order_id=7,
    province="01",
    ward="01/00004",
    ward_name="Phường Ba Đình",
    source="phone",
    wanted={5: 2},
    held={1: {5: 2}},
    weight_g=800,
    length_cm=20,
    width_cm=15,
    height_cm=10,
    cod_vnd=650_000,
)


def sentences(reasons: Any) -> list[str]:
    """With plain spaces in amounts."""
    return [text.replace("\xa0", " ") for text in in_words(reasons)]


def prices(*rows: tuple[int, str, int, int | None]) -> dict[Any, tuple[Price, ...]]:
    """(account, zone, fee, hours) for the band of `NEED`."""
    return {
        (account, zone, 1000): (Price(f"S{account}", f"Dịch vụ {account}", fee, hours),)
        for account, zone, fee, hours in rows
    }


def world(**changes: Any) -> World:
    facts = {
        "places": (SAIGON, HANOI),
        "ways": (FAST, SLOW),
        "prices": prices(
            (1, "far", 40_000, 72),
            (2, "far", 36_000, 96),
            (1, "local", 22_000, 24),
            (2, "local", 20_000, 48),
        ),
        "records": {},
        "free": {(5, 1): 0, (5, 2): 3},
        "at": time(10),
    }
    return World(**{**facts, **changes})


def chosen(weights: Weights = BASE, need: Need = NEED, **changes: Any) -> tuple[str, str]:
    found = route(need, world(**changes), weights).chosen
    assert found is not None
    return found.place.name, found.way.name


def test_zones_are_province_region_and_the_rest() -> None:
    assert zone_of("79", "79") == Zone.LOCAL
    assert zone_of("79", "92") == Zone.REGION
    assert zone_of("01", "40") == Zone.FAR
    assert zone_of("", "79") == zone_of("79", "") == Zone.FAR
    assert [band_of(g) for g in (0, 1, 500, 501)] == [500, 500, 500, 1000]


def test_a53_the_nearer_warehouse_wins_and_says_why_with_the_second_choice() -> None:
    decision = route(NEED, world(), BASE)
    told = kept(decision)
    assert told["chosen"] == {
        "place_id": 2,
        "place": "Kho Hà Nội",
        "account_id": 1,
        "account": "GHN",
        "service_code": "S1",
        "service": "Dịch vụ 1",
        "fee_vnd": 22_000,
        "days": 1,
        "cost_vnd": 22_000 + 3_000 + 4_000,
    }
    # 20.000 ₫ and two days are dearer than 22.000 ₫ and one.
    assert (told["second"]["account"], told["second"]["fee_vnd"]) == ("GHTK", 20_000)
    assert decision.moves
    assert kept_reasons(told) == in_words(decision.reasons)
    assert sentences(decision.reasons) == [
        "Kho Hà Nội có đủ cả đơn (trong 2 kho có đủ).",
        "Hàng được chuyển chỗ giữ về Kho Hà Nội.",
        "Giao trong tỉnh.",
        "GHN, Dịch vụ 1: phí 22.000 ₫, 1 ngày.",
        "Tính cả ngày chờ và rủi ro theo “Thường”: 29.000 ₫.",
    ]


def test_a53_a_day_costs_money_so_does_a_late_pickup_and_a_bad_record() -> None:
    assert chosen(replace(BASE, day_vnd=0)) == ("Kho Hà Nội", "GHTK")
    late = replace(FAST, last_pickup=time(9, 30))
    assert chosen(ways=(late, SLOW)) == ("Kho Hà Nội", "GHTK")
    decision = route(NEED, world(ways=(late,)), BASE)
    assert "Đã qua giờ lấy hàng cuối ngày (09:30): đi ngày mai." in sentences(decision.reasons)
    poor = {("ghn", "01/00004"): Record(2, 18)}
    assert chosen(records=poor) == ("Kho Hà Nội", "GHTK")
    good = {("ghn", "01/00004"): Record(19, 1)}
    said = sentences(route(NEED, world(records=good), BASE).reasons)
    assert "Ở Phường Ba Đình, hãng đã giao được 19 trên 20 kiện." in said


def test_a53_limits_of_the_carrier_leave_it_out_and_are_said() -> None:
    small = replace(FAST, limits=replace(LIMITS, max_weight_g=500))
    decision = route(NEED, world(ways=(small, SLOW)), BASE)
    assert decision.chosen is not None and decision.chosen.way == SLOW
    said = sentences(decision.reasons)
    assert "GHN không nhận kiện cỡ này hoặc tiền thu hộ này." in said
    rich = replace(FAST, limits=replace(LIMITS, max_cod_vnd=1))
    assert route(NEED, world(ways=(rich,)), BASE).chosen is None


def test_a38_a_rule_may_name_a_kind_of_warehouse() -> None:
    rule = Rule("Đơn lớn từ kho chính", "only", min_cod_vnd=500_000, warehouse_kind="main")
    ruled = replace(BASE, rules=(rule,))
    assert chosen(ruled) == ("Kho Sài Gòn", "GHTK")
    assert chosen(ruled, replace(NEED, cod_vnd=499_999)) == ("Kho Hà Nội", "GHN")
    said = sentences(route(NEED, world(), ruled).reasons)
    assert "Quy tắc “Đơn lớn từ kho chính”: chỉ dùng lựa chọn này." in said


def test_a53_rules_forbid_and_weigh() -> None:
    never = Rule("Hà Nội không GHN", "never", provinces=frozenset({"01"}), account_id=1)
    assert chosen(replace(BASE, rules=(never,))) == ("Kho Hà Nội", "GHTK")
    dear = Rule("Bớt GHN nội tỉnh", "dearer", 9_000, zone="local", service_code="S1")
    assert chosen(replace(BASE, rules=(dear,))) == ("Kho Hà Nội", "GHTK")
    cheap = Rule("Xả kho Sài Gòn", "cheaper", 50_000, warehouse_id=1, source="phone")
    decision = route(NEED, world(), replace(BASE, rules=(cheap,)))
    assert decision.chosen is not None and decision.chosen.place == SAIGON
    assert "Quy tắc “Xả kho Sài Gòn”: ưu tiên, trừ 50.000 ₫." in sentences(decision.reasons)
    nothing = replace(BASE, rules=(Rule("Cấm", "never", warehouse_kind="main"), never))
    nothing = replace(nothing, rules=(*nothing.rules, Rule("Chỉ 1", "only", account_id=1)))
    refused = route(NEED, world(), nothing)
    assert refused.chosen is None and not refused.splits
    assert sentences(refused.reasons)[-1].startswith("Không tài khoản vận chuyển nào")


def test_a53_without_prices_days_decide_and_that_is_said() -> None:
    decision = route(NEED, world(prices={}), BASE)
    assert decision.chosen is not None and decision.chosen.price.fee_vnd is None
    assert decision.chosen.place == HANOI  # two days within the province, five across
    assert any("chưa biết phí" in text for text in sentences(decision.reasons))
    one_known = prices((2, "far", 90_000, 96))
    assert chosen(prices=one_known) == ("Kho Sài Gòn", "GHTK")


def test_a53_goods_in_two_places_are_split_when_no_place_has_all() -> None:
    spread = replace(NEED, wanted={5: 2, 6: 1}, held={1: {5: 2}, 2: {6: 1}})
    free = {(5, 1): 0, (6, 1): 0, (5, 2): 1, (6, 2): 0}
    decision = route(spread, world(free=free), BASE)
    assert decision.splits and decision.chosen is None
    assert "Kho Sài Gòn, Kho Hà Nội" in sentences(decision.reasons)[0]
    kept_whole = route(spread, world(free=free), replace(BASE, may_split=False))
    assert not kept_whole.splits
    # One more piece in Ha Noi, and that place sends all of it.
    assert chosen(need=spread, free={**free, (5, 2): 2}) == ("Kho Hà Nội", "GHN")
    closed = route(spread, world(free=free, places=(SAIGON,)), BASE)
    assert not closed.splits and closed.reasons[0].code == "closed"


stock = st.dictionaries(
    st.tuples(st.integers(1, 3), st.integers(1, 3)), st.integers(0, 4), max_size=9
)
orders = st.lists(
    st.tuples(
        st.dictionaries(st.integers(1, 3), st.integers(1, 3), min_size=1, max_size=3),
        st.integers(0, 4),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=80, deadline=None)
@given(free=stock, wishes=orders, open_ids=st.sets(st.integers(1, 3)))
def test_a53_never_more_than_there_is_never_a_closed_warehouse(free, wishes, open_ids) -> None:
    """Whatever stock, orders and open places: what is chosen together exists, in open places."""
    needs, shelf = [], Counter(free)
    for number, (wanted, held_at) in enumerate(wishes):
        held = {held_at: wanted} if held_at else {}
        needs.append(replace(NEED, order_id=number, wanted=wanted, held=held))
        shelf.update({(variant, held_at): units for variant, units in wanted.items() if held_at})
    places = tuple(Place(pk, f"K{pk}", "main", "79") for pk in sorted(open_ids))
    facts = world(places=places, free={k: v for k, v in free.items() if k[1] in open_ids})
    decisions = route_all(needs, facts, BASE)
    used: Counter[tuple[int, int]] = Counter()
    for need, decision in zip(needs, decisions, strict=True):
        assert not (decision.splits and decision.chosen)
        if decision.chosen:
            assert decision.chosen.place.id in open_ids
            used.update({(v, decision.chosen.place.id): n for v, n in need.wanted.items()})
        elif set(need.held) & open_ids:
            raise AssertionError("an order that is held in an open place can leave from there")
        else:
            used.update({(v, at): n for at, units in need.held.items() for v, n in units.items()})
    for place, units in used.items():
        assert units <= shelf[place]
