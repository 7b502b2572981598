"""GHN's webhooks: every step in order, twice and forged on demand; money and weights told later."""

from collections.abc import Iterator

import pytest

from oms.sandbox.run import running_sandbox
from tests.sandbox.ghn_caller import Seller, listen


@pytest.fixture
def seller(tmp_path) -> Iterator[Seller]:
    with running_sandbox(tmp_path, ["ghn"]) as sandbox:
        yield Seller(sandbox)


def test_every_step_is_told_in_order(seller, listener):
    listen(seller, listener)
    code = seller.booked()
    steps = seller.steer("walk", order_code=code, status="delivered", reason="xong")
    seller.sandbox.settle("ghn")
    assert listener.got[0][0] == "/hook/s3cret/"
    assert [(b["Type"], b["Status"]) for b in listener.bodies] == [
        ("create", "ready_to_pick"),
        *(("switch_status", status) for status in steps),
    ]
    last = listener.bodies[-1]
    assert (last["OrderCode"], last["ShopID"], last["CODAmount"]) == (code, 190001, 650000)
    assert (last["Reason"], last["Fee"]["Total"], last["CODTransferDate"]) == ("xong", 24250, None)


def test_an_illegal_step_is_refused_unless_forced(seller):
    code = seller.booked()
    with pytest.raises(ValueError, match="may be followed by: picking, cancel"):
        seller.steer("move", order_code=code, status="delivered")
    forced = seller.steer("move", order_code=code, status="delivered", force=True)
    assert forced["status"] == "delivered"


def test_weighing_again_tells_the_weight_and_then_the_fee(seller, listener):
    code = seller.booked()
    listen(seller, listener)
    seller.steer("reweigh", order_code=code, weight=1600)
    seller.sandbox.settle("ghn")
    assert [(b["Type"], b["Weight"], b["TotalFee"]) for b in listener.bodies] == [
        ("update_weight", 1600, 29250),
        ("update_fee", 1600, 29250),
    ]


def test_cod_is_transferred_after_delivery_only(seller, listener):
    code = seller.booked()
    with pytest.raises(ValueError, match="no COD has been collected"):
        seller.steer("cod_transferred", client_order_code="DH-26-000123")
    seller.steer("walk", order_code=code, status="delivered")
    listen(seller, listener)
    seller.steer("cod_transferred", order_code=code)
    seller.sandbox.settle("ghn")
    assert listener.bodies[0]["Type"] == "cod"
    assert listener.bodies[0]["CODTransferDate"] is not None
    assert seller.detail(code)["is_cod_transferred"] is True


def test_webhooks_come_twice_and_out_of_order_on_demand(seller, listener):
    code = seller.booked()
    listen(seller, listener)
    seller.steer("faults", kind="duplicate", path="switch_status")
    seller.steer("move", order_code=code, status="picking")
    seller.sandbox.settle("ghn")
    assert [b["Status"] for b in listener.bodies] == ["picking", "picking"]
    assert listener.bodies[0] == listener.bodies[1]
    listener.got.clear()
    seller.steer("faults", kind="reorder", path="switch_status")
    seller.steer("move", order_code=code, status="picked")
    seller.steer("move", order_code=code, status="storing")
    seller.sandbox.settle("ghn")
    assert [b["Status"] for b in listener.bodies] == ["storing", "picked"]


def test_a_forged_webhook_does_not_know_the_secret(seller, listener):
    code = seller.booked()
    listen(seller, listener)
    seller.steer("faults", kind="bad_signature")
    seller.steer("move", order_code=code, status="picking")
    seller.sandbox.settle("ghn")
    assert listener.got[0][0] == "/hook/s3crex/"


def test_older_spellings_and_unknown_states_can_be_sent(seller, listener):
    code = seller.booked()
    listen(seller, listener)
    seller.steer("emit", order_code=code, type="Switch_status", changes={"Status": "picked"})
    seller.steer("faults", kind="unknown_webhook_status", value="teleported")
    seller.steer("move", order_code=code, status="picking")
    seller.sandbox.settle("ghn")
    told = [(b["Type"], b["Status"]) for b in listener.bodies]
    assert told == [("Switch_status", "picked"), ("switch_status", "teleported")]
    assert seller.detail(code)["status"] == "picking"


def test_detail_may_carry_a_state_nobody_documented(seller):
    code = seller.booked()
    seller.steer("faults", kind="unknown_status", path="*/detail")
    assert seller.detail(code)["status"] == "sandbox_unknown_status"
    assert seller.detail(code)["status"] == "ready_to_pick"


def test_what_was_charged_is_asked_for_by_itself(seller):
    code = seller.booked()
    assert {"fee", "total_fee", "sort_code"}.isdisjoint(seller.detail(code))
    charged = seller.post("/v2/shipping-order/soc", {"order_code": code}).json()["data"]
    assert (charged["total_fee"], charged["detail"]["insurance"]) == (24250, 3250)


def test_parcels_move_by_themselves_when_asked(seller):
    code = seller.booked()
    seller.steer("auto_advance", on=True, seconds=60, cod_after=60)
    seen = ["ready_to_pick"]
    for _ in range(8):
        seller.sandbox.clock.advance(61)
        seller.sandbox.partner("ghn").tick()
        seen.append(seller.detail(code)["status"])
    assert seen[-2:] == ["delivered", "delivered"]
    assert seller.detail(code)["is_cod_transferred"] is True
