"""What the bottleneck page is asked; an unknown value is no filter."""

from datetime import timedelta

from django import forms

from oms.kernel import clock
from orders.models import Order
from orders.selectors.bottlenecks import CUTS, STAGES, Question

PERIODS = (7, 14, 30, 90)
USUAL = 14


class BottleneckForm(forms.Form):
    days = forms.TypedChoiceField(
        required=False, coerce=int, choices=[(n, n) for n in PERIODS], empty_value=None
    )
    cut = forms.ChoiceField(required=False, choices=list(CUTS.items()))
    stage = forms.ChoiceField(required=False, choices=list(STAGES.items()))
    source = forms.ChoiceField(required=False, choices=[("", ""), *Order.Source.choices])
    warehouse = forms.IntegerField(required=False)

    def question(self) -> Question:
        self.is_valid()
        clean = self.cleaned_data
        today = clock.today()
        return Question(
            since=today - timedelta(days=(clean.get("days") or USUAL) - 1),
            until=today,
            cut=clean.get("cut") or "day",
            source=clean.get("source", ""),
            warehouse_id=clean.get("warehouse"),
        )

    def stage_shown(self) -> str:
        return self.cleaned_data.get("stage") or "total"
