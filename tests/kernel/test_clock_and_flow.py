from datetime import UTC, date, datetime

import pytest

from oms.kernel import clock
from oms.kernel.errors import TransitionRefused
from oms.kernel.flow import Flow


@pytest.mark.parametrize(("hour", "minute"), [(0, 30), (6, 59)])
def test_the_early_morning_belongs_to_its_own_day(hour, minute):
    moment = datetime(2026, 11, 22, hour, minute, tzinfo=clock.COMPANY_ZONE).astimezone(UTC)
    assert moment.date() == date(2026, 11, 21)
    assert clock.today(moment) == date(2026, 11, 22)


def test_a_day_is_twenty_four_hours_of_company_time():
    start, end = clock.day_bounds(date(2026, 11, 22))
    assert start == datetime(2026, 11, 21, 17, tzinfo=UTC)
    assert (end - start).total_seconds() == 86_400


def test_a_flow_refuses_what_it_has_no_edge_for():
    flow = Flow("lamp", {"off": {"on"}, "on": {"off", "broken"}, "broken": set()})
    flow.check("off", "on")
    flow.check("on", "on")
    with pytest.raises(TransitionRefused):
        flow.check("broken", "on")


def test_a_flow_must_know_all_its_states():
    with pytest.raises(ValueError, match="melted"):
        Flow("lamp", {"off": {"melted"}})
