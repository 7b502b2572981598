"""The rate of a day, typed by hand or sent as a file."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oms.kernel.currencies import CURRENCIES, HOME
from oms.kernel.fields import LineField, RateField


class RateForm(forms.Form):
    currency = forms.ChoiceField(
        label=_("Tiền tệ"),
        choices=[
            (code, f"{code} · {currency.name}")
            for code, currency in CURRENCIES.items()
            if code != HOME
        ],
    )
    day = forms.DateField(label=_("Ngày"), widget=forms.DateInput(attrs={"type": "date"}))
    rate = RateField(label=_("Tỷ giá"), help_text=_("Số đồng cho một đơn vị, ví dụ 25.400."))
    source = LineField(
        label=_("Nguồn"), limit=120, help_text=_("Ví dụ: Vietcombank, bán chuyển khoản.")
    )


class RateFileForm(forms.Form):
    file = forms.FileField(
        label=_("Tệp tỷ giá"),
        help_text=_("Excel hoặc CSV có cột Ngày, Tiền tệ, Tỷ giá và Nguồn."),
    )
    source = LineField(label=_("Nguồn cho dòng không ghi nguồn"), limit=120, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.auto_id = "rate-file-%s"
