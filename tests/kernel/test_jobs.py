"""Jobs that failed are sent again: once, in their own name, keeping what went well."""

from datetime import timedelta

import pytest

from oms.kernel import clock, jobs
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import timeline_of
from oms.kernel.models import Job

pytestmark = pytest.mark.django_db
STARTER, HELPER = Actor("user", 7, "lan"), Actor("user", 8, "hung")


@pytest.fixture
def sent(monkeypatch) -> list[int]:
    """Ids of the jobs of kind "demo" that were put into the queue."""
    ids: list[int] = []
    monkeypatch.setattr(jobs, "_senders", {"demo": ids.append})
    return ids


def demo_job(*, failed: bool = True) -> Job:
    job = jobs.start_job("demo", actor=STARTER, params={}, total=2)
    jobs.record_result(job.pk, "A", ok=True)
    jobs.record_result(job.pk, "B", ok=not failed, message="lỗi" if failed else "")
    jobs.finish_job(job.pk)
    return Job.objects.get(pk=job.pk)


def test_a_failed_item_s_next_result_replaces_its_last(sent, django_capture_on_commit_callbacks):
    job = demo_job()
    with django_capture_on_commit_callbacks(execute=True):
        again = jobs.retry(job.pk, actor=HELPER)
    assert sent == [job.pk]
    assert (again.status, again.finished_at) == ("queued", None)
    assert jobs.actor_of(again) == STARTER
    [event] = timeline_of("job", job.pk)
    assert (event.name, event.actor_label) == ("job.retried", "hung")
    jobs.record_result(job.pk, "B", ok=True)
    jobs.finish_job(job.pk)
    job.refresh_from_db()
    assert (job.status, job.done, job.failed) == ("done", 2, 0)


def test_a_second_press_and_a_job_without_failures_are_refused(sent):
    job = demo_job()
    jobs.retry(job.pk, actor=HELPER)
    for pk in (job.pk, demo_job(failed=False).pk):
        with pytest.raises(DomainError) as refusal:
            jobs.retry(pk, actor=HELPER)
        assert refusal.value.code == "job.not_retried"


def test_a_job_that_nobody_took_can_be_sent_again(sent, frozen):
    job = jobs.start_job("demo", actor=STARTER, params={}, total=1)
    assert not jobs.can_retry(job)
    frozen.shift(timedelta(minutes=2))
    assert clock.now() > job.created_at
    assert jobs.can_retry(job)


def test_a_job_that_broke_off_can_be_sent_again_and_a_kind_without_a_sender_cannot(sent):
    job = jobs.start_job("demo", actor=STARTER, params={}, total=1)
    jobs.finish_job(job.pk, error="MemoryError")
    job.refresh_from_db()
    assert jobs.can_retry(job)
    job.kind = "books.check"
    assert not jobs.can_retry(job)
