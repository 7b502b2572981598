"""The form of a recurring order: shape only. Buyer and lines are those of manual entry."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oms.kernel.clock import today
from orders.forms.quotations import DATE, LaterOrderForm
from orders.models import RecurringOrder
from orders.recurrence import Rhythm

WEEKDAYS = [
    ("0", _("Thứ hai")),
    ("1", _("Thứ ba")),
    ("2", _("Thứ tư")),
    ("3", _("Thứ năm")),
    ("4", _("Thứ sáu")),
    ("5", _("Thứ bảy")),
    ("6", _("Chủ nhật")),
]


def day_field(label: Any, **options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs=DATE, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


class RecurringForm(LaterOrderForm):
    rhythm = forms.ChoiceField(
        label=_("Nhịp"), choices=RecurringOrder.Rhythm.choices, initial="weeks"
    )
    every = forms.IntegerField(
        label=_("Cách mấy kỳ"),
        min_value=1,
        max_value=366,
        initial=1,
        help_text=_("1 là ngày, tuần hay tháng nào cũng có."),
    )
    weekdays = forms.MultipleChoiceField(
        label=_("Thứ trong tuần (khi theo tuần)"),
        choices=WEEKDAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    month_day = forms.IntegerField(
        label=_("Ngày trong tháng (khi theo tháng)"),
        min_value=1,
        max_value=31,
        initial=1,
        required=False,
        help_text=_("Tháng ngắn hơn thì lấy ngày cuối tháng."),
    )
    starts_on = day_field(_("Bắt đầu"))
    ends_on = day_field(_("Đến hết ngày"), required=False)
    price_rule = forms.ChoiceField(
        label=_("Giá"), choices=RecurringOrder.Prices.choices, initial="list"
    )
    missed = forms.ChoiceField(
        label=_("Khi lỡ kỳ (hệ thống không chạy)"),
        choices=RecurringOrder.Missed.choices,
        initial="last",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("starts_on", today())
        self.initial.setdefault("is_cod", False)

    def clean_month_day(self) -> int:
        return self.cleaned_data["month_day"] or 1

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        first, last = data.get("starts_on"), data.get("ends_on")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.add_error("ends_on", _("Ngày kết thúc phải sau ngày bắt đầu."))
        return data

    def read_rhythm(self) -> Rhythm:
        data = self.cleaned_data
        return Rhythm(
            data["rhythm"],
            data["starts_on"],
            data["every"],
            tuple(int(day) for day in data["weekdays"]),
            data["month_day"],
        )
