"""The page of rehearsals: who sees it, how one starts, what a report says."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.jobs import start_job
from oms.kernel.locks import redis_lock
from oms.rehearsal.judging import as_rows, judge
from oms.rehearsal.models import Rehearsal
from oms.rehearsal.services import running
from oms.rehearsal.sides import Channel, Facts, Kept, Sale

pytestmark = pytest.mark.django_db
ACTOR = Actor.system("test")


def made(phase: str = "done", **fields) -> Rehearsal:
    job = start_job(running.KIND, actor=ACTOR, params={}, total=5)
    given = {"orders": 60, "rate": 10, "started_at": now(), "phase": phase, **fields}
    return Rehearsal.objects.create(job=job, **given)


def report(*, here: int) -> list[dict]:
    sale = Sale("A1", 1.0, "open", {"AO": 2}, 298_000)
    kept = tuple(Kept(f"A{n + 1}", 2.0, False, {"AO": 2}, 298_000) for n in range(here))
    channel = Channel(1, "Đơn Nhanh Demo", "shopee", sales=(sale,), kept=kept)
    return as_rows(judge(Facts((channel,), {"AO": 5}, spoilt={"lost": 3})))


def test_only_the_owner_may_rehearse(login, user_factory):
    assert login(user_factory("owner")).get("/rehearsal/").status_code == 200
    for role in ("manager", "sales", "accountant", "viewer", "warehouse"):
        assert login(user_factory(role)).get("/rehearsal/").status_code == 403


def test_without_a_sandbox_there_is_no_such_page_and_no_rehearsal(owner_client, settings):
    settings.SANDBOX = False
    assert owner_client.get("/rehearsal/").status_code == 404
    assert owner_client.post("/rehearsal/start/", {"size": "small"}).status_code == 404
    assert b"/rehearsal/" not in owner_client.get("/channels/").content
    with pytest.raises(DomainError, match="sàn thử"):
        running.start_rehearsal(orders=1, rate=1, actor=ACTOR)
    assert not Rehearsal.objects.exists()


def test_the_channels_page_leads_there(owner_client):
    assert 'href="/rehearsal/"' in owner_client.get("/channels/").content.decode()


def test_without_a_connected_shop_the_page_leads_to_connecting_one(owner_client):
    page = owner_client.get("/rehearsal/").content.decode()
    assert '<a href="/channels/">Kết nối gian hàng</a>' in page
    assert "Bắt đầu" not in page


def test_a_sandbox_that_is_away_or_has_no_shop_is_said_in_one_sentence(owner_client):
    answer = owner_client.post("/rehearsal/start/", {"size": "small"}, follow=True)
    assert "kết nối ở trang Kênh bán trước" in answer.content.decode()
    assert not Rehearsal.objects.exists()


def test_only_one_runs_at_a_time(monkeypatch):
    monkeypatch.setattr(running, "shops_to_sell_at", lambda: [object()])
    made("selling")
    with pytest.raises(DomainError, match="đang chạy"):
        running.start_rehearsal(orders=1, rate=1, actor=ACTOR)


def test_a_green_report_says_that_nothing_is_to_be_done(owner_client):
    made(report=report(here=1), is_green=True, finished_at=now() + timedelta(minutes=1))
    page = owner_client.get("/rehearsal/").content.decode()
    assert "Hai bên khớp" in page
    assert "298.000" in page
    assert "3 bị mất" in page
    assert "Lệch" not in page
    assert "Không có gì phải làm" in page


def test_a_red_line_names_the_order_and_leads_to_the_shop(owner_client):
    row = made(report=report(here=0), is_green=False, finished_at=now())
    page = owner_client.get(f"/rehearsal/{row.pk}/").content.decode()
    assert "Thiếu ở đây: đơn A1" in page
    assert 'href="/channels/1/"' in page
    assert page.index("Thiếu ở đây") < page.index("Phép cân sổ sách")


def test_a_running_one_is_watched_stopped_and_then_over(owner_client, settings):
    settings.OMS_SANDBOX_PORT = 9  # nothing answers there
    row = made("selling", sold=20)
    page = owner_client.get("/rehearsal/").content.decode()
    assert "20 / 60 khách" in page
    assert "/rehearsal/start/" not in page
    part = owner_client.get(f"/rehearsal/{row.pk}/", headers={"HX-Request": "true"})
    assert 'hx-trigger="every 1s"' in part.content.decode()
    assert "<html" not in part.content.decode()
    owner_client.post(f"/rehearsal/{row.pk}/stop/")
    row.refresh_from_db()
    assert (row.phase, row.job.error) == ("failed", "Đã dừng theo yêu cầu.")
    assert not running.advance(row.pk)
    over = owner_client.get(f"/rehearsal/{row.pk}/", headers={"HX-Request": "true"})
    assert over.headers["HX-Refresh"] == "true"


def test_stopping_waits_for_the_step_that_is_being_done(owner_client, settings):
    settings.OMS_SANDBOX_PORT = 9  # nothing answers there
    row = made("selling", sold=20)
    with redis_lock(f"rehearsal:{row.pk}", 30):
        page = owner_client.post(f"/rehearsal/{row.pk}/stop/", follow=True).content.decode()
    assert "hãy bấm dừng lại sau vài giây" in page
    row.refresh_from_db()
    assert row.phase == "selling"
    owner_client.post(f"/rehearsal/{row.pk}/stop/")
    row.refresh_from_db()
    assert row.phase == "failed"


def test_the_list_costs_the_same_for_one_and_for_many(owner_client, django_assert_max_num_queries):
    first = made()
    with django_assert_max_num_queries(30) as one:
        owner_client.get(f"/rehearsal/{first.pk}/")
    for _n in range(19):
        made()
    with django_assert_max_num_queries(len(one)):
        owner_client.get(f"/rehearsal/{first.pk}/")


def test_the_command_refuses_in_one_sentence():
    with pytest.raises(CommandError, match="Kênh bán"):
        call_command("rehearse", stdout=StringIO())
