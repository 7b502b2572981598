"""The job of a bulk run: step after step, each order done once and its result kept with it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from oms.accounts.models import User
from oms.kernel import jobs
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.models import Job, JobRow
from oms.kernel.sql import retry_deadlock
from orders.bulk.registry import Action, Wish, find_action
from orders.models import BulkItem, BulkRun, Order
from orders.selectors.lists import orders_visible_to
from orders.services.states import lock_orders
from orders.services.undoing import Trace, remember


def work(job_id: int) -> None:
    """Do what has no good result yet, step after step; a repeat goes on where it stopped.

    A step and its results are one transaction, so that a worker that dies in the middle has done
    each order once or not at all. Two workers at once take turns.
    """
    run = BulkRun.objects.select_related("job").get(job=job_id)
    action = find_action(run.action)
    assert action is not None and action.run is not None
    with translation.override(run.language):
        after: int | None = 0
        while after is not None:
            step = _step_alone if action.is_alone else _step
            after = step(run.pk, action, after)


@retry_deadlock
@transaction.atomic
def _step(run_id: int, action: Action, after: int) -> int | None:
    """The next orders behind a position; None when nothing is left to do."""
    run = _running(BulkRun.objects.select_for_update(of=("self",)), run_id)
    if run is None:
        return None
    items = _undone_items(run, after, action.step)
    if not items:
        _finish(run)
        return None
    _record(run, items, _do(run, action, items))
    return items[-1].position


def _step_alone(run_id: int, action: Action, after: int) -> int | None:
    """The next orders, whose service commits by itself and tolerates a repeat; then the results."""
    run = _running(BulkRun.objects.all(), run_id)
    if run is None:
        return None
    items = _undone_items(run, after, action.step)
    if not items:
        _finish(run)
        return None
    refused = _do(run, action, items)
    with transaction.atomic():
        _record(run, items, refused)
    return items[-1].position


def _running(runs: QuerySet[BulkRun], run_id: int) -> BulkRun | None:
    run = runs.select_related("job").get(pk=run_id)
    assert run.job is not None
    return None if run.job.status in (Job.Status.DONE, Job.Status.FAILED) else run


def _undone_items(run: BulkRun, after: int, size: int) -> list[BulkItem]:
    good = JobRow.objects.filter(job=run.job_id, key=OuterRef("number"), ok=True)
    items = BulkItem.objects.filter(~Exists(good), run=run, position__gt=after)
    return list(items.order_by("position")[:size])


def _finish(run: BulkRun) -> None:
    assert run.job_id is not None
    jobs.finish_job(run.job_id)
    BulkRun.objects.filter(pk=run.pk).update(touched_at=now())


def _record(run: BulkRun, items: Sequence[BulkItem], refused: Mapping[int, str]) -> None:
    assert run.job_id is not None
    jobs.record_results(
        run.job_id,
        [(i.number, i.order_id not in refused, refused.get(i.order_id, "")) for i in items],
    )
    BulkRun.objects.filter(pk=run.pk).update(touched_at=now(), attempts=0)


def _do(run: BulkRun, action: Action, items: Sequence[BulkItem]) -> dict[int, str]:
    """Refusals by order. Permission and scope are asked again: they may have changed since."""
    user = User.objects.get(pk=run.user_id)
    ids = [item.order_id for item in items]
    if not (user.is_active and user.has_perm(action.permission)):
        return dict.fromkeys(ids, _("Bạn không còn quyền làm việc này."))
    seen = set(orders_visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))
    refused = {pk: out_of_sight() for pk in ids if pk not in seen}
    mine = [item for item in items if item.order_id in seen]
    if not mine:
        return refused
    if run.undoes_id:
        return refused | _take_back(run, action, mine, Actor.user(user))
    wish = Wish([item.order_id for item in mine], user, run.said)
    if action.undo is None:
        return refused | _attempt(action, wish)
    return refused | _attempt_traced(action, wish, mine)


def _attempt(action: Action, wish: Wish) -> dict[int, str]:
    """Run a batch; when one order refuses all of it, each is tried alone."""
    assert action.run is not None
    if action.is_alone:
        return dict(action.run(wish))
    try:
        with transaction.atomic():
            return dict(action.run(wish))
    except DomainError as refusal:
        if len(wish.ids) == 1:
            return {wish.ids[0]: refusal.message}
    refused: dict[int, str] = {}
    for order_id in wish.ids:
        refused |= _attempt(action, replace(wish, ids=[order_id]))
    return refused


def _attempt_traced(action: Action, wish: Wish, items: Sequence[BulkItem]) -> dict[int, str]:
    """Remember what the orders were, for those that the action changed."""
    before = {order.pk: (order.version, remember(order)) for order in lock_orders(wish.ids)}
    refused = _attempt(action, wish)
    after = dict(Order.objects.filter(pk__in=wish.ids).values_list("pk", "version"))
    changed = [item for item in items if after[item.order_id] != before[item.order_id][0]]
    for item in changed:
        item.version, item.before = after[item.order_id], before[item.order_id][1]
    BulkItem.objects.bulk_update(changed, ["version", "before"])
    return refused


def _take_back(
    run: BulkRun, action: Action, items: Sequence[BulkItem], actor: Actor
) -> dict[int, str]:
    assert action.undo is not None
    done = BulkItem.objects.filter(run=run.undoes_id, order__in=[i.order_id for i in items])
    traces = [Trace(row.order_id, row.version or 0, row.before or {}) for row in done]
    return dict(action.undo(traces, actor))


def out_of_sight() -> str:
    return _("Đơn ngoài phạm vi của bạn")
