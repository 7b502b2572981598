"""Rules of routing: sets, their rules, and two sets compared over last month's orders."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.kernel.htmx import is_htmx
from oms.kernel.jobs import can_retry
from oms.kernel.models import Job
from shipping.models import RoutingRule, RoutingTrial, RuleSet
from shipping.routing_forms import RoutingRuleForm, RuleSetForm, TrialForm
from shipping.selectors.routing import rule_sets
from shipping.services import rule_sets as keeping
from shipping.services.routing_trials import start_trial

MAY = "shipping.change_routing"
SET_FACTS = ("name", "day_vnd", "failure_vnd", "may_split")


@require_http_methods(["GET", "POST"])
@permission_required(MAY, raise_exception=True)
def rule_set_list(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """All sets; the one that is looked at with its rules and numbers, or the form of a new one."""
    sets = list(rule_sets())
    chosen = get_object_or_404(RuleSet, pk=pk) if pk else None
    form = RuleSetForm(request.POST or None, initial=set_initial(chosen))
    if request.method == "POST" and form.is_valid():
        whole_company(request)
        try:
            saved = keeping.save_rule_set(pk, form.cleaned_data, actor=Actor.of(request))
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã lưu bộ quy tắc."))
            return redirect("shipping:rule_set", saved.pk)
    context = {
        "sets": sets,
        "chosen": next((row for row in sets if row.pk == pk), None),
        "form": form,
        "may_change": is_whole_company(request),
    }
    return render(request, "shipping/routing.html", context, status=422 if form.errors else 200)


def set_initial(chosen: RuleSet | None) -> dict[str, Any]:
    source = chosen or RuleSet()
    return {name: getattr(source, name) for name in SET_FACTS}


@require_POST
@permission_required(MAY, raise_exception=True)
def use_set(request: HttpRequest, pk: int) -> HttpResponse:
    whole_company(request)
    get_object_or_404(RuleSet, pk=pk)
    chosen = keeping.use_rule_set(pk, actor=Actor.of(request))
    messages.success(request, _("Từ nay vận đơn theo bộ “%s”.") % chosen.name)
    return redirect("shipping:rule_set", pk)


@require_POST
@permission_required(MAY, raise_exception=True)
def copy_set(request: HttpRequest, pk: int) -> HttpResponse:
    whole_company(request)
    get_object_or_404(RuleSet, pk=pk)
    made = keeping.copy_rule_set(pk, actor=Actor.of(request))
    return redirect("shipping:rule_set", made.pk)


@require_http_methods(["GET", "POST"])
@permission_required(MAY, raise_exception=True)
def rule_edit(request: HttpRequest, set_pk: int, pk: int | None = None) -> HttpResponse:
    rule_set = get_object_or_404(RuleSet, pk=set_pk)
    rule = get_object_or_404(rule_set.rules, pk=pk) if pk else None
    form = RoutingRuleForm(request.POST or None, initial=rule_initial(rule))
    if request.method == "POST" and form.is_valid():
        whole_company(request)
        try:
            keeping.save_rule(set_pk, pk, form.facts(), actor=Actor.of(request))
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã lưu quy tắc."))
            return redirect("shipping:rule_set", set_pk)
    context = {"form": form, "rule": rule, "rule_set": rule_set}
    status = 422 if form.errors else 200
    return render(request, "shipping/routing_rule.html", context, status=status)


def rule_initial(rule: RoutingRule | None) -> dict[str, Any]:
    if rule is None:
        return {}
    return {name: getattr(rule, name) for name in RoutingRuleForm.base_fields}


@require_POST
@permission_required(MAY, raise_exception=True)
def rule_remove(request: HttpRequest, set_pk: int, pk: int) -> HttpResponse:
    whole_company(request)
    get_object_or_404(RuleSet, pk=set_pk)
    keeping.remove_rule(set_pk, pk, actor=Actor.of(request))
    messages.success(request, _("Đã bỏ quy tắc."))
    return redirect("shipping:rule_set", set_pk)


@require_http_methods(["GET", "POST"])
@permission_required(MAY, raise_exception=True)
def compare(request: HttpRequest) -> HttpResponse:
    """Ask what last month would have been under two sets; a job counts it."""
    form = TrialForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        trial = started(request, form)
        if trial is not None:
            return redirect("shipping:routing_trial", trial.pk)
    own = RoutingTrial.objects.select_related("job", "first", "second")
    own = own.filter(job__actor_id=request.user.pk, job__actor_kind="user")
    context = {"form": form, "trials": own.order_by("-pk")[:10]}
    status = 422 if form.errors else 200
    return render(request, "shipping/routing_compare.html", context, status=status)


def started(request: HttpRequest, form: Form) -> RoutingTrial | None:
    user: Any = request.user
    try:
        return start_trial(
            form.cleaned_data["first"].pk,
            form.cleaned_data["second"].pk,
            warehouse_ids=user.warehouse_scope(),
            shop_ids=user.shop_scope(),
            actor=Actor.of(request),
        )
    except DomainError as refusal:
        add_refusal(form, refusal)
        return None


@require_GET
@permission_required(MAY, raise_exception=True)
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """Progress, then the two sums side by side. A trial is its asker's own: so is his scope."""
    mine = RoutingTrial.objects.filter(job__actor_id=request.user.pk, job__actor_kind="user")
    found = get_object_or_404(mine.select_related("job", "first", "second"), pk=pk)
    job = found.job
    context = {
        "trial": found,
        "job": job,
        "sides": sides_of(found),
        "is_running": job.status in (Job.Status.QUEUED, Job.Status.RUNNING),
        "can_retry": can_retry(job),
    }
    template = "shipping/routing_trial.html" + ("#progress" if is_htmx(request) else "")
    return render(request, template, context)


def sides_of(found: RoutingTrial) -> list[dict[str, Any]]:
    """Each set with its sums and the difference to the first."""
    result = found.result
    if not result.get("orders"):
        return []
    count = result["orders"]
    rows = []
    for name in ("first", "second"):
        sums = result[name]
        ways = sorted(sums["ways"].items(), key=lambda way: (-way[1], way[0]))
        tenths = (sums["days"] * 20 + count) // (count * 2)
        rows.append(
            {
                "set": getattr(found, name),
                "fee_vnd": sums["fee_vnd"],
                "fee_each_vnd": (2 * sums["fee_vnd"] + count) // (2 * count),
                "days": f"{tenths // 10},{tenths % 10}",
                "ways": ways,
                "saves_vnd": result["first"]["fee_vnd"] - sums["fee_vnd"],
            }
        )
    return rows


def is_whole_company(request: HttpRequest) -> bool:
    user: Any = request.user
    return user.warehouse_scope() is None


def whole_company(request: HttpRequest) -> None:
    """Rules count for every warehouse: who sees only some of them changes none."""
    if not is_whole_company(request):
        raise PermissionDenied
