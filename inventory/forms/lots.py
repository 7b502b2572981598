"""Lots and serial numbers: naming what came in."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.forms.scan import MOST_PIECES
from inventory.models import Product
from inventory.services.lot_naming import Named
from oms.kernel.fields import LineField, checked
from oms.kernel.text import clean_line

MOST_SERIALS = 500


class LotForm(forms.Form):
    code = LineField(label=_("Mã lô"), limit=60)
    expires_on = forms.DateField(
        label=_("Hạn sử dụng"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    quantity = forms.IntegerField(label=_("Số lượng"), min_value=1, max_value=MOST_PIECES)

    def parts(self) -> list[Named]:
        data = self.cleaned_data
        expires_on: date | None = data["expires_on"]
        return [Named(data["code"], data["quantity"], expires_on)]


class SerialForm(forms.Form):
    """One serial number a line, as a scanner types them."""

    serials = forms.CharField(
        label=_("Số sê-ri / IMEI"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Mỗi dòng một số."),
        max_length=MOST_SERIALS * 61,
    )

    def clean_serials(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["serials"].splitlines()]
        numbers = [checked(lambda text: clean_line(text, 60), line) for line in lines if line]
        if len(set(numbers)) != len(numbers):
            raise forms.ValidationError(_("Có số bị lặp."))
        if not 0 < len(numbers) <= MOST_SERIALS:
            raise forms.ValidationError(_("Nhập từ 1 đến %(n)d số.") % {"n": MOST_SERIALS})
        return numbers

    def parts(self) -> list[Named]:
        return [Named(number, 1) for number in self.cleaned_data["serials"]]


class TrackingForm(forms.Form):
    tracking = forms.ChoiceField(label=_("Theo dõi lô"), choices=Product.Tracking.choices)


def naming_form(product: Product, *args: Any) -> LotForm | SerialForm:
    serial = product.tracking == Product.Tracking.SERIAL
    return SerialForm(*args) if serial else LotForm(*args)
