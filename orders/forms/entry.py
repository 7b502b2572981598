"""Manual entry: shape of what is typed. Money and phones are read by the kernel's parsers."""

from collections.abc import Sequence
from typing import Any, cast

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
from oms.kernel.clock import today
from oms.kernel.currencies import HOME
from oms.kernel.errors import DomainError
from oms.kernel.fields import LineField, MoneyField, checked, use_currency
from oms.kernel.phones import normalise_phone
from oms.kernel.unit_paths import unit_paths
from oms.kernel.units import Unit
from orders.models import Order
from orders.selectors.rates import currency_choices, rate_on

ENTRY_SOURCES = [
    (value, Order.Source(value).label)
    for value in ("phone", "facebook", "zalo", "website", "counter")
]
PROVINCE_CHOICES = [("", _("Chọn tỉnh / thành"))] + [(p.name, p.name) for p in PROVINCES]
EMPTY_LINES = 5
ADDRESS = ("street", "ward", "province")


UNIT_HINT = {
    "hx-get": reverse_lazy("orders:unit_hint"),
    "hx-target": "#unit-hint",
    "hx-include": "closest form",
    "hx-trigger": "change",
}


GOODS_HINT = {
    "list": "goods",
    "autocomplete": "off",
    "data-key": "F3",
    "hx-get": reverse_lazy("orders:goods_hint"),
    "hx-target": "#goods",
    "hx-include": "[name=phone],[name=source]",
    "hx-trigger": "input changed delay:200ms",
}


class OrderEntryForm(forms.Form):
    takes_currencies = True

    request_key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    # The address as the buyer wrote it, when a message was read.
    address_raw = LineField(limit=500, required=False, widget=forms.HiddenInput)
    phone = forms.CharField(
        label=_("Điện thoại"),
        max_length=30,
        widget=forms.TextInput(
            attrs={
                "inputmode": "tel",
                "autocomplete": "off",
                "data-key": "F4",
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
    new_ward = forms.ChoiceField(
        label=_("Phường / xã mới"),
        required=False,
        help_text=_("Phường cũ đã chia; địa chỉ này nay thuộc phường nào?"),
    )
    is_pickup = forms.BooleanField(label=_("Khách nhận tại cửa hàng"), required=False)
    currency = forms.ChoiceField(
        label=_("Tiền tệ"),
        required=False,
        widget=forms.Select(
            attrs={
                "hx-get": reverse_lazy("orders:rate_hint"),
                "hx-target": "#rate-hint",
                "hx-trigger": "change",
            }
        ),
    )
    shipping_fee = MoneyField(label=_("Phí ship khách trả"), required=False)
    discount = MoneyField(label=_("Giảm giá cả đơn"), required=False)
    is_cod = forms.BooleanField(label=_("Thu tiền khi giao (COD)"), required=False, initial=True)
    buyer_note = LineField(label=_("Ghi chú của khách"), limit=500, required=False)
    internal_note = LineField(label=_("Ghi chú nội bộ"), limit=500, required=False)

    def __init__(
        self, *args: Any, draft: bool = False, counter: bool = False, **options: Any
    ) -> None:
        """A draft may have gaps, a sale over the counter needs no buyer; what is there is read."""
        super().__init__(*args, **options)
        self.is_draft = draft or counter
        self.is_sale = counter
        self._offer_currencies()
        fetched = bool(self.is_bound and self.data.get("is_pickup"))
        self.fields["ward"].widget.attrs.update(list="wards", autocomplete="off")
        for name in ("ward", "district"):
            self.fields[name].widget.attrs.update(UNIT_HINT)
        self.fields["discount"].widget.attrs["data-key"] = "F6"
        self.fields["is_cod"].widget.attrs["data-key"] = "F8"
        self.offer_heirs(unit_paths(*self._names()).choices)
        gaps = ("phone", "name", *ADDRESS) if self.is_draft else ADDRESS if fetched else ()
        if self.chosen != HOME:
            gaps = (*gaps, "ward", "province")  # it goes abroad: the street holds the address
        for name in gaps:
            self.fields[name].required = False

    def _offer_currencies(self) -> None:
        """Only when there is a rate of another one; amounts are read in the one that is chosen."""
        choices = currency_choices() if self.takes_currencies else [(HOME, HOME)]
        cast(forms.ChoiceField, self.fields["currency"]).choices = choices
        values = self.data if self.is_bound else self.initial
        wanted = str(values.get("currency") or HOME)
        self.chosen = wanted if wanted in dict(choices) else HOME
        self.initial.setdefault("currency", self.chosen)
        self.has_currencies = len(choices) > 1
        use_currency(self, self.chosen, "shipping_fee", "discount")

    def _names(self) -> list[str]:
        """Province, district and ward as sent or proposed."""
        values = self.data if self.is_bound else self.initial
        return [str(values.get(name) or "") for name in ("province", "district", "ward")]

    def offer_heirs(self, heirs: Sequence[Unit]) -> None:
        """Today's wards to choose from when the typed one is old and was divided."""
        self.divided = heirs
        choices = [(unit.code, str(unit)) for unit in heirs]
        field = cast(forms.ChoiceField, self.fields["new_ward"])
        field.choices = [("", _("Chọn phường / xã mới")), *choices]

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        return checked(normalise_phone, phone) if phone else ""

    def clean_ward(self) -> str:
        ward: str = self.cleaned_data["ward"]
        return checked(validate_ward, ward) if ward else ""

    def clean_province(self) -> str:
        text: str = self.cleaned_data["province"]
        return checked(lambda name: require_province(name).name, text) if text else ""

    def clean(self) -> dict[str, Any]:
        """The ward must be one of the province's, unless a district makes it an old address."""
        data = super().clean() or {}
        self._take_rate(data)
        province = find_province(data.get("province", ""))
        if province and data.get("ward") and not self.is_draft:
            try:
                require_ward(data["ward"], province, district=data.get("district", ""))
            except DomainError as refusal:
                self.add_error("ward", refusal.message)
            else:
                if self.divided and not data.get("new_ward"):
                    self.add_error("new_ward", _("Phường / xã này đã chia: hãy chọn phường mới."))
        return data

    def _take_rate(self, data: dict[str, Any]) -> None:
        """`known_rate` of an order in another currency; carriers collect dong alone."""
        data["currency"], data["known_rate"] = self.chosen, None
        if self.chosen == HOME:
            return
        if self.is_sale:
            self.add_error("currency", _("Bán tại quầy chỉ nhận tiền Việt Nam."))
        data["is_cod"] = False
        try:
            data["known_rate"] = rate_on(self.chosen, today())
        except DomainError as missing:
            self.add_error("currency", missing.message)


class LineForm(forms.Form):
    item = LineField(label=_("Sản phẩm"), limit=200, required=False)
    quantity = forms.IntegerField(
        label=_("Số lượng"), required=False, min_value=1, max_value=100_000, initial=1
    )
    price = MoneyField(label=_("Giá"), required=False)

    def __init__(self, *args: Any, currency: str = HOME, **options: Any) -> None:
        super().__init__(*args, **options)
        use_currency(self, currency, "price")
        self.fields["item"].widget.attrs.update(GOODS_HINT)

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


def lines_with(rows: Sequence[dict[str, Any]], *, currency: str = HOME) -> forms.BaseFormSet:
    """The lines filled in, with empty ones behind them."""
    return LineSet(prefix="lines", initial=list(rows), form_kwargs={"currency": currency})


class LinkForm(forms.Form):
    """Which of our goods an unknown line means: an exact SKU or barcode."""

    sku = LineField(limit=100)

    def clean_sku(self) -> str:
        code = self.cleaned_data["sku"]
        self.cleaned_data["variant"] = checked(variant_of_code, code)
        return code
