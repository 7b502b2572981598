"""Rows of the kernel: events, inbox, partner calls, jobs, counters."""

from typing import Any

from django.contrib.postgres.indexes import BrinIndex
from django.db import models


class Event(models.Model):
    """Something that happened: a line of history, and a message until it is published."""

    name = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    about_kind = models.CharField(max_length=40)
    about_id = models.BigIntegerField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=150)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["about_kind", "about_id", "-id"], name="event_timeline"),
            models.Index(
                fields=["id"], name="event_waiting", condition=models.Q(published_at=None)
            ),
            # The audit page asks for people; what intake and partners do is in no index of it.
            models.Index(
                fields=["actor_id", "-id"],
                name="event_of_person",
                condition=models.Q(actor_kind="user"),
            ),
            models.Index(
                fields=["-id"], name="event_of_people", condition=models.Q(actor_kind="user")
            ),
            BrinIndex(fields=["created_at"], name="event_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.subject_kind}:{self.subject_id}"


class InboxMessage(models.Model):
    """A webhook as it arrived: stored before it is believed, once per key."""

    source = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    body = models.BinaryField()
    headers = models.JSONField(default=dict)
    meta = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="inbox_once_per_key")]
        indexes = [
            # A partner's messages that wait, the oldest first.
            models.Index(
                fields=["source", "id"],
                name="inbox_source_waiting",
                condition=models.Q(processed_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.key}"

    def json(self) -> Any:
        import json

        return json.loads(bytes(self.body))


class PartnerCall(models.Model):
    """One outgoing request and its answer, secrets and personal data blacked out."""

    partner = models.CharField(max_length=40)
    account = models.CharField(max_length=80, default="")
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=300)
    status = models.PositiveSmallIntegerField(null=True)
    outcome = models.CharField(max_length=20)  # answered, refused, unreachable, unknown
    duration_ms = models.PositiveIntegerField()
    request = models.TextField(default="")
    response = models.TextField(default="")
    error = models.TextField(default="")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["partner", "-id"], name="partner_call_recent")]

    def __str__(self) -> str:
        return f"{self.partner} {self.method} {self.path} {self.status}"


class Job(models.Model):
    """Bulk work with progress; the row exists before the task, so nothing is lost with Redis."""

    class Status(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    kind = models.CharField(max_length=60)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    params = models.JSONField(default=dict)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=150)
    error = models.TextField(default="", blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.done + self.failed}/{self.total}"


class JobRow(models.Model):
    """The result of one item of a job. A repeated item replaces its own result."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="rows")
    key = models.CharField(max_length=120)
    ok = models.BooleanField()
    message = models.TextField(default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "key"], name="job_row_once_per_key")]

    def __str__(self) -> str:
        return f"{self.key} {'ok' if self.ok else self.message}"


class CounterSlot(models.Model):
    """A counter is the sum of its slots: writers spread over them and do not queue."""

    name = models.CharField(max_length=80)
    slot = models.PositiveSmallIntegerField()
    value = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "slot"], name="counter_slot_once")]

    def __str__(self) -> str:
        return f"{self.name}[{self.slot}]={self.value}"


class BookCheck(models.Model):
    """The last run of one equation of the books, with the first differences it found."""

    name = models.CharField(max_length=120, unique=True)
    checked_at = models.DateTimeField()
    took_ms = models.PositiveIntegerField(default=0)
    differences = models.PositiveIntegerField(default=0)
    # [{"message", "url", "evidence": []}]
    findings = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.name}: {self.differences}"


class Alert(models.Model):
    """Something crossed its limit: one open row per crossing, closed when it recovers."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    message = models.TextField()
    # Who may read it: a permission, and the place (a warehouse, a shop) it is about.
    permission = models.CharField(max_length=60)
    place_kind = models.CharField(max_length=20, default="", blank=True)
    place_id = models.BigIntegerField(null=True)
    url = models.CharField(max_length=200, default="", blank=True)
    data = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                name="alert_open_once",
                condition=models.Q(closed_at=None),
            )
        ]
        indexes = [
            models.Index(
                fields=["-opened_at", "-id"],
                name="alert_open_newest",
                condition=models.Q(closed_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
