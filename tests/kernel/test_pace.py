"""The pace that all processes keep together, and that shops of one account share fairly."""

import heapq
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field

import pytest
import redis
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from oms.kernel import ratelimit
from oms.kernel.errors import ServiceUnreachable
from oms.kernel.http import PartnerSession
from oms.kernel.ratelimit import Pace, hold_back, take, wait_for_token
from oms.kernel.redis import redis_client

pytestmark = pytest.mark.usefixtures("redis_clean")
BEGAN = 1_000_000.0


@dataclass
class Played:
    """What a partner sees of callers that ask again as soon as they may."""

    calls: list[tuple[float, str]] = field(default_factory=list)

    def counts(self) -> Counter[str]:
        return Counter(shop for _at, shop in self.calls)

    def most_in_a_second(self, shop: str = "") -> int:
        times = [at for at, who in self.calls if shop in ("", who)]
        return max(sum(at <= other < at + 1 - 1e-6 for other in times) for at in times)


def play(
    pace: Pace,
    callers: dict[str, int],
    seconds: float,
    name: str = "demo:",
    began: float = BEGAN,
) -> Played:
    """`callers` of each shop, one after the other, on a clock of their own."""
    played = Played()
    names = [shop for shop, count in callers.items() for _ in range(count)]
    waiting = [(began, number) for number in range(len(names))]
    while waiting[0][0] < began + seconds:
        at, number = heapq.heappop(waiting)
        shop = names[number]
        wait = take(name, pace.total, shop=shop, own=pace.shop, moment=at)
        if wait <= 0:
            played.calls.append((at, shop))
        heapq.heappush(waiting, (at + max(wait, 0.001), number))
    return played


def test_one_greedy_shop_of_twenty_gets_no_more_than_the_others() -> None:
    shops = {f"S{number}": 1 for number in range(20)} | {"S7": 30}
    played = play(Pace(20), shops, seconds=20)
    counts = played.counts()
    assert len(counts) == 20
    assert max(counts.values()) - min(counts.values()) <= 2
    assert played.most_in_a_second() <= 20
    assert sum(counts.values()) >= 17 * 20  # fair, and next to nothing is given away


def test_a_shop_alone_has_the_whole_pace_up_to_its_own_limit() -> None:
    alone = play(Pace(20, 5), {"A": 3}, seconds=10)
    assert alone.most_in_a_second() <= 5
    assert len(alone.calls) >= 45
    both = play(Pace(20, 5), {"A": 3, "B": 3}, seconds=10, name="other:")
    assert both.most_in_a_second("A") <= 5
    assert both.most_in_a_second() <= 10
    assert len(both.calls) >= 90


def test_a_shop_that_comes_late_is_next_and_has_earned_no_backlog() -> None:
    pace = Pace(10)
    play(pace, {"A": 5}, seconds=10)
    both = play(pace, {"A": 5, "B": 5}, seconds=10, began=BEGAN + 10)
    assert "B" in [shop for _at, shop in both.calls[:2]]
    assert abs(both.counts()["A"] - both.counts()["B"]) <= 2


def test_a_caller_that_died_while_it_waited_keeps_nobody_else_waiting() -> None:
    pace = Pace(2)
    assert take("demo:", pace.total, shop="A", moment=BEGAN) == 0
    told = take("demo:", pace.total, shop="B", moment=BEGAN)
    take("demo:", pace.total, shop="C", moment=BEGAN)
    # B never comes back; C's turn comes all the same.
    assert take("demo:", pace.total, shop="C", moment=BEGAN + told + 2.0) == 0


@settings_of_hypothesis(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    per_second=st.integers(1, 25),
    per_shop=st.none() | st.integers(1, 8),
    callers=st.lists(st.integers(1, 4), min_size=1, max_size=6),
)
def test_no_second_has_more_calls_than_a_partner_takes(per_second, per_shop, callers) -> None:
    redis_client().flushdb()
    shops = {f"S{number}": count for number, count in enumerate(callers)}
    played = play(Pace(per_second, per_shop), shops, seconds=4)
    assert played.most_in_a_second() <= per_second
    for shop in shops:
        if per_shop and shop in played.counts():
            assert played.most_in_a_second(shop) <= per_shop
    fair = min(per_second / len(shops), per_shop or per_second) * 4
    assert min(played.counts().get(shop, 0) for shop in shops) >= int(fair * 0.6) - 1


def test_a_pause_asked_of_one_shop_leaves_the_others_alone_where_shops_are_counted_apart() -> None:
    apart, together = Pace(1000, 100), Pace(1000)
    hold_back("demo:", apart, 60, "A")
    wait_for_token("demo:", apart, "B")
    with pytest.raises(ServiceUnreachable) as told:
        wait_for_token("demo:", apart, "A")
    assert 50 < (told.value.retry_after or 0) <= 60
    hold_back("demo:", together, 60, "A")
    with pytest.raises(ServiceUnreachable):
        wait_for_token("demo:", together, "B")


def test_the_pace_of_a_partner_comes_from_the_settings(settings) -> None:
    settings.PARTNER_PACES = {"shopee": (7.0, 3.0)}
    assert PartnerSession("shopee", "http://127.0.0.1:9").pace == Pace(7.0, 3.0)
    assert PartnerSession("unheard-of", "http://127.0.0.1:9").pace == Pace(10.0)


ASK = """
import sys
from django.conf import settings
settings.configure(REDIS_URL=sys.argv[2])
from oms.kernel.ratelimit import Pace, take
pace, taken = Pace(40), 0
for step in range(400):
    moment = 1_000_000.0 + step * 0.01
    taken += take("demo:", pace.total, shop=sys.argv[1], moment=moment) == 0
print(taken)
"""


def test_two_processes_keep_one_pace(redis_clean: redis.Redis) -> None:
    """Both walk through the same four seconds: a token that one has is gone for the other."""
    both = [
        subprocess.Popen(
            [sys.executable, "-c", ASK, shop, settings.REDIS_URL],
            stdout=subprocess.PIPE,
            text=True,
        )
        for shop in ("A", "B")
    ]
    taken = [int(process.communicate(timeout=120)[0]) for process in both]
    allowed = ratelimit.Pace(40).total
    assert sum(taken) <= allowed.burst + 4 * allowed.rate + 1
    assert sum(taken) >= 4 * allowed.rate - 40
