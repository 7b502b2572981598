"""Manual entry: shape of what is typed. Money and phones are read by the kernel's parsers."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from inventory.selectors.catalogue import variant_of_code
from oms.kernel.addresses import (
    PROVINCES,
    find_province,
    require_province,
    require_ward,
    validate_ward,
)
from oms.kernel.errors import DomainError
from oms.kernel.fields import LineField, MoneyField, checked
from oms.kernel.phones import normalise_phone
from orders.models import Order

ENTRY_SOURCES = [
    (value, Order.Source(value).label)
    for value in ("phone", "facebook", "zalo", "website", "counter")
]
PROVINCE_CHOICES = [("", _("Chọn tỉnh / thành"))] + [(p.name, p.name) for p in PROVINCES]
EMPTY_LINES = 5


class OrderEntryForm(forms.Form):
    request_key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    phone = forms.CharField(
        label=_("Điện thoại"),
        max_length=30,
        widget=forms.TextInput(
            attrs={
                "inputmode": "tel",
                "autofocus": True,
                "autocomplete": "off",
                "hx-get": reverse_lazy("orders:customer_hint"),
                "hx-target": "#customer-fields",
                "hx-include": "closest form",
                "hx-trigger": "change",
            }
        ),
    )
    name = LineField(label=_("Tên khách"), limit=150)
    street = LineField(label=_("Số nhà, đường"), limit=255)
    ward = LineField(label=_("Phường / xã"), limit=120)
    province = forms.ChoiceField(
        label=_("Tỉnh / thành"),
        choices=PROVINCE_CHOICES,
        widget=forms.Select(
            attrs={
                "hx-get": reverse_lazy("orders:ward_hint"),
                "hx-target": "#wards",
                "hx-trigger": "change",
            }
        ),
    )
    district = LineField(
        label=_("Quận / huyện cũ"),
        limit=120,
        required=False,
        help_text=_("Chỉ điền khi khách đọc địa chỉ ba cấp, trước tháng 7/2025."),
    )
    source = forms.ChoiceField(label=_("Nguồn đơn"), choices=ENTRY_SOURCES, initial="phone")
    shipping_fee = MoneyField(label=_("Phí ship khách trả"), required=False)
    discount = MoneyField(label=_("Giảm giá cả đơn"), required=False)
    is_cod = forms.BooleanField(label=_("Thu tiền khi giao (COD)"), required=False, initial=True)
    buyer_note = LineField(label=_("Ghi chú của khách"), limit=500, required=False)
    internal_note = LineField(label=_("Ghi chú nội bộ"), limit=500, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["ward"].widget.attrs.update(list="wards", autocomplete="off")

    def clean_phone(self) -> str:
        return checked(normalise_phone, self.cleaned_data["phone"])

    def clean_ward(self) -> str:
        return checked(validate_ward, self.cleaned_data["ward"])

    def clean_province(self) -> str:
        return checked(lambda text: require_province(text).name, self.cleaned_data["province"])

    def clean(self) -> dict[str, Any]:
        """The ward must be one of the province's, unless a district makes it an old address."""
        data = super().clean() or {}
        province = find_province(data.get("province", ""))
        if province and "ward" in data:
            try:
                require_ward(data["ward"], province, district=data.get("district", ""))
            except DomainError as refusal:
                self.add_error("ward", refusal.message)
        return data


class LineForm(forms.Form):
    item = LineField(label=_("Sản phẩm"), limit=200, required=False)
    quantity = forms.IntegerField(
        label=_("Số lượng"), required=False, min_value=1, max_value=100_000, initial=1
    )
    price = MoneyField(label=_("Giá"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["item"].widget.attrs.update(list="goods", autocomplete="off")

    def has_changed(self) -> bool:
        """A row counts when goods are named; the proposed quantity alone does not."""
        return bool(self.data.get(self.add_prefix("item"), "").strip())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("item") and not data.get("quantity") and "quantity" not in self.errors:
            self.add_error("quantity", _("Số lượng phải từ 1 trở lên."))
        return data


class BaseLineSet(forms.BaseFormSet):
    def clean(self) -> None:
        if not any(self.errors) and not any(form.has_changed() for form in self.forms):
            raise forms.ValidationError(_("Đơn cần ít nhất một dòng hàng."))


LineSet = forms.formset_factory(LineForm, formset=BaseLineSet, extra=EMPTY_LINES, max_num=100)


class LinkForm(forms.Form):
    """Which of our goods an unknown line means: an exact SKU or barcode."""

    sku = LineField(limit=100)

    def clean_sku(self) -> str:
        code = self.cleaned_data["sku"]
        self.cleaned_data["variant"] = checked(variant_of_code, code)
        return code
