"""The shop's reasons for holding and cancelling, and its deadlines for problems."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from orders.forms.reasons import ReasonForm, RuleForm
from orders.models import ProblemRule, Reason
from orders.models.reasons import KEEP_DAYS
from orders.services.reasons import save_reason, save_rule


@require_http_methods(["GET", "POST"])
@permission_required("orders.change_reason", raise_exception=True)
def reason_list(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """All reasons with the form of a new one, or of the one that is being changed."""
    reason = get_object_or_404(Reason, pk=pk) if pk else None
    form = ReasonForm(request.POST or None, initial=_initial(reason) if reason else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            save_reason(
                data["name"],
                kind=reason.kind if reason else data["kind"],
                reason_id=pk,
                is_active=data["is_active"] or reason is None,
                keep_days=KEEP_DAYS if data["keep_days"] is None else data["keep_days"],
                remote=form.remote(),
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã lưu lý do."))
            return redirect("orders:reason_list")
    context = {
        "form": form,
        "reason": reason,
        "reasons": Reason.objects.prefetch_related("mappings"),
        "rules": ProblemRule.objects.all(),
        "rule_form": RuleForm(auto_id="rule-%s"),
    }
    return render(request, "orders/reason_list.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required("orders.change_reason", raise_exception=True)
def rule(request: HttpRequest) -> HttpResponse:
    form = RuleForm(request.POST)
    if form.is_valid():
        save_rule(**form.cleaned_data)
        messages.success(request, _("Đã lưu hạn xử lý."))
    else:
        messages.error(request, _("Quy tắc không hợp lệ."))
    return redirect("orders:reason_list")


def _initial(reason: Reason) -> dict[str, object]:
    mapped = {f"remote_{row.channel}": row.remote_code for row in reason.mappings.all()}
    return {
        "kind": reason.kind,
        "name": reason.name,
        "is_active": reason.is_active,
        "keep_days": reason.keep_days,
        **mapped,
    }
