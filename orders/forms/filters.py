"""The list's filters: each is a URL parameter, an unknown value is no filter."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from oms.kernel import clock
from orders.models import Order
from orders.selectors.lists import OrderFilters

PERIODS = [
    ("", _("Mọi ngày")),
    ("today", _("Hôm nay")),
    ("yesterday", _("Hôm qua")),
    ("7", _("7 ngày")),
    ("30", _("30 ngày")),
]


class FilterForm(forms.Form):
    q = forms.CharField(required=False, max_length=200)
    tab = forms.CharField(required=False, max_length=20)
    source = forms.ChoiceField(required=False, choices=[("", _("Mọi kênh")), *Order.Source.choices])
    period = forms.ChoiceField(required=False, choices=PERIODS)
    problem = forms.CharField(required=False, max_length=30)
    cod = forms.CharField(required=False, max_length=20)
    payment = forms.CharField(required=False, max_length=20)
    invoice = forms.CharField(required=False, max_length=20)
    status = forms.CharField(required=False, max_length=30)
    warehouse = forms.IntegerField(required=False)
    shop = forms.IntegerField(required=False)
    late = forms.BooleanField(required=False)
    live = forms.BooleanField(required=False)
    with_carrier = forms.BooleanField(required=False)

    def filters(self) -> OrderFilters:
        self.is_valid()
        clean = self.cleaned_data
        start, end = period_bounds(clean.get("period", ""))
        return OrderFilters(
            tab=clean.get("tab", ""),
            q=clean.get("q", "").strip(),
            source=clean.get("source", ""),
            shop_ref=clean.get("shop"),
            cod_status=clean.get("cod", ""),
            placed_from=start,
            placed_to=end,
            problem=clean.get("problem", ""),
            payment_status=clean.get("payment", ""),
            invoice_status=clean.get("invoice", ""),
            status=clean.get("status", ""),
            warehouse_id=clean.get("warehouse"),
            late=clean.get("late", False),
            live=clean.get("live", False),
            with_carrier=clean.get("with_carrier", False),
        )


def period_bounds(period: str):
    """First instant and the instant after the last, in UTC; None means open."""
    today = clock.today()
    if period == "today":
        return clock.day_bounds(today)
    if period == "yesterday":
        return clock.day_bounds(today - timedelta(days=1))
    if period.isdigit():
        return clock.day_bounds(today - timedelta(days=int(period) - 1))[0], None
    return None, None
