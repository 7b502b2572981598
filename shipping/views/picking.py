"""Waves and walks: the list, one wave, its verbs, its paper."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from inventory.selectors.places import warehouses_visible_to
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.kernel.pages import cursors
from oms.kernel.records import records_pdf
from shipping.floor_forms import WaveForm
from shipping.floor_papers import pick_list_pdf
from shipping.hand_over_papers import picked_record
from shipping.models import PickOrder, PickTask, PickWave
from shipping.selectors import picking as reads
from shipping.selectors.floor import some
from shipping.services import pick_tasks, waves
from shipping.views.devices import document

TASKS_SHOWN, MEMBERS_SHOWN = 60, 300


@require_GET
@permission_required("shipping.pick_goods", raise_exception=True)
def picking(request: HttpRequest) -> HttpResponse:
    """Walks to take first, then the form of a new wave, then the waves so far."""
    return _page(request, WaveForm(request.user))


def _page(request: HttpRequest, form: WaveForm, *, status: int = 200) -> HttpResponse:
    user = request.user
    if "zone" in request.GET:  # a picker walks his own zone until he says otherwise
        request.session["pick_zone"] = request.GET["zone"][:30]
    zone = request.session.get("pick_zone", "")
    zones = list(
        reads.open_tasks(user)
        .exclude(zone="")
        .order_by("zone")
        .values_list("zone", flat=True)
        .distinct()
    )
    tasks = reads.with_sizes(
        list(reads.open_tasks(user, zone=zone if zone in zones else "")[:TASKS_SHOWN])
    )
    places = warehouses_visible_to(user).filter(is_active=True).order_by("priority", "id")
    ready = [(place.name, some(reads.ready_to_pick(user, place.pk))) for place in places[:20]]
    context = {
        "form": form,
        "tasks": tasks,
        "mine": [task for task in tasks if task.picker_id == user.pk],
        "zones": zones,
        "zone": zone,
        "ready": [row for row in ready if row[1]],
        "page": reads.wave_page(user, **cursors(request.GET)),
    }
    return render(request, "shipping/picking.html", context, status=status)


@require_POST
@permission_required("shipping.plan_picking", raise_exception=True)
def wave_new(request: HttpRequest) -> HttpResponse:
    form = WaveForm(request.user, request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    data, actor = form.cleaned_data, Actor.of(request)
    place = data["warehouse"].pk
    ready = reads.ready_to_pick(request.user, place, data["kind"])
    chosen = list(ready.values_list("pk", flat=True)[: data["most"]])
    try:
        wave = waves.create_wave(place, chosen, method=data["method"], key=data["key"], actor=actor)
    except DomainError as refusal:
        add_refusal(form, refusal)
        return _page(request, form, status=422)
    if "release" in request.POST:
        waves.release_wave(wave.pk, actor=actor)
    return redirect("shipping:wave", wave.pk)


@require_GET
@permission_required("shipping.pick_goods", raise_exception=True)
def wave(request: HttpRequest, pk: int) -> HttpResponse:
    row = visible_wave(request, pk)
    tasks = list(row.tasks.select_related("picker").order_by("position")[: TASKS_SHOWN + 1])
    members = list(reads.members_of(row)[: MEMBERS_SHOWN + 1])
    picked = row.members.filter(outcome=PickOrder.Outcome.PICKED).count()
    free = row.tasks.filter(status=PickTask.Status.READY)
    mine = row.tasks.filter(status=PickTask.Status.PICKING, picker=request.user.pk)
    is_released = row.status == PickWave.Status.RELEASED
    context: dict[str, Any] = {
        "wave": row,
        "is_open": row.status in (PickWave.Status.PLANNED, PickWave.Status.RELEASED),
        "may_take": is_released and (free.exists() or mine.exists()),
        "to_place": row.sorts_later and is_released and reads.to_place(row).exists(),
        "has_picked": picked > 0,
        "tasks": reads.with_sizes(tasks[:TASKS_SHOWN]),
        "has_more_tasks": len(tasks) > TASKS_SHOWN,
        "members": members[:MEMBERS_SHOWN],
        "has_more_members": len(members) > MEMBERS_SHOWN,
        "counts": {"picked": picked, "all": row.members.count()},
        "put_back": list(reads.to_put_back(row)[:MEMBERS_SHOWN]),
    }
    return render(request, "shipping/wave.html", context)


@require_POST
@permission_required("shipping.plan_picking", raise_exception=True)
def wave_release(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, lambda: waves.release_wave(pk, actor=Actor.of(request)))


@require_POST
@permission_required("shipping.plan_picking", raise_exception=True)
def wave_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, lambda: waves.cancel_wave(pk, actor=Actor.of(request)))


def _do(request: HttpRequest, pk: int, work: Any) -> HttpResponse:
    visible_wave(request, pk)
    try:
        work()
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect("shipping:wave", pk)


@require_POST
@permission_required("shipping.pick_goods", raise_exception=True)
def wave_take(request: HttpRequest, pk: int) -> HttpResponse:
    """The next free walk of the wave, of one's own zone if there is one."""
    row = visible_wave(request, pk)
    user: Any = request.user
    zone = request.session.get("pick_zone", "")
    in_zone = row.tasks.filter(status=PickTask.Status.READY, zone=zone).exists()
    return _take(
        request,
        lambda: pick_tasks.claim_next(
            pk,
            zone=zone if in_zone else "",
            picker_id=user.pk,
            actor=Actor.user(user),
        ),
    )


@require_POST
@permission_required("shipping.pick_goods", raise_exception=True)
def pick_take(request: HttpRequest, pk: int) -> HttpResponse:
    visible_task(request, pk)
    user: Any = request.user
    return _take(
        request, lambda: pick_tasks.claim_task(pk, picker_id=user.pk, actor=Actor.user(user))
    )


def _take(request: HttpRequest, claim: Any) -> HttpResponse:
    try:
        task = claim()
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("shipping:picking")
    return redirect("shipping:pick", task.pk)


@require_POST
@permission_required("shipping.plan_picking", raise_exception=True)
def pick_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Another may take the walk of somebody who went home."""
    task = visible_task(request, pk)
    pick_tasks.let_go(pk, actor=Actor.of(request))
    messages.success(request, _("Người khác nhận phiếu này được."))
    return redirect("shipping:wave", task.wave_id)


@require_GET
@permission_required("shipping.pick_goods", raise_exception=True)
def pick_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The wave on paper, or one walk of it."""
    row = visible_wave(request, pk)
    tasks = row.tasks.exclude(status=PickTask.Status.CANCELLED).order_by("position")
    if request.GET.get("task", "").isdecimal():
        tasks = tasks.filter(pk=int(request.GET["task"]))
    return document(pick_list_pdf(row, list(tasks)), f"{row.number}.pdf")


@require_GET
@permission_required("shipping.pick_goods", raise_exception=True)
def picked_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """What the pickers of a wave give to the packing tables, for two signatures."""
    row = visible_wave(request, pk)
    return document(records_pdf([picked_record(row)]), f"{row.number}-da-nhat.pdf")


def visible_wave(request: HttpRequest, pk: int) -> PickWave:
    return get_object_or_404(reads.waves_visible_to(request.user), pk=pk)


def visible_task(request: HttpRequest, pk: int) -> PickTask:
    return get_object_or_404(reads.tasks_visible_to(request.user), pk=pk)
