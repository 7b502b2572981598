"""Counters, jobs, numbers, inbox, encryption, keyset pages."""

import pytest
from django.db import connection
from django.test import override_settings

from oms.kernel import clock, counters, crypto, inbox, jobs, numbering
from oms.kernel.actors import Actor
from oms.kernel.models import InboxMessage, Job
from oms.kernel.pages import keyset_page

ROBOT = Actor.system("test")
pytestmark = pytest.mark.django_db


def test_a_counter_is_the_sum_of_its_slots():
    for _ in range(40):
        counters.bump({"t:a": 1, "t:b": 2, "t:zero": 0})
    counters.bump({"t:a": -5})
    assert counters.read_counters("t:") == {"t:a": 35, "t:b": 80}
    counters.rebuild("t:", lambda: {"t:a": 3})
    assert counters.read_counters("t:") == {"t:a": 3}


def test_a_job_counts_each_item_once():
    job = jobs.start_job("demo", actor=ROBOT, params={}, total=2)
    jobs.record_result(job.pk, "a", ok=False, message="no stock")
    jobs.record_result(job.pk, "a", ok=True)
    jobs.record_result(job.pk, "b", ok=True)
    jobs.record_result(job.pk, "b", ok=True)
    jobs.finish_job(job.pk)
    job.refresh_from_db()
    assert (job.done, job.failed, job.status) == (2, 0, Job.Status.DONE)


def test_a_number_is_never_given_twice():
    assert numbering.next_code("order") < numbering.next_code("order")


def test_a_message_is_kept_once_per_key(monkeypatch):
    seen = []
    monkeypatch.setitem(inbox._handlers, "demo", lambda message: seen.append(message.json()["n"]))
    first = inbox.receive("demo", "k1", b'{"n": 1}', {})
    assert inbox.receive("demo", "k1", b'{"n": 2}', {}) is None
    assert inbox.process(first) and inbox.process(first)
    assert seen == [1]


def test_a_failed_message_stays_with_its_reason(monkeypatch):
    def broken(message):
        raise KeyError("ordersn")

    monkeypatch.setitem(inbox._handlers, "demo", broken)
    message_id = inbox.receive("demo", "k2", b"{}", {})
    assert inbox.process(message_id) is False
    kept = InboxMessage.objects.get(pk=message_id)
    assert kept.processed_at is None
    assert kept.last_error == "KeyError: 'ordersn'"


def test_a_secret_is_a_token_in_the_database_and_survives_a_new_key():
    old, new = crypto.Fernet.generate_key().decode(), crypto.Fernet.generate_key().decode()
    with override_settings(FIELD_KEYS=[old]):
        token = crypto.encrypt("token-of-shop")
    assert "token-of-shop" not in token
    with override_settings(FIELD_KEYS=[new, old]):
        assert crypto.decrypt(token) == "token-of-shop"
    with override_settings(FIELD_KEYS=[new]), pytest.raises(crypto.ImproperlyConfigured):
        crypto.decrypt(token)


def test_keyset_pages_walk_the_whole_list_both_ways():
    Job.objects.bulk_create(
        Job(kind="demo", total=n // 7, created_at=clock.now()) for n in range(95)
    )
    rows, keys = Job.objects.all(), ("-total", "-id")
    expected = list(rows.order_by("-total", "-id"))
    page = keyset_page(rows, keys=keys, size=20)
    seen, pages = list(page.rows), [page]
    while page.next_cursor:
        page = keyset_page(rows, keys=keys, after=page.next_cursor, size=20)
        seen += page.rows
        pages.append(page)
    assert seen == expected
    assert [len(p.rows) for p in pages] == [20, 20, 20, 20, 15]
    back = keyset_page(rows, keys=keys, before=pages[-1].previous_cursor, size=20)
    assert back.rows == pages[3].rows
    assert not pages[0].previous_cursor


@pytest.mark.parametrize("cursor", ["%%%", "bm90IGpzb24", "WzFd", "eyJhIjoxfQ"])
def test_a_damaged_cursor_gives_the_first_page(cursor):
    Job.objects.create(kind="demo", created_at=clock.now())
    assert len(keyset_page(Job.objects.all(), keys=("-id",), after=cursor).rows) in (0, 1)


def test_the_advisory_lock_is_held_to_the_end_of_the_transaction():
    from oms.kernel.locks import advisory_lock

    advisory_lock("shop:1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted")
        assert cursor.fetchone()[0] >= 1
