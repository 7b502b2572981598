"""The day of a stock value report, and the costing method."""

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.models import Valuation


class DayForm(forms.Form):
    """An empty or impossible day is left to the view, which shows today."""

    day = forms.DateField(
        label=_("Cuối ngày"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class MethodForm(forms.Form):
    method = forms.ChoiceField(label=_("Phương pháp giá vốn"), choices=Valuation.Method.choices)
