"""Offers and proof in a return through the services and their pages."""

from datetime import timedelta
from typing import Any

import pytest

from channels_sync.models import ReturnRequest, Shop
from channels_sync.ports import Dispute, Evidence, Offer
from channels_sync.services.negotiating import accept_offer, offer_solution, send_proof
from channels_sync.services.return_alerts import settle_due
from channels_sync.services.returns import dispute_return, import_return
from channels_sync.views import asking
from oms.kernel.clock import now
from oms.kernel.errors import DomainError, ServiceUnreachable
from oms.kernel.events import timeline_of
from oms.kernel.models import Alert
from tests.channels_sync.test_returns import asked, look_up_later, one, picture

from .conftest import ACTOR
from .test_returns import connected, pull_returns

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_clean")]
__all__ = ["connected"]


@pytest.fixture
def row(shopee: Any, connected: Shop) -> ReturnRequest:
    """A request that waits for our answer."""
    asked(shopee, connected)
    pull_returns(connected.pk)
    return one()


def events(row: ReturnRequest) -> list[str]:
    return [event.name for event in timeline_of("order", row.order_id or 0)]


def object_to(row: ReturnRequest) -> None:
    shown = Evidence("a.png", picture().read(), "image/png")
    dispute_return(row.pk, Dispute("2", "Đã dùng", "shop@example.com", (shown,)), actor=ACTOR)


def test_a_manager_offers_a_part_and_the_buyer_agrees(shopee, row, login, user_factory):
    manager, viewer = login(user_factory("manager")), login(user_factory("viewer"))
    address = f"/channels/returns/{row.pk}/"
    assert viewer.get(f"{address}offer/").status_code == 403
    assert viewer.post(f"{address}offer/accept/").status_code == 403
    page = manager.get(f"{address}offer/?ask=1").content.decode()
    assert "khách giữ hàng" in page
    too_much = {"code": "REFUND", "amount_vnd": str(row.refund_vnd + 1)}
    assert manager.post(f"{address}offer/", too_much).status_code == 422
    assert one().answer == ""
    given = {"code": "REFUND", "amount_vnd": "50.000"}
    assert manager.post(f"{address}offer/", given).status_code == 302
    assert (one().state, one().answer, one().offer_vnd) == ("offered", "offered", 50_000)
    assert "Chờ khách trả lời đề nghị" in manager.get(address).content.decode()
    assert manager.get(f"{address}offer/").status_code == 302
    shopee("POST", "return_answer", {"return_sn": row.remote_id, "say": "accept"})
    import_return(row.shop_id, row.remote_id)
    assert (one().state, one().refund_vnd) == ("accepted", 50_000)
    assert "channel.return_offered" in events(row)


@pytest.mark.parametrize(
    ("kind", "answer", "state"),
    [("garbled_json", "offered", "offered"), ("timeout_before_work", "", "requested")],
)
def test_an_offer_without_a_reply_is_looked_up_and_never_sent_again(
    shopee, row, kind, answer, state
):
    shopee.fault(kind, "*/returns/offer", seconds=0)
    with pytest.raises(ServiceUnreachable):
        offer_solution(row.pk, Offer("REFUND", 50_000), actor=ACTOR)
    look_up_later(row.shop_id)
    assert (one().answer, one().state) == (answer, state)
    assert len(shopee.calls("returns/offer")) == 1


def test_the_buyers_own_amount_is_agreed_to_from_the_page(shopee, row, owner_client):
    with pytest.raises(DomainError):
        accept_offer(row.pk, actor=ACTOR)
    shopee("POST", "return_answer", {"return_sn": row.remote_id, "say": "offer", "amount": 70_000})
    import_return(row.shop_id, row.remote_id)
    address = f"/channels/returns/{row.pk}/"
    assert "Khách đề nghị số tiền khác" in owner_client.get(address).content.decode()
    assert owner_client.post(f"{address}offer/accept/").status_code == 302
    assert (one().state, one().answer, one().refund_vnd) == ("accepted", "accepted", 70_000)
    assert "channel.return_accepted" in events(row)


def test_proof_is_asked_for_sent_once_and_shown(shopee, row, owner_client):
    address = f"/channels/returns/{row.pk}/"
    assert "Gửi bằng chứng" not in owner_client.get(address).content.decode()
    object_to(row)
    assert one().may_prove
    assert "Sàn hỏi bằng chứng" in owner_client.get(address).content.decode()
    assert "Chưa có bằng chứng nào" in owner_client.get(f"{address}proof/?ask=1").content.decode()
    # It has a deadline: it stands among what waits for us, and is alerted like a wish.
    waiting = owner_client.get("/channels/returns/").content.decode()
    assert one().remote_id in waiting
    assert one().remote_id not in owner_client.get("/channels/returns/?show=going").content.decode()
    ReturnRequest.objects.update(proof_until=now() + timedelta(hours=5))
    settle_due(actor=ACTOR)
    assert "cần gửi bằng chứng trước" in Alert.objects.get(kind="return_due").message
    empty = {"text": "Video đóng gói"}
    assert owner_client.post(f"{address}proof/", empty).status_code == 422
    given = {**empty, "pictures": [picture()]}
    assert owner_client.post(f"{address}proof/", given).status_code == 302
    assert (one().answer, one().may_prove) == ("proved", False)
    shown = owner_client.get(f"{address}proof/?ask=1").content.decode()
    assert "Video đóng gói" in shown
    assert "data-main" not in shown
    assert "channel.return_proved" in events(row)


@pytest.mark.parametrize(
    ("kind", "answer"), [("garbled_json", "proved"), ("timeout_before_work", "")]
)
def test_proof_without_a_reply_is_looked_up_and_never_sent_again(shopee, row, kind, answer):
    object_to(row)
    shown = Evidence("a.png", picture().read(), "image/png")
    shopee.fault(kind, "*/upload_proof", seconds=0)
    with pytest.raises(ServiceUnreachable):
        send_proof(row.pk, "Video đóng gói", [shown], actor=ACTOR)
    look_up_later(row.shop_id)
    assert (one().answer, one().state) == (answer, "disputed")
    assert len(shopee.calls("returns/upload_proof")) == 1


# Pages that need the marketplace's word are drawn without it

HTMX = {"HX-Request": "true"}


def test_the_page_of_an_offer_is_drawn_at_once_and_asks_by_itself(shopee, row, owner_client):
    address = f"/channels/returns/{row.pk}/offer/"
    shopee.fault("timeout_before_work", "*", times=None)
    before = len(shopee.calls("returns"))
    page = owner_client.get(address)
    assert (page.status_code, len(shopee.calls("returns"))) == (200, before)
    assert 'hx-get="?ask=1"' in page.content.decode()
    assert 'hx-trigger="load"' in page.content.decode()
    shopee("DELETE", "faults")
    part = owner_client.get(f"{address}?ask=1", headers=HTMX).content.decode()
    assert "khách giữ hàng" in part
    assert "<html" not in part
    assert "<html" in owner_client.get(f"{address}?ask=1").content.decode()


@pytest.mark.parametrize("page", ["offer", "dispute", "proof"])
def test_a_silent_marketplace_is_said_so_soon_with_a_way_to_ask_again(
    shopee, row, owner_client, monkeypatch, page
):
    monkeypatch.setattr(asking, "PATIENCE_S", 0.5)
    address = f"/channels/returns/{row.pk}/{page}/"
    shopee.fault("timeout_before_work", "*", times=None, seconds=20)
    for headers in (HTMX, {}):
        answer = owner_client.get(f"{address}?ask=1", headers=headers)
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "chưa trả lời" in text or "không phản hồi" in text
        assert "Hỏi lại sàn" in text
    shopee("DELETE", "faults")


def test_an_offer_whose_bounds_nobody_tells_is_not_sent(shopee, row, owner_client, monkeypatch):
    monkeypatch.setattr(asking, "PATIENCE_S", 0.5)
    shopee.fault("timeout_before_work", "*", times=None, seconds=20)
    given = {"code": "REFUND", "amount_vnd": "50.000"}
    answer = owner_client.post(f"/channels/returns/{row.pk}/offer/", given)
    assert answer.status_code == 503
    assert "Chưa gửi gì cho sàn." in answer.content.decode()
    assert (one().answer, len(shopee.calls("returns/offer"))) == ("", 0)
    shopee("DELETE", "faults")
