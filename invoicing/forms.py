"""What people type about invoices, buyers, accounts and payments."""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from invoicing.models import Company, Invoice, IssuerAccount, Payment
from invoicing.ports import issuer_choices
from invoicing.selectors.rules import form_of, is_symbol_valid
from invoicing.services.buyers import BuyerData
from invoicing.services.tenders import Tender
from invoicing.taxcode import normalise_tax_code
from oms.kernel.clock import today
from oms.kernel.currencies import HOME
from oms.kernel.fields import LineField, MoneyField, RateField, checked, use_currency


class BuyerForm(forms.Form):
    kind = forms.ChoiceField(label=_("Người mua"), choices=Invoice.BuyerKind.choices)
    tax_code = forms.CharField(
        label=_("Mã số thuế"),
        max_length=20,
        required=False,
        help_text=_("10 số, 13 số (chi nhánh) hoặc 12 số định danh cá nhân."),
    )
    legal_name = forms.CharField(label=_("Tên công ty"), max_length=400, required=False)
    name = forms.CharField(label=_("Họ tên người mua"), max_length=200, required=False)
    address = forms.CharField(label=_("Địa chỉ"), max_length=400, required=False)
    email = forms.CharField(label=_("E-mail nhận hóa đơn"), max_length=254, required=False)
    phone = forms.CharField(label=_("Điện thoại"), max_length=20, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def buyer(self) -> BuyerData:
        fields = {key: value for key, value in self.cleaned_data.items() if key != "version"}
        return BuyerData(**fields)


class PaymentForm(forms.Form):
    """The amount is in the currency of the order; another one than dong needs its rate."""

    amount = MoneyField(label=_("Số tiền"))
    rate = RateField(label=_("Tỷ giá ngày nhận / trả"))
    method = forms.ChoiceField(label=_("Phương thức"), choices=Payment.Method.choices)
    reference = forms.CharField(label=_("Nội dung / mã giao dịch"), max_length=100, required=False)
    # One per shown form: a second press of the button books nothing.
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(
        self, *args: Any, currency: str = HOME, rate_help: str = "", **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.currency = currency
        use_currency(self, currency, "amount")
        if currency == HOME:
            del self.fields["rate"]
        else:
            self.fields["amount"].label = _("Số tiền (%(code)s)") % {"code": currency}
            self.fields["rate"].help_text = rate_help

    def tender(self) -> Tender:
        data = self.cleaned_data
        return Tender(data["amount"], self.currency, data.get("rate") or Decimal(1))


class CompanyForm(forms.ModelForm):
    class Meta:
        model = Company
        fields = (
            "legal_name",
            "tax_code",
            "address",
            "phone",
            "email",
            "bank_name",
            "bank_account",
        )

    def clean_tax_code(self) -> str:
        return checked(normalise_tax_code, self.cleaned_data["tax_code"])


class AccountForm(forms.ModelForm):
    """The stored password is never shown; an empty input keeps it."""

    issuer = forms.ChoiceField(label=_("Nhà cung cấp"), choices=issuer_choices)
    password = forms.CharField(
        label=_("Mật khẩu"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = IssuerAccount
        fields = ("issuer", "username", "password", "template_code", "series")
        help_texts = {
            "username": _("Thường là mã số thuế, có thể kèm hậu tố."),
            "template_code": _("Ví dụ 1/001: chữ số đầu là loại hóa đơn."),
            "series": _("Sáu ký tự, ví dụ C26TAA: C có mã, K không mã."),
        }

    def clean_password(self) -> str:
        typed = self.cleaned_data["password"]
        if not typed and self.instance.pk is None:
            raise forms.ValidationError(_("Hãy nhập mật khẩu."), "required")
        return typed or self.instance.password

    def clean_template_code(self) -> str:
        code = self.cleaned_data["template_code"].strip()
        if form_of(code, today()) is None:
            raise forms.ValidationError(_("Mẫu số này không có hiệu lực."), "form")
        return code

    def clean_series(self) -> str:
        series = self.cleaned_data["series"].strip().upper()
        if not is_symbol_valid(series, today()):
            message = _("Ký hiệu không đúng, hoặc không phải của năm nay.")
            raise forms.ValidationError(message, "symbol")
        return series


class ProposalForm(forms.Form):
    answer = LineField(label=_("Số hóa đơn điều chỉnh, hoặc lý do"), limit=200)
