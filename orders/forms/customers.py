"""Forms about customers: shape only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oms.kernel.fields import LineField, MoneyField, checked
from oms.kernel.phones import normalise_phone
from oms.kernel.revisions import SeenField
from orders.models import Customer, CustomerGroup
from orders.selectors.customers import SORTS, CustomerFilters
from orders.selectors.terms import Terms
from orders.services.customers import clean_tags
from orders.services.terms import MOST_DAYS

SORT_NAMES = {
    "": _("Mới nhất"),
    "spent": _("Mua nhiều nhất"),
    "profit": _("Lãi nhiều nhất"),
    "orders": _("Nhiều đơn nhất"),
    "refused": _("Không nhận hàng nhiều nhất"),
}


class TermsForm(forms.Form):
    """What was agreed; an empty field says nothing."""

    payment_days = forms.IntegerField(
        label=_("Mua chịu (số ngày)"), required=False, min_value=0, max_value=MOST_DAYS
    )
    credit_limit_vnd = MoneyField(label=_("Hạn mức công nợ"), required=False)
    min_order_vnd = MoneyField(label=_("Đơn tối thiểu"), required=False)

    def terms(self) -> Terms:
        return Terms(**self.cleaned_data)


class CustomerForm(forms.Form):
    """`seen` is what its author saw of the customer when he opened the form."""

    seen = SeenField()
    name = LineField(label=_("Tên khách hàng"), limit=150)
    phone = forms.CharField(
        label=_("Điện thoại"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    email = forms.EmailField(label=_("Email"), required=False)
    address = LineField(label=_("Địa chỉ"), limit=400, required=False)
    company_name = LineField(label=_("Tên công ty"), limit=255, required=False)
    tax_code = LineField(label=_("Mã số thuế"), limit=20, required=False)
    group = forms.ModelChoiceField(
        label=_("Nhóm khách hàng"),
        queryset=CustomerGroup.objects.all(),
        required=False,
        empty_label=_("Không thuộc nhóm nào"),
        help_text=_("Bảng giá áp dụng cho nhóm này sẽ được dùng khi tạo đơn."),
    )
    tags = LineField(
        label=_("Thẻ"), limit=400, required=False, help_text=_("Cách nhau bằng dấu phẩy.")
    )

    def clean_phone(self) -> str:
        return checked(normalise_phone, self.cleaned_data["phone"])

    def clean_tags(self) -> list[str]:
        typed = self.cleaned_data["tags"].split(",")
        return checked(lambda _text: clean_tags([tag for tag in typed if tag.strip()]), "")

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "group"}
        group = self.cleaned_data["group"]
        return {**values, "group_id": group.pk if group else None}


class CustomerFilterForm(forms.Form):
    """Each filter is a URL parameter; an unknown value is no filter."""

    q = forms.CharField(required=False, max_length=200)
    group = forms.IntegerField(required=False)
    tag = forms.CharField(required=False, max_length=40)
    risky = forms.BooleanField(required=False)
    sort = forms.ChoiceField(required=False, choices=[(key, SORT_NAMES[key]) for key in SORTS])

    def filters(self) -> CustomerFilters:
        self.is_valid()
        clean = self.cleaned_data
        return CustomerFilters(
            q=clean.get("q", "").strip(),
            group_id=clean.get("group"),
            tag=clean.get("tag", "").strip(),
            risky=clean.get("risky", False),
            sort=clean.get("sort", ""),
        )


class RiskForm(forms.Form):
    level = forms.ChoiceField(
        label=_("Mức rủi ro"),
        choices=[("", _("Theo số liệu")), *Customer.Risk.choices],
        required=False,
    )
    reason = LineField(label=_("Lý do"), limit=200, required=False)


class MergeForm(forms.Form):
    """The customer to merge into this one, by phone or from the suggestions."""

    phone = forms.CharField(label=_("Số điện thoại của khách trùng"), max_length=30)


class ReassignForm(forms.Form):
    """The customer that an order counts for, by phone."""

    phone = forms.CharField(label=_("Số điện thoại của khách mua"), max_length=30)


class GroupForm(forms.Form):
    name = LineField(label=_("Tên nhóm"), limit=60)


class EraseForm(forms.Form):
    """The person types the customer's name: nobody erases by a slip."""

    name = LineField(label=_("Gõ lại tên khách để xác nhận"), limit=150)
