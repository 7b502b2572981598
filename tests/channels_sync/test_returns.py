"""Returns through the shared services and their pages, at a marketplace that answers."""

import json
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from PIL import Image

from channels_sync.models import ReturnRequest, Shop, SyncProblem
from channels_sync.services.connecting import connect_shop
from channels_sync.services.importing import import_orders
from channels_sync.services.return_alerts import settle_due
from channels_sync.services.returns import (
    JUDGED_AFTER,
    accept_return,
    import_return,
    look_up_answers,
    pull_returns,
)
from oms.kernel.clock import now
from oms.kernel.errors import DomainError, ServiceUnreachable
from oms.kernel.events import timeline_of
from oms.kernel.models import Alert
from orders.models import Order

from .conftest import ACTOR
from .markets import Market, connect, running_market, take_pushes
from .test_pages import order_push, send, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_clean")]


@pytest.fixture
def connected(shopee: Any) -> Shop:
    [made] = connect_shop("shopee", shopee.code(), returned={"shop_id": "88012345"}, actor=ACTOR)
    return made


@pytest.fixture(params=["lazada", "tiktok_shop"])
def other(request: Any, tmp_path: Path, settings: Any) -> Iterator[Market]:
    with running_market(request.param, tmp_path, settings) as hand:
        yield hand


def asked(shopee: Any, shop: Shop, **wanted: Any) -> str:
    """An order that we have came to its buyer, who wants it back."""
    [number] = shopee.place(lines=[{"sku": "SRM-120", "quantity": 2}])
    import_orders(shop.pk, [number])
    shopee("POST", "order_status", {"order_sn": number, "status": "TO_CONFIRM_RECEIVE"})
    return shopee("POST", "ask_return", {"order_sn": number, **wanted})["return_sn"]


def one() -> ReturnRequest:
    return ReturnRequest.objects.get()


def look_up_later(shop_id: int) -> None:
    """As the poll does once an answer is old enough to be judged."""
    ReturnRequest.objects.update(sent_at=F("sent_at") - JUDGED_AFTER)
    look_up_answers(shop_id)


def test_a89_a_poll_brings_a_return_to_its_order_once(shopee, connected):
    number = asked(shopee, connected)
    assert pull_returns(connected.pk) == 1
    row = one()
    assert (row.remote_id, row.state, row.refund_vnd) == (number, "requested", row.refund_vnd)
    assert row.order == Order.objects.get(remote_id=row.remote_order_id)
    [line] = row.lines.all()
    assert (line.sku, line.quantity, line.order_line) == (
        "SRM-120", 2, row.order.lines.get() if row.order else None,
    )  # fmt: skip
    assert pull_returns(connected.pk) == 1
    assert ReturnRequest.objects.count() == 1
    names = [event.name for event in timeline_of("order", row.order_id or 0)]
    assert names.count("channel.return_requested") == 1


def test_an_older_word_does_not_undo_a_newer_one(shopee, connected):
    from channels_sync.services.keeping_returns import keep_return
    from channels_sync.services.returns import ask_taker

    number = asked(shopee, connected)
    old = ask_taker(connected.pk, lambda taker, access: taker.fetch_return(access, number))
    shopee("POST", "return_status", {"return_sn": number, "status": "CANCELLED"})
    import_return(connected.pk, number)
    keep_return(connected.pk, old)
    assert one().state == "cancelled"


def test_an_agreement_is_sent_once_and_told_on_the_order(shopee, connected):
    asked(shopee, connected)
    pull_returns(connected.pk)
    accept_return(one().pk, actor=ACTOR)
    row = one()
    assert (row.state, row.answer, row.may_accept) == ("accepted", "accepted", False)
    with pytest.raises(DomainError):
        accept_return(row.pk, actor=ACTOR)
    assert len(shopee.calls("returns/confirm")) == 1
    names = [event.name for event in timeline_of("order", row.order_id or 0)]
    assert "channel.return_accepted" in names


@pytest.mark.parametrize(
    ("kind", "answer", "state"),
    [("garbled_json", "accepted", "accepted"), ("timeout_before_work", "", "requested")],
)
def test_an_answer_without_a_reply_is_looked_up_and_never_sent_again(
    shopee, connected, kind, answer, state
):
    asked(shopee, connected)
    pull_returns(connected.pk)
    shopee.fault(kind, "*/returns/confirm", seconds=0)
    with pytest.raises(ServiceUnreachable):
        accept_return(one().pk, actor=ACTOR)
    look_up_later(connected.pk)
    assert (one().answer, one().state) == (answer, state)
    assert len(shopee.calls("returns/confirm")) == 1


def test_an_answer_that_was_just_sent_is_not_judged_lost(shopee, connected):
    asked(shopee, connected)
    pull_returns(connected.pk)
    shopee.fault("timeout_before_work", "*/returns/confirm", seconds=0)
    with pytest.raises(ServiceUnreachable):
        accept_return(one().pk, actor=ACTOR)
    asked_before = len(shopee.calls("get_return_detail"))
    look_up_answers(connected.pk)
    assert len(shopee.calls("get_return_detail")) == asked_before
    assert (one().answer, one().last_error) == ("accepting", "")
    with pytest.raises(DomainError):
        accept_return(one().pk, actor=ACTOR)
    look_up_later(connected.pk)
    assert (one().answer, bool(one().last_error)) == ("", True)


def test_an_old_look_does_not_take_back_an_answer_that_was_given_since(
    shopee, connected, monkeypatch
):
    asked(shopee, connected)
    pull_returns(connected.pk)
    old = now() - 2 * JUDGED_AFTER
    ReturnRequest.objects.update(answer="accepting", sent_at=old)

    def answered_meanwhile(shop_id: int, told: object) -> None:
        ReturnRequest.objects.update(answer="disputing", sent_at=now())

    monkeypatch.setattr("channels_sync.services.returns.keep_return", answered_meanwhile)
    look_up_answers(connected.pk)
    assert one().answer == "disputing"


def test_an_unknown_status_is_a_problem_and_closes_when_it_is_known(shopee, connected):
    number = asked(shopee, connected)
    shopee.fault("unknown_status", "*get_return_detail")
    import_return(connected.pk, number)
    [problem] = SyncProblem.objects.filter(resolved_at=None)
    assert (problem.kind, problem.remote_id) == ("unknown_return", number)
    assert one().state == "unknown"
    import_return(connected.pk, number)
    assert not SyncProblem.objects.filter(resolved_at=None).exists()
    assert one().state == "requested"


def test_a_return_that_cannot_be_read_is_a_problem_and_the_others_come_in(
    shopee, connected, monkeypatch
):
    bad, good = asked(shopee, connected), asked(shopee, connected)
    from channels_sync.marketplaces.shopee import returning

    real = returning.read_return
    monkeypatch.setattr(
        returning,
        "read_return",
        lambda told: real({**told, "update_time": "?"} if told["return_sn"] == bad else told),
    )
    assert pull_returns(connected.pk) == 2
    assert one().remote_id == good
    [problem] = SyncProblem.objects.filter(resolved_at=None)
    assert (problem.kind, problem.remote_id) == ("bad_return", bad)


def test_a_push_about_a_return_brings_it_and_a_lie_in_it_changes_nothing(shopee, connected):
    number = asked(shopee, connected)
    [there] = shopee("GET", "returns")
    change = {"update_field": "return_status", "old_value": "", "new_value": "CLOSED"}
    data = {"order_sn": there["order_sn"], "return_sn": number}
    data["updated_values"] = [{**change, "update_time": 5}]
    body = {"code": 29, "shop_id": 88012345, "timestamp": 5, "data": data}
    for _time in range(2):
        assert send(json.dumps(body).encode()) == 200
    work()
    assert (one().remote_id, one().state) == (number, "requested")
    assert send(order_push(there["order_sn"])) == 200


def told_by_lazada(number: str, wish: str) -> dict[str, Any]:
    data = {"reverse_order_id": wish, "reverse_order_line_id": "1", "trade_order_id": number}
    data |= {"reverse_status": "RTM_INIT", "status_update_time": "7", "seller_id": "200123456"}
    return {"seller_id": "200123456", "message_type": 10, "timestamp": 7, "data": data}


def told_by_tiktok(number: str, wish: str) -> dict[str, Any]:
    status = "RETURN_OR_REFUND_REQUEST_COMPLETE"
    data = {"order_id": number, "return_id": wish, "return_status": status, "update_time": 7}
    body = {"type": 12, "tts_notification_id": "71", "timestamp": 7}
    return {**body, "shop_id": "7495000000000000101", "data": data}


def test_a89_a_push_about_goods_that_come_back_brings_the_return_to_its_order(other, client):
    """What an invoice is corrected for: the order's history tells of it, whatever the push says."""
    shop = connect(other)
    [number] = other.place(lines=[{"sku": "SRM-120", "quantity": 1}])
    import_orders(shop.pk, [number])
    other.move(number, "delivered")
    [wish] = other("POST", "ask_return", {"order_id": number}).values()
    told = told_by_lazada if other.code_name == "lazada" else told_by_tiktok
    assert other.send(client, json.dumps(told(number, wish)).encode()) == 200
    take_pushes()
    row = one()
    assert (row.remote_id, row.state, row.shop) == (wish, "requested", shop)
    order = Order.objects.get(remote_id=number)
    [line] = row.lines.all()
    assert (row.order, line.order_line, line.quantity) == (order, order.lines.get(), 1)
    accept_return(row.pk, actor=ACTOR)
    assert one().state == "accepted"
    names = [event.name for event in timeline_of("order", order.pk)]
    assert "channel.return_requested" in names
    assert "channel.return_accepted" in names


def test_an_end_within_a_day_is_an_alert_until_it_is_answered(shopee, connected):
    asked(shopee, connected)
    pull_returns(connected.pk)
    settle_due(actor=ACTOR)
    assert not Alert.objects.exists()
    ReturnRequest.objects.update(answer_until=now() + timedelta(hours=20))
    for _time in range(2):
        settle_due(actor=ACTOR)
    [alert] = Alert.objects.filter(closed_at=None)
    assert (alert.kind, alert.place_id) == ("return_due", connected.pk)
    accept_return(one().pk, actor=ACTOR)
    settle_due(actor=ACTOR)
    assert not Alert.objects.filter(closed_at=None).exists()


def picture() -> SimpleUploadedFile:
    file = BytesIO()
    Image.new("RGB", (8, 8), "red").save(file, "PNG")
    return SimpleUploadedFile("a.png", file.getvalue(), "image/png")


def test_a_manager_objects_with_a_picture_and_a_viewer_may_only_look(
    shopee, connected, login, user_factory
):
    asked(shopee, connected)
    pull_returns(connected.pk)
    row, address = one(), f"/channels/returns/{one().pk}/"
    viewer, manager = login(user_factory("viewer")), login(user_factory("manager"))
    assert "Khiếu nại" not in viewer.get(address).content.decode()
    assert viewer.post(f"{address}accept/").status_code == 403
    assert viewer.get(f"{address}dispute/").status_code == 403
    listed = manager.get("/channels/returns/").content.decode()
    assert row.remote_id in listed
    assert "Xem ảnh của khách" in listed
    form = {"reason_code": "2", "text": "Hàng đã dùng", "email": "shop@example.com"}
    assert manager.post(f"{address}dispute/", form).status_code == 422
    assert one().answer == ""
    given = {**form, "pictures": [picture()]}
    assert manager.post(f"{address}dispute/", given).status_code == 302
    assert (one().state, one().answer) == ("disputed", "disputed")
    # The platform wants the objection proved: it goes on waiting for us.
    assert row.remote_id in manager.get("/channels/returns/").content.decode()
    order_page = manager.get(f"/orders/{row.order_id}/").content.decode()
    assert address in order_page


def test_the_list_costs_the_same_for_one_return_and_for_twenty(shopee, connected, owner_client):
    counts = []
    for upto in (1, 20):
        for at in range(ReturnRequest.objects.count(), upto):
            request = ReturnRequest.objects.create(
                shop=connected,
                remote_id=f"R{at}",
                remote_order_id=f"O{at}",
                remote_status="REQUESTED",
                state="requested",
                version=1,
                asked_at=now(),
                remote_updated_at=now(),
                seen_at=now(),
            )
            for piece in ("1", "2"):
                request.lines.create(remote_line_id=piece, sku="A", quantity=1)
        page = owner_client.get("/channels/returns/").content.decode()
        assert page.count("2 × A") == upto
        with CaptureQueriesContext(connection) as caught:
            assert owner_client.get("/channels/returns/").status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1]
