"""Shapes of what people type about carriers' money."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oms.kernel.clock import today
from oms.kernel.fields import MoneyField
from shipping.models import BankLine, CarrierAccount, ClaimKind
from shipping.services.cod import REFERENCE_LENGTH


def _day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"})


class TransferForm(forms.Form):
    """A line of the bank's list, or what somebody read there."""

    bank_line = forms.ModelChoiceField(
        BankLine.objects.none(), label=_("Khoản ở ngân hàng"), required=False,
        empty_label=_("Nhập tay bên dưới"),
    )  # fmt: skip
    amount = MoneyField(label=_("Số tiền về"), required=False)
    reference = forms.CharField(
        label=_("Mã giao dịch"), max_length=REFERENCE_LENGTH, required=False
    )
    received_on = forms.DateField(label=_("Ngày nhận"), widget=_day_input(), required=False)
    reason = forms.CharField(
        label=_("Lý do lệch"), max_length=200, required=False,
        help_text=_("Chỉ cần khi số tiền về khác số bảng kê còn phải chuyển."),
    )  # fmt: skip

    def __init__(self, *args: Any, lines: list[BankLine], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["bank_line"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = BankLine.objects.filter(remittance=None)
        field.choices = [
            ("", field.empty_label),
            *[(str(row.pk), _line_name(row)) for row in lines],
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        line = cleaned.get("bank_line")
        if line is not None:
            cleaned["amount"] = line.amount_vnd
            cleaned["reference"] = line.reference or line.key[:REFERENCE_LENGTH]
            cleaned["received_on"] = line.booked_on
            return cleaned
        for name in ("amount", "reference"):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("Hãy nhập, hoặc chọn khoản ở ngân hàng."))
        cleaned["received_on"] = cleaned.get("received_on") or today()
        return cleaned


def _line_name(row: BankLine) -> str:
    parts = (row.booked_on.strftime("%d/%m/%Y"), row.reference, row.content[:60])
    return " · ".join(part for part in parts if part)


class PapersInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PapersField(forms.FileField):
    """Any number of files; the service looks into each."""

    widget = PapersInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list) else [data]
        found = [super(PapersField, self).clean(file, initial) for file in given or [None]]
        return [file for file in found if file]


class ClaimForm(forms.Form):
    kind = forms.ChoiceField(label=_("Lý do"), choices=ClaimKind.choices)
    asked_vnd = MoneyField(label=_("Số tiền đòi"))
    text = forms.CharField(
        label=_("Nội dung"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
    papers = PapersField(
        label=_("Giấy tờ (ảnh, PDF)"), required=False,
        help_text=_("Ảnh hàng, ảnh thùng, hóa đơn; mỗi tệp tối đa 10 MB."),
    )  # fmt: skip


class PapersForm(forms.Form):
    papers = PapersField(label=_("Giấy tờ (ảnh, PDF)"))


class AnswerForm(forms.Form):
    """What the carrier answered: an amount, or why not."""

    paid_vnd = MoneyField(label=_("Hãng trả"), required=False)
    answer = forms.CharField(label=_("Trả lời của hãng"), max_length=500, required=False)


class ClaimFilter(forms.Form):
    kind = forms.ChoiceField(
        label=_("Lý do"), choices=[("", _("Mọi lý do")), *ClaimKind.choices], required=False
    )
    account = forms.ModelChoiceField(
        CarrierAccount.objects.none(), label=_("Tài khoản"), required=False,
        empty_label=_("Mọi tài khoản"),
    )  # fmt: skip

    def __init__(self, *args: Any, accounts: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["account"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = accounts
