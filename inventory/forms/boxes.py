"""A standard box."""

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.models import PackageType
from oms.kernel.fields import MoneyField


class PackageTypeForm(forms.ModelForm):
    cost_vnd = MoneyField(label=_("Giá vỏ thùng"), required=False)

    class Meta:
        model = PackageType
        fields = [
            "code", "name", "length_cm", "width_cm", "height_cm", "tare_g", "max_weight_g",
            "cost_vnd", "is_active",
        ]  # fmt: skip

    def __init__(self, *args: object, sees_cost: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not sees_cost:
            del self.fields["cost_vnd"]

    def clean_cost_vnd(self) -> int:
        cost = self.cleaned_data["cost_vnd"] or 0
        if cost < 0:
            raise forms.ValidationError(_("Giá không được âm."))
        return cost
