"""Traffic: it sells what is offered, through the doors, spoils pushes, and ends by itself."""

import threading
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
import requests
from django.core.management import CommandError, call_command

from oms.sandbox.run import Sandbox, running_sandbox
from oms.sandbox.traffic import Plan, Traffic
from tests.sandbox.conftest import Listener

MARKETS = ("shopee", "lazada", "tiktok_shop")
SHOPS = {"shopee": "88012345", "lazada": "200123456", "tiktok_shop": "7495000000000000101"}
FAST = 10_000.0


@pytest.fixture
def sandbox(tmp_path: Path, listener: Listener):
    """Three marketplaces, one shop of each connected, pushes going to a listener."""
    with running_sandbox(tmp_path, MARKETS) as running:
        for name in MARKETS:
            running.control(name, "POST", "issue_code", {})
            running.control(name, "POST", "callbacks", {"url": listener.url})
        yield running


def doors(sandbox: Sandbox) -> dict[str, str]:
    return {name: sandbox.url(name) for name in MARKETS}


def books(sandbox: Sandbox, name: str) -> dict:
    return sandbox.control(name, "GET", f"books?shop={SHOPS[name]}")


def test_the_same_seed_sells_the_same_and_the_books_agree_with_the_ledger(sandbox):
    ledger = Traffic(doors(sandbox), Plan(orders=45, rate=FAST, seed=7)).run(threading.Event())
    assert ledger.done == 45
    assert set(ledger.tally) == set(MARKETS)
    sold: Counter[str] = Counter()
    for name, tally in ledger.tally.items():
        orders = books(sandbox, name)["orders"]
        assert len(orders) == tally["orders"]
        states = Counter(order["state"] for order in orders)
        assert states["cancelled"] == tally["cancelled"]
        assert states["unpaid"] == 0
        assert all(order["total_vnd"] > 0 for order in orders if order["state"] == "open")
        for order in orders:
            sold.update(order["lines"])
    assert sold == ledger.units
    hot = sum(units for _sku, units in ledger.units.most_common(3))
    assert hot * 2 > ledger.units.total()
    assert ledger.faults == {"late": 3, "duplicate": 2, "reorder": 2, "lost": 2}


def test_nothing_is_sold_that_the_shop_does_not_offer(sandbox):
    for name, field in (("shopee", "stock"), ("lazada", "total"), ("tiktok_shop", "available")):
        sandbox.control(name, "POST", "stock", {"sku": "OP-14", field: 2})
    plan = Plan(orders=30, rate=FAST, faults=(), hot=("OP-14",))
    ledger = Traffic(doors(sandbox), plan).run(threading.Event())
    assert sum(tally["sold out"] for tally in ledger.tally.values()) > 0
    for name in MARKETS:
        kept = books(sandbox, name)
        sold = [row["lines"] for row in kept["orders"] if row["state"] != "cancelled"]
        assert kept["for_sale"]["OP-14"] == 2 - sum(lines.get("OP-14", 0) for lines in sold)


def test_what_the_app_tells_is_in_the_books_with_its_moment(sandbox):
    sandbox.partner("shopee").desk.memory.note_told(88012345, "AT-DEN-M", 3)
    sandbox.clock.advance(10)
    told = books(sandbox, "shopee")
    [row] = told["told"]
    assert (row["sku"], row["quantity"]) == ("AT-DEN-M", 3)
    assert told["now"] - row["at"] >= 10


def test_late_pushes_arrive_after_those_behind_them_and_lost_ones_never(sandbox, listener):
    def sell(fault: str = "") -> str:
        if fault:
            sandbox.control("shopee", "POST", "faults", {"kind": fault, "seconds": 60})
        order = {"shop_id": 88012345, "lines": [{"sku": "OP-14"}], "in_stock": True}
        return sandbox.control("shopee", "POST", "orders", order)["order_sn"]

    late, lost, twice, plain = sell("late"), sell("lost"), sell("duplicate"), sell()
    wait_for(lambda: len(told(listener)) == 3)
    assert sorted(told(listener)) == sorted([twice, twice, plain])
    sandbox.clock.advance(61)
    wait_for(lambda: late in told(listener))
    sandbox.settle("shopee")
    assert lost not in told(listener)


def told(listener: Listener) -> list[str]:
    return [body["data"]["ordersn"] for body in listener.bodies if body.get("code") == 3]


def wait_for(condition) -> None:
    pause = threading.Event()
    for _try in range(600):
        if condition():
            return
        pause.wait(0.02)
    pytest.fail("waited in vain")


def test_a_shop_that_is_not_connected_sells_nothing(tmp_path):
    with running_sandbox(tmp_path, ["lazada"]) as sandbox:
        traffic = Traffic({"lazada": sandbox.url("lazada")}, Plan(orders=3, rate=FAST))
        with pytest.raises(ValueError, match="no shop is connected"):
            traffic.run(threading.Event())


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"orders": 0}, "orders"), ({"rate": 0}, "rate"), ({"faults": ("noise",)}, "not noise")],
)
def test_a_plan_that_cannot_be_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        Plan(**{"orders": 1, "rate": 1, **wrong})


def test_the_door_runs_one_traffic_at_a_time_and_stops_it(sandbox):
    url = f"http://127.0.0.1:{sandbox.index_port}/traffic"
    begun = requests.post(url, json={"orders": 5000, "rate": 20}, timeout=30).json()
    assert begun["running"]
    again = requests.post(url, json={"orders": 5}, timeout=30)
    assert (again.status_code, again.json()) == (400, {"error": "traffic is running already"})
    ended = requests.delete(url, timeout=30).json()
    assert not ended["running"]
    assert ended["done"] < 5000
    strange = requests.post(url, json={"orders": -1}, timeout=30)
    assert strange.status_code == 400


def test_the_command_prints_what_was_sold(sandbox, monkeypatch):
    from oms.sandbox.management.commands import sandbox_traffic

    monkeypatch.setattr(sandbox_traffic.Command, "doors", staticmethod(lambda: doors(sandbox)))
    out = StringIO()
    call_command(
        "sandbox_traffic", rate=FAST, minutes=12 / FAST / 60, faults="lost", seed=3, stdout=out
    )
    said = out.getvalue()
    assert "Seed 3: 12 of 12 buyers came." in said
    assert "Pushes spoilt: lost 2" in said
    for name in MARKETS:
        assert f"orders {len(books(sandbox, name)['orders'])}, " in said


def test_the_command_says_that_the_sandbox_is_away(monkeypatch):
    from oms.sandbox.management.commands import sandbox_traffic

    away = {"shopee": "http://127.0.0.1:9"}
    monkeypatch.setattr(sandbox_traffic.Command, "doors", staticmethod(lambda: away))
    with pytest.raises(CommandError, match="does not answer"):
        call_command("sandbox_traffic", stdout=StringIO())
