"""One alert for a crossing, whatever is seen how often."""

import pytest

from oms.kernel.actors import Actor
from oms.kernel.alerts import Crossing, open_alerts, open_keys, settle_alerts
from oms.kernel.models import Alert, Event

pytestmark = pytest.mark.django_db
ACTOR = Actor.system("test")


def crossing(key: str, message: str = "x", **fields) -> Crossing:
    return Crossing(key, message, fields.pop("permission", "inventory.view_stock"), **fields)


def settle(*keys: str, among=None):
    return settle_alerts("t", [crossing(key) for key in keys], actor=ACTOR, among=among)


def test_a_crossing_that_is_seen_again_opens_nothing_more() -> None:
    assert settle("a", "b").opened == ["a", "b"]
    again = settle_alerts("t", [crossing("a", "newer"), crossing("b")], actor=ACTOR)
    assert (again.opened, again.closed) == ([], [])
    assert Alert.objects.get(key="a").message == "newer"
    assert Event.objects.filter(name="alert.opened").count() == 2


def test_what_recovers_is_closed_and_a_new_crossing_is_a_new_alert() -> None:
    settle("a")
    assert settle().closed == ["a"]
    assert open_keys("t", ["a"]) == set()
    assert settle("a").opened == ["a"]
    assert Alert.objects.filter(key="a").count() == 2


def test_only_what_was_looked_at_is_closed() -> None:
    settle("a", "b")
    assert settle(among=["a"]).closed == ["a"]
    assert open_keys("t", ["a", "b"]) == {"b"}


def test_an_alert_is_shown_to_whom_it_concerns() -> None:
    rows = [
        crossing("here", place=("warehouse", 1)),
        crossing("there", place=("warehouse", 2)),
        crossing("money", permission="web.view_books"),
    ]
    settle_alerts("t", rows, actor=ACTOR)

    def seen(permissions, places):
        return set(open_alerts(permissions, places).values_list("key", flat=True))

    both = {"inventory.view_stock", "web.view_books"}
    assert seen(both, {"warehouse": None}) == {"here", "there", "money"}
    assert seen(both, {"warehouse": {1}}) == {"here", "money"}
    assert seen({"inventory.view_stock"}, {"warehouse": None}) == {"here", "there"}
