"""Stock by hand: an adjustment says how many pieces more or fewer, and why."""

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.forms.transfers import KeyField
from oms.kernel.fields import LineField


class AdjustForm(forms.Form):
    key = KeyField()
    quantity = forms.IntegerField(
        label=_("Số lượng thay đổi"),
        min_value=-1_000_000,
        max_value=1_000_000,
        help_text=_("Số dương để nhập thêm, số âm để giảm."),
    )
    note = LineField(label=_("Lý do"), limit=200)

    def clean_quantity(self) -> int:
        quantity = self.cleaned_data["quantity"]
        if quantity == 0:
            raise forms.ValidationError(_("Số lượng thay đổi phải khác 0."))
        return quantity
