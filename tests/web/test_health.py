"""The health page, retries, and the progress of a job."""

from datetime import timedelta

import pytest

from oms.kernel import clock, jobs
from oms.kernel.actors import Actor
from oms.kernel.breaker import partner_health
from oms.kernel.inbox import count_rejected
from oms.kernel.jobs import finish_job, record_result, start_job
from oms.kernel.models import Event, InboxMessage, PartnerCall
from oms.kernel.redis import redis_client
from oms.web import connection

pytestmark = pytest.mark.django_db


def make_message(**fields) -> InboxMessage:
    values = {"source": "ghn", "key": "k1", "body": b"{}", "received_at": clock.now()}
    return InboxMessage.objects.create(**(values | fields))


def make_event(**fields) -> Event:
    values = {
        "name": "order.placed",
        "subject_kind": "order",
        "subject_id": 1,
        "about_kind": "order",
        "about_id": 1,
        "actor_kind": "system",
        "actor_label": "system",
        "created_at": clock.now(),
    }
    return Event.objects.create(**(values | fields))


def make_call(partner: str, outcome: str, **fields) -> PartnerCall:
    values = {"method": "POST", "path": "/create", "duration_ms": 5, "created_at": clock.now()}
    return PartnerCall.objects.create(partner=partner, outcome=outcome, **(values | fields))


def test_a_backlog_is_late_when_its_oldest_row_waits_over_a_minute(frozen):
    make_message(key="a")
    assert not connection.inbox_backlog().is_late
    make_message(key="b", received_at=clock.now() - timedelta(minutes=2), attempts=1)
    make_message(key="c", received_at=clock.now() - timedelta(days=1), processed_at=clock.now())
    backlog = connection.inbox_backlog()
    assert (backlog.waiting, backlog.failing, backlog.is_late) == (2, 1, True)


def test_the_page_shows_partners_failures_and_calls(owner_client, redis_clean):
    make_message(attempts=2, last_error="KeyError: 'ordersn'")
    make_event(attempts=1, last_error="boom in handler")
    make_call("ghn", "unreachable", error="ReadTimeout")
    make_call("shopee", "answered", status=200, path="/api/v2/order")
    page = owner_client.get("/health/").content.decode()
    for words in ("Giao Hàng Nhanh", "Gián đoạn", "KeyError", "boom in handler", "/api/v2/order"):
        assert words in page
    narrowed = owner_client.get("/health/?partner=ghn").content.decode()
    assert "/api/v2/order" not in narrowed


def test_messages_with_a_wrong_signature_are_shown_by_partner(owner_client, redis_clean):
    make_call("ghn", "answered", status=200)
    make_call("shopee", "answered", status=200)
    count_rejected("ghn")
    count_rejected("ghn")
    page = owner_client.get("/health/").content.decode()
    assert "Giao Hàng Nhanh: 2 tin sai chữ ký" in page
    assert page.count("tin sai chữ ký") == 1


MINUTES_AGO = [
    # answered and failed calls by their age, whether the circuit is open, what is shown
    ([(5, "answered")], False, "green"),
    ([(90, "unreachable"), (5, "answered")], False, "green"),
    ([(90, "answered"), (2, "unreachable")], False, "amber"),
    ([(90, "answered"), (2, "unknown")], True, "amber"),
    ([(90, "unreachable")], False, "amber"),
    ([(40, "answered"), (31, "unreachable"), (1, "unreachable")], False, "amber"),
    ([(40, "answered"), (32, "unreachable"), (1, "unreachable")], False, "red"),
    ([(32, "unknown"), (1, "unreachable")], True, "red"),
]


@pytest.mark.parametrize(("calls", "is_open", "state"), MINUTES_AGO)
def test_a_partner_is_amber_while_it_is_down_and_red_when_that_lasts(
    owner_client, frozen, redis_clean, calls, is_open, state
):
    for minutes, outcome in calls:
        at = clock.now() - timedelta(minutes=minutes)
        make_call("ghn", outcome, error="", status=503, created_at=at)
    if is_open:
        redis_client().set("breaker:ghn:open", "4102444800")
    [health] = partner_health()
    assert health.state == state
    words = {"green": "Hoạt động", "amber": "Gián đoạn, đang tự thử lại", "red": "Mất kết nối lâu"}
    page = owner_client.get("/health/").content.decode()
    tiles = page[page.index('class="kpis"') : page.index('href="#messages-failing"')]
    assert [color for color in words if f"badge-{color}" in tiles] == [state]
    assert [color for color, text in words.items() if text in tiles] == [state]


@pytest.mark.parametrize("kind", ["message", "event"])
def test_retry_makes_the_row_due_now(owner_client, frozen, kind):
    later = clock.now() + timedelta(minutes=20)
    make = make_message if kind == "message" else make_event
    row = make(attempts=4, next_attempt_at=later)
    answer = owner_client.post(f"/health/{kind}/{row.pk}/retry/")
    row.refresh_from_db()
    assert answer.headers["Location"] == "/health/"
    assert row.next_attempt_at == clock.now()


def test_retry_leaves_a_finished_message_alone(owner_client):
    row = make_message(processed_at=clock.now())
    owner_client.post(f"/health/message/{row.pk}/retry/")
    row.refresh_from_db()
    assert row.next_attempt_at is None


def test_retry_needs_the_permission_and_a_known_kind(user_factory, login, owner_client):
    row = make_message(attempts=1)
    answer = login(user_factory("sales")).post(f"/health/message/{row.pk}/retry/")
    assert answer.status_code == 403
    assert owner_client.post(f"/health/order/{row.pk}/retry/").status_code == 404


def test_a_running_job_polls_itself_and_a_finished_one_stops(owner, owner_client):
    job = start_job("orders.confirm", actor=Actor.user(owner), params={}, total=3)
    record_result(job.pk, "DH1", ok=True)
    record_result(job.pk, "DH2", ok=False, message="Hết hàng SKU-1")

    def fragment() -> str:
        asked = owner_client.get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"})
        return asked.content.decode()

    page = fragment()
    assert "<html" not in page
    assert 'hx-trigger="every 1s"' in page
    assert "Hết hàng SKU-1" in page
    finish_job(job.pk)
    assert "hx-trigger" not in fragment()
    whole = owner_client.get(f"/jobs/{job.pk}/").content.decode()
    assert 'hx-trigger="every 1s"' not in whole


def test_a_job_is_shown_to_its_owner_and_to_those_who_watch_over_jobs(user_factory, login, owner):
    seller, other = user_factory("sales"), user_factory("sales", "khac")
    job = start_job("orders.confirm", actor=Actor.user(seller), params={}, total=1)
    statuses = [login(user).get(f"/jobs/{job.pk}/").status_code for user in (seller, other, owner)]
    assert statuses == [200, 404, 200]


def test_a_failed_job_is_sent_again_by_its_button(owner_client, monkeypatch):
    sent: list[int] = []
    monkeypatch.setitem(jobs._senders, "demo", sent.append)
    job = start_job("demo", actor=Actor.system("test"), params={}, total=1)
    record_result(job.pk, "DH1", ok=False, message="hết hàng")
    finish_job(job.pk)
    button = f'action="/health/job/{job.pk}/retry/"'
    assert button in owner_client.get(f"/jobs/{job.pk}/").content.decode()
    answer = owner_client.post(f"/health/job/{job.pk}/retry/")
    assert answer.headers["Location"] == f"/jobs/{job.pk}/"
    job.refresh_from_db()
    assert job.status == "queued"
    assert button not in owner_client.get(f"/jobs/{job.pk}/").content.decode()
    answer = owner_client.post(f"/health/job/{job.pk}/retry/", follow=True)
    assert "Việc này đang chạy" in answer.content.decode()
    assert owner_client.post("/health/job/999999/retry/").status_code == 404


def test_sending_a_job_again_needs_the_permission(user_factory, login, monkeypatch):
    monkeypatch.setitem(jobs._senders, "demo", lambda job_id: None)
    seller = user_factory("sales")
    job = start_job("demo", actor=Actor.user(seller), params={}, total=1)
    finish_job(job.pk, error="x")
    client = login(seller)
    assert "/retry/" not in client.get(f"/jobs/{job.pk}/").content.decode()
    assert client.post(f"/health/job/{job.pk}/retry/").status_code == 403
    job.refresh_from_db()
    assert job.status == "failed"
