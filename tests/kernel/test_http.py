"""The outgoing door, against a small server on loopback."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import transaction

from oms.kernel.breaker import FAILURES_TO_OPEN, partner_health
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.kernel.http import PartnerSession, patience
from oms.kernel.models import PartnerCall
from oms.kernel.redis import redis_client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_clean")]


class Partner(BaseHTTPRequestHandler):
    script: list[int] = []
    seen: list[str] = []
    pause = "7"

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        self.seen.append(f"{self.command} {self.path}")
        status = self.script.pop(0) if self.script else 200
        if status == 0:  # drops the line after the work
            self.connection.close()
            return
        body = json.dumps({"ok": status, "access_token": "very-secret"}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if self.pause:
            self.send_header("Retry-After", self.pause)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer

    def log_message(self, *args):
        """Quiet."""


@pytest.fixture
def partner():
    Partner.script, Partner.seen = [], []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Partner)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    redis_client().delete("breaker:demo:failures", "breaker:demo:open")
    yield PartnerSession("demo", f"http://127.0.0.1:{server.server_port}", rate_per_second=1000)
    server.shutdown()
    thread.join()
    server.server_close()
    redis_client().delete("breaker:demo:failures", "breaker:demo:open")


def test_a_read_is_tried_again(partner):
    Partner.script = [503, 0, 200]
    assert partner.get("/orders").json()["ok"] == 200
    assert len(Partner.seen) == 3


@pytest.mark.parametrize("status", [0, 500, 502])
def test_a_write_is_sent_once_and_its_outcome_is_unknown(partner, status):
    Partner.script = [status]
    with pytest.raises(ServiceUnreachable) as lost:
        partner.post("/create", json={"key": "A1"})
    assert lost.value.maybe_done is True
    assert Partner.seen == ["POST /create"]


def test_a_rate_limit_means_it_was_not_done(partner):
    Partner.script = [429]
    with pytest.raises(ServiceUnreachable) as limited:
        partner.post("/create", json={})
    assert (limited.value.maybe_done, limited.value.retry_after) == (False, 7.0)


def test_a_rate_limit_without_a_word_is_over_in_a_second(partner, monkeypatch):
    monkeypatch.setattr(Partner, "pause", "")
    Partner.script = [429]
    with pytest.raises(ServiceUnreachable) as limited:
        partner.post("/create", json={})
    assert limited.value.retry_after == 1.0


def test_a_pause_that_was_asked_for_holds_every_session_of_the_account(partner, redis_clean):
    other = PartnerSession("demo", partner.base_url, rate_per_second=1000)
    stranger = PartnerSession("demo", partner.base_url, account="2", rate_per_second=1000)
    began = time.monotonic()
    partner.hold_back(2)
    stranger.get("/x")
    assert time.monotonic() - began < 1.9
    other.get("/x")
    assert time.monotonic() - began >= 1.9
    partner.hold_back(60)
    with pytest.raises(ServiceUnreachable) as trouble:
        other.post("/x")
    assert (trouble.value.maybe_done, 50 < (trouble.value.retry_after or 0) < 61) == (False, True)


def test_a_file_is_fetched_over_https_or_from_the_partner_itself(partner):
    assert partner.download(f"{partner.base_url}/file?key=1").json()["ok"] == 200
    assert Partner.seen == ["GET /file?key=1"]
    with pytest.raises(ServiceRefused):
        partner.download("http://127.0.0.1:9/file")


def test_a_refused_connection_means_it_was_not_done():
    nobody = PartnerSession("demo", "http://127.0.0.1:9", rate_per_second=1000)
    with pytest.raises(ServiceUnreachable) as refused:
        nobody.post("/create", json={})
    assert refused.value.maybe_done is False


def test_business_refusals_are_answers(partner):
    Partner.script = [400]
    assert partner.post("/create", json={}).status_code == 400


def test_the_call_log_has_no_secrets(partner):
    partner.post(
        "/login?token=abc123", json={"password": "hunter2", "shop": {"phone": "0912345678"}}
    )
    row = PartnerCall.objects.get()
    kept = row.path + row.request + row.response
    for secret in ("abc123", "hunter2", "0912345678", "very-secret"):
        assert secret not in kept
    assert (row.status, row.outcome) == (200, "answered")


def test_the_circuit_opens_after_repeated_failures_and_says_so(partner):
    Partner.script = [500] * FAILURES_TO_OPEN
    for _ in range(FAILURES_TO_OPEN):
        with pytest.raises(ServiceUnreachable):
            partner.post("/create", json={})
    asked = len(Partner.seen)
    with pytest.raises(ServiceUnreachable) as closed:
        partner.get("/orders")
    assert closed.value.maybe_done is False
    assert len(Partner.seen) == asked
    assert [health.ok for health in partner_health()] == [False]


def breakdown(response) -> str | None:
    """A partner that says both "no" and "I am broken" with a 500."""
    return None if response.json()["ok"] == 501 else "Đối tác đang lỗi"


def test_a_5xx_that_its_reader_calls_a_breakdown_opens_the_circuit(partner):
    Partner.script = [500] * FAILURES_TO_OPEN
    for _ in range(FAILURES_TO_OPEN):
        with pytest.raises(ServiceUnreachable, match="Đối tác đang lỗi") as broken:
            partner.post("/create", json={}, judge=breakdown)
        assert broken.value.maybe_done is True
    with pytest.raises(ServiceUnreachable):
        partner.post("/create", json={}, judge=breakdown)
    assert len(Partner.seen) == FAILURES_TO_OPEN
    [health] = partner_health()
    assert (health.ok, health.open_until is not None) == (False, True)


def test_a_5xx_that_its_reader_takes_for_an_answer_keeps_the_circuit_closed(partner):
    Partner.script = [500] * (FAILURES_TO_OPEN - 1) + [501] + [500] * (FAILURES_TO_OPEN - 1)
    for status in list(Partner.script):
        if status == 501:
            assert partner.post("/create", json={}, judge=breakdown).status_code == 501
        else:
            with pytest.raises(ServiceUnreachable):
                partner.post("/create", json={}, judge=breakdown)
    assert partner.post("/create", json={}, judge=breakdown).status_code == 200


def test_a_rate_limit_is_nothing_to_judge(partner):
    Partner.script = [429]
    with pytest.raises(ServiceUnreachable) as limited:
        partner.post("/create", json={}, judge=lambda response: None)
    assert limited.value.maybe_done is False


def test_a_write_that_the_budget_would_cut_short_is_not_begun(partner):
    hasty = PartnerSession("demo", partner.base_url, rate_per_second=1000, budget_s=10)
    with pytest.raises(ServiceUnreachable) as late:
        hasty.post("/create", json={}, timeout=(5, 60))
    assert (late.value.maybe_done, Partner.seen) == (False, [])
    assert hasty.post("/create", json={}, timeout=(1, 2)).status_code == 200
    assert hasty.get("/orders", timeout=(5, 60)).status_code == 200


def test_a_read_waits_no_longer_than_what_the_budget_leaves(partner):
    hasty = PartnerSession("demo", partner.base_url, rate_per_second=1000, budget_s=10)
    connect, silence = hasty._within_budget((4, 60), reads_only=True)
    assert connect == 4
    assert 5.5 < silence <= 6


def test_patience_bounds_the_reads_inside_and_cuts_no_write_short(partner):
    session = PartnerSession("demo", partner.base_url, rate_per_second=1000)
    with patience(5):
        connect, silence = session._within_budget((3, 60), reads_only=True)
        assert 0 < connect + silence <= 5
        assert session._within_budget((3, 60), reads_only=False) == (3, 60)
    with patience(0), pytest.raises(ServiceUnreachable):
        session.get("/orders")
    assert Partner.seen == []
    assert session.get("/orders").status_code == 200


def test_patience_bounds_the_wait_for_a_turn(partner, redis_clean):
    session = PartnerSession("demo", partner.base_url, rate_per_second=1000)
    session.hold_back(4)
    for call in (session.get, session.post):
        with patience(1), pytest.raises(ServiceUnreachable) as refused:
            call("/orders")
        assert refused.value.retry_after > 1
        assert not refused.value.maybe_done
    assert Partner.seen == []


def test_no_request_leaves_inside_a_transaction(partner):
    with pytest.raises(RuntimeError, match="transaction"), transaction.atomic():
        partner.get("/orders")
    assert Partner.seen == []
