"""Forms of replenishment: a reason, and how a supplier's goods are bought."""

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.models import SupplierBuying
from oms.kernel.fields import LineField, MoneyField


class DismissForm(forms.Form):
    reason = LineField(label=_("Lý do bỏ qua"), limit=200)


class BuyingForm(forms.ModelForm):
    limit_vnd = MoneyField(label=_("Tự đặt tới số tiền"), required=False)

    class Meta:
        model = SupplierBuying
        fields = ["review_days", "service_percent", "auto_order", "limit_vnd"]

    def clean_review_days(self) -> int:
        days: int = self.cleaned_data["review_days"]
        if not 1 <= days <= 365:
            raise forms.ValidationError(_("Từ 1 đến 365 ngày."))
        return days

    def clean_service_percent(self) -> int:
        percent: int = self.cleaned_data["service_percent"]
        if not 50 <= percent <= 99:
            raise forms.ValidationError(_("Từ 50 đến 99%."))
        return percent

    def clean_limit_vnd(self) -> int:
        return self.cleaned_data["limit_vnd"] or 0
