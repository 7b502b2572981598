"""One action for many orders: frozen, checked, begun, retried, taken back, resumed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from oms.accounts.models import User
from oms.kernel import jobs, queue
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.models import Job
from oms.kernel.sql import copy_rows
from orders.bulk.registry import Action, find_action
from orders.models import BulkRun, Order
from orders.selectors.lists import orders_visible_to
from orders.services.bulk_work import out_of_sight

KIND = "orders.bulk"
MOST = 20_000
LOOKED_AT_ONCE = 1_000
SAMPLES = 20
UNDO_WINDOW = timedelta(seconds=30)
QUIET = timedelta(seconds=60)
MOST_ATTEMPTS = 5
KEPT = timedelta(days=30)


def freeze(
    action: Action, orders: QuerySet[Order], *, user: User, language: str, source: str = ""
) -> BulkRun:
    """Remember which orders are meant now; `orders` lies within what the user may see.

    The oldest come first, as they are served. Raises DomainError for none, or for too many.
    """
    rows = orders.order_by("-priority", "placed_at", "id").values_list("pk", "number")
    found = list(rows[: MOST + 1])
    if not found:
        raise DomainError(_("Chưa chọn đơn nào."), code="bulk.none")
    if len(found) > MOST:
        raise DomainError(
            _("Một lần làm được nhiều nhất %(most)d đơn; hãy lọc bớt.") % {"most": MOST},
            code="bulk.too_many",
        )
    with transaction.atomic():
        run = BulkRun.objects.create(
            user_id=user.pk,
            action=action.code,
            language=language,
            source=source,
            total=len(found),
            created_at=now(),
            touched_at=now(),
        )
        _write_items(run, found)
    return run


def _write_items(run: BulkRun, found: Sequence[tuple[int, str]]) -> None:
    copy_rows(
        "orders_bulkitem",
        ("run_id", "position", "order_id", "number"),
        ((run.pk, place, pk, number) for place, (pk, number) in enumerate(found, start=1)),
    )


@dataclass(slots=True)
class Cause:
    """Why some of the orders cannot; the first of them are named."""

    label: str
    count: int = 0
    orders: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class Preflight:
    """What would happen now, the most frequent cause first. `ids` are the orders that pass."""

    total: int
    ids: list[int]
    causes: list[Cause]


def preflight(run: BulkRun, action: Action, *, user: User) -> Preflight:
    """Ask the action about all orders of the run; statements grow with thousands, not orders."""
    causes: dict[str, Cause] = {}
    passing: list[int] = []
    items = list(run.items.order_by("position").values_list("order_id", "number"))
    for start in range(0, len(items), LOOKED_AT_ONCE):
        chunk = items[start : start + LOOKED_AT_ONCE]
        found = orders_visible_to(user).in_bulk([pk for pk, _number in chunk])
        why = dict(action.causes([found[pk] for pk, _n in chunk if pk in found], user))
        for pk, number in chunk:
            label = why.get(pk, "") if pk in found else out_of_sight()
            if not label:
                passing.append(pk)
                continue
            cause = causes.setdefault(label, Cause(label))
            cause.count += 1
            if len(cause.orders) < SAMPLES:
                cause.orders.append((pk, number))
    ranked = sorted(causes.values(), key=lambda cause: -cause.count)
    return Preflight(len(items), passing, ranked)


def start(run_id: int, said: Mapping[str, str], *, actor: Actor) -> BulkRun:
    """Begin the job. A second call changes nothing."""
    with transaction.atomic():
        run = BulkRun.objects.select_for_update().get(pk=run_id)
        if run.job_id is None:
            run.said = dict(said)
            _begin(run, actor)
    return run


def _begin(run: BulkRun, actor: Actor) -> None:
    params = {"run_id": run.pk, "action": run.action}
    run.job = jobs.start_job(KIND, actor=actor, params=params, total=run.total)
    run.touched_at = now()
    run.save(update_fields=["job", "said", "touched_at"])
    transaction.on_commit(partial(hurry, run.job.pk))


def hurry(job_id: int) -> None:
    from orders.tasks import run_bulk as task

    queue.hurry(task, job_id)


def undo(run_id: int, *, actor: Actor) -> BulkRun:
    """Take the run back as a job of its own, while the window is open; a repeat finds that job."""
    with transaction.atomic():
        run = BulkRun.objects.select_for_update(of=("self",)).select_related("job").get(pk=run_id)
        earlier = BulkRun.objects.filter(undoes=run).first()
        if earlier is not None:
            return earlier
        if not can_undo(run):
            raise DomainError(_("Đã hết thời gian hoàn tác."), code="bulk.undo_over")
        items = run.items.exclude(version=None).order_by("position")
        found = list(items.values_list("order_id", "number"))
        moment = now()
        back = BulkRun.objects.create(
            user_id=run.user_id,
            action=run.action,
            language=run.language,
            undoes=run,
            total=len(found),
            created_at=moment,
            touched_at=moment,
        )
        _write_items(back, found)
        _begin(back, actor)
    return back


def can_undo(run: BulkRun) -> bool:
    """It is done, changed something, called nobody outside, and ended a moment ago."""
    action = find_action(run.action)
    if action is None or action.undo is None or run.job is None or run.undoes_id:
        return False
    ended = run.job.finished_at
    return (
        run.job.status == Job.Status.DONE
        and ended is not None
        and now() < ended + UNDO_WINDOW
        and not BulkRun.objects.filter(undoes=run).exists()
        and run.items.exclude(version=None).exists()
    )


def can_retry(run: BulkRun) -> bool:
    """Some failed, and the run was not taken back since."""
    if run.job is None or BulkRun.objects.filter(undoes=run).exists():
        return False
    return jobs.can_retry(run.job)


def retry(run_id: int, *, actor: Actor) -> None:
    """Try again those that failed; good results stay. Raises DomainError when none is left."""
    run = BulkRun.objects.select_related("job").get(pk=run_id)
    if run.job is None or not can_retry(run):
        raise DomainError(_("Không còn đơn nào để làm lại."), code="bulk.no_retry")
    BulkRun.objects.filter(pk=run_id).update(touched_at=now(), attempts=0)
    jobs.retry(run.job.pk, actor=actor)


def resume() -> int:
    """Send again what a dead worker or a lost queue left; returns how many."""
    quiet = BulkRun.objects.filter(
        job__status__in=[Job.Status.QUEUED, Job.Status.RUNNING], touched_at__lt=now() - QUIET
    )
    count = 0
    for run in quiet:
        assert run.job_id is not None
        count += 1
        if run.attempts >= MOST_ATTEMPTS:
            with translation.override(run.language):
                message = _("Đã thử nhiều lần mà không xong; hãy báo người quản trị.")
            jobs.finish_job(run.job_id, error=message)
            continue
        quiet.filter(pk=run.pk).update(attempts=F("attempts") + 1, touched_at=now())
        hurry(run.job_id)
    return count


def remove_old() -> None:
    """Drop what was only looked at, and runs of long ago; the results stay with their jobs."""
    BulkRun.objects.filter(job=None, created_at__lt=now() - timedelta(days=1)).delete()
    BulkRun.objects.filter(created_at__lt=now() - KEPT).exclude(
        job__status__in=[Job.Status.QUEUED, Job.Status.RUNNING]
    ).delete()
