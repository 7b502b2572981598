"""Whether the world outside answers, and what waits inside because it did not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from oms.kernel import clock
from oms.kernel.breaker import Health, partner_health
from oms.kernel.inbox import rejected_count
from oms.kernel.models import Event, InboxMessage, Job, PartnerCall

CALLS_SHOWN = 30
FAILURES_SHOWN = 20
# A healthy queue is emptied in seconds; older waiting rows mean the worker lags.
LAG = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Backlog:
    """Rows that wait to be worked on, and those of them that failed at least once."""

    waiting: int
    failing: int
    oldest_at: datetime | None

    @property
    def is_late(self) -> bool:
        return self.oldest_at is not None and self.oldest_at < clock.now() - LAG


def inbox_backlog() -> Backlog:
    row = InboxMessage.objects.filter(processed_at=None).aggregate(
        waiting=Count("id"),
        failing=Count("id", filter=Q(attempts__gt=0)),
        oldest=Min("received_at"),
    )
    return Backlog(row["waiting"], row["failing"], row["oldest"])


def event_backlog() -> Backlog:
    row = Event.objects.filter(published_at=None).aggregate(
        waiting=Count("id"), failing=Count("id", filter=Q(attempts__gt=0)), oldest=Min("created_at")
    )
    return Backlog(row["waiting"], row["failing"], row["oldest"])


@dataclass(frozen=True, slots=True)
class Connection:
    """Everything the health page shows."""

    partners: Sequence[Health]
    inbox: Backlog
    events: Backlog
    failing_messages: Sequence[InboxMessage]
    failing_events: Sequence[Event]
    jobs: Sequence[Job]
    calls: Sequence[PartnerCall]
    # Partner and number: messages turned away because their signature or secret was wrong.
    rejected: Sequence[tuple[str, int]]


def connection_report(*, partner: str = "") -> Connection:
    """The present state; `partner` narrows the call log."""
    calls = PartnerCall.objects.order_by("-id")
    if partner:
        calls = calls.filter(partner=partner)
    waiting = InboxMessage.objects.filter(processed_at=None, attempts__gt=0).defer("body")
    unheard = Event.objects.filter(published_at=None, attempts__gt=0)
    jobs = Job.objects.filter(Q(failed__gt=0) | Q(status=Job.Status.FAILED))
    partners = partner_health()
    return Connection(
        partners=partners,
        inbox=inbox_backlog(),
        events=event_backlog(),
        failing_messages=list(waiting.order_by("-id")[:FAILURES_SHOWN]),
        failing_events=list(unheard.order_by("-id")[:FAILURES_SHOWN]),
        jobs=list(jobs.order_by("-id")[:FAILURES_SHOWN]),
        calls=list(calls[:CALLS_SHOWN]),
        rejected=_rejected([health.partner for health in partners]),
    )


def _rejected(sources: Sequence[str]) -> list[tuple[str, int]]:
    counts = [(source, rejected_count(source)) for source in sources]
    return [(source, count) for source, count in counts if count]


def hurry_message(message_id: int) -> bool:
    """Let the sweep take a failing message now; False when it is done already."""
    rows = InboxMessage.objects.filter(pk=message_id, processed_at=None)
    return bool(rows.update(next_attempt_at=clock.now()))


def hurry_event(event_id: int) -> bool:
    """Let the relay take a failing event now; False when it is published already."""
    rows = Event.objects.filter(pk=event_id, published_at=None)
    return bool(rows.update(next_attempt_at=clock.now()))
