"""What people say about the printers of their computer, and about one print."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shipping.models import PrinterProfile
from shipping.models.printing import MOST_OFFSET
from shipping.services.labels import REASON_LENGTH
from shipping.services.printers import PAPERS_OF

SIDES = ("offset_x", "offset_y")


class OffsetField(forms.DecimalField):
    """Millimetres with one decimal place; in and out as whole tenths."""

    def __init__(self, **kwargs: Any) -> None:
        most = Decimal(MOST_OFFSET) / 10
        super().__init__(
            min_value=-most, max_value=most, decimal_places=1, required=False, **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        return Decimal(value) / 10 if isinstance(value, int) else value

    def clean(self, value: Any) -> int:
        return int((super().clean(value) or Decimal(0)) * 10)


class ProfileForm(forms.ModelForm):
    """One kind of print; what only ZPL or only waybills have is not asked of the others."""

    offset_x = OffsetField(label=_("Lệch sang phải (mm)"))
    offset_y = OffsetField(label=_("Lệch xuống (mm)"))

    class Meta:
        model = PrinterProfile
        fields = [
            "paper", "language", "dpi", "rotation", "offset_x", "offset_y", "has_own_fonts",
            "page_order", "is_reversed", "goods",
        ]  # fmt: skip

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"prefix": kind})
        self.fields["paper"] = forms.ChoiceField(
            label=_("Khổ giấy"), choices=[*PAPERS_OF[kind].items()]
        )
        if kind != PrinterProfile.Kind.WAYBILL:
            for name in ("language", "dpi", "has_own_fonts", "page_order", "is_reversed", "goods"):
                del self.fields[name]


class OptionsForm(forms.ModelForm):
    """What is asked each time and kept for the next."""

    class Meta:
        model = PrinterProfile
        fields = ["paper", "language", "page_order", "is_reversed", "goods"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        papers = PAPERS_OF[PrinterProfile.Kind.WAYBILL]
        self.fields["paper"] = forms.ChoiceField(label=_("Khổ giấy"), choices=[*papers.items()])


class DeviceForm(forms.Form):
    name = forms.CharField(
        label=_("Tên máy tính này"),
        max_length=60,
        help_text=_("Để nhận ra máy trong lịch sử in, ví dụ: Bàn đóng gói 1."),
    )


class PrintedForm(forms.Form):
    reason = forms.CharField(
        label=_("Lý do in lại"),
        max_length=REASON_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"list": "reprint-reasons", "autocomplete": "off"}),
    )
