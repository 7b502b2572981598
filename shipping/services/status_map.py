"""Carriers' codes in our words, where the shop reads them otherwise than the connector (C-46)."""

from dataclasses import replace
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from oms.kernel import jobs, queue
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.models import Job
from orders.models import OrderProblem
from shipping.models import Package, StatusOverride, TrackingEvent
from shipping.ports import Meaning, TrackingUpdate, carrier_kind
from shipping.selectors.status_map import row_of

KIND = "shipping.status_reapply"
CHUNK = 100


def in_our_words(carrier_code: str, update: TrackingUpdate) -> TrackingUpdate:
    """The report as the shop reads its code; as it came where the shop says nothing."""
    if not update.raw_status:
        return update
    said = StatusOverride.objects.filter(carrier=carrier_code, raw_status=update.raw_status).first()
    if said is None:
        return update
    return replace(update, status=said.status, problem=said.problem, known=True)


@transaction.atomic
def save_meaning(
    carrier_code: str, raw_status: str, meaning: Meaning, *, actor: Actor
) -> StatusOverride:
    """From the next report on the code means this. Reports of the past wait for `start_reapply`."""
    before = StatusOverride.objects.filter(carrier=carrier_code, raw_status=raw_status).first()
    row, _created = StatusOverride.objects.update_or_create(
        carrier=carrier_code,
        raw_status=raw_status,
        defaults={"status": meaning.status, "problem": meaning.problem},
    )
    changes = {
        "status": [before.status if before else None, meaning.status],
        "problem": [before.problem if before else None, meaning.problem],
    }
    text = f"{carrier_code} {raw_status}"
    record_event("status_map.saved", row, actor=actor, data={"text": text, "changes": changes})
    return row


@transaction.atomic
def forget_meaning(carrier_code: str, raw_status: str, *, actor: Actor) -> bool:
    """Back to the connector's reading. False when nothing else was said."""
    row = StatusOverride.objects.filter(carrier=carrier_code, raw_status=raw_status).first()
    if row is None:
        return False
    data = {"text": f"{carrier_code} {raw_status}", "changes": {"status": [row.status, None]}}
    record_event("status_map.forgotten", row, actor=actor, data=data)
    row.delete()
    return True


@transaction.atomic
def start_reapply(carrier_code: str, raw_status: str, *, actor: Actor) -> Job:
    """Let past reports with this code be read anew, parcel by parcel, as a job."""
    kind = carrier_kind(carrier_code)
    if kind is None or row_of(kind, raw_status).meaning is None:
        raise DomainError(_("Mã này chưa có nghĩa."), "status_map.no_meaning")
    params = {"carrier": carrier_code, "raw_status": raw_status, "after": 0}
    total = _packages(carrier_code, raw_status, 0).count()
    job = jobs.start_job(KIND, actor=actor, params=params, total=total)
    transaction.on_commit(partial(hurry, job.pk))
    return job


def hurry(job_id: int) -> None:
    from shipping.tasks import reapply_status

    queue.hurry(reapply_status, job_id)


def run_reapply(job_id: int) -> None:
    """Chunk after chunk; a repeat goes on where it stopped and changes nothing twice."""
    while _step(job_id):
        pass


def _step(job_id: int) -> bool:
    job = Job.objects.get(pk=job_id)
    if job.status in (Job.Status.DONE, Job.Status.FAILED):
        return False
    carrier_code, raw_status = job.params["carrier"], job.params["raw_status"]
    found = _packages(carrier_code, raw_status, job.params["after"]).order_by("pk")
    ids = list(found.values_list("pk", flat=True)[:CHUNK])
    if not ids:
        jobs.finish_job(job_id)
        return False
    kind = carrier_kind(carrier_code)
    meaning = row_of(kind, raw_status).meaning if kind else None
    results = [_reread(package_id, raw_status, meaning, jobs.actor_of(job)) for package_id in ids]
    with transaction.atomic():
        jobs.record_results(job_id, results)
        Job.objects.filter(pk=job_id).update(params={**job.params, "after": ids[-1]})
    return True


def _packages(carrier_code: str, raw_status: str, after: int) -> QuerySet[Package]:
    events = TrackingEvent.objects.filter(raw_status=raw_status, package__carrier_code=carrier_code)
    return Package.objects.filter(pk__in=events.values("package"), pk__gt=after)


def _reread(
    package_id: int, raw_status: str, meaning: Meaning | None, actor: Actor
) -> tuple[str, bool, str]:
    from shipping.services.tracking import read_again  # which reads codes through this module

    try:
        read_again(package_id, raw_status, meaning, actor=actor)
    except DomainError as refusal:
        return str(package_id), False, refusal.message
    return str(package_id), True, ""


def editor_of(problem: OrderProblem) -> str:
    """Where the unknown code of a problem gets its meaning; empty for one that is no carrier's."""
    carrier, raw_status = problem.data.get("carrier"), problem.data.get("raw_status")
    if not carrier or not raw_status:
        return ""
    return reverse("shipping:status_edit", args=[carrier], query={"code": raw_status})
