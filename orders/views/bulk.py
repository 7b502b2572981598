"""Many orders at once: what is ticked or filtered, a look before, the job, and taking it back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.htmx import is_htmx
from oms.kernel.models import Job
from oms.kernel.pages import keyset_page
from oms.kernel.tray import watch
from orders.bulk.registry import Action, Wish, find_action, nothing
from orders.forms.bulk import ActionForm, ticked_ids
from orders.forms.filters import FilterForm
from orders.models import BulkRun, Order
from orders.selectors.bulk import DONE, results_of, runs_of
from orders.selectors.lists import filtered, orders_visible_to
from orders.services import bulk

VIEW = "orders.view_order"
RESULTS_SHOWN = 100


@require_POST
@permission_required(VIEW, raise_exception=True)
def choose(request: HttpRequest) -> HttpResponse:
    """Freeze the ticked orders, or all that the filter shows, and go to the look before."""
    action = _allowed(request, request.POST.get("action", ""))
    source = request.POST.get("filter", "")
    is_all = "all" in request.POST
    try:
        run = bulk.freeze(
            action,
            _meant(request, source) if is_all else _ticked(request),
            user=request.user,  # type: ignore[arg-type]
            language=translation.get_language(),
            source=source if is_all else "",
        )
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect(f"{reverse('orders:list')}?{source}")
    return _to_look(request, run, action)


def _to_look(request: HttpRequest, run: BulkRun, action: Action) -> HttpResponse:
    """To the look before, unless one page takes them all: then there is nothing to decide."""
    if action.links is None:
        return redirect("orders:bulk_run", run.pk)
    if action.causes is nothing:
        return redirect(action.links(Wish([], request.user, run_id=run.pk))[0].url)
    look = bulk.preflight(run, action, user=request.user)  # type: ignore[arg-type]
    links = [] if look.causes else action.links(Wish(look.ids, request.user, run_id=run.pk))
    return redirect(links[0].url) if len(links) == 1 else redirect("orders:bulk_run", run.pk)


def _allowed(request: HttpRequest, code: str) -> Action:
    action = find_action(code)
    if action is None:
        raise Http404
    if not request.user.has_perm(action.permission):  # type: ignore[union-attr]
        raise PermissionDenied
    return action


def _ticked(request: HttpRequest) -> QuerySet[Order]:
    return orders_visible_to(request.user).filter(pk__in=ticked_ids(request.POST))


def _meant(request: HttpRequest, address: str) -> QuerySet[Order]:
    """The orders that the list shows at this address, on all its pages."""
    return filtered(request.user, FilterForm(QueryDict(address)).filters())


@require_safe
@permission_required(VIEW, raise_exception=True)
def count(request: HttpRequest) -> HttpResponse:
    """How many orders the filter of this address means, counted when somebody wants them all."""
    rows = _meant(request, request.GET.urlencode()).order_by()
    n = rows[: bulk.MOST + 1].count()
    context = {"n": min(n, bulk.MOST), "is_capped": n > bulk.MOST, "counted": True}
    return render(request, "orders/bulk_bar.html#matching", context)


@require_safe
@permission_required(VIEW, raise_exception=True)
def run_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The look before while nothing runs, the progress and the results afterwards."""
    run = _own(request, pk)
    action = _allowed(request, run.action)
    if run.job is None:
        return preflight_page(request, run, action, ActionForm(action, request.user))
    return progress_page(request, run, action)


def preflight_page(
    request: HttpRequest, run: BulkRun, action: Action, form: ActionForm, *, status: int = 200
) -> HttpResponse:
    look = bulk.preflight(run, action, user=request.user)  # type: ignore[arg-type]
    context: dict[str, Any] = {"run": run, "action": action, "form": form, "look": look}
    context["refused"] = look.total - len(look.ids)
    # Asked here: a template calls what can be called, and takes a failure for "no".
    context |= {"can_undo": action.undo is not None, "opens_pages": action.links is not None}
    if action.links is not None:
        context["links"] = (
            action.links(Wish(look.ids, request.user, run_id=run.pk)) if look.ids else []
        )
    return render(request, "orders/bulk_check.html", context, status=status)


def progress_page(request: HttpRequest, run: BulkRun, action: Action) -> HttpResponse:
    assert run.job is not None
    show = request.GET.get("show", "")
    undone_by = BulkRun.objects.filter(undoes=run).first()
    context = {
        "run": run,
        "job": run.job,
        "action": action,
        "handled": run.job.done + run.job.failed,
        "is_running": run.job.status in (Job.Status.QUEUED, Job.Status.RUNNING),
        "can_retry": bulk.can_retry(run),
        "can_undo": bulk.can_undo(run),
        "undo_seconds": int(bulk.UNDO_WINDOW.total_seconds()),
        "undone_by": undone_by,
        "then": None if undone_by else _then(request, run, action),
        "show": show,
        "page": keyset_page(
            results_of(run, show=show),
            keys=("position", "id"),
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
            size=RESULTS_SHOWN,
        ),
    }
    template = "orders/bulk_run.html#progress" if is_htmx(request) else "orders/bulk_run.html"
    return render(request, template, context)


@require_POST
@permission_required(VIEW, raise_exception=True)
def start(request: HttpRequest, pk: int) -> HttpResponse:
    run = _own(request, pk)
    action = _allowed(request, run.action)
    if action.run is None:
        raise Http404
    form = ActionForm(action, request.user, request.POST)
    if not form.is_valid():
        return preflight_page(request, run, action, form, status=422)
    run = bulk.start(run.pk, form.cleaned_data, actor=Actor.of(request))
    watch(request, run.job_id)
    return redirect("orders:bulk_run", pk)


@require_POST
@permission_required(VIEW, raise_exception=True)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    run = _own(request, pk)
    _allowed(request, run.action)
    try:
        back = bulk.undo(run.pk, actor=Actor.of(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("orders:bulk_run", pk)
    watch(request, back.job_id)
    return redirect("orders:bulk_run", back.pk)


@require_POST
@permission_required(VIEW, raise_exception=True)
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    run = _own(request, pk)
    _allowed(request, run.action)
    try:
        bulk.retry(run.pk, actor=Actor.of(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Đang làm lại những đơn chưa được."))
        watch(request, run.job_id)
    return redirect("orders:bulk_run", pk)


@require_POST
@permission_required(VIEW, raise_exception=True)
def go_on(request: HttpRequest, pk: int) -> HttpResponse:
    """The orders that a run has done, chosen for the action that usually comes next."""
    run = _own(request, pk)
    action = _allowed(request, _allowed(request, run.action).then)
    done = orders_visible_to(request.user).filter(pk__in=results_of(run, show=DONE).values("order"))
    try:
        new = bulk.freeze(
            action,
            done,
            user=request.user,  # type: ignore[arg-type]
            language=translation.get_language(),
        )
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("orders:bulk_run", pk)
    return _to_look(request, new, action)


def _then(request: HttpRequest, run: BulkRun, action: Action) -> Action | None:
    """What usually follows, when something was done and this user may."""
    then = find_action(action.then)
    if then is None or run.undoes_id or not (run.job and run.job.done):
        return None
    return then if request.user.has_perm(then.permission) else None  # type: ignore[union-attr]


def _own(request: HttpRequest, pk: int) -> BulkRun:
    return get_object_or_404(runs_of(request.user), pk=pk)
