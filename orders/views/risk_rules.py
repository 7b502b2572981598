"""The shop's rules for buyers who may refuse their parcel."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from oms.kernel.fields import MoneyField
from orders.models import RiskRule


class RiskRuleForm(forms.ModelForm):
    min_total_vnd = MoneyField(label=gettext_lazy("Đơn từ"), required=False)

    class Meta:
        model = RiskRule
        fields = (
            *("name", "level", "min_total_vnd", "only_cod"),
            *("action", "deposit_percent", "position", "is_active"),
        )

    def clean_min_total_vnd(self) -> int:
        return self.cleaned_data["min_total_vnd"] or 0

    def clean(self) -> dict[str, Any]:
        """What is not a deposit has no percent, whatever was left in the input."""
        data = super().clean() or {}
        if data.get("action") != RiskRule.Action.DEPOSIT:
            data["deposit_percent"] = 0
        return data


@require_http_methods(["GET", "POST"])
@permission_required("orders.change_reason", raise_exception=True)
def rule_list(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """All rules in their order, with the form of a new one or of the one that is changed."""
    rule = get_object_or_404(RiskRule, pk=pk) if pk else None
    form = RiskRuleForm(request.POST or None, instance=rule)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Đã lưu quy tắc."))
        return redirect("orders:risk_rules")
    context = {"form": form, "rule": rule, "rules": RiskRule.objects.all()}
    status = 422 if form.errors else 200
    return render(request, "orders/risk_rules.html", context, status=status)


@require_POST
@permission_required("orders.change_reason", raise_exception=True)
def rule_remove(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(RiskRule, pk=pk).delete()
    messages.success(request, _("Đã xóa quy tắc."))
    return redirect("orders:risk_rules")
